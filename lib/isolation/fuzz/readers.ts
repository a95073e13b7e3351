import { condition, sessionTenant, type Names } from './condition'
import type { Dice } from './dice'
import type { Table } from './table'

const user = `nullif(current_setting('f.usr', true), '')::int`
const pinned = ' security definer set search_path = f, pg_temp'

/** Settings of a function, which hold while it runs. */
export const clauses = (dice: Dice): string =>
  dice.chance(0.15)
    ? dice.named(
        'SET of a function',
        dice.pick([` set f.tenant = 'a'`, ` set f.usr = '2'`, ` set role = f_staff`, ` set f.list = 'b'`]),
        '',
      )
    : ''

/** A function that returns rows of a table; its id. */
export function reader(dice: Dice, table: Table, at: number, names: Names, out: string[]): string {
  const name = `f.r${at + 1}`
  const { tenant } = names
  const where = dice.pick([
    `${tenant} = p and ${condition(dice, names, 1)}`,
    condition(dice, names, 2),
    `(kind = p or ${condition(dice, names, 1)})`,
  ])
  const definer = (dice.chance(0.6) ? pinned : '') + clauses(dice)
  const made = `create function ${name}(p text) returns table (id int, tenant text)`
  if (dice.chance(0.4)) {
    out.push(
      `${made} language sql stable${definer} as $$ select t.id, t.tenant::text from (select * from ${table.name}) t where ${where} $$`,
    )
    return `${name}(text)`
  }
  const [construct, body] = dice.pick(bodies(dice, table, names, where))
  out.push(
    `${made} language plpgsql${definer} as $$\n#variable_conflict use_column\n${dice.named(construct, body(), 'begin return; end')} $$`,
  )
  return `${name}(text)`
}

type Body = readonly [construct: string, body: () => string]

function bodies(dice: Dice, { name }: Table, { tenant, members }: Names, where: string): readonly Body[] {
  const session = () => sessionTenant(dice)
  const rows = (test: string) => `select t.id, t.tenant::text from ${name} t where ${test}`
  const give = (test: string) => `return query ${rows(test)};`
  const next = `id := r.id; tenant := r.tenant; return next;`
  const member = dice.pick(members)
  return [
    ['RETURN QUERY', () => `begin ${give(where)} end`],
    [
      'RETURN QUERY',
      () =>
        `begin if p = ${session()} then ${give(`${tenant} = p`)} else ${give(`${where} and ${tenant} = ${session()}`)} end if; end`,
    ],
    [
      'RETURN QUERY',
      () =>
        `begin if p is distinct from ${session()} then return; end if; ${give(`${tenant} = p or ${tenant} is null and flag`)} end`,
    ],
    [
      'RETURN NEXT',
      () =>
        `declare r record; begin for r in select * from ${name} t where ${where} loop ${next} end loop; end`,
    ],
    [
      'RETURN NEXT',
      () =>
        `declare r record; begin for r in select * from ${name} loop continue when r.tenant::text is distinct from ${dice.pick(['p', session()])}; ${next} end loop; end`,
    ],
    [
      'cursor',
      () =>
        `declare c cursor for select * from ${name} t where ${where}; r record; begin open c; loop fetch c into r; exit when not found; ${next} end loop; close c; end`,
    ],
    [
      'cursor',
      () =>
        `declare c cursor (k text) for select * from ${name} t where ${tenant} = k; begin for r in c (${dice.pick(['p', session()])}) loop ${next} end loop; end`,
    ],
    [
      'dynamic SQL',
      () =>
        `begin return query execute format('${rows(`t.tenant::text = %L`)}', ${dice.pick(['p', session()])}); end`,
    ],
    [
      'dynamic SQL',
      () =>
        `begin return query execute format('select t.id, t.tenant::text from %s t where t.tenant::text = $1', '${name}') using ${dice.pick(['p', session()])}; end`,
    ],
    [
      'dynamic SQL',
      () =>
        `begin return query execute '${rows(`t.tenant::text = `)}' || quote_nullable(${session()}) || ${dice.pick([`''`, `' and t.kind = ' || quote_nullable(p)`, `coalesce(' or ' || p, '')`])}; end`,
    ],
    [
      'CASE',
      () =>
        `begin case when p = ${session()} then ${give(`${tenant} = p`)} when p is null then ${give(where)} else null; end case; end`,
    ],
    [
      'CASE',
      () =>
        `begin case p when ${session()} then ${give(where)} when 'x' then ${give(`${tenant} = ${session()}`)} end case; end`,
    ],
    [
      'EXCEPTION',
      () =>
        `begin if p <> ${session()} then raise exception 'no'; end if; ${give(`${tenant} = p`)} exception when ${dice.pick(['others', 'raise_exception', 'division_by_zero'])} then ${give(dice.pick([where, `${tenant} = ${session()}`]))} end`,
    ],
    [
      'INTO STRICT',
      () =>
        `declare v text; begin select m.tenant into strict v from ${member} m where m.usr = ${user}; ${give(`${tenant} = v`)} exception when no_data_found then return; when too_many_rows then ${give(where)} end`,
    ],
    [
      'loop',
      () =>
        `declare v text; begin foreach v in array string_to_array(current_setting('f.list', true), ',') loop ${give(`${tenant} = v`)} end loop; end`,
    ],
    [
      'loop',
      () =>
        `declare v text := 'c'; n int := 0; begin <<outer>> loop n := n + 1; exit outer when n > 2; if n = 1 then v := ${session()}; continue; end if; ${give(`${tenant} = v`)} end loop; end`,
    ],
    [
      'loop',
      () =>
        `declare v text; begin for v in select m.tenant from ${member} m where m.usr = ${user} loop ${give(`${tenant} = v and ${where}`)} end loop; end`,
    ],
    [
      'FOUND',
      () =>
        `begin perform 1 from ${member} m where m.tenant = p and m.usr = ${user}; if ${dice.pick(['not found', 'found'])} then return; end if; ${give(`${tenant} = p`)} end`,
    ],
    ['role switch', () => `begin perform set_config('role', 'f_staff', true); ${give(where)} end`],
    [
      'setting changed',
      () => `begin perform set_config('f.tenant', ${dice.pick(['p', `'a'`])}, true); ${give(where)} end`,
    ],
  ]
}
