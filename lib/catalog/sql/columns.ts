import { digest, governed } from './governed'

/**
 * One row per relation, an array per attribute, in one order: a tenth of the rows, and each is cut apart in one go. Types
 * are given by OID and modifier: a few dozen texts, sent once by `columnTypesSql`.
 */
export const columnsSql = `
select c.oid,
       a.names,
       a.numbers,
       a.types,
       a.modifiers,
       a.not_null,
       a.identity,
       a.generated,
       a.inherited,
       a.collations
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 cross join lateral (
       select to_json(array_agg(attname)) as names,
              array_agg(attnum) as numbers,
              array_agg(atttypid) as types,
              array_agg(atttypmod) as modifiers,
              array_agg(attnotnull) as not_null,
              array_agg(attidentity) as identity,
              array_agg(attgenerated) as generated,
              array_agg(attinhcount) as inherited,
              array_agg(attcollation) as collations
         from pg_attribute
        where attrelid = c.oid
          and attnum > 0
          and not attisdropped) a
 where c.relkind in ('r', 'p', 'v', 'm', 'f')
   and a.names is not null
   and ${governed}`

export type ColumnsRow = readonly [
  relation: string,
  names: string,
  numbers: string,
  types: string,
  modifiers: string,
  notNull: string,
  identity: string,
  generated: string,
  inherited: string,
  collations: string,
]

/** Defaults and generation expressions: relation, column number, digest of the tree. */
export const defaultsSql = `
select concat_ws(' ', d.adrelid, d.adnum, ${digest('d.adbin')})
  from pg_attrdef d
  join pg_class c on c.oid = d.adrelid
  join pg_namespace n on n.oid = c.relnamespace
 where ${governed}`

export type DefaultRow = readonly [packed: string]

/** The few columns with grants of their own. */
export const columnGrantsSql = `
select a.attrelid, a.attnum, c.relowner, a.attacl::text
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
 where a.attacl is not null
   and a.attnum > 0`

export type ColumnGrantRow = readonly [relation: string, number: string, owner: string, acl: string]

/** The text of every type and modifier in use, and of the type alone; '???' is a type that is gone. */
export const columnTypesSql = `
select u.atttypid, u.atttypmod, format_type(u.atttypid, u.atttypmod), format_type(u.atttypid, null)
  from (select distinct atttypid, atttypmod from pg_attribute where attnum > 0 and not attisdropped) u`

export type ColumnTypeRow = readonly [type: string, modifier: string, text: string, plain: string]

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
