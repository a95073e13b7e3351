import { lately, perNames } from './alike'
import { iso, once, yes, type Book } from './book'
import type { Drafts, Texts, Writable } from './build-relation'
import type { Expressions } from './expressions'
import { cells } from './rows'
import type { Sizes } from './sizes'
import type { ConstraintRow, ConstraintTraits, NotNullRow, NotNullTraits } from './sql/constraints'
import type { IndexRow, IndexTraits } from './sql/indexes'
import type { Constraint, ForeignKey, Index, IndexKey, ReferentialAction } from './types-relation'

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
  const traitsOf = perNames((names, text) => {
    const [
      kind,
      validated,
      enforced,
      deferrable,
      inherited,
      onUpdate,
      onDelete,
      match,
      columns,
      referenced,
      off,
    ] = cells(text) as unknown as ConstraintTraits
    return {
      kind: kinds[kind],
      columns: columns === null ? nothing : named(names, columns),
      validated: yes(validated),
      enforced: yes(enforced),
      deferrable: yes(deferrable),
      inherited: yes(inherited),
      onUpdate: actions[onUpdate] ?? 'no action',
      onDelete: actions[onDelete] ?? 'no action',
      match: matches[match] ?? 'simple',
      referenced,
      off: yes(off),
    }
  })
  const namesOf = lately((relation) => book.relations.get(relation)?.columns ?? nothing)
  const draftOf = lately((relation) => drafts.get(relation))
  const notNullOf = perNames((names, text) => {
    const [validated, inherited, columns] = cells(text) as unknown as NotNullTraits
    return { columns: named(names, columns), validated: yes(validated), inherited: yes(inherited) }
  })
  const takeNotNull = (row: NotNullRow) => {
    const oid = row[1]
    const relation = row[2]
    const definition = definitions?.get(oid)
    const traits = notNullOf(namesOf(relation), row[3])
    draftOf(relation)?.constraints.push({
      name: row[0],
      kind: 'not null',
      columns: traits.columns,
      validated: traits.validated,
      enforced: true,
      deferrable: false,
      inherited: traits.inherited,
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
    const tree = row[5]
    const draft = draftOf(relation)
    const traits = traitsOf(namesOf(relation), row[6])
    const kind = traits.kind
    if (!draft || !kind) return
    if (kind === 'primary' || kind === 'unique' || kind === 'exclusion') served.set(row[3], name)
    const definition = definitions?.get(oid)
    const target = kind === 'foreign' ? book.relations.get(row[4]) : undefined
    const constraint: Constraint = {
      name,
      kind,
      columns: traits.columns,
      validated: traits.validated,
      enforced: traits.enforced,
      deferrable: traits.deferrable,
      inherited: traits.inherited,
      expression: null,
      references: target
        ? {
            relation: target.id,
            columns: traits.referenced === null ? nothing : named(target.columns, traits.referenced),
            onUpdate: traits.onUpdate,
            onDelete: traits.onDelete,
            match: traits.match,
          }
        : null,
      ...(traits.off ? { off: true } : {}),
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
  const traitsOf = (names: readonly string[], text: string) =>
    indexTraits(names, cells(text) as unknown as IndexTraits, book)
  const alike = perNames(traitsOf)
  const namesOf = lately((relation) => book.relations.get(relation)?.columns ?? nothing)
  const draftOf = lately((relation) => drafts.get(relation))
  const take = (row: IndexRow) => {
    const name = row[0]
    const oid = row[1]
    const relation = row[2]
    const draft = draftOf(relation)
    if (!draft) return
    const scans = row[3]
    const expressionTree = row[6]
    const predicateTree = row[7]
    const names = namesOf(relation)
    // The texts of expressions are put into the keys later on.
    const traits = expressionTree ? traitsOf(names, row[8]) : alike(names, row[8])
    const { partitioned, numbers } = traits
    const id = `${traits.schema}.${book.quote(name)}`
    // Only an index of a partitioned table has others under it.
    if (partitioned) ids.set(oid, id)
    if (expressionTree) {
      traits.keys.forEach((key, i) => {
        if (numbers[i] !== 0) return
        // One tree holds all expressions of an index, in the order of its zero columns.
        const tree = `${expressionTree} ${numbers.slice(0, i).filter((column) => column === 0).length}`
        expressions.want({ relation, part: `key ${oid} ${i + 1}`, tree, names }, key, 'expression')
      })
    }
    const index: Writable<Index> = {
      name,
      id,
      method: traits.method,
      keys: traits.keys,
      include: traits.include,
      unique: traits.unique,
      primary: traits.primary,
      exclusion: traits.exclusion,
      nullsNotDistinct: traits.nullsNotDistinct,
      valid: traits.valid,
      ready: traits.ready,
      live: traits.live,
      replicaIdentity: traits.replicaIdentity,
      constraint: served.get(oid) ?? null,
      predicate: null,
      parent: null,
      size: partitioned ? null : sizes.of(oid, Number(row[4])),
      scans: scans === null || partitioned ? null : Number(scans),
      lastScan: row[5] === '' ? null : iso(row[5]),
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

/** What an index has in common with others over the same columns. What is in INCLUDE comes after the keys and is none. */
function indexTraits(names: readonly string[], traits: IndexTraits, book: Book) {
  const [schema, method, kind, count, columns, classes, sorts, options, unique, primary, exclusion] = traits
  const [, , , , , , , , , , , nullsNotDistinct, valid, ready, live, replicaIdentity] = traits
  const classesOf = classes.split(' ')
  const sortsOf = sorts.split(' ')
  const flags = numbersOf(options)
  const numbers = numbersOf(columns)
  return {
    schema: book.schemas.get(schema)?.quoted,
    method: book.same(method),
    partitioned: kind === 'I',
    numbers,
    keys: numbers.slice(0, Number(count)).map((column, i): IndexKey => ({
      column: column === 0 ? null : (names[column] ?? null),
      expression: null,
      opclass: book.opclass(classesOf[i] ?? ''),
      collation: book.collation(sortsOf[i] ?? '0'),
      descending: ((flags[i] ?? 0) & 1) !== 0,
      nullsFirst: ((flags[i] ?? 0) & 2) !== 0,
    })),
    include:
      numbers.length > Number(count) ? numbers.slice(Number(count)).map((n) => names[n] ?? '') : nothing,
    unique: yes(unique),
    primary: yes(primary),
    exclusion: yes(exclusion),
    nullsNotDistinct: yes(nullsNotDistinct),
    valid: yes(valid),
    ready: yes(ready),
    live: yes(live),
    replicaIdentity: yes(replicaIdentity),
  }
}
