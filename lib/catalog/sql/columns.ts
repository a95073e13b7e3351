import { governed } from './governed'

/** Types are given by OID and modifier: a few dozen texts, sent once by `columnTypesSql`. */
export const columnsSql = `
select a.attrelid,
       a.attnum,
       a.attname,
       a.atttypid,
       a.atttypmod,
       a.attnotnull,
       a.attidentity::text || a.attgenerated::text,
       a.attinhcount,
       a.attcollation,
       a.attacl::text,
       c.relowner
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace
 where a.attnum > 0
   and not a.attisdropped
   and c.relkind in ('r', 'p', 'v', 'm', 'f')
   and ${governed}`

export type ColumnRow = readonly [
  relation: string,
  number: string,
  name: string,
  type: string,
  modifier: string,
  notNull: string,
  identityAndGenerated: string,
  inherited: string,
  collation: string,
  acl: string | null,
  owner: string,
]

/** The text of every type and modifier in use; '???' is a type that is gone. */
export const columnTypesSql = `
select u.atttypid, u.atttypmod, format_type(u.atttypid, u.atttypmod)
  from (select distinct a.atttypid, a.atttypmod
          from pg_attribute a
          join pg_class c on c.oid = a.attrelid
          join pg_namespace n on n.oid = c.relnamespace
         where a.attnum > 0
           and not a.attisdropped
           and c.relkind in ('r', 'p', 'v', 'm', 'f')
           and ${governed}) u`

export type ColumnTypeRow = readonly [type: string, modifier: string, text: string]

/** Domains, and the plain name of what may stand behind one. */
export const domainsSql = `
select d.oid, d.typbasetype, format_type(d.typbasetype, null) from pg_type d where d.typtype = 'd'`

export type DomainRow = readonly [oid: string, base: string, baseText: string]

export const collationsSql = `
select co.oid, case n.nspname when 'pg_catalog' then quote_ident(co.collname)
               else quote_ident(n.nspname) || '.' || quote_ident(co.collname) end
  from pg_collation co
  join pg_namespace n on n.oid = co.collnamespace`

export type CollationRow = readonly [oid: string, name: string]
