import type { Index, IndexKey } from '@/lib/catalog/types-relation'
import type { RelationId, Snapshot } from '@/lib/catalog/types'
import type { Finding } from '@/lib/rules/rule'

export type IndexKind = 'primary' | 'unique' | 'exclusion' | 'plain'

/** One line of the indexes list. */
export interface IndexRow {
  /** Quoted name with its schema. */
  readonly id: string
  readonly name: string
  readonly schema: string
  readonly relation: RelationId
  readonly kind: IndexKind
  readonly method: string
  /** Key parts, then INCLUDE, then the predicate, as in `create index`. */
  readonly definition: string
  readonly valid: boolean
  readonly constraint: string | null
  readonly size: number | null
  readonly scans: number | null
  readonly lastScan: string | null
  /** Findings about this very index. */
  readonly findings: readonly Finding[]
}

/** Every index of the house's own relations; those attached to a partitioned parent's index are left to the parent. */
export function indexRows(snapshot: Snapshot, findings: readonly Finding[]): IndexRow[] {
  const byIndex = new Map<string, Finding[]>()
  for (const finding of findings) {
    if (finding.object.part === null || !finding.code.startsWith('I')) continue
    const key = `${finding.object.schema}\0${finding.object.name}\0${finding.object.part}`
    byIndex.set(key, [...(byIndex.get(key) ?? []), finding])
  }
  return snapshot.relations
    .filter((relation) => relation.extension === null)
    .flatMap((relation) =>
      relation.indexes
        .filter((index) => index.parent === null)
        .map((index) => ({
          id: index.id,
          name: index.name,
          schema: relation.schema,
          relation: relation.id,
          kind: indexKind(index),
          method: index.method,
          definition: indexDefinition(index),
          valid: index.valid && index.ready,
          constraint: index.constraint,
          size: index.size,
          scans: index.scans,
          lastScan: index.lastScan,
          findings: byIndex.get(`${relation.schema}\0${relation.name}\0${index.name}`) ?? [],
        })),
    )
}

function indexKind(index: Index): IndexKind {
  if (index.primary) return 'primary'
  if (index.exclusion) return 'exclusion'
  return index.unique ? 'unique' : 'plain'
}

/** `(a, lower(b) desc) include (c) where d is null`: what the index covers, in one line. */
function indexDefinition(index: Index): string {
  const include = index.include.length > 0 ? ` include (${index.include.join(', ')})` : ''
  const predicate = index.predicate === null ? '' : ` where ${index.predicate}`
  return `(${index.keys.map(keyText).join(', ')})${include}${predicate}`
}

function keyText(key: IndexKey): string {
  const order = key.descending ? ' desc' : ''
  const nulls = key.nullsFirst === key.descending ? '' : key.nullsFirst ? ' nulls first' : ' nulls last'
  return `${key.column ?? key.expression ?? '?'}${order}${nulls}`
}

export interface IndexFilter {
  readonly q: string
  readonly schema: readonly string[]
  readonly kind: readonly IndexKind[]
  /** Only indexes with a finding. */
  readonly flagged: boolean
  readonly sort: 'table' | 'name' | 'size' | 'scans'
  readonly descending: boolean
}

/** Rows that match, sorted; table and name decide between equals so that paging is stable. */
export function selectIndexes(rows: readonly IndexRow[], filter: IndexFilter): IndexRow[] {
  const q = filter.q.toLocaleLowerCase()
  const direction = filter.descending ? -1 : 1
  return rows
    .filter(
      (row) =>
        (q === '' || `${row.id} ${row.relation} ${row.definition}`.toLocaleLowerCase().includes(q)) &&
        (filter.schema.length === 0 || filter.schema.includes(row.schema)) &&
        (filter.kind.length === 0 || filter.kind.includes(row.kind)) &&
        (!filter.flagged || row.findings.length > 0),
    )
    .sort((a, b) => direction * compare(a, b, filter.sort) || byTable(a, b))
}

const byTable = (a: IndexRow, b: IndexRow) =>
  a.relation < b.relation ? -1 : a.relation > b.relation ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

function compare(a: IndexRow, b: IndexRow, by: IndexFilter['sort']): number {
  switch (by) {
    case 'table':
      return byTable(a, b)
    case 'name':
      return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
    case 'size':
      return (a.size ?? -1) - (b.size ?? -1)
    case 'scans':
      return (a.scans ?? -1) - (b.scans ?? -1)
  }
}
