import type { Client } from 'pg'

/** What is put aside while rows come in, and how it is brought back; kept in the database, so that a second run can end it. */
const keeper = 'app.load_deferred'

/**
 * Puts aside all that would be kept up row by row: foreign keys, primary and unique keys, the exclusion of overlapping
 * visits, indexes, and every trigger, the audit capture and what follows changes of tables among them. Partitioned tables keep their keys and indexes. Needs a
 * superuser.
 * @returns how many statements bring it all back.
 */
export async function putAside(client: Client): Promise<number> {
  // Every name is written with its schema, so that the statements mean the same whoever runs them.
  await client.query(`
    set search_path = pg_catalog;
    create table ${keeper} (
      place int generated always as identity, kind text not null, relation regclass, bring text not null, away text not null
    );
    with plain as (
      select oid from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and not relispartition
    ), constraints as (
      select c.oid, c.contype, c.conindid, c.conrelid, c.conname,
        format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as bring,
        format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as away
      from pg_constraint c where c.conparentid = 0
    ), aside as (
      select 1 as turn, 'key' as kind, conrelid as relation, bring, away, oid from constraints c
      where contype = 'f' and exists (
        select from pg_constraint k where k.oid = c.oid and 'public'::regnamespace in (
          (select relnamespace from pg_class where oid = k.conrelid), (select relnamespace from pg_class where oid = k.confrelid))
      )
      union all
      select 2, 'index', conrelid, bring, away, oid from constraints where contype in ('p', 'u', 'x') and conrelid in (select oid from plain)
      union all
      select 3, 'index', i.indrelid, pg_get_indexdef(i.indexrelid), format('drop index %s', i.indexrelid::regclass), i.indexrelid
      from pg_index i where i.indrelid in (select oid from plain)
        and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
      union all
      select 4, 'trigger', t.tgrelid, format('alter table %s enable %s trigger %I', t.tgrelid::regclass,
          case t.tgenabled when 'A' then 'always' when 'R' then 'replica' else '' end, t.tgname),
        format('alter table %s disable trigger %I', t.tgrelid::regclass, t.tgname), t.oid
      from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = 'public'::regnamespace and not t.tgisinternal and t.tgenabled <> 'D'
      union all
      -- What follows changes of tables would follow each key, on both connections at once.
      select 0, 'trigger', null, format('alter event trigger %I enable %s', evtname,
          case evtenabled when 'A' then 'always' when 'R' then 'replica' else '' end),
        format('alter event trigger %I disable', evtname), oid
      from pg_event_trigger where evtenabled <> 'D'
    )
    insert into ${keeper} (kind, relation, bring, away) select kind, relation, bring, away from aside order by turn, oid;
    do $$
    declare
      one record;
    begin
      for one in select away from ${keeper} order by place loop execute one.away; end loop;
    end $$;
    reset search_path`)
  const { rows } = await client.query(`select count(*)::int as n from ${keeper}`)
  return (rows[0] as { n: number }).n
}

/**
 * Brings keys' and other indexes back, the largest tables first, each table on one connection, since a key locks its table.
 * Done ones are struck off, so it can be run again.
 */
export async function bringIndexesBack(
  clients: readonly Client[],
  say: (text: string) => void,
): Promise<void> {
  const [first] = clients
  if (!first) return
  const byTable = new Map<string | null, Aside[]>()
  for (const one of await put(first, 'index'))
    byTable.set(one.relation, [...(byTable.get(one.relation) ?? []), one])
  const waiting = [...byTable.values()]
  await Promise.all(
    clients.map(async (client) => {
      for (let table = waiting.shift(); table; table = waiting.shift())
        for (const one of table) await bring(client, one, say)
    }),
  )
}

/**
 * Brings foreign keys back, each of which looks for rows that point to nothing, and then switches every trigger on again as
 * it was.
 * @throws Error of the server naming the first key that does not hold.
 * @returns how many keys hold.
 */
export async function bringKeysBack(client: Client, say: (text: string) => void): Promise<number> {
  const keys = await put(client, 'key')
  for (const one of keys) await bring(client, one, say)
  for (const one of await put(client, 'trigger')) await bring(client, one, say)
  await client.query(`drop table ${keeper}`)
  return keys.length
}

interface Aside {
  readonly place: number
  /** `schema.table`; null for what belongs to the whole database. */
  readonly relation: string | null
  readonly bring: string
}

async function put(client: Client, kind: 'index' | 'key' | 'trigger'): Promise<Aside[]> {
  const { rows } = await client.query(
    `select place, relation::text, bring from ${keeper} where kind = $1 order by pg_table_size(relation) desc nulls last, place`,
    [kind],
  )
  return rows as Aside[]
}

async function bring(client: Client, one: Aside, say: (text: string) => void): Promise<void> {
  const started = performance.now()
  await client.query('begin')
  await client.query(`set local maintenance_work_mem = '512MB'; ${one.bring}`)
  await client.query(`delete from ${keeper} where place = $1`, [one.place])
  await client.query('commit')
  const took = performance.now() - started
  if (took > 5000) say(`  ${(took / 1000).toFixed(0)} s ${one.bring.slice(0, 100)}`)
}

/** Whether a load was begun here and not ended. */
export async function isUnderWay(client: Client): Promise<boolean> {
  const { rows } = await client.query(`select to_regclass('${keeper}') is not null as there`)
  return (rows[0] as { there: boolean }).there
}
