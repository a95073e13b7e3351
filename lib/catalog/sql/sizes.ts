import { governed } from './governed'

/**
 * Sizes on disk, of relations and of indexes alike. Each one opens its relation, so this waits for an ACCESS EXCLUSIVE
 * lock: it runs with a bound on the wait and for a list of relations.
 */
export const exactSizesSql = (among: readonly string[]) => `
select c.oid, pg_total_relation_size(c.oid)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'm')
   and ${governed}
   and c.oid = any ('{${among.join(',')}}'::oid[])
union all
select i.indexrelid, pg_relation_size(i.indexrelid)
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'i'
   and ${governed}
   and i.indrelid = any ('{${among.join(',')}}'::oid[])`

export type SizeRow = readonly [oid: string, size: string | null]
