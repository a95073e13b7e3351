import type { Config } from '@/lib/config/schema'
import { condition, sessionTenant, type Names } from './condition'
import type { Dice } from './dice'

/** A random database: what makes it, what is asked about it, and which tables have which columns. */
export interface Fuzzed {
  readonly sql: string
  readonly isolation: NonNullable<Config['isolation']>
  readonly tables: readonly string[]
  readonly views: readonly { readonly name: string; readonly table: string }[]
  /** Functions that return rows, with the table they read. */
  readonly functions: ReadonlyMap<string, string>
}

/** Tables with random policies, grants, constraints and triggers, views and functions over them, members who may join. */
export function fuzzed(dice: Dice, tables: number, version: number): Fuzzed {
  const out: string[] = [
    `do $$ declare r text; begin foreach r in array array['f_owner', 'f_app', 'f_other'] loop begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end; end loop; end $$`,
    'create schema f authorization f_owner',
    'grant usage on schema f to f_app, f_other',
    'set role f_owner',
    `create table f.members (usr int${nullable(dice)}, tenant text${nullable(dice)}, role text, active boolean default true)`,
    'create table f.blocked (tenant text)',
  ]
  support(dice, out)
  const { helpers, arrays } = functions(dice, out)
  const names: Names = {
    tenant: 'tenant',
    kind: 'kind',
    flag: 'flag',
    owner: 'owner',
    helpers,
    arrays,
    tables: true,
  }
  const made = Array.from({ length: tables }, (_, at) => `f.t${at + 1}`)
  for (const name of made) table(dice, name, names, out)
  const views = made
    .filter(() => dice.chance(0.4))
    .map((name, at) => view(dice, name, at, names, version, out))
  const readers = new Map(
    made.filter(() => dice.chance(0.3)).map((name, at) => [reader(dice, name, at, names, out), name]),
  )
  out.push('reset role', rows(dice))
  return {
    sql: `${out.join(';\n')};\n`,
    tables: made,
    views,
    functions: readers,
    isolation: {
      threat: 'dml',
      nullTenant: dice.chance(0.2) ? 'shared' : 'foreign',
      tenants: [...made, ...views.map((each) => each.name), ...readers.keys()].map((relation) => ({
        relation,
        column: 'tenant',
      })),
      tenantVia: [],
      principals: principals(dice),
    },
  }
}

const nullable = (dice: Dice) => (dice.chance(0.5) ? ' not null' : '')

function principals(dice: Dice): NonNullable<NonNullable<Config['isolation']>['principals']> {
  const one = (name: string, tenant: string | null, usr: number) => ({
    name,
    tenants: tenant === null ? [] : [tenant],
    login: null,
    role: 'f_app',
    settings: {
      'f.usr': String(usr),
      ...(tenant === null
        ? {}
        : {
            'f.tenant': tenant,
            'f.list': `${tenant},z`,
            'f.path': `${tenant}/home`,
            'f.token': `{"t": "${tenant}"}`,
            'f.tags': `["${tenant}"]`,
          }),
    },
    claims: null,
  })
  return [one('A', 'a', 1), one('B', 'b', 2), ...(dice.chance(0.6) ? [one('N', null, 3)] : [])]
}

function rows(dice: Dice): string {
  const members = [`(1, 'a', 'user', true)`, `(2, 'b', 'admin', true)`]
  if (dice.chance(0.2)) members.push(`(1, 'a', 'admin', false)`, `(3, null, 'user', null)`)
  const blocked = dice.some([`('a')`, `('b')`, `('c')`, `(null)`], 0.35)
  return [
    dice.chance(0.9) ? `insert into f.members values ${members.join(', ')}` : 'select 1',
    blocked.length > 0 ? `insert into f.blocked values ${blocked.join(', ')}` : 'select 1',
  ].join(';\n')
}

function support(dice: Dice, out: string[]): void {
  out.push('grant select on f.members, f.blocked to f_app')
  if (dice.chance(0.4)) {
    out.push('alter table f.members enable row level security')
    out.push(
      `create policy m on f.members for select using (${dice.pick(['true', `usr = nullif(current_setting('f.usr', true), '')::int`])})`,
    )
    if (dice.chance(0.5)) {
      const check = dice.pick([
        `usr = nullif(current_setting('f.usr', true), '')::int`,
        `tenant = current_setting('f.tenant', true)`,
        `role = 'user'`,
      ])
      out.push(`create policy w on f.members for all to f_app using (${check})`)
      out.push(
        `grant ${dice.pick(['insert', 'update', 'insert, update, delete', 'update (role)', 'insert (usr, role)'])} on f.members to f_app`,
      )
    }
  } else if (dice.chance(0.1)) out.push('grant insert on f.members to f_app')
  if (dice.chance(0.15)) out.push('grant insert, delete on f.blocked to f_app')
}

function functions(dice: Dice, out: string[]) {
  const helpers: string[] = []
  const arrays: string[] = []
  const inner: Names = {
    tenant: 'p',
    kind: `'x'`,
    flag: 'true',
    owner: '1',
    helpers: [],
    arrays: [],
    tables: true,
  }
  const definer = () => dice.pick(['', ' security definer set search_path = f, pg_temp'])
  if (dice.chance(0.7)) {
    out.push(
      `create function f.h1(p text) returns boolean language sql stable${definer()} as $$ select ${condition(dice, inner, 2)} $$`,
    )
    helpers.push('f.h1')
  }
  if (dice.chance(0.6)) {
    const test = condition(dice, inner, 1)
    const body = dice.pick([
      `begin if ${test} then return true; end if; return ${dice.pick(['false', 'null', test])}; end`,
      `declare v text; begin select m.tenant into v from f.members m where m.usr = nullif(current_setting('f.usr', true), '')::int; if not found then return ${dice.pick(['false', 'true', 'null'])}; end if; return v = p; end`,
      `declare n int; begin select count(*) into n from f.members m where m.tenant = p and m.usr = nullif(current_setting('f.usr', true), '')::int; return n > ${dice.pick(['0', '1'])}; end`,
      `begin return (${test}) or p = ${sessionTenant(dice)}; exception when others then return ${dice.pick(['false', 'true'])}; end`,
      `declare r record; begin for r in select m.tenant from f.members m where m.usr = nullif(current_setting('f.usr', true), '')::int loop if r.tenant = p then return true; end if; end loop; return false; end`,
    ])
    out.push(
      `create function f.h2(p text) returns boolean language plpgsql stable${definer()} as $$ ${body} $$`,
    )
    helpers.push('f.h2')
  }
  if (dice.chance(0.5)) {
    out.push(
      `create function f.a1() returns text[] language sql stable${definer()} as $$ select ${dice.pick([`array_agg(m.tenant)`, `coalesce(array_agg(m.tenant), '{}')`])} from f.members m where m.usr = nullif(current_setting('f.usr', true), '')::int $$`,
    )
    arrays.push('f.a1')
  }
  return { helpers, arrays }
}

function table(dice: Dice, name: string, names: Names, out: string[]): void {
  out.push(
    `create table ${name} (id int primary key, tenant text${nullable(dice)}${dice.pick(['', '', ` default 'a'`, ` default current_setting('f.tenant', true)`])}, kind text, flag boolean${nullable(dice)}, owner int)`,
  )
  if (dice.chance(0.2))
    out.push(
      `alter table ${name} add check (${dice.pick([`kind = tenant`, `tenant in ('a', 'b')`, `flag or tenant = 'a'`, `split_part(kind, '/', 1) = tenant`])})${dice.chance(0.3) ? ' not valid' : ''}`,
    )
  if (dice.chance(0.9)) out.push(`alter table ${name} enable row level security`)
  const policies = 1 + dice.below(4)
  for (let at = 0; at < policies; at++) {
    const command = dice.pick(['all', 'all', 'select', 'insert', 'update', 'delete'])
    const using = command === 'insert' ? '' : ` using (${condition(dice, names, 3)})`
    const needsCheck = command === 'insert' || (['all', 'update'].includes(command) && dice.chance(0.35))
    const check = needsCheck ? ` with check (${condition(dice, names, 2)})` : ''
    const kind = dice.chance(0.25) ? 'restrictive' : 'permissive'
    out.push(
      `create policy p${at} on ${name} as ${kind} for ${command} to ${dice.pick(['public', 'public', 'f_app', 'f_other'])}${using}${check}`,
    )
  }
  const grants = dice.some(
    [
      'select',
      'insert',
      'delete',
      dice.pick(['update', 'update (kind, flag)', 'update (kind)']),
      ...(dice.chance(0.2) ? ['insert (id, kind)'] : []),
    ],
    0.85,
  )
  if (grants.length > 0) out.push(`grant ${grants.join(', ')} on ${name} to f_app`)
  if (dice.chance(0.2)) trigger(dice, name, out)
}

function trigger(dice: Dice, name: string, out: string[]): void {
  const short = name.slice(2)
  const session = sessionTenant(dice)
  const body = dice.pick([
    `begin new.tenant := ${session}; return new; end`,
    `begin if new.tenant is null then new.tenant := ${session}; end if; return new; end`,
    `begin if new.tenant <> ${session} then raise exception 'no'; end if; return new; end`,
    `begin if new.tenant is distinct from ${session} then return null; end if; return new; end`,
    `begin if tg_op = 'UPDATE' and new.tenant is distinct from old.tenant then raise exception 'no'; end if; return new; end`,
    `begin new.kind := new.tenant; return new; end`,
  ])
  out.push(`create function f.tr_${short}() returns trigger language plpgsql as $$ ${body} $$`)
  const events = dice.pick(['insert', 'insert or update', 'update', 'update of tenant'])
  out.push(`create trigger tr before ${events} on ${name} for each row execute function f.tr_${short}()`)
}

function view(dice: Dice, table: string, at: number, names: Names, version: number, out: string[]) {
  const name = `f.v${at + 1}`
  const options = dice.some(
    [
      'security_barrier = true',
      ...(version >= 15 ? ['security_invoker = true'] : []),
      'check_option = local',
    ],
    0.4,
  )
  const limits = options.length > 0 ? ` with (${options.join(', ')})` : ''
  out.push(
    `create view ${name}${limits} as select id, tenant, kind, flag, owner from ${table} where ${condition(dice, names, 2)}`,
  )
  out.push(`grant ${dice.pick(['select', 'select, insert, update, delete'])} on ${name} to f_app`)
  return { name, table }
}

function reader(dice: Dice, table: string, at: number, names: Names, out: string[]): string {
  const name = `f.r${at + 1}`
  const where = dice.pick([
    `tenant = p and ${condition(dice, names, 1)}`,
    condition(dice, names, 2),
    `(kind = p or ${condition(dice, names, 1)})`,
  ])
  const definer = dice.chance(0.6) ? ' security definer set search_path = f, pg_temp' : ''
  out.push(
    `create function ${name}(p text) returns table (id int, tenant text) language sql stable${definer} as $$ select t.id, t.tenant from (select * from ${table}) t where ${where} $$`,
  )
  return `${name}(text)`
}
