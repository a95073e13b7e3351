import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import type { FindingObject } from './rule'

const plain = /^[a-z_][a-z0-9_$]*$/

/** One SQL identifier, quoted where it must be; in keys and in fixes, so reserved words are quoted too. */
export const quote = (name: string): string =>
  plain.test(name) && (name.length > longest || !reserved.has(name))
    ? name
    : `"${name.replaceAll('"', '""')}"`

/** An SQL string literal. */
export function literal(text: string): string {
  const escaped = text.replaceAll("'", "''")
  return escaped.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`
}

/** `schema.name`, quoted where it must be. */
export const qualified = (schema: string, name: string) => `${quote(schema)}.${quote(name)}`

/** Role name for SQL; `null` is PUBLIC. */
export const roleName = (role: string | null) => (role === null ? 'public' : quote(role))

const kinds = {
  table: 'table',
  partitioned: 'table',
  view: 'view',
  matview: 'matview',
  foreign: 'foreign table',
} as const

/** The relation as the object of a finding, with a column, or a part (policy, index, trigger, constraint, role). */
export function relationObject(
  relation: Relation,
  at: { readonly column?: string; readonly part?: string } = {},
): FindingObject {
  return {
    kind: kinds[relation.kind],
    schema: relation.schema,
    name: relation.name,
    column: at.column ?? null,
    part: at.part ?? null,
  }
}

/** A function as the object of a finding: `part` is its argument types, so that overloads stay apart. */
export function routineObject(routine: Routine, part: string = `(${signature(routine)})`): FindingObject {
  return { kind: 'function', schema: routine.schema, name: routine.name, column: null, part }
}

/** Argument types of a function, as in its identity. */
export function signature(routine: Routine): string {
  return routine.id.slice(identifierEnd(routine.id) + 1, -1)
}

export const schemaObject = (name: string, part: string | null = null): FindingObject => ({
  kind: 'schema',
  schema: name,
  name,
  column: null,
  part,
})

export const roleObject = (name: string, part: string | null = null): FindingObject => ({
  kind: 'role',
  schema: null,
  name,
  column: null,
  part,
})

export const databaseObject = (name: string, part: string | null = null): FindingObject => ({
  kind: 'database',
  schema: null,
  name,
  column: null,
  part,
})

/**
 * What stands after the rule's id in a finding's key: `public.patients`, `public.patients.cpf`,
 * `public.patients/policy name`, `app.f(uuid, text)`, `role app`, `database`. Never an OID.
 */
export function identityOf(object: FindingObject): string {
  const part = object.part === null ? '' : `/${plain.test(object.part) ? object.part : quote(object.part)}`
  switch (object.kind) {
    case 'function':
      return `${qualified(object.schema ?? '', object.name)}${object.part ?? '()'}`
    case 'schema':
      return `schema ${quote(object.name)}${part}`
    case 'role':
      return `role ${quote(object.name)}${part}`
    case 'extension':
      return `extension ${quote(object.name)}${part}`
    case 'database':
      return `database${part}`
    default: {
      const name = object.schema === null ? quote(object.name) : qualified(object.schema, object.name)
      return `${name}${object.column === null ? '' : `.${quote(object.column)}`}${part}`
    }
  }
}

/** Where a qualified name ends: after `schema.name`, quotes respected. */
function identifierEnd(id: string): number {
  let at = 0
  for (let part = 0; part < 2; part++) {
    if (id[at] === '"') {
      at++
      while (at < id.length && !(id[at] === '"' && id[at + 1] !== '"')) at += id[at] === '"' ? 2 : 1
      at++
    } else while (at < id.length && id[at] !== '.' && id[at] !== '(') at++
    if (id[at] === '.') at++
  }
  return at
}

/** Reserved words of PostgreSQL 18 (`pg_get_keywords()` category R and T, and C as `format('%I')` quotes them). */
const reserved = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast ' +
    'char character check coalesce collate collation column concurrently constraint create cross current_catalog ' +
    'current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable ' +
    'desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group ' +
    'grouping having ilike in initially inner inout int integer intersect interval into is isnull join json json_array ' +
    'json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value ' +
    'lateral leading least left like limit localtime localtimestamp merge_action national natural nchar none normalize not ' +
    'notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real ' +
    'references returning right row select session_user setof similar smallint some substring symmetric system_user table ' +
    'tablesample then time timestamp to trailing treat trim true union unique user using values varchar variadic verbose ' +
    'when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot ' +
    'xmlserialize xmltable'
  ).split(' '),
)
const longest = Math.max(...[...reserved].map((word) => word.length))
