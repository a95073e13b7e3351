import { digest, ofUsers } from './governed'

/**
 * Key parts by column number; of expressions and predicates the digests of their trees. What comes after them is the same
 * for thousands of indexes.
 */
export const indexesSql = (version: number) => `
select c.relname, i.indexrelid, i.indrelid, pg_stat_get_numscans(i.indexrelid), c.relpages,
       ${version >= 160000 ? "coalesce(pg_stat_get_lastscan(i.indexrelid)::text, '')" : "''"},
       ${digest('i.indexprs')}, ${digest('i.indpred')},
       c.relnamespace, am.amname, c.relkind, i.indnkeyatts, i.indkey, i.indclass, i.indcollation, i.indoption,
       i.indisunique, i.indisprimary, i.indisexclusion, ${version >= 150000 ? 'i.indnullsnotdistinct' : 'false'},
       i.indisvalid, i.indisready, i.indislive, i.indisreplident
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_am am on am.oid = c.relam
 where ${ofUsers('i.indrelid')}
   and c.relnamespace <> 'pg_toast'::regnamespace`

export type IndexRow = readonly [
  name: string,
  oid: string,
  relation: string,
  scans: string | null,
  pages: string,
  lastScan: string,
  expressionTree: string,
  predicateTree: string,
  /** IndexTraits as one text. */
  traits: string,
]

export type IndexTraits = readonly [
  schema: string,
  method: string,
  kind: string,
  keyParts: string,
  columns: string,
  classes: string,
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
]

export const opclassesSql = `
select o.oid, case n.nspname when 'pg_catalog' then quote_ident(o.opcname)
              else quote_ident(n.nspname) || '.' || quote_ident(o.opcname) end
  from pg_opclass o
  join pg_namespace n on n.oid = o.opcnamespace`

export type OpclassRow = readonly [oid: string, name: string]
