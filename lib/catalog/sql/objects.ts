import { governed } from './governed'

export const sequencesSql = `
select c.oid,
       c.relnamespace,
       c.relname,
       quote_ident(c.relname),
       c.relowner,
       format_type(s.seqtypid, null),
       s.seqstart,
       s.seqincrement,
       s.seqmax,
       s.seqcycle,
       c.relacl::text,
       has_sequence_privilege(c.oid, 'SELECT') and has_schema_privilege(c.relnamespace, 'USAGE'),
       s.seqmin,
       s.seqcache
  from pg_sequence s
  join pg_class c on c.oid = s.seqrelid
  join pg_namespace n on n.oid = c.relnamespace
 where ${governed}
 order by c.oid`

export type SequenceRow = readonly [
  oid: string,
  schema: string,
  name: string,
  quoted: string,
  owner: string,
  type: string,
  start: string,
  increment: string,
  max: string,
  cycle: string,
  acl: string | null,
  readable: string | null,
  min: string,
  cache: string,
]

export const enumsSql = `
select t.oid, t.typnamespace, t.typname, quote_ident(t.typname), json_agg(e.enumlabel order by e.enumsortorder)
  from pg_type t
  join pg_namespace n on n.oid = t.typnamespace
  join pg_enum e on e.enumtypid = t.oid
 where ${governed}
 group by t.oid, t.typnamespace, t.typname`

export type EnumRow = readonly [oid: string, schema: string, name: string, quoted: string, values: string]

export const extensionsSql = `
select e.extname, e.extnamespace, e.extversion, a.default_version
  from pg_extension e
  left join pg_available_extensions() a on a.name = e.extname`

export type ExtensionRow = readonly [name: string, schema: string, version: string, available: string | null]

/** Published tables: named, by schema (15 and later), or all of them. */
export const publicationsSql = (version: number) => `
select p.pubname, p.puballtables, r.prrelid, ${version >= 150000 ? 'r.prqual is not null' : 'false'}
  from pg_publication p
  left join pg_publication_rel r on r.prpubid = p.oid
${
  version >= 150000
    ? `union all
select p.pubname, p.puballtables, c.oid, false
  from pg_publication p
  join pg_publication_namespace s on s.pnpubid = p.oid
  join pg_class c on c.relnamespace = s.pnnspid and c.relkind in ('r', 'p')`
    : ''
}`

export type PublicationRow = readonly [
  name: string,
  allTables: string,
  relation: string | null,
  filtered: string,
]

/** Options are never read: they hold passwords. */
export const foreignServersSql = `
select s.srvname, w.fdwname, s.srvowner, m.umuser
  from pg_foreign_server s
  join pg_foreign_data_wrapper w on w.oid = s.srvfdw
  left join pg_user_mappings m on m.srvid = s.oid`

export type ForeignServerRow = readonly [name: string, wrapper: string, owner: string, user: string | null]
