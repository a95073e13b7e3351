import { condition, sessionTenant, type Names } from './condition'
import type { Dice } from './dice'
import { clauses } from './readers'
import type { Table } from './table'

const user = `nullif(current_setting('f.usr', true), '')::int`
const pinned = ' security definer set search_path = f, pg_temp'

/** A function that changes rows of a table; its id, and the column of its result that names a tenant. */
export function writer(dice: Dice, table: Table, at: number, names: Names, version: number, out: string[]) {
  const name = `f.w${at + 1}`
  const definer = (dice.chance(0.6) ? pinned : '') + clauses(dice)
  const where = dice.pick([`${names.tenant} = p and ${condition(dice, names, 1)}`, condition(dice, names, 2)])
  if (dice.chance(0.4)) {
    const [construct, change, returned] = dice.pick(returning(dice, table, where, version))
    const sql = `${change} returning ${returned}`
    out.push(
      `create function ${name}(p text) returns table (id int, tenant text) language sql volatile${definer} as $$ ${dice.named(construct, sql, `select 1, null::text where false`)} $$`,
    )
    return { id: `${name}(text)`, column: 'tenant' }
  }
  const [construct, change] = dice.pick(changes(dice, table, where, version))
  const [also, body] = dice.pick(bodies(dice, dice.named(construct, change, 'null'), table, names))
  out.push(
    `create function ${name}(p text) returns void language plpgsql volatile${definer} as $$ ${dice.named(also, body, 'begin end')} $$`,
  )
  return { id: `${name}(text)`, column: null }
}

/** Statements that return what they changed, and what of it. */
function returning(
  dice: Dice,
  { name, cast }: Table,
  where: string,
  version: number,
): readonly (readonly [construct: string, sql: string, returned: string])[] {
  const own = 'id, tenant::text'
  return [
    ['RETURNING', `update ${name} set kind = 'x' where ${where}`, own],
    ['RETURNING', `update ${name} set tenant = p${cast} where ${where}`, own],
    ['RETURNING', `delete from ${name} where ${where}`, own],
    ['RETURNING', `insert into ${name} (id, tenant, flag) values (2000, p${cast}, true)`, own],
    ['upsert', upsert(dice, name, cast, where), own],
    ...(version >= 18
      ? ([
          [
            'OLD and NEW',
            `update ${name} set tenant = ${sessionTenant(dice)}${cast} where ${where}`,
            dice.pick(['old.id, old.tenant::text', 'new.id, new.tenant::text']),
          ],
          ['OLD and NEW', `delete from ${name} where ${where}`, 'old.id, old.tenant::text'],
          [
            'MERGE',
            merge(dice, name, cast, where, version),
            dice.pick(['old.id, old.tenant::text', 'new.id, new.tenant::text']),
          ],
        ] as const)
      : []),
  ]
}

const upsert = (dice: Dice, name: string, cast: string, where: string) =>
  `insert into ${name} as t (id, tenant, flag) values (${dice.pick(['7', '40', '100'])}, p${cast}, true) on conflict (id) do update set ${dice.pick([`kind = 'x'`, 'tenant = excluded.tenant'])}${dice.chance(0.7) ? ` where ${where.replaceAll(/\b(tenant|kind|flag|owner)\b(?=[ :)=,])/g, 't.$1')}` : ''}`

function merge(dice: Dice, name: string, cast: string, where: string, version: number): string {
  const using = dice.pick([`select p as place`, `select ${sessionTenant(dice)} as place`])
  const matched = dice.pick([
    `update set kind = 'x'`,
    `update set tenant = s.place${cast}`,
    'delete',
    'do nothing',
  ])
  const on = dice.pick([`t.tenant::text = s.place`, `t.tenant::text = s.place`, 't.id = 7'])
  return [
    `merge into ${name} t using (${using}) s on ${on}`,
    `when matched${dice.chance(0.5) ? ` and t.kind = 'x'` : ''} then ${matched}`,
    ...(version >= 17 && dice.chance(0.3)
      ? [`when not matched by source and t.tenant::text = p then delete`]
      : []),
    ...(dice.chance(0.6)
      ? [`when not matched then insert (id, tenant, flag) values (2001, s.place${cast}, true)`]
      : []),
  ].join(' ')
}

function changes(dice: Dice, { name, cast }: Table, where: string, version: number) {
  const text = sessionTenant(dice)
  const all: (readonly [construct: string, sql: string])[] = [
    ['UPDATE', `update ${name} set kind = 'x' where ${where}`],
    ['UPDATE', `update ${name} set tenant = p${cast} where ${where}`],
    ['DELETE', `delete from ${name} where ${where}`],
    ['INSERT', `insert into ${name} (id, tenant, flag) values (2000, p${cast}, true)`],
    ['upsert', upsert(dice, name, cast, where)],
    [
      'UPDATE FROM',
      `update ${name} t set kind = 'x' from f.members m where m.tenant = t.tenant::text and m.usr = ${user}`,
    ],
    [
      'DELETE USING',
      `delete from ${name} t using f.members m where m.tenant = ${dice.pick(['t.tenant::text', 'p'])} and m.usr = ${user} and t.tenant::text = ${dice.pick(['m.tenant', 'p'])}`,
    ],
    [
      'WITH that writes',
      `with gone as (delete from ${name} where ${where} returning id, tenant) insert into ${name} (id, tenant) select id + 6000, ${dice.pick(['tenant', `p${cast}`])} from gone`,
    ],
    [
      'dynamic SQL that writes',
      `execute format('update %s set kind = %L where tenant::text = %L', '${name}', 'x', ${dice.pick(['p', text])})`,
    ],
    [
      'dynamic SQL that writes',
      `execute 'delete from ${name} where tenant::text = $1' using ${dice.pick(['p', text])}`,
    ],
  ]
  if (version >= 15)
    all.push(
      ['MERGE', merge(dice, name, cast, where, version)],
      ['MERGE', merge(dice, name, cast, where, version)],
    )
  return all
}

function bodies(dice: Dice, change: string, { name }: Table, { members }: Names) {
  const session = sessionTenant(dice)
  const test = dice.pick([
    `p = ${session}`,
    `exists (select 1 from ${dice.pick(members)} m where m.tenant = p and m.usr = ${user})`,
    'p is not null',
  ])
  const all: (readonly [construct: string, body: string])[] = [
    ['IF', `begin if ${test} then ${change}; end if; end`],
    ['IF', `begin if not (${test}) then raise exception 'no'; end if; ${change}; end`],
    ['FOUND', `begin ${change}; if not found then raise exception 'none'; end if; end`],
    ['CASE', `begin case when ${test} then ${change}; else null; end case; end`],
    [
      'EXCEPTION',
      `begin if not (${test}) then raise exception 'no'; end if; exception when others then ${change}; end`,
    ],
    [
      'EXCEPTION',
      `begin begin ${change}; if not (${test}) then raise exception 'no'; end if; exception when raise_exception then null; end; end`,
    ],
    [
      'DIAGNOSTICS',
      `declare n int; begin ${change}; get diagnostics n = row_count; if n > 3 then raise exception 'many'; end if; end`,
    ],
    [
      'loop',
      `declare n int := 0; begin while n < 2 loop n := n + 1; if n = 2 and ${test} then ${change}; end if; end loop; end`,
    ],
    [
      'loop over rows',
      `declare r record; begin for r in select * from ${name} where tenant::text = p loop if ${test} then update ${name} set kind = 'x' where id = r.id; end if; end loop; end`,
    ],
    [
      'cursor',
      `declare c cursor for select * from ${name} where tenant::text = ${dice.pick(['p', session])} for update; r record; begin open c; fetch c into r; if found then ${dice.pick([`update ${name} set kind = 'x'`, `delete from ${name}`])} where current of c; end if; close c; end`,
    ],
    ['role switch', `begin set local role f_staff; if ${test} then ${change}; end if; end`],
    [
      'setting changed',
      `begin perform set_config('f.tenant', ${dice.pick(['p', `'a'`])}, true); ${change}; end`,
    ],
  ]
  return all
}
