import { sql } from 'kysely'
import { checkOf, problemCap, type Check, type Note, type Problem, type ProblemKind } from './report'
import type { LedgerTx } from './session'

interface Watched {
  readonly name: string
  /** Quoted for SQL. */
  readonly relation: string
  /** The key as the log writes it, as an expression over `t`. */
  readonly key: string
  readonly rows: number
  readonly readable: boolean
}

/** More rows than this are compared only when asked for. */
export const rowLimit = 200_000

/**
 * Compares the rows of watched tables, as they stand, with what the log says of them: every open field's last value, the
 * salted hash of closed ones, rows that should be gone or were never recorded. Needs the rights of whoever may read both.
 */
export async function checkRows(tx: LedgerTx, limit: number = rowLimit): Promise<Check> {
  const { rows: may } = await sql<{ may: boolean }>`
    select has_schema_privilege('ledger', 'usage') and has_column_privilege('ledger.audit_logs', 'salt', 'select')
           and (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as may`.execute(
    tx,
  )
  if (!may[0]?.may)
    return {
      id: 'rows',
      outcome: 'unknown',
      looked: 0,
      problems: [],
      notes: [{ kind: 'no-rights', about: 'ledger.audit_logs' }],
    }
  const problems: Problem[] = []
  const notes: Note[] = []
  let looked = 0
  for (const table of await watchedTables(tx)) {
    if (!table.readable) notes.push({ kind: 'no-rights', about: table.name })
    else if (table.rows > limit) notes.push({ kind: 'too-many-rows', about: table.name })
    else {
      const { found, touched, rows } = await compare(tx, table)
      looked += rows
      problems.push(...found)
      if (touched > 0) notes.push({ kind: 'touched-rows', about: `${table.name} (${touched})` })
    }
  }
  const check = checkOf('rows', looked, problems, notes)
  const undone = notes.some((note) => note.kind !== 'touched-rows')
  return check.outcome !== 'fail' && undone ? { ...check, outcome: 'unknown' } : check
}

async function watchedTables(tx: LedgerTx): Promise<readonly Watched[]> {
  const { rows } = await sql<Watched>`
    select n.nspname || '.' || c.relname as name, format('%I.%I', n.nspname, c.relname) as relation,
           case when count(*) = 1 then max(case when a.atttypid = 'uuid'::regtype then format('t.%I::text', a.attname)
                                                else format('to_jsonb(t.%I) #>> ''{}''', a.attname) end)
                else 'jsonb_build_object(' || string_agg(format('%L, t.%I', a.attname, a.attname), ', ') || ')::text' end as key,
           case when c.relkind = 'p' then 0 else greatest(c.reltuples, 0) end::float8 as rows,
           has_table_privilege(c.oid, 'select') as readable
      from pg_trigger g
      join pg_proc p on p.oid = g.tgfoid and p.pronamespace = 'ledger'::regnamespace
      join pg_class c on c.oid = g.tgrelid and not c.relispartition
      join pg_namespace n on n.oid = c.relnamespace
      join pg_index i on i.indrelid = c.oid and i.indisprimary
      join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::smallint[])
     where g.tgname = 'ledger_capture'
     group by n.nspname, c.relname, c.relkind, c.reltuples, c.oid
     order by 1`.execute(tx)
  return rows
}

async function compare(tx: LedgerTx, { name, relation, key }: Watched) {
  await sql`select set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true), set_config('intervalstyle', 'iso_8601', true),
                   set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true)`.execute(
    tx,
  )
  const { rows } = await sql<{ key: string; entry: string | null; kind: ProblemKind | 'touched' }>`
    with captured as (
      select e.id, coalesce(e.record_id::text, e.record_key) as key, e.action::text as action, e.changed_fields, e.new_values,
             e.after_hash, e.salt, e.xact_id, e.old_values is null and e.before_hash is null as whole
        from ledger.audit_logs e
       where e.table_name = ${name} and coalesce(e.record_id::text, e.record_key) is not null
         and (e.old_values is not null or e.new_values is not null or e.before_hash is not null or e.after_hash is not null
              or e.action = 'update')
    ),
    life as (
      -- What counts of a record is what came since it was last created.
      select c.*, max(c.id) filter (where c.whole) over (partition by c.key) as born,
             c.id = max(c.id) over (partition by c.key) as newest
        from captured c
    ),
    since as (select * from life where id >= coalesce(born, 0)),
    said as (
      select s.key, jsonb_object_agg(v.key, v.value order by s.id) as fields
        from since s cross join lateral jsonb_each(s.new_values) as v
       where v.key <> all (array['row_version', 'updated_at']) group by s.key
    ),
    mentioned as (
      select s.key, f as field, max(s.id) as id from since s -- What triggers keep on each update changes without being named.
       cross join lateral unnest(s.changed_fields || case when s.whole then '{}' else array['row_version', 'updated_at'] end) as f group by 1, 2
    ),
    -- Hashes whose closed fields no later entry speaks of.
    proved as (
      select s.key, s.id, s.salt, s.after_hash, closed.fields
        from since s
       cross join lateral (
         select array_agg(f) as fields from unnest(s.changed_fields) as f where not coalesce(s.new_values ? f, false)
       ) as closed
       where s.after_hash is not null and s.action <> 'delete'
         and not exists (select from mentioned m where m.key = s.key and m.field = any (closed.fields) and m.id > s.id)
    ),
    now as (select ${sql.raw(key)} as key, to_jsonb(t) as fields, t.xmin::text::bigint as xmin from ${sql.raw(relation)} t),
    -- Joined, not asked for each row: of many rows that would be a square.
    bad as (
      select distinct p.key from proved p join now n on n.key = p.key
       where p.after_hash is distinct from sha256(p.salt || convert_to((
         select jsonb_object_agg(f, n.fields -> f)::text from unnest(p.fields) as f), 'UTF8'))
    )
    select * from (
      select coalesce(n.key, l.key) as key, l.id::text as entry,
             case
               when l.id is null then case when n.xmin >= (select min(c.xact_id::text::bigint) & 4294967295 from captured c) then 'row-unrecorded' end
               when l.action = 'delete' then case when n.key is not null then 'row-back' end
               when n.key is null then 'row-gone'
               when exists (select from jsonb_each(s.fields) as f where f.value::text is distinct from (n.fields -> f.key)::text) then 'row-differs'
               when b.key is not null then 'row-differs'
               when n.xmin <> l.xact_id::text::bigint & 4294967295 then 'touched'
             end as kind
        from now n
        full join (select * from life where newest) l on l.key = n.key
        left join said s on s.key = l.key
        left join bad b on b.key = l.key
    ) as judged
    where kind is not null`.execute(tx)
  const { rows: counted } = await sql<{ n: number }>`select count(*) as n from ${sql.raw(relation)}`.execute(
    tx,
  )
  const found = rows
    .filter((row) => row.kind !== 'touched')
    .slice(0, problemCap)
    .map((row): Problem => ({ kind: row.kind as ProblemKind, at: null, entry: row.entry, about: name }))
  return { found, touched: rows.filter((row) => row.kind === 'touched').length, rows: counted[0]?.n ?? 0 }
}
