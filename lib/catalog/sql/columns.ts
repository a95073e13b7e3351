import { digest, governed, ofUsers } from './governed'

/** OID of the collation that is the database's own, the same in every cluster. */
const defaultCollation = 100

/**
 * One row per relation, and whether some of its columns have grants of their own. What comes after is the same for tables
 * that are alike: names, numbers, which are negative where NULL may stand, types, and of those that are more than a name and
 * a type the rest. Types are given by OID: a few dozen, whose texts are asked for once.
 */
export const columnsSql = `
select c.oid, a.granted > 0, to_json(a.names), a.numbers, a.types, a.special
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 cross join lateral (
       select array_agg(attname) as names,
              array_agg(case when attnotnull then attnum else -attnum end) as numbers,
              array_agg(atttypid) as types,
              string_agg(concat_ws(' ', attnum, atttypmod, attidentity, attgenerated, attinhcount > 0, attcollation), ',')
                filter (where atttypmod <> -1 or attidentity <> '' or attgenerated <> '' or attinhcount > 0
                           or attcollation not in (0, ${defaultCollation})) as special,
              count(attacl) as granted
         from pg_attribute
        where attrelid = c.oid
          and attnum > 0
          and not attisdropped) a
 where c.relkind in ('r', 'p', 'v', 'm', 'f')
   and a.names is not null
   and ${governed}`

export type ColumnsRow = readonly [
  relation: string,
  granted: string,
  /** LayoutTraits as one text. */
  layout: string,
]

export type LayoutTraits = readonly [names: string, numbers: string, types: string, special: string | null]

/** Defaults and generation expressions: column number and digest of the tree. */
export const defaultsSql = `
select d.adrelid, d.adnum, ${digest('d.adbin')}
  from pg_attrdef d
 where ${ofUsers('d.adrelid')}`

export type DefaultRow = readonly [relation: string, number: string, tree: string]

/** The few columns with grants of their own, list by list taken apart. */
export const columnGrantsSql = (among: readonly string[]) => `
select a.attrelid, a.attnum, x.grantee, x.grantor, x.privilege_type, x.is_grantable
  from pg_attribute a
 cross join lateral aclexplode(a.attacl) x
 where a.attrelid = any ('{${among.join(',')}}'::oid[])
   and a.attnum > 0
   and not a.attisdropped`

export type ColumnGrantRow = readonly [
  relation: string,
  number: string,
  grantee: string,
  grantor: string,
  privilege: string,
  grantable: string,
]

/** The text of types and modifiers, given as `oid modifier`, and of the type alone; '???' is a type that is gone. */
export const typesSql = (wanted: readonly string[]) => {
  const list = (at: number) => wanted.map((each) => each.split(' ')[at]).join(',')
  return `
select u.type, u.modifier, format_type(u.type, u.modifier), format_type(u.type, null)
  from unnest('{${list(0)}}'::oid[], '{${list(1)}}'::int[]) u(type, modifier)`
}

export type TypeRow = readonly [type: string, modifier: string, text: string | null, plain: string | null]

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
