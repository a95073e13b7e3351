import { neighbours, type ForeignKeyEdge } from '@/lib/catalog/neighbours'
import type { RelationId } from '@/lib/catalog/types'
import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from '@/lib/rules/facts'
import { servedBy } from '@/lib/rules/trees'

/** One foreign key as seen from one of its two tables. */
export interface Link extends ForeignKeyEdge {
  /** The table at the other end. */
  readonly other: RelationId
  /** A usable index serves the key's columns; `null` when the table that holds it was not read. */
  readonly indexed: boolean | null
}

/** Foreign keys that leave a table and that point at it. */
export function linksOf(
  facts: Facts,
  relation: Relation,
): { readonly outgoing: readonly Link[]; readonly incoming: readonly Link[] } {
  const { edges } = neighbours(facts.snapshot, relation.id)
  const link = (edge: ForeignKeyEdge, other: RelationId): Link => {
    const holder = facts.relation.get(edge.from)
    return { ...edge, other, indexed: holder ? servedBy(facts, holder, edge.columns) : null }
  }
  return {
    outgoing: edges.filter((edge) => edge.from === relation.id).map((edge) => link(edge, edge.to)),
    incoming: edges.filter((edge) => edge.to === relation.id).map((edge) => link(edge, edge.from)),
  }
}
