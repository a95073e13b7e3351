import type { Relation } from '@/lib/catalog/types-relation'
import type { RelationId, Snapshot } from '@/lib/catalog/types'
import type { Finding, Severity } from '@/lib/rules/rule'

export type RlsState = 'forced' | 'enabled' | 'off' | 'notApplicable'

/** One line of the tables list. */
export interface TableRow {
  readonly id: RelationId
  readonly schema: string
  readonly name: string
  readonly kind: Relation['kind']
  /** Partitions below it; they are listed only when asked for. */
  readonly partitions: number
  readonly isPartition: boolean
  /** Planner's estimate; `null` when it does not know. */
  readonly rows: number | null
  /** Bytes with indexes and TOAST; `null` when not read. */
  readonly size: number | null
  readonly rls: RlsState
  readonly policies: number
  /** `null` where a primary key is not possible (views). */
  readonly primaryKey: boolean | null
  readonly findings: Readonly<Record<Severity, number>>
}

/** Extension members are inventory of their extension, not of the house. */
const listed = (relation: Relation) => relation.extension === null

/**
 * The tables list of a snapshot, in the snapshot's order.
 * @param findings of the same snapshot; counted on the relation they name.
 */
export function tableRows(snapshot: Snapshot, findings: readonly Finding[]): TableRow[] {
  const children = new Map<RelationId, number>()
  for (const relation of snapshot.relations) {
    for (const parent of relation.parents) children.set(parent, (children.get(parent) ?? 0) + 1)
  }
  const counts = findingCounts(findings)
  return snapshot.relations.filter(listed).map((relation) => ({
    id: relation.id,
    schema: relation.schema,
    name: relation.name,
    kind: relation.kind,
    partitions: children.get(relation.id) ?? 0,
    isPartition: relation.isPartition,
    rows: relation.rows,
    size: relation.size,
    rls: rlsState(relation),
    policies: relation.policies.length,
    primaryKey: hasRows(relation) ? relation.constraints.some((c) => c.kind === 'primary') : null,
    findings: counts.get(`${relation.schema}\0${relation.name}`) ?? none,
  }))
}

/** Row-level security exists on tables only; a view has the rights of whoever it reads as. */
export function rlsState(relation: Relation): RlsState {
  if (!hasRows(relation)) return 'notApplicable'
  if (!relation.rls) return 'off'
  return relation.rlsForced ? 'forced' : 'enabled'
}

const hasRows = (relation: Relation) => relation.kind === 'table' || relation.kind === 'partitioned'

const none: Readonly<Record<Severity, number>> = { critical: 0, high: 0, medium: 0, low: 0 }

function findingCounts(findings: readonly Finding[]): Map<string, Record<Severity, number>> {
  const counts = new Map<string, Record<Severity, number>>()
  for (const { object, severity } of findings) {
    if (object.schema === null) continue
    const key = `${object.schema}\0${object.name}`
    const at = counts.get(key) ?? { ...none }
    at[severity] += 1
    counts.set(key, at)
  }
  return counts
}

export interface TableFilter {
  readonly q: string
  readonly schema: readonly string[]
  readonly rls: readonly RlsState[]
  readonly kind: readonly Relation['kind'][]
  readonly partitions: boolean
  readonly sort: 'name' | 'rows' | 'size' | 'policies' | 'findings'
  readonly descending: boolean
}

/** Rows that match, sorted; names decide between equals so that paging is stable. */
export function selectTables<Row extends TableRow>(rows: readonly Row[], filter: TableFilter): Row[] {
  const q = filter.q.toLocaleLowerCase()
  const direction = filter.descending ? -1 : 1
  return rows
    .filter(
      (row) =>
        (filter.partitions || !row.isPartition) &&
        (q === '' || row.id.toLocaleLowerCase().includes(q)) &&
        (filter.schema.length === 0 || filter.schema.includes(row.schema)) &&
        (filter.rls.length === 0 || filter.rls.includes(row.rls)) &&
        (filter.kind.length === 0 || filter.kind.includes(row.kind)),
    )
    .sort((a, b) => direction * compare(a, b, filter.sort) || (a.id < b.id ? -1 : 1))
}

function compare(a: TableRow, b: TableRow, by: TableFilter['sort']): number {
  switch (by) {
    case 'name':
      return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
    case 'rows':
      return (a.rows ?? -1) - (b.rows ?? -1)
    case 'size':
      return (a.size ?? -1) - (b.size ?? -1)
    case 'policies':
      return a.policies - b.policies
    case 'findings':
      return weight(a.findings) - weight(b.findings)
  }
}

/** Worst first: one critical outweighs any number of milder ones. */
const weight = (f: Readonly<Record<Severity, number>>) =>
  f.critical * 1e9 + Math.min(f.high, 999) * 1e6 + Math.min(f.medium, 999) * 1e3 + Math.min(f.low, 999)
