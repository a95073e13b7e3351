import { sessionTenant } from './condition'
import type { Dice } from './dice'
import type { Table } from './table'

/** What statements on a table do to another: by triggers, rules, and functions that nobody names. */
export interface Beside {
  /** Tables whose statements may change the rows of a table, by its name; first those that do so by themselves. */
  readonly causes: ReadonlyMap<string, readonly string[]>
  /** Statements that come when the rows are there. */
  readonly late: readonly string[]
}

/** Some tables are changed by what is done to others. */
export function beside(dice: Dice, tables: readonly Table[], out: string[]): Beside {
  const causes = new Map<string, readonly string[]>()
  const late: string[] = []
  const whole = tables.filter(({ partOf, columns }) => partOf === null && columns.includes('tenant'))
  whole.forEach((target, at) => {
    if (whole.length < 2 || !dice.chance(0.3)) return
    const source = dice.pick(whole.filter((each) => each !== target))
    const make = dice.pick([byTrigger, byTrigger, byTrigger, byRule, byRule, unnamed])
    make({ dice, source, target, at: at + 1, out, late })
    causes.set(target.name, [source.name])
  })
  return { causes: new Map([...causes.keys()].map((name) => [name, allBehind(name, causes)])), late }
}

/** What sets off what sets it off, too. */
function allBehind(name: string, causes: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = new Set<string>(causes.get(name))
  for (const each of found) for (const source of causes.get(each) ?? []) found.add(source)
  found.delete(name)
  return [...found]
}

interface Making {
  readonly dice: Dice
  readonly source: Table
  readonly target: Table
  readonly at: number
  readonly out: string[]
  readonly late: string[]
}

const pinned = ' security definer set search_path = f, pg_temp'

/** A statement on the target about the tenant that an expression names. */
function statement(dice: Dice, { name, cast }: Table, of: string, id: string, session: string): string {
  const where = dice.pick([
    `tenant = ${of}${cast}`,
    `tenant = ${of}${cast}`,
    `tenant = ${session}${cast}`,
    `tenant = ${of}${cast} and tenant = ${session}${cast}`,
    `id = ${id}`,
    `id = ${id} and tenant = ${of}${cast}`,
  ])
  return dice.pick([
    `insert into ${name} (id, tenant, kind, flag) values (coalesce(${id}, 0) + 20000, ${dice.pick([of, of, session])}${cast}, 'x', true)`,
    `update ${name} set kind = 'x' where ${where}`,
    `update ${name} set tenant = ${dice.pick([of, session])}${cast} where ${where}`,
    `delete from ${name} where ${where}`,
  ])
}

function byTrigger({ dice, source, target, at, out }: Making): void {
  const event = dice.pick(['insert', 'update', 'delete'])
  const row = event === 'delete' ? 'old' : dice.pick(['new', 'new', event === 'update' ? 'old' : 'new'])
  const session = sessionTenant(dice)
  const of = `${row}.tenant::text`
  const act = statement(dice, target, of, `${row}.id`, session)
  const definer = dice.chance(0.6) ? pinned : ''
  const whole = dice.chance(0.3)
  const body = dice.pick<readonly [string, string]>([
    ['trigger that writes', `${act};`],
    ['trigger that writes', `if ${of} = ${session} then ${act}; end if;`],
    ['trigger that writes', `if ${of} is distinct from ${session} then return null; end if; ${act};`],
    ['trigger with CASE', `case ${of} when ${session} then ${act}; else null; end case;`],
    ['trigger with a loop', `for i in 1 .. 2 loop ${act}; exit when not found; end loop;`],
    ['trigger with EXCEPTION', `begin ${act}; exception when unique_violation then null; end;`],
  ])
  const all = `insert into ${target.name} (id, tenant, kind) select s.id + 20000, s.tenant::text${target.cast}, s.kind from seen s${dice.chance(0.5) ? ` where s.tenant::text = ${session}` : ''};`
  const blind = dice.pick([
    `update ${target.name} set kind = 'x' where tenant = ${session}${target.cast};`,
    `update ${target.name} set kind = 'x';`,
    `delete from ${target.name} where tenant = ${session}${target.cast};`,
    `if exists (select from seen) then delete from ${target.name}; end if;`,
  ])
  const once = dice.chance(0.5)
    ? (['transition table', all] as const)
    : (['trigger of a statement', blind] as const)
  const [construct, text] = whole ? once : body
  const name = `f.wt${at}`
  out.push(
    `create function ${name}() returns trigger language plpgsql${definer} as $$ begin ${dice.named(construct, text, '')} return null; end $$`,
    whole
      ? `create trigger wt${at} after ${event} on ${source.name} referencing ${event === 'insert' ? 'new' : 'old'} table as seen for each statement execute function ${name}()`
      : `create trigger wt${at} after ${event} on ${source.name} for each row execute function ${name}()`,
  )
}

function byRule({ dice, source, target, at, out }: Making): void {
  const event = dice.pick(['insert', 'update', 'delete'])
  const row = event === 'insert' ? 'new' : 'old'
  const act = statement(dice, target, `${row}.tenant::text`, `${row}.id`, sessionTenant(dice))
  const when = dice.chance(0.3) ? ` where ${row}.tenant::text = ${sessionTenant(dice)}` : ''
  const how = dice.pick(['also', 'also', 'instead'])
  out.push(
    dice.named('rule', `create rule ru${at} as on ${event} to ${source.name}${when} do ${how} ${act}`, ''),
  )
}

/** A function that writes for a session and is run by what nobody names: a default, a check, an index, an operator, a cast. */
function unnamed({ dice, source, target, at, out, late }: Making): void {
  const name = `f.n${at}`
  const act = statement(dice, target, 'p', '1', sessionTenant(dice))
  // Nothing is written while the rows are made.
  const body = `begin if nullif(current_setting('f.usr', true), '') is not null then ${act}; end if; return p; end`
  out.push(
    `create function ${name}(p text) returns text language plpgsql${dice.chance(0.7) ? pinned : ''} as $$ ${body} $$`,
    `create function ${name}i(p text) returns text language plpgsql immutable as $$ begin return ${name}(p); end $$`,
    `create function ${name}b(p text, q text) returns boolean language sql as $$ select ${name}(p) is not null or q is null $$`,
    `create function ${name}c(p text) returns f.key language plpgsql as $$ begin return row(${name}(p))::f.key; end $$`,
  )
  const add = (construct: string, sql: string, when = late) => when.push(dice.named(construct, sql, ''))
  const of = source.name
  dice.pick([
    () =>
      add(
        'writing DEFAULT',
        `alter table ${of} alter kind set default ${name}(${dice.pick([`'a'`, `'b'`])})`,
      ),
    () => add('writing CHECK', `alter table ${of} add check (${name}(tenant::text) is not null) not valid`),
    () => add('writing index', `create index on ${of} (${name}i(kind))`),
    () => {
      out.push(`create operator f.~~> (function = ${name}b, leftarg = text, rightarg = text)`)
      const policy = dice.pick(['for select using', 'for insert with check', 'for delete using'])
      add('writing operator', `create policy wo on ${of} ${policy} (tenant::text operator(f.~~>) 'x')`, out)
    },
    () => {
      out.push(`create cast (text as f.key) with function ${name}c(text)`)
      add(
        'writing cast',
        `alter table ${of} add check (((coalesce(tenant::text, kind)::f.key).v) is not null) not valid`,
      )
    },
  ])()
}
