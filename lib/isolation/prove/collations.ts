import type { Snapshot } from '@/lib/catalog/types'
import type { TypeShape } from '@/lib/catalog/types-object'
import type { Term } from './logic/term'

/** A collation of the user's own, which only has a schema before its name, may hold different texts for equal. */
const isOwn = (collation: string | null): collation is string =>
  collation !== null && collation.includes('.') && !/^"?pg_catalog"?\./.test(collation)

const under = (type: string, collation: string | null) =>
  isOwn(collation) ? `${type} collate ${collation}` : type

/** The snapshot with each such collation as part of the type it stands beside: of columns, domains and attributes; the same where there is none. */
export function asCollated(read: Snapshot): Snapshot {
  const { relations, types } = read
  const inTables = relations.some((each) => each.columns.some(({ collation }) => isOwn(collation)))
  const inTypes = (types ?? []).some(({ shape }) => collationsIn(shape).some(isOwn))
  return {
    ...read,
    ...(inTables && {
      relations: relations.map((each) => ({
        ...each,
        columns: each.columns.map((column) => ({
          ...column,
          baseType: under(column.baseType, column.collation),
        })),
      })),
    }),
    ...(inTypes && { types: types!.map((each) => ({ ...each, shape: shapeOf(each.shape) })) }),
  }
}

function collationsIn(shape: TypeShape): readonly (string | null)[] {
  if (shape.kind === 'composite') return shape.attributes.map(({ collation }) => collation)
  return shape.kind === 'domain' ? [shape.collation] : []
}

function shapeOf(shape: TypeShape): TypeShape {
  if (shape.kind === 'domain') return { ...shape, base: under(shape.base, shape.collation) }
  if (shape.kind !== 'composite') return shape
  return {
    ...shape,
    attributes: shape.attributes.map((each) => ({ ...each, type: under(each.type, each.collation) })),
  }
}

/** What a value is compared by where nothing else says it: the collation of a column it is made from; null for any of PostgreSQL's own. */
export function collationOf(term: Term): string | null {
  const [, own] = / collate (.+)$/.exec(term.type ?? '') ?? []
  if (own !== undefined) return own
  if (term.kind !== 'application' || term.sql.endsWith(bytes)) return null
  for (const arg of term.args) {
    const found = collationOf(arg)
    if (found !== null) return found
  }
  return null
}

const bytes = ' collate "C"'

/** A text as the letters it is made of, whatever its collation holds for equal. */
export const asLetters = `($1)::text${bytes}`
