import { iso, once, yes, type Book } from './book'
import type { Drafts, Texts, Writable } from './build-relation'
import type { Expressions } from './expressions'
import type { Sizes } from './sizes'
import type { ConstraintRow, NotNullRow } from './sql/constraints'
import type { IndexRow } from './sql/indexes'
import type { Constraint, ForeignKey, Index, IndexKey, ReferentialAction } from './types'

const kinds: Readonly<Record<string, Constraint['kind']>> = {
  p: 'primary',
  u: 'unique',
  f: 'foreign',
  c: 'check',
  x: 'exclusion',
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

const numbersOf = once((text: string): readonly number[] =>
  text === '' ? nothing : text.split(' ').map(Number),
)

/** What is made of a relation's column names and a text is one for all relations that share the names. */
function perNames<Made>(make: (names: readonly string[], text: string) => Made) {
  const known = new Map<readonly string[], (text: string) => Made>()
  return (names: readonly string[], text: string): Made => {
    let made = known.get(names)
    if (!made) known.set(names, (made = once((each: string) => make(names, each))))
    return made(text)
  }
}

/** Remembers the last answer: what belongs to one relation mostly comes together. */
function lately<Answer>(find: (oid: string) => Answer): (oid: string) => Answer {
  let last: { readonly oid: string; readonly answer: Answer } | undefined
  return (oid) => {
    if (last?.oid !== oid) last = { oid, answer: find(oid) }
    return last.answer
  }
}

/**
 * Takes the constraints one by one, and NOT NULL by `takeNotNull`; `served` gets the name of the constraint that each index
 * serves.
 */
export function constraintTaker(
  drafts: Drafts,
  book: Book,
  texts: Texts,
  expressions: Expressions,
  served: Map<string, string>,
) {
  const definitions = texts.get('constraint')
  const named = perNames((names, array) =>
    array
      .slice(1, -1)
      .split(',')
      .map((number) => names[Number(number)] ?? ''),
  )
  const namesOf = lately((relation) => book.relations.get(relation)?.columns ?? nothing)
  const draftOf = lately((relation) => drafts.get(relation))
  const columnsOf = (relation: string, array: string | null) =>
    array === null ? nothing : named(namesOf(relation), array)
  const takeNotNull = (row: NotNullRow) => {
    const oid = row[1]
    const relation = row[2]
    const definition = definitions?.get(oid)
    draftOf(relation)?.constraints.push({
      name: row[0],
      kind: 'not null',
      columns: columnsOf(relation, row[5]),
      validated: yes(row[3]),
      enforced: true,
      deferrable: false,
      inherited: yes(row[4]),
      expression: null,
      references: null,
      ...(definition === undefined ? {} : { definition }),
      comment: book.comment('pg_constraint', oid),
    })
  }
  const take = (row: ConstraintRow) => {
    const name = row[0]
    const oid = row[1]
    const relation = row[2]
    const referenced = row[9]
    const tree = row[15]
    const draft = draftOf(relation)
    const kind = kinds[row[3]]
    if (!draft || !kind) return
    if (kind === 'primary' || kind === 'unique' || kind === 'exclusion') served.set(row[8], name)
    const definition = definitions?.get(oid)
    const target = kind === 'foreign' ? book.relations.get(referenced) : undefined
    const constraint: Constraint = {
      name,
      kind,
      columns: columnsOf(relation, row[13]),
      validated: yes(row[4]),
      enforced: yes(row[5]),
      deferrable: yes(row[6]),
      inherited: yes(row[7]),
      expression: null,
      references: target
        ? {
            relation: target.id,
            columns: row[14] === null ? nothing : named(target.columns, row[14]),
            onUpdate: actions[row[10]] ?? 'no action',
            onDelete: actions[row[11]] ?? 'no action',
            match: matches[row[12]] ?? 'simple',
          }
        : null,
      ...(yes(row[16]) ? { off: true } : {}),
      ...(definition === undefined ? {} : { definition }),
      comment: book.comment('pg_constraint', oid),
    }
    draft.constraints.push(constraint)
    if (!tree) return
    const names = constraint.columns
    expressions.want({ relation, part: `check ${oid}`, tree, names }, constraint, 'expression')
  }
  return { take, takeNotNull }
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
  const alike = perNames((names, parts) => keysOf(names, parts, book))
  const namesOf = lately((relation) => book.relations.get(relation)?.columns ?? nothing)
  const draftOf = lately((relation) => drafts.get(relation))
  const take = (row: IndexRow) => {
    const name = row[0]
    const oid = row[1]
    const relation = row[2]
    const draft = draftOf(relation)
    if (!draft) return
    const kind = row[5]
    const scans = row[19]
    const expressionTree = row[21]
    const predicateTree = row[22]
    const id = `${book.schemas.get(row[3])?.quoted}.${book.quote(name)}`
    // Only an index of a partitioned table has others under it.
    if (kind === 'I') ids.set(oid, id)
    const columns = numbersOf(row[7])
    const names = namesOf(relation)
    const parts = `${row[6]}/${row[7]}/${row[8]}/${row[9]}/${row[10]}`
    // The texts of expressions are put into the keys later on.
    const keys = expressionTree ? keysOf(names, parts, book) : alike(names, parts)
    if (expressionTree) {
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
      include: columns.length > keys.length ? columns.slice(keys.length).map((n) => names[n] ?? '') : nothing,
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
      lastScan: iso(row[23]),
      comment: book.comment('pg_class', oid),
    }
    draft.indexes.push(index)
    const parent = parents.get(oid)
    if (parent !== undefined) children.push({ index, parent })
    if (predicateTree) {
      const part = `predicate ${oid}`
      expressions.want({ relation, part, tree: predicateTree, names }, index, 'predicate')
    }
  }
  const adopt = () => {
    for (const { index, parent } of children) index.parent = ids.get(parent) ?? null
  }
  return { take, adopt }
}

const nothing: readonly never[] = []

/**
 * The key parts of an index, from their count, columns, classes, collations and options with slashes between: what is in
 * INCLUDE comes after them and is none.
 */
function keysOf(names: readonly string[], parts: string, book: Book): IndexKey[] {
  const [count, columns = '', classes = '', sorts = '', options = ''] = parts.split('/')
  const classesOf = classes.split(' ')
  const sortsOf = sorts.split(' ')
  const flags = numbersOf(options)
  return numbersOf(columns)
    .slice(0, Number(count))
    .map((column, i) => ({
      column: column === 0 ? null : (names[column] ?? null),
      expression: null,
      opclass: book.opclass(classesOf[i] ?? ''),
      collation: book.collation(sortsOf[i] ?? '0'),
      descending: ((flags[i] ?? 0) & 1) !== 0,
      nullsFirst: ((flags[i] ?? 0) & 2) !== 0,
    }))
}
