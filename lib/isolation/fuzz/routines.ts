import { condition, sessionTenant, type Names } from './condition'
import type { Dice } from './dice'
import { clauses } from './readers'

const user = `nullif(current_setting('f.usr', true), '')::int`
const pinned = ' security definer set search_path = f, pg_temp'

/** Helpers that policies may ask: Booleans about a tenant, arrays of tenants, with the rights of caller or owner. */
export function functions(dice: Dice, members: readonly string[], own: boolean, out: string[]) {
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
    members,
    own,
    others: [],
  }
  const definer = () => dice.pick(['', pinned]) + clauses(dice)
  const member = dice.pick(members)
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
    const [construct, further] = dice.pick(helperBodies(dice, test, member))
    const text = dice.chance(0.6) ? dice.named(construct, further, 'begin return false; end') : body
    out.push(
      `create function f.h2(p text) returns boolean language plpgsql stable${definer()} as $$ ${text} $$`,
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

/** Helpers with more of PL/pgSQL, by what is special about them. */
function helperBodies(dice: Dice, test: string, member: string) {
  const no = dice.pick(['false', 'null'])
  const list = `string_to_array(current_setting('f.list', true), ',')`
  const mine = `select m.tenant from ${member} m where m.usr = ${user}`
  const bodies: (readonly [construct: string, body: string])[] = [
    [
      'helper with CASE',
      `begin case when ${test} then return true; when p is null then return ${no}; else return p = ${sessionTenant(dice)}; end case; end`,
    ],
    [
      'helper with CASE',
      `begin case p when 'a' then return ${test}; when 'b', 'c' then return ${no}; end case; end`,
    ],
    [
      'helper with a loop',
      `declare v text; begin foreach v in array ${list} loop if v = p then return true; end if; end loop; return ${no}; end`,
    ],
    [
      'helper with a loop',
      `declare n int := 0; begin while n < 3 loop n := n + 1; if (string_to_array(p, '/'))[n] = ${sessionTenant(dice)} then return true; end if; end loop; return ${no}; end`,
    ],
    [
      'helper with a loop',
      `declare hit boolean := false; begin for i in 1 .. 2 loop hit := hit or (i = 2 and ${test}); end loop; return hit; end`,
    ],
    [
      'helper with EXCEPTION',
      `declare n int; begin n := 1 / (case when ${test} then 1 else 0 end); return true; exception when division_by_zero then return ${no}; end`,
    ],
    [
      'helper with EXCEPTION',
      `begin if p is distinct from ${sessionTenant(dice)} then raise exception 'no'; end if; return true; exception when ${dice.pick(['raise_exception', 'unique_violation', 'others'])} then return ${dice.pick(['true', 'false'])}; end`,
    ],
    [
      'helper with STRICT',
      `declare v text; begin ${mine.replace('m.tenant', 'm.tenant into strict v')}; return v = p; exception when no_data_found then return ${no}; when too_many_rows then return ${dice.pick(['true', 'false'])}; end`,
    ],
    [
      'helper with a cursor',
      `declare c cursor for ${mine}; v text; begin open c; fetch c into v; close c; return v = p; end`,
    ],
    [
      'helper with dynamic SQL',
      `declare v boolean; begin execute 'select exists (${mine.replaceAll("'", "''")} and m.tenant = $1)' into v using p; return v; end`,
    ],
    [
      'helper with dynamic SQL',
      `declare v boolean; begin execute format('select %L = %L', p, ${sessionTenant(dice)}) into v; return v; end`,
    ],
    [
      'helper with FOUND',
      `begin perform 1 from ${member} m where m.usr = ${user} and m.tenant = p; return ${dice.pick(['found', 'found', 'not found'])}; end`,
    ],
    [
      'helper with a block',
      `declare ok boolean := false; begin <<inner>> begin if p is null then exit inner; end if; ok := ${test}; end; return ok; end`,
    ],
  ]
  return bodies
}
