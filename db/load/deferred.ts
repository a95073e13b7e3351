import type { Client } from 'pg'

/** What is put aside while rows come in, and how it is brought back; kept in the database, so that a second run can end it. */
const keeper = 'app.load_deferred'

/**
 * Puts indexes aside that no key needs, the exclusion of overlapping visits, and every trigger, the audit capture and the
 * foreign keys' own among them. Needs a superuser.
 * @returns how many statements bring it all back.
 */
export async function putAside(client: Client): Promise<number> {
  await client.query(
    `create table ${keeper} (place int generated always as identity, kind text not null, statement text not null)`,
  )
  await client.query(`
    insert into ${keeper} (kind, statement)
    select 'index', pg_get_indexdef(i.indexrelid)
    from pg_index i join pg_class t on t.oid = i.indrelid
    where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and not t.relispartition
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'));
    insert into ${keeper} (kind, statement)
    select 'index', format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where contype = 'x' and connamespace = 'public'::regnamespace;
    insert into ${keeper} (kind, statement)
    select 'trigger', format('alter table %s enable %s trigger %I', tgrelid::regclass,
      case tgenabled when 'A' then 'always' when 'R' then 'replica' else '' end, tgname)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where c.relnamespace = 'public'::regnamespace and not tgisinternal and tgenabled <> 'D'`)
  await client.query(`
    do $$
    declare
      one record;
    begin
      for one in select conrelid::regclass as relation, conname from pg_constraint where contype = 'x' and connamespace = 'public'::regnamespace loop
        execute format('alter table %s drop constraint %I', one.relation, one.conname);
      end loop;
      for one in
        select i.indexrelid::regclass as name from pg_index i join pg_class t on t.oid = i.indrelid
        where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and not t.relispartition
          and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
      loop
        execute format('drop index %s', one.name);
      end loop;
      for one in select oid::regclass as relation from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
        execute format('alter table %s disable trigger all', one.relation);
      end loop;
    end $$`)
  const { rows } = await client.query(`select count(*)::int as n from ${keeper}`)
  return (rows[0] as { n: number }).n
}

/** Brings the indexes back, some at a time on each of the connections. Done ones are struck off, so it can be run again. */
export async function bringIndexesBack(
  clients: readonly Client[],
  say: (text: string) => void,
): Promise<void> {
  const [first] = clients
  if (!first) return
  const { rows } = await first.query(
    `select place, statement from ${keeper} where kind = 'index' order by place`,
  )
  const waiting = rows as { place: number; statement: string }[]
  await Promise.all(
    clients.map(async (client) => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        const started = performance.now()
        await client.query('begin')
        await client.query(
          `set local search_path = public, extensions; set local maintenance_work_mem = '512MB'; ${one.statement}`,
        )
        await client.query(`delete from ${keeper} where place = $1`, [one.place])
        await client.query('commit')
        const took = performance.now() - started
        if (took > 5000) say(`  ${(took / 1000).toFixed(0)} s ${one.statement.slice(0, 100)}`)
      }
    }),
  )
}

/**
 * Looks for rows that point to nothing, key by key, since no trigger looked while they came in; then switches every trigger
 * on again as it was. Rows of many tables fit together only when every key holds.
 * @throws Error naming the first key that does not.
 */
export async function bringTriggersBack(client: Client): Promise<number> {
  const { rows } = await client.query(`
    select c.conname as name, format('select from %s c where %s and not exists (select from %s p where %s) limit 1', c.conrelid::regclass,
      string_agg(format('c.%I is not null', a.attname), ' and '), c.confrelid::regclass,
      string_agg(format('p.%I = c.%I', b.attname, a.attname), ' and ')) as orphans
    from pg_constraint c
    cross join unnest(c.conkey, c.confkey) as k (here, there)
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.here
    join pg_attribute b on b.attrelid = c.confrelid and b.attnum = k.there
    where c.contype = 'f' and c.connamespace = 'public'::regnamespace
    group by c.oid, c.conname, c.conrelid, c.confrelid`)
  for (const { name, orphans } of rows as { name: string; orphans: string }[]) {
    if ((await client.query(orphans)).rowCount) throw new Error(`rows were loaded that break ${name}`)
  }
  await client.query(`
    do $$
    declare
      one record;
    begin
      for one in select oid::regclass as relation from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
        execute format('alter table %s enable trigger all', one.relation);
      end loop;
      for one in select statement from ${keeper} where kind = 'trigger' order by place loop
        execute one.statement;
      end loop;
      drop table ${keeper};
    end $$`)
  return rows.length
}

/** Whether a load was begun here and not ended. */
export async function isUnderWay(client: Client): Promise<boolean> {
  const { rows } = await client.query(`select to_regclass('${keeper}') is not null as there`)
  return (rows[0] as { there: boolean }).there
}
