/** Which transactions this one sees: `xmin:xmax:running,…` in 64 bits. */
export const horizonSql = `select pg_current_snapshot()::text`

export type HorizonRow = readonly [snapshot: string]

/**
 * Names that changed after our snapshot was taken (`xmax` its first unassigned transaction, `running` those not yet
 * ended): the texts that the server deparsed hold the new ones. To be run in a transaction of its own, after it.
 */
export const renamedSql = (xmax: string, running: readonly string[]) => {
  const unfinished = (alias: string) =>
    running.length === 0 ? '' : ` or ${alias}.xmin = any ('{${running.join(',')}}'::xid[])`
  // In a sub-select the age is worked out once, not for every row.
  const later = (alias: string) => `(age(${alias}.xmin) <= (select age('${xmax}'::xid))${unfinished(alias)})`
  return `
select 'column', a.attrelid, a.attnum::text, a.attname::text
  from pg_attribute a
 where a.attnum > 0
   and not a.attisdropped
   and ${later('a')}
union all
select 'relation', c.oid, '', format('%I.%I', n.nspname, c.relname)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where ${later('c')} or ${later('n')}
union all
select 'routine', p.oid, '', p.oid::regprocedure::text
  from pg_proc p
 where ${later('p')}`
}

export type RenamedRow = readonly [what: string, oid: string, column: string, name: string]
