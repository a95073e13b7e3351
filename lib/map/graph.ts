import { neighbours, type ForeignKeyEdge } from '@/lib/catalog/neighbours'
import type { RelationId } from '@/lib/catalog/types'
import { captureRows, type CaptureState } from '@/lib/inventory/capture'
import { rlsState, type RlsState } from '@/lib/inventory/tables'
import type { Facts } from '@/lib/rules/facts'

/** A table of the map, with what decides its colour. */
export interface MapNode {
  readonly id: RelationId
  readonly rls: RlsState
  readonly capture: CaptureState
  readonly isFocus: boolean
}

export interface TableMap {
  readonly nodes: readonly MapNode[]
  /** Keys between the tables shown; a table's keys to itself are among them. */
  readonly edges: readonly ForeignKeyEdge[]
  /** Governed tables that no foreign key leaves or reaches. */
  readonly unlinked: readonly RelationId[]
  /** There are more tables beyond the depth asked for. */
  readonly more: boolean
  /** How many tables the whole map would show, when that is too many to draw and nothing was drawn. */
  readonly tooMany: number | null
}

/** More boxes than this are a carpet, and seconds of layout. */
export const drawnAtMost = 120

/** The governed tables and their foreign keys: all of them, or those within `depth` keys of the one in focus. */
export function mapOf(
  facts: Facts,
  asked: { readonly focus: RelationId | null; readonly depth: number },
): TableMap {
  const tables = facts.roots.map((table) => table.id)
  const all = edgesOf(facts)
  const linked = new Set(all.flatMap((edge) => [edge.from, edge.to]))
  const unlinked = tables.filter((id) => !linked.has(id)).sort()
  const captures = new Map(captureRows(facts).map((row) => [row.id, row.state]))
  const node = (id: RelationId): MapNode => {
    const relation = facts.relation.get(id)
    return {
      id,
      rls: relation ? rlsState(relation) : 'notApplicable',
      capture: captures.get(id) ?? 'notRequired',
      isFocus: id === asked.focus,
    }
  }
  if (asked.focus !== null && facts.relation.has(asked.focus)) {
    const near = neighbours(facts.snapshot, asked.focus, asked.depth)
    const ids = near.nodes.map(({ relation }) => relation)
    if (ids.length > drawnAtMost)
      return { nodes: [], edges: [], unlinked, more: near.more, tooMany: ids.length }
    return { nodes: ids.map(node), edges: near.edges, unlinked, more: near.more, tooMany: null }
  }
  const shown = tables.filter((id) => linked.has(id))
  if (shown.length > drawnAtMost)
    return { nodes: [], edges: [], unlinked, more: false, tooMany: shown.length }
  const isShown = new Set(shown)
  return {
    nodes: shown.map(node),
    edges: all.filter((edge) => isShown.has(edge.from) && isShown.has(edge.to)),
    unlinked,
    more: false,
    tooMany: null,
  }
}

/** The tables that most keys leave and reach, most first: where to begin when the whole is too much to draw. */
export function busiest(
  facts: Facts,
  most: number,
): readonly { readonly id: RelationId; readonly keys: number }[] {
  const keys = new Map<RelationId, number>()
  for (const { from, to } of edgesOf(facts))
    for (const id of new Set([from, to])) keys.set(id, (keys.get(id) ?? 0) + 1)
  return [...keys]
    .map(([id, count]) => ({ id, keys: count }))
    .sort((a, b) => b.keys - a.keys || (a.id < b.id ? -1 : 1))
    .slice(0, most)
}

/** Every foreign key of the governed tables, once. */
export function edgesOf(facts: Facts): readonly ForeignKeyEdge[] {
  const seen = new Map<string, ForeignKeyEdge>()
  for (const table of facts.roots)
    for (const edge of neighbours(facts.snapshot, table.id, 1).edges)
      seen.set(`${edge.from}\0${edge.constraint}`, edge)
  return [...seen.values()]
}
