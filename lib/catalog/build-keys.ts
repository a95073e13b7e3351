import type { Book } from './book'
import { byName, yes } from './book'
import type { Draft, Drafts, Texts } from './build-relation'
import type { ConstraintRow } from './sql/constraints'
import type { IndexRow } from './sql/indexes'
import type { InheritanceRow } from './sql/relations'
import type { Constraint, ForeignKey, IndexKey, ReferentialAction } from './types'

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

const numbers = (text: string | null) => (text ? text.split(' ').map(Number) : [])

/** Adds the constraints; gives the name of the constraint that each index serves. */
export function addConstraints(
  rows: readonly ConstraintRow[],
  drafts: Drafts,
  book: Book,
  texts: Texts,
): ReadonlyMap<string, string> {
  const checks = texts.get('check')
  const served = new Map<string, string>()
  for (const row of rows) {
    const [oid, relation, name, letter, columns, validated, enforced, deferrable, inherited] = row
    const [, , , , , , , , , referenced, referencedColumns, behaviour, index] = row
    const draft = drafts.get(relation)
    const kind = kinds[letter]
    if (!draft || !kind) continue
    if (letter === 'p' || letter === 'u' || letter === 'x') served.set(index, name)
    draft.constraints.push({
      name,
      kind,
      columns: named(book, relation, columns),
      validated: yes(validated),
      enforced: yes(enforced),
      deferrable: yes(deferrable),
      inherited: yes(inherited),
      expression: checks?.get(oid) ?? null,
      references: kind === 'foreign' ? foreignKey(book, referenced, referencedColumns, behaviour) : null,
      comment: book.comment('pg_constraint', oid),
    })
  }
  for (const draft of drafts.values()) draft.constraints.sort(byName)
  return served
}

function foreignKey(
  book: Book,
  relation: string,
  columns: string | null,
  behaviour: string,
): ForeignKey | null {
  const target = book.relations.get(relation)
  if (!target) return null
  return {
    relation: target.id,
    columns: named(book, relation, columns),
    onUpdate: actions[behaviour[0] ?? ''] ?? 'no action',
    onDelete: actions[behaviour[1] ?? ''] ?? 'no action',
    match: matches[behaviour[2] ?? ''] ?? 'simple',
  }
}

const named = (book: Book, relation: string, columns: string | null) => {
  const names = book.relations.get(relation)?.columns ?? []
  return numbers(columns).map((n) => names[n] ?? '')
}

/** Adds the indexes of tables, partitioned tables and matviews. */
export function addIndexes(
  rows: readonly IndexRow[],
  drafts: Drafts,
  book: Book,
  texts: Texts,
  served: ReadonlyMap<string, string>,
  inheritance: readonly InheritanceRow[],
  sizes: ReadonlyMap<string, number>,
) {
  const predicates = texts.get('predicate')
  const ids = new Map(rows.map((row) => [row[0], `${book.schemas.get(row[2])?.quoted}.${row[4]}`]))
  const parents = new Map(inheritance)
  for (const row of rows) {
    const [oid, relation, , name, , method] = row
    const [, , , , , , , , , , , unique, primary, exclusion, nullsNotDistinct] = row
    const [, , , , , , , , , , , , , , , valid, ready, live, replicaIdentity, scans, lastScan, kind] = row
    const draft = drafts.get(relation)
    if (!draft) continue
    const { keys, include } = parts(row, draft, book, texts)
    draft.indexes.push({
      name,
      id: ids.get(oid) ?? '',
      method,
      keys,
      include,
      unique: yes(unique),
      primary: yes(primary),
      exclusion: yes(exclusion),
      nullsNotDistinct: yes(nullsNotDistinct),
      valid: yes(valid),
      ready: yes(ready),
      live: yes(live),
      replicaIdentity: yes(replicaIdentity),
      constraint: served.get(oid) ?? null,
      predicate: predicates?.get(oid) ?? null,
      parent: ids.get(parents.get(oid) ?? '') ?? null,
      size: sizes.get(oid) ?? null,
      scans: scans === null || kind === 'I' ? null : Number(scans),
      lastScan,
      comment: book.comment('pg_class', oid),
    })
  }
  for (const draft of drafts.values()) draft.indexes.sort(byName)
}

function parts(row: IndexRow, draft: Draft, book: Book, texts: Texts) {
  const [oid, , , , , , keyText, keyCount, opclasses, collations, options] = row
  const names = book.relations.get(draft.oid)?.columns ?? []
  const columns = numbers(keyText)
  const classes = opclasses.split(' ')
  const sorts = collations.split(' ')
  const flags = numbers(options)
  const count = Number(keyCount)
  const keys = columns.slice(0, count).map((column, i): IndexKey => ({
    column: column === 0 ? null : (names[column] ?? null),
    expression: column === 0 ? (texts.get('key')?.get(`${oid} ${i + 1}`) ?? null) : null,
    opclass: book.opclass(classes[i] ?? ''),
    collation: book.collation(sorts[i] ?? '0'),
    descending: ((flags[i] ?? 0) & 1) !== 0,
    nullsFirst: ((flags[i] ?? 0) & 2) !== 0,
  }))
  return { keys, include: columns.slice(count).map((column) => names[column] ?? '') }
}
