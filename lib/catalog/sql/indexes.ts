import { governed } from './governed'

/** Key parts by column number; expressions and predicates come with the other deparsed texts. */
export const indexesSql = (version: number) => `
select i.indexrelid,
       i.indrelid,
       c.relnamespace,
       c.relname,
       quote_ident(c.relname),
       am.amname,
       i.indkey::text,
       i.indnkeyatts,
       i.indclass::text,
       i.indcollation::text,
       i.indoption::text,
       i.indisunique,
       i.indisprimary,
       i.indisexclusion,
       ${version >= 150000 ? 'i.indnullsnotdistinct' : 'false'},
       i.indisvalid,
       i.indisready,
       i.indislive,
       i.indisreplident,
       pg_stat_get_numscans(i.indexrelid),
       ${version >= 160000 ? `to_char(pg_stat_get_lastscan(i.indexrelid) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')` : 'null'},
       c.relkind
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_am am on am.oid = c.relam
 where ${governed}`

export type IndexRow = readonly [
  oid: string,
  relation: string,
  schema: string,
  name: string,
  quoted: string,
  method: string,
  keys: string,
  keyCount: string,
  opclasses: string,
  collations: string,
  options: string,
  unique: string,
  primary: string,
  exclusion: string,
  nullsNotDistinct: string,
  valid: string,
  ready: string,
  live: string,
  replicaIdentity: string,
  scans: string | null,
  lastScan: string | null,
  kind: string,
]

export const opclassesSql = `
select o.oid, case n.nspname when 'pg_catalog' then quote_ident(o.opcname)
              else quote_ident(n.nspname) || '.' || quote_ident(o.opcname) end
  from pg_opclass o
  join pg_namespace n on n.oid = o.opcnamespace`

export type OpclassRow = readonly [oid: string, name: string]
