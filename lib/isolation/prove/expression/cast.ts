import type { Column } from '@/lib/catalog/types-relation'
import { names, type RawNode } from '@/lib/sql/leaves'
import { anyOrNull } from './any-or-null'
import { apply, typed } from './operate'
import { ownAssignment, ownCast } from './own-operator'
import type { Context } from '../problem'
import { family, isCanonical, type Term } from '../logic/term'
import { choose, like, mapped, nullOf, ofText, ofTruth, truthOf, type Value } from '../logic/value'

const internal: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'smallint',
  int4: 'integer',
  int: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  varchar: 'character varying',
  bpchar: 'character',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
  decimal: 'numeric',
}

/** The type a TypeName node names, as PostgreSQL prints it; a domain as its base type. */
export function typeOf(node: RawNode | undefined, context: Context): string {
  const parts = names(node?.['names'])
  const bare = parts.at(-1) ?? ''
  const schema = parts.length > 1 ? parts[0]! : null
  const builtin = schema === null || schema === 'pg_catalog'
  let type = builtin ? (internal[bare] ?? bare) : `${schema}.${bare}`
  const own = (context.problem.world.snapshot.types ?? []).find((each) =>
    builtin
      ? each.name === bare && context.path.includes(each.schema)
      : each.id === type || `${each.schema}.${each.name}` === type,
  )
  if (own) type = own.shape.kind === 'domain' ? own.shape.base : own.id
  const modifiers = ((node?.['typmods'] ?? []) as RawNode[]).map((each) => {
    const value = (each['A_Const'] as RawNode | undefined)?.['ival'] as RawNode | undefined
    return String(value?.['ival'] ?? 0)
  })
  const interval = type === 'interval'
  return `${type}${modifiers.length > 0 && !interval ? `(${modifiers.join(',')})` : ''}${node?.['arrayBounds'] ? '[]' : ''}`
}

const textual = new Set(['text', 'character varying'])

/** A value as another type. */
export function castTo(context: Context, value: Value, type: string): Value {
  const own = ownCast(context, value, type)
  if (own) return own
  if (value.token) {
    if (type === 'json' || type === 'jsonb' || type === 'text') return like(value, { type })
    return anyOrNull(context.problem, 'token', type)
  }
  if (value.elements) {
    const element = type.endsWith('[]') ? type.slice(0, -2) : null
    if (element === null) return anyOrNull(context.problem, 'array', type)
    return like(value, {
      type,
      ...mapped(value, (elements) =>
        elements.map((each) => ({ ...each, value: castTo(context, each.value, element) })),
      ),
    })
  }
  const fields = value.fields && fieldsAs(context, [...value.fields.values()], type)
  if (fields) return like(value, { type, fields })
  if (value.fields && isDocument(value.type) && isDocument(type)) return like(value, { type })
  if (type === 'boolean') {
    if (value.truth || value.type === 'boolean') return ofTruth(truthOf(value))
  } else if (value.truth && textual.has(type)) return like(value, { type, cases: textCases(value) })
  // A length cuts what is longer.
  if (value.type === null && type.includes('(')) return cut(context, value, type)
  if (value.type === null) return typed(context, value, type)
  if (value.type === type) return value
  if (isRelabel(value.type, type)) return like(value, { type })
  return choose(
    value.cases.map(({ when, term }) => ({
      when,
      value: term === null ? nullOf(type) : castTerm(context, term, value.type, type),
    })),
  )
}

/** A value as the type of the place it is put into, by a cast that nobody wrote down. */
export const assignedTo = (context: Context, value: Value, type: string): Value =>
  ownAssignment(context, value, type) ?? castTo(context, value, type)

export const isDocument = (type: string | null) => type === 'json' || type === 'jsonb'

/** The values of a row under the names of a composite type; null where it is none of that many. */
function fieldsAs(
  context: Context,
  values: readonly Value[],
  type: string,
): ReadonlyMap<string, Value> | null {
  const { world } = context.problem
  const own = (world.snapshot.types ?? []).find(({ id }) => id === type)?.shape
  const columns =
    own?.kind === 'composite' ? own.attributes : world.relations.get(type)?.columns.map(columnType)
  if (!columns || columns.length !== values.length) return null
  return new Map(columns.map((each, at) => [each.name, castTo(context, values[at]!, each.type)]))
}

const columnType = ({ name, type, baseType }: Column) => ({
  name,
  type: baseType.includes(' collate ') ? baseType : type,
})

const textCases = (value: Value) =>
  value.cases.map(({ when, term }) => ({
    when,
    term: term?.kind === 'constant' ? ofText(term.text, 'text').cases[0]!.term : term,
  }))

const cut = (context: Context, value: Value, type: string): Value =>
  choose(
    value.cases.map(({ when, term }) => ({
      when,
      value:
        term === null
          ? nullOf(type)
          : apply(context, `($1)::${type}`, [{ type: null, cases: [{ when: true, term }] }], type, {
              total: true,
            }),
    })),
  )

/** Same values, another name: text and varchar without length, integers among each other. */
function isRelabel(from: string, to: string): boolean {
  const plain = (type: string) => type.replace(/\(\d+\)/, '')
  if (textual.has(to) && (textual.has(plain(from)) || from === 'name')) return true
  return family(from) === 'int' && family(to) === 'int'
}

function castTerm(context: Context, term: Term, from: string | null, type: string): Value {
  const kind = family(type)
  if (term.kind === 'constant') {
    const simple = ['uuid', 'int', 'text'].includes(family(from) ?? '') && isCanonical(term.text, from)
    if (simple && (kind === 'text' ? textual.has(type) : isCanonical(term.text, type)))
      return ofText(term.text, type)
  }
  // uuid → text → uuid is where it began.
  if (term.kind === 'application' && term.sql === '($1)::text') {
    const [inner] = term.args
    if (inner && kind !== null && kind !== 'text' && kind === family(inner.type))
      return { type, cases: [{ when: true, term: inner }] }
  }
  const to = type === 'character varying' ? 'text' : type
  return apply(context, `($1)::${to}`, [{ type: from, cases: [{ when: true, term }] }], type, { total: true })
}
