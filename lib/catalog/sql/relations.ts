import { ofUsers } from './governed'

/**
 * One row per relation, the system's own for their names only; other sessions' temporary ones and TOAST are left out.
 * Statistics are read by function: the views join every index again.
 */
export const relationsSql = `
select c.oid,
       c.relnamespace,
       c.relname,
       c.relkind,
       c.relowner,
       c.relpersistence,
       c.relreplident,
       c.relrowsecurity,
       c.relforcerowsecurity,
       c.relispartition,
       c.reltuples,
       to_json(c.reloptions),
       c.relacl::text,
       nullif(c.relpages, 0) + coalesce(t.relpages, 0)
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_class t on t.oid = c.reltoastrelid and t.relkind = 't' and t.relpages > 0
 where c.relkind in ('r', 'p', 'v', 'm', 'f')
   and n.nspname !~ '^pg_(toast|temp)'`

export type RelationRow = readonly [
  oid: string,
  schema: string,
  name: string,
  kind: string,
  owner: string,
  persistence: string,
  replicaIdentity: string,
  rls: string,
  rlsForced: string,
  isPartition: string,
  rows: string,
  options: string | null,
  acl: string | null,
  /** Of the table and its TOAST when it was last vacuumed or analysed; null is never. */
  pages: string | null,
]

/** Partitions and inheritance children. */
export const inheritanceSql = `select inhrelid, inhparent from pg_inherits order by inhrelid, inhseqno`

export type InheritanceRow = readonly [child: string, parent: string]

export const statisticsSql = `
select c.oid,
       pg_stat_get_numscans(c.oid),
       pg_stat_get_tuples_inserted(c.oid),
       pg_stat_get_tuples_updated(c.oid),
       pg_stat_get_tuples_deleted(c.oid),
       pg_stat_get_live_tuples(c.oid),
       pg_stat_get_dead_tuples(c.oid),
       greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid)),
       greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid))
  from pg_class c
 where c.relkind in ('r', 'm')
   and ${ofUsers('c.oid')}`

export type StatisticsRow = readonly [
  oid: string,
  seqScans: string,
  inserted: string,
  updated: string,
  deleted: string,
  live: string,
  dead: string,
  lastVacuum: string | null,
  lastAnalyze: string | null,
]
