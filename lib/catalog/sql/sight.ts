import { governed } from './governed'

/** Tables whose pg_stats rows this role does not see: no right to read them, or row security applies to it. */
export const hiddenStatisticsSql = `
select count(*)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'm')
   and ${governed}
   and (not has_any_column_privilege(c.oid, 'SELECT') or row_security_active(c.oid))`

export type CountRow = readonly [count: string]
