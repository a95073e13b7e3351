import { byText } from './book'
import type { ReferentialAction, Relation } from './types-relation'
import type { RelationId, Snapshot } from './types'

/** One foreign key, from the table that refers to the table that is referred to. */
export interface ForeignKeyEdge {
  readonly from: RelationId
  readonly to: RelationId
  readonly constraint: string
  readonly columns: readonly string[]
  readonly referenced: readonly string[]
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
  readonly validated: boolean
}

export interface Neighbour {
  readonly relation: RelationId
  /** Foreign keys between it and the table in focus; 0 is the table itself. */
  readonly distance: number
  /** False when the snapshot does not hold the relation itself, only a key that points to it. */
  readonly known: boolean
}

export interface Neighbourhood {
  readonly nodes: readonly Neighbour[]
  readonly edges: readonly ForeignKeyEdge[]
  /** True when there are more neighbours beyond the depth asked for. */
  readonly more: boolean
}

const graphs = new WeakMap<Snapshot, ReadonlyMap<RelationId, readonly ForeignKeyEdge[]>>()

/** The tables within `depth` foreign keys of one table, in both directions, nearest first, and the keys between them. */
export function neighbours(snapshot: Snapshot, focus: RelationId, depth = 1): Neighbourhood {
  const graph = graphOf(snapshot)
  const known = new Set(snapshot.relations.map((relation) => relation.id))
  const distances = new Map<RelationId, number>([[focus, 0]])
  const waiting: RelationId[] = [focus]
  let more = false
  for (let at = 0; at < waiting.length; at++) {
    const relation = waiting[at] ?? focus
    const distance = distances.get(relation) ?? 0
    for (const { from, to } of graph.get(relation) ?? []) {
      const other = from === relation ? to : from
      if (distances.has(other)) continue
      if (distance === depth) {
        more = true
        continue
      }
      distances.set(other, distance + 1)
      waiting.push(other)
    }
  }
  const edges = new Set<ForeignKeyEdge>()
  for (const relation of distances.keys()) {
    for (const edge of graph.get(relation) ?? []) {
      if (distances.has(edge.from) && distances.has(edge.to)) edges.add(edge)
    }
  }
  return {
    nodes: [...distances]
      .map(([relation, distance]) => ({ relation, distance, known: known.has(relation) }))
      .sort((a, b) => a.distance - b.distance || byText(a.relation, b.relation)),
    edges: [...edges].sort(
      (a, b) => byText(a.from, b.from) || byText(a.to, b.to) || byText(a.constraint, b.constraint),
    ),
    more,
  }
}

function graphOf(snapshot: Snapshot): ReadonlyMap<RelationId, readonly ForeignKeyEdge[]> {
  const found = graphs.get(snapshot)
  if (found) return found
  const graph = new Map<RelationId, ForeignKeyEdge[]>()
  const add = (relation: RelationId, edge: ForeignKeyEdge) => {
    const edges = graph.get(relation)
    if (edges) edges.push(edge)
    else graph.set(relation, [edge])
  }
  for (const relation of snapshot.relations) {
    for (const edge of edgesOf(relation)) {
      add(edge.from, edge)
      if (edge.to !== edge.from) add(edge.to, edge)
    }
  }
  graphs.set(snapshot, graph)
  return graph
}

/** A partitioned table's key is copied to its partitions, and a key to one is copied for each of them: one is enough. */
function edgesOf(relation: Relation): ForeignKeyEdge[] {
  return relation.constraints.flatMap((constraint) => {
    if (!constraint.references || constraint.inherited) return []
    return {
      from: relation.id,
      to: constraint.references.relation,
      constraint: constraint.name,
      columns: constraint.columns,
      referenced: constraint.references.columns,
      onDelete: constraint.references.onDelete,
      onUpdate: constraint.references.onUpdate,
      validated: constraint.validated,
    }
  })
}
