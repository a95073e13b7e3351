import { governed } from './governed'

/**
 * Sizes on disk, of relations and of indexes alike. Each one opens its relation, so this waits for an ACCESS EXCLUSIVE
 * lock: it runs with a bound on the wait and can leave relations out.
 */
export const exactSizesSql = `
select c.oid, pg_total_relation_size(c.oid)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'm')
   and ${governed}
   and c.oid between :lowest and :highest and c.oid <> all (:without)
union all
select i.indexrelid, pg_relation_size(i.indexrelid)
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'i'
   and ${governed}
   and i.indrelid between :lowest and :highest and i.indrelid <> all (:without)`

/** What the last vacuum or analyze counted: no relation is opened. Tables carry their TOAST and their indexes. */
export const estimatedSizesSql = `
with pages as (
  select c.oid, c.relkind, c.relnamespace, c.reltoastrelid, nullif(c.relpages, 0)::bigint as pages
    from pg_class c
   where c.relkind in ('r', 'm', 'i', 't')
), indexed as (
  select i.indrelid, sum(p.pages) as pages from pg_index i join pages p on p.oid = i.indexrelid group by i.indrelid
)
select p.oid,
       (p.pages + coalesce(x.pages, 0) + coalesce(t.pages, 0)) * current_setting('block_size')::bigint
  from pages p
  join pg_namespace n on n.oid = p.relnamespace
  left join indexed x on x.indrelid = p.oid
  left join pages t on t.oid = p.reltoastrelid
 where p.relkind <> 't'
   and ${governed}`

export type SizeRow = readonly [oid: string, size: string | null]
