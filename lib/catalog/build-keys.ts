import { once, type Book } from './book'
import { namesOf } from './build-columns'
import type { Drafts, Texts, Writable } from './build-relation'
import type { Expressions } from './expressions'
import type { Sizes } from './sizes'
import type { ConstraintRow } from './sql/constraints'
import type { IndexRow } from './sql/indexes'
import type { Constraint, ForeignKey, Index, IndexKey, ReferentialAction } from './types'

const kinds: Readonly<Record<string, Constraint['kind']>> = {
  p: 'primary',
  u: 'unique',
  f: 'foreign',
  c: 'check',
  x: 'exclusion',
  n: 'not null',
  t: 'trigger',
}
const actions: Readonly<Record<string, ReferentialAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
}
const matches: Readonly<Record<string, ForeignKey['match']>> = { s: 'simple', f: 'full', p: 'partial' }

const numbers = (text: string): readonly number[] => (text === '' ? nothing : text.split(' ').map(Number))
const numbersOf = once(numbers)

/** Takes the constraints one by one; `served` gets the name of the constraint that each index serves. */
export function constraintTaker(
  drafts: Drafts,
  book: Book,
  texts: Texts,
  expressions: Expressions,
  served: Map<string, string>,
): (row: ConstraintRow) => void {
  const definitions = texts.get('constraint')
  return (row) => {
    const name = row[0]
    const parts = row[1].split('/')
    const oid = parts[0] ?? ''
    const relation = parts[1] ?? ''
    const referenced = parts[8] ?? ''
    const tree = parts[14]
    const draft = drafts.get(relation)
    const kind = kinds[parts[2] ?? '']
    if (!draft || !kind) return
    if (kind === 'primary' || kind === 'unique' || kind === 'exclusion') served.set(parts[7] ?? '', name)
    const definition = definitions?.get(oid)
    const target = kind === 'foreign' ? book.relations.get(referenced) : undefined
    const constraint: Constraint = {
      name,
      kind,
      columns: named(book, relation, parts[12] ?? ''),
      validated: parts[3] === 't',
      enforced: parts[4] === 't',
      deferrable: parts[5] === 't',
      inherited: parts[6] === 't',
      expression: null,
      references: target
        ? {
            relation: target.id,
            columns: named(book, referenced, parts[13] ?? ''),
            onUpdate: actions[parts[9] ?? ''] ?? 'no action',
            onDelete: actions[parts[10] ?? ''] ?? 'no action',
            match: matches[parts[11] ?? ''] ?? 'simple',
          }
        : null,
      ...(definition === undefined ? {} : { definition }),
      comment: book.comment('pg_constraint', oid),
    }
    draft.constraints.push(constraint)
    const names = constraint.columns.join('\0')
    if (tree) expressions.want({ relation, part: `check ${oid}`, tree, names }, constraint, 'expression')
  }
}

const named = (book: Book, relation: string, columns: string) => {
  const names = book.relations.get(relation)?.columns ?? []
  return numbersOf(columns).map((n) => names[n] ?? '')
}

/** What indexes point to and what points to them, by their OID. */
export interface IndexFacts {
  readonly served: ReadonlyMap<string, string>
  readonly parents: ReadonlyMap<string, string>
  readonly sizes: Sizes
}

/** Takes the indexes of tables, partitioned tables and matviews, and remembers their quoted names for `adopt`. */
export function indexTaker(
  drafts: Drafts,
  book: Book,
  expressions: Expressions,
  { served, parents, sizes }: IndexFacts,
) {
  const ids = new Map<string, string>()
  const children: { index: Writable<Index>; parent: string }[] = []
  const take = (row: IndexRow) => {
    const name = row[0]
    const parts = row[1].split('/')
    const oid = parts[0] ?? ''
    const relation = parts[1] ?? ''
    const draft = drafts.get(relation)
    if (!draft) return
    const kind = parts[4]
    const scans = parts[18]
    const expressionTree = parts[20]
    const predicateTree = parts[21]
    const id = `${book.schemas.get(parts[2] ?? '')?.quoted}.${book.quote(name)}`
    ids.set(oid, id)
    const columns = numbersOf(parts[6] ?? '')
    const keys = keysOf(parts, columns, relation, book)
    if (expressionTree) {
      const names = namesOf(book, relation)
      keys.forEach((key, i) => {
        if (columns[i] !== 0) return
        // One tree holds all expressions of an index, in the order of its zero columns.
        const tree = `${expressionTree} ${columns.slice(0, i).filter((column) => column === 0).length}`
        expressions.want({ relation, part: `key ${oid} ${i + 1}`, tree, names }, key, 'expression')
      })
    }
    const index: Writable<Index> = {
      name,
      id,
      method: book.same(parts[3] ?? ''),
      keys,
      include:
        columns.length > keys.length ? named(book, relation, columns.slice(keys.length).join(' ')) : nothing,
      unique: parts[10] === 't',
      primary: parts[11] === 't',
      exclusion: parts[12] === 't',
      nullsNotDistinct: parts[13] === 't',
      valid: parts[14] === 't',
      ready: parts[15] === 't',
      live: parts[16] === 't',
      replicaIdentity: parts[17] === 't',
      constraint: served.get(oid) ?? null,
      predicate: null,
      parent: null,
      size: kind === 'I' ? null : sizes.of(oid, Number(parts[19])),
      scans: scans === undefined || kind === 'I' ? null : Number(scans),
      lastScan: row[2],
      comment: book.comment('pg_class', oid),
    }
    draft.indexes.push(index)
    const parent = parents.get(oid)
    if (parent !== undefined) children.push({ index, parent })
    if (predicateTree) {
      const names = namesOf(book, relation)
      expressions.want({ relation, part: `predicate ${oid}`, tree: predicateTree, names }, index, 'predicate')
    }
  }
  const adopt = () => {
    for (const { index, parent } of children) index.parent = ids.get(parent) ?? null
  }
  return { take, adopt }
}

const nothing: readonly never[] = []

const words = once((text: string) => text.split(' '))

/** The key parts of an index: what is in INCLUDE comes after them and is none. */
function keysOf(
  parts: readonly string[],
  columns: readonly number[],
  relation: string,
  book: Book,
): IndexKey[] {
  const names = book.relations.get(relation)?.columns ?? []
  const classes = words(parts[7] ?? '')
  const sorts = words(parts[8] ?? '')
  const flags = numbersOf(parts[9] ?? '')
  const count = Number(parts[5])
  return (count === columns.length ? columns : columns.slice(0, count)).map((column, i) => ({
    column: column === 0 ? null : (names[column] ?? null),
    expression: null,
    opclass: book.opclass(classes[i] ?? ''),
    collation: book.collation(sorts[i] ?? '0'),
    descending: ((flags[i] ?? 0) & 1) !== 0,
    nullsFirst: ((flags[i] ?? 0) & 2) !== 0,
  }))
}
