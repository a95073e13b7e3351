import type { Config } from '@/lib/config/schema'
import { condition, type Names } from './condition'
import type { Dice } from './dice'
import { functions, reader, writer } from './routines'
import { table, type Table } from './table'

/** A random database: what makes it, what is asked about it, and which tables have which columns. */
export interface Fuzzed {
  readonly sql: string
  readonly isolation: NonNullable<Config['isolation']>
  readonly tables: readonly Table[]
  /** The table that each relation and function asked about reads or writes. */
  readonly behind: ReadonlyMap<string, Table>
}

type Block = NonNullable<Config['isolation']>

const roles = `do $$ declare r text; begin foreach r in array array['f_owner', 'f_app', 'f_other', 'f_staff', 'f_clerk'] loop begin execute format('create role %I nologin', r); exception when duplicate_object or unique_violation then null; end; end loop; begin grant f_staff to f_app; exception when others then null; end; begin grant f_app to f_clerk; exception when others then null; end; end $$`

/** Tables of all kinds, views and functions over them, members who may join, sessions that say who they are in many ways. */
export function fuzzed(dice: Dice, count: number, version: number): Fuzzed {
  const out: string[] = [
    roles,
    'create schema f authorization f_owner',
    'grant usage on schema f to f_app, f_other',
    'set role f_owner',
    `create table f.members (usr int${nullable(dice)}, tenant text${nullable(dice)}, role text, active boolean default true)`,
    'create table f.blocked (tenant text)',
    'create domain f.short as varchar(1)',
    `create domain f.place as text${dice.chance(0.3) ? ` check (value <> 'c')` : ''}`,
    ...(dice.chance(0.2) ? ['create table f.blocked_too () inherits (f.blocked)'] : []),
  ]
  const same = dice.pick(['a = b', 'a = b', 'a is not distinct from b', 'a = b or b is null', 'true'])
  out.push(
    `create function f.same(a text, b text) returns boolean language sql immutable as $$ select ${same} $$`,
    'create operator f.=== (function = f.same, leftarg = text, rightarg = text)',
  )
  support(dice, out)
  const helpers = functions(dice, out)
  const names: Names = { ...plain, ...helpers }
  const tables: Table[] = []
  for (let at = 1; at <= count; at++) tables.push(...table(dice, `f.t${at}`, tables, helpers, out))
  const owning = tables.filter((each) => each.columns.includes('tenant'))
  const behind = new Map(tables.map((each) => [each.name, each]))
  const columns: { relation: string; column: string | null }[] = owning.map((each) => ({
    relation: each.name,
    column: 'tenant',
  }))
  const also = (relation: string, of: Table, column: string | null = 'tenant') => {
    behind.set(relation, of)
    columns.push({ relation, column })
  }
  owning.forEach((each, at) => {
    if (dice.chance(0.4)) for (const name of views(dice, each.name, at, names, version, out)) also(name, each)
    if (dice.chance(0.25)) also(reader(dice, each.name, at, names, out), each)
    if (dice.chance(0.2)) {
      const { id, column } = writer(dice, each.name, at, names, out)
      also(id, each, column)
    }
  })
  out.push('reset role', rows(dice))
  return {
    sql: `${out.join(';\n')};\n`,
    tables,
    behind,
    isolation: {
      threat: 'dml',
      nullTenant: dice.chance(0.2) ? 'shared' : 'foreign',
      tenants: columns,
      tenantVia: tables.flatMap(({ name, parent, columns: own }) =>
        parent === null || own.includes('tenant')
          ? []
          : [{ relation: name, column: 'parent', parent, parentColumn: 'id' }],
      ),
      principals: principals(dice),
      untrusted: dice.chance(0.5) ? ['claims.user_metadata'] : [],
    },
  }
}

const plain = { tenant: 'tenant', kind: 'kind', flag: 'flag', owner: 'owner', label: null, tables: true }

const nullable = (dice: Dice) => (dice.chance(0.5) ? ' not null' : '')

function principals(dice: Dice): NonNullable<Block['principals']> {
  const one = (name: string, tenant: string | null, usr: number, role: string) => ({
    name,
    tenants: tenant === null ? [] : [tenant],
    login: null,
    role,
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
    claims:
      tenant === null
        ? dice.pick([null, { sub: String(usr) }])
        : { sub: String(usr), tenant, user_metadata: { tenant } },
  })
  return [
    ...(dice.chance(0.6) ? [one('N', null, 3, 'f_app')] : []),
    one('A', 'a', 1, 'f_app'),
    one('B', 'b', 2, dice.pick(['f_app', 'f_clerk'])),
  ]
}

function rows(dice: Dice): string {
  const members = [`(1, 'a', 'user', true)`, `(2, 'b', 'admin', true)`]
  if (dice.chance(0.2)) members.push(`(1, 'a', 'admin', false)`, `(3, null, 'user', null)`)
  const blocked = dice.some([`('a')`, `('b')`, `('c')`, `(null)`], 0.35)
  return [
    dice.chance(0.9) ? `insert into f.members values ${members.join(', ')}` : 'select 1',
    blocked.length > 0 ? `insert into f.blocked values ${blocked.join(', ')}` : 'select 1',
    `insert into f.blocked_too values ('b')`,
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

/** A view of a table, sometimes one on top of it, or one that shows all rows but some. */
function views(
  dice: Dice,
  table: string,
  at: number,
  names: Names,
  version: number,
  out: string[],
): readonly string[] {
  const name = `f.v${at + 1}`
  if (dice.chance(0.2)) {
    const all = `select id, tenant, kind, flag, owner from ${table}`
    const word = dice.pick(['except', 'except', 'intersect', 'except all'])
    out.push(
      `create view ${name} as ${all} where ${condition(dice, names, 1)} ${word} ${all} where ${condition(dice, names, 1)}`,
      `grant select on ${name} to f_app`,
    )
    return [name]
  }
  view(dice, name, table, names, version, out)
  if (!dice.chance(0.3)) return [name]
  view(dice, `f.w${at + 1}`, name, names, version, out)
  return [name, `f.w${at + 1}`]
}

function view(dice: Dice, name: string, of: string, names: Names, version: number, out: string[]): void {
  const options = dice.some(
    [
      'security_barrier = true',
      ...(version >= 15 ? ['security_invoker = true'] : []),
      `check_option = ${dice.pick(['local', 'cascaded'])}`,
    ],
    0.4,
  )
  const limits = options.length > 0 ? ` with (${options.join(', ')})` : ''
  out.push(
    `create view ${name}${limits} as select id, tenant, kind, flag, owner from ${of} where ${condition(dice, names, 2)}`,
  )
  out.push(`grant ${dice.pick(['select', 'select, insert, update, delete'])} on ${name} to f_app`)
}
