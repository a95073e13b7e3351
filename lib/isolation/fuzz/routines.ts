import { condition, sessionTenant, type Names } from './condition'
import type { Dice } from './dice'

const user = `nullif(current_setting('f.usr', true), '')::int`
const pinned = ' security definer set search_path = f, pg_temp'

/** Helpers that policies may ask: Booleans about a tenant, arrays of tenants, with the rights of caller or owner. */
export function functions(dice: Dice, out: string[]) {
  const helpers: string[] = []
  const arrays: string[] = []
  const inner: Names = {
    tenant: 'p',
    kind: `'x'`,
    flag: 'true',
    owner: '1',
    label: null,
    helpers: [],
    arrays: [],
    tables: true,
  }
  const definer = () => dice.pick(['', pinned])
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
      `declare v text; begin select m.tenant into v from f.members m where m.usr = ${user}; if not found then return ${dice.pick(['false', 'true', 'null'])}; end if; return v = p; end`,
      `declare n int; begin select count(*) into n from f.members m where m.tenant = p and m.usr = ${user}; return n > ${dice.pick(['0', '1'])}; end`,
      `begin return (${test}) or p = ${sessionTenant(dice)}; exception when others then return ${dice.pick(['false', 'true'])}; end`,
      `declare r record; begin for r in select m.tenant from f.members m where m.usr = ${user} loop if r.tenant = p then return true; end if; end loop; return false; end`,
    ])
    out.push(
      `create function f.h2(p text) returns boolean language plpgsql stable${definer()} as $$ ${body} $$`,
    )
    helpers.push('f.h2')
  }
  if (dice.chance(0.5)) {
    out.push(
      `create function f.a1() returns text[] language sql stable${definer()} as $$ select ${dice.pick([`array_agg(m.tenant)`, `coalesce(array_agg(m.tenant), '{}')`])} from f.members m where m.usr = ${user} $$`,
    )
    arrays.push('f.a1')
  }
  return { helpers, arrays }
}

/** A function that returns rows of a table; its id. */
export function reader(dice: Dice, table: string, at: number, names: Names, out: string[]): string {
  const name = `f.r${at + 1}`
  const where = dice.pick([
    `tenant = p and ${condition(dice, names, 1)}`,
    condition(dice, names, 2),
    `(kind = p or ${condition(dice, names, 1)})`,
  ])
  const definer = dice.chance(0.6) ? pinned : ''
  out.push(
    `create function ${name}(p text) returns table (id int, tenant text) language sql stable${definer} as $$ select t.id, t.tenant from (select * from ${table}) t where ${where} $$`,
  )
  return `${name}(text)`
}

/** A function that changes rows of a table; its id, and the column of its result that names a tenant. */
export function writer(dice: Dice, table: string, at: number, names: Names, out: string[]) {
  const name = `f.w${at + 1}`
  const where = dice.pick([`tenant = p and ${condition(dice, names, 1)}`, condition(dice, names, 2)])
  const change = dice.pick([
    `update ${table} set kind = 'x' where ${where}`,
    `update ${table} set tenant = p where ${where}`,
    `delete from ${table} where ${where}`,
    `insert into ${table} (id, tenant, flag) values (2000, p, true)`,
  ])
  const definer = dice.chance(0.6) ? pinned : ''
  if (dice.chance(0.5)) {
    out.push(
      `create function ${name}(p text) returns table (id int, tenant text) language sql volatile${definer} as $$ ${change} returning id, tenant $$`,
    )
    return { id: `${name}(text)`, column: 'tenant' }
  }
  const test = dice.pick([
    `p = ${sessionTenant(dice)}`,
    `exists (select 1 from f.members m where m.tenant = p and m.usr = ${user})`,
    'p is not null',
  ])
  const body = dice.pick([
    `begin if ${test} then ${change}; end if; end`,
    `begin if not (${test}) then raise exception 'no'; end if; ${change}; end`,
    `begin ${change}; if not found then raise exception 'none'; end if; end`,
  ])
  out.push(
    `create function ${name}(p text) returns void language plpgsql volatile${definer} as $$ ${body} $$`,
  )
  return { id: `${name}(text)`, column: null }
}
