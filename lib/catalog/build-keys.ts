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
  return ([name, rest]) => {
    const [
      oid = '',
      relation = '',
      letter = '',
      validated,
      enforced,
      deferrable,
      inherited,
      index = '',
      ...key
    ] = rest.split('/')
    const [referenced = '', onUpdate = '', onDelete = '', match = '', columns = '', ...last] = key
    const [referencedColumns = '', tree = ''] = last
    const draft = drafts.get(relation)
    const kind = kinds[letter]
    if (!draft || !kind) return
    if (letter === 'p' || letter === 'u' || letter === 'x') served.set(index, name)
    const definition = definitions?.get(oid)
    const target = kind === 'foreign' ? book.relations.get(referenced) : undefined
    const constraint: Constraint = {
      name,
      kind,
      columns: named(book, relation, columns),
      validated: validated === 't',
      enforced: enforced === 't',
      deferrable: deferrable === 't',
      inherited: inherited === 't',
      expression: null,
      references: target
        ? {
            relation: target.id,
            columns: named(book, referenced, referencedColumns),
            onUpdate: actions[onUpdate] ?? 'no action',
            onDelete: actions[onDelete] ?? 'no action',
            match: matches[match] ?? 'simple',
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
  const take = ([name, rest, lastScan]: IndexRow) => {
    const [oid = '', relation = '', schema = '', method = '', kind, count = '', ...more] = rest.split('/')
    const [keyText = '', opclasses = '', collations = '', options = '', ...flags] = more
    const [unique, primary, exclusion, nullsNotDistinct, valid, ready, live, replicaIdentity, ...last] = flags
    const [scans, pages, expressionTree = '', predicateTree = ''] = last
    const draft = drafts.get(relation)
    if (!draft) return
    const id = `${book.schemas.get(schema)?.quoted}.${book.quote(name)}`
    ids.set(oid, id)
    const columns = numbersOf(keyText)
    const keys = keysOf(columns.slice(0, Number(count)), opclasses, collations, options, relation, book)
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
      method: book.same(method),
      keys,
      include:
        columns.length > keys.length ? named(book, relation, columns.slice(keys.length).join(' ')) : nothing,
      unique: unique === 't',
      primary: primary === 't',
      exclusion: exclusion === 't',
      nullsNotDistinct: nullsNotDistinct === 't',
      valid: valid === 't',
      ready: ready === 't',
      live: live === 't',
      replicaIdentity: replicaIdentity === 't',
      constraint: served.get(oid) ?? null,
      predicate: null,
      parent: null,
      size: kind === 'I' ? null : sizes.of(oid, Number(pages)),
      scans: scans === undefined || kind === 'I' ? null : Number(scans),
      lastScan,
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

function keysOf(
  columns: readonly number[],
  opclasses: string,
  collations: string,
  options: string,
  relation: string,
  book: Book,
): IndexKey[] {
  const names = book.relations.get(relation)?.columns ?? []
  const classes = opclasses.split(' ')
  const sorts = collations.split(' ')
  const flags = numbersOf(options)
  return columns.map((column, i) => ({
    column: column === 0 ? null : (names[column] ?? null),
    expression: null,
    opclass: book.opclass(classes[i] ?? ''),
    collation: book.collation(sorts[i] ?? '0'),
    descending: ((flags[i] ?? 0) & 1) !== 0,
    nullsFirst: ((flags[i] ?? 0) & 2) !== 0,
  }))
}
