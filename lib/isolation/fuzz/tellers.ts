import { condition, sessionTenant, type Names } from './condition'
import type { Dice } from './dice'
import type { Table } from './table'

const pinned = ' security definer set search_path = f, pg_temp'

/** A function that tells one text made of the rows of a table, which must not depend on those of others; its id. */
export function teller(dice: Dice, { name: of }: Table, at: number, names: Names, out: string[]): string {
  const name = `f.q${at + 1}`
  const own = `${names.tenant} = ${sessionTenant(dice)}`
  const test = dice.pick([own, own, `${own} and ${condition(dice, names, 1)}`, condition(dice, names, 1)])
  const [construct, sql] = dice.pick<readonly [string, string]>([
    ['groups told', `select count(*)::text from ${of} where ${test}`],
    ['groups told', `select max(kind) from ${of} where ${test} having count(*) > 1`],
    ['EXISTS told', `select (exists (select 1 from ${of} where ${test}))::text`],
    ['NOT EXISTS told', `select (not exists (select 1 from ${of} where ${test} and kind = p))::text`],
    [
      'NOT EXISTS told',
      `select max(id)::text from ${of} w where ${test} and not exists (select 1 from ${of} o where o.id = w.id + 1 and o.kind = p)`,
    ],
    [
      'anti-join told',
      `select count(*)::text from (select * from ${of} where ${test}) w left join ${of} o on o.id = w.id + 1${dice.chance(0.5) ? ' and o.tenant = w.tenant' : ''} where o.id is null`,
    ],
    [
      'NOT IN told',
      `select count(*)::text from ${of} where ${test} and kind not in (select o.kind from ${of} o where o.kind is not null and o.owner = 2)`,
    ],
    ['LIMIT told', `select kind from ${of} where ${test} order by id limit 1`],
    ['LIMIT told', `select count(*)::text from (select * from ${of} order by id limit 7) w where ${test}`],
    ['LIMIT told', `select id::text from ${of} where ${test} order by id desc offset 1 limit 1`],
    [
      'DISTINCT ON told',
      `select string_agg(w.id::text, ',' order by w.id) from (select distinct on (kind) * from ${of} order by kind, id) w where ${test}`,
    ],
    [
      'window told',
      `select max(n)::text from (select *, row_number() over (order by id) as n from ${of}) w where ${test}`,
    ],
    [
      'window told',
      `select max(n)::text from (select *, row_number() over (partition by tenant order by id) as n from ${of}) w where ${test}`,
    ],
    [
      'set operation told',
      `select count(*)::text from (select kind from ${of} where ${test} except select kind from ${of} where owner = 2) w`,
    ],
  ])
  const definer = dice.chance(0.7) ? pinned : ''
  const text = dice.named(construct, sql, 'select null::text')
  out.push(
    dice.chance(0.5)
      ? `create function ${name}(p text) returns text language sql stable${definer} as $$ ${text} $$`
      : `create function ${name}(p text) returns text language plpgsql stable${definer} as $$ declare v text; begin v := (${text}); if v is null then return 'none'; end if; return v; end $$`,
  )
  return `${name}(text)`
}
