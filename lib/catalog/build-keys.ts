import { once, yes, type Book } from './book'
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
const arrayOf = once((text: string) => text.slice(1, -1).split(',').map(Number))

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
    const oid = row[1]
    const relation = row[2]
    const referenced = row[9]
    const tree = row[15]
    const draft = drafts.get(relation)
    const kind = kinds[row[3]]
    if (!draft || !kind) return
    if (kind === 'primary' || kind === 'unique' || kind === 'exclusion') served.set(row[8], name)
    const definition = definitions?.get(oid)
    const target = kind === 'foreign' ? book.relations.get(referenced) : undefined
    const constraint: Constraint = {
      name,
      kind,
      columns: named(book, relation, row[13]),
      validated: yes(row[4]),
      enforced: yes(row[5]),
      deferrable: yes(row[6]),
      inherited: yes(row[7]),
      expression: null,
      references: target
        ? {
            relation: target.id,
            columns: named(book, referenced, row[14]),
            onUpdate: actions[row[10]] ?? 'no action',
            onDelete: actions[row[11]] ?? 'no action',
            match: matches[row[12]] ?? 'simple',
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

/** Names of the columns whose numbers an array holds, as the server prints it. */
const named = (book: Book, relation: string, columns: string | null) =>
  namesOfNumbers(book, relation, columns === null ? nothing : arrayOf(columns))

const namesOfNumbers = (book: Book, relation: string, numbers: readonly number[]) => {
  const names = book.relations.get(relation)?.columns ?? []
  return numbers.map((n) => names[n] ?? '')
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
    const oid = row[1]
    const relation = row[2]
    const draft = drafts.get(relation)
    if (!draft) return
    const kind = row[5]
    const scans = row[19]
    const expressionTree = row[21]
    const predicateTree = row[22]
    const id = `${book.schemas.get(row[3])?.quoted}.${book.quote(name)}`
    ids.set(oid, id)
    const columns = numbersOf(row[7])
    const keys = keysOf(row, columns, relation, book)
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
      method: book.same(row[4]),
      keys,
      include:
        columns.length > keys.length ? namesOfNumbers(book, relation, columns.slice(keys.length)) : nothing,
      unique: yes(row[11]),
      primary: yes(row[12]),
      exclusion: yes(row[13]),
      nullsNotDistinct: yes(row[14]),
      valid: yes(row[15]),
      ready: yes(row[16]),
      live: yes(row[17]),
      replicaIdentity: yes(row[18]),
      constraint: served.get(oid) ?? null,
      predicate: null,
      parent: null,
      size: kind === 'I' ? null : sizes.of(oid, Number(row[20])),
      scans: scans === null || kind === 'I' ? null : Number(scans),
      lastScan: row[23],
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
function keysOf(row: IndexRow, columns: readonly number[], relation: string, book: Book): IndexKey[] {
  const names = book.relations.get(relation)?.columns ?? []
  const classes = words(row[8])
  const sorts = words(row[9])
  const flags = numbersOf(row[10])
  const count = Number(row[6])
  return (count === columns.length ? columns : columns.slice(0, count)).map((column, i) => ({
    column: column === 0 ? null : (names[column] ?? null),
    expression: null,
    opclass: book.opclass(classes[i] ?? ''),
    collation: book.collation(sorts[i] ?? '0'),
    descending: ((flags[i] ?? 0) & 1) !== 0,
    nullsFirst: ((flags[i] ?? 0) & 2) !== 0,
  }))
}
