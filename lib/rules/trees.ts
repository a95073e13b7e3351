import type { Index, Relation, Trigger } from '@/lib/catalog/types-relation'
import { gather } from './gather'
import { ofFacts, type Facts } from './facts'

const childrenOf = ofFacts((facts) => {
  const children = new Map<string, Relation[]>()
  for (const relation of facts.governed) {
    if (!relation.isPartition) continue
    for (const parent of relation.parents) {
      gather(children, parent, relation)
    }
  }
  return children
})

/** Direct partitions of a partitioned table. */
export const partitionsOf = (facts: Facts, relation: Relation): readonly Relation[] =>
  relation.kind === 'partitioned' ? (childrenOf(facts).get(relation.id) ?? []) : []

/** The tables of a partition tree that hold rows; an ordinary table is its own leaf. */
export function leavesOf(facts: Facts, relation: Relation): readonly Relation[] {
  if (relation.kind !== 'partitioned') return [relation]
  return partitionsOf(facts, relation).flatMap((child) => leavesOf(facts, child))
}

/** Valid, ready and not being dropped: the planner may use it and it is kept up to date. */
export const isUsable = (index: Index): boolean => index.valid && index.ready && index.live

/**
 * Can this index find the rows whose columns equal given values, none of them null? Key columns in any order at the
 * front of a btree, or the one column of a hash index; INCLUDE columns, expressions and other methods do not count.
 */
export function serves(relation: Relation, index: Index, columns: readonly string[]): boolean {
  if (!isUsable(index) || !impliedByPresence(relation, index.predicate, columns)) return false
  if (index.method === 'hash') return columns.length === 1 && index.keys[0]?.column === columns[0]
  if (index.method !== 'btree') return false
  const { keys } = index
  if (keys.length < columns.length) return false
  return columns.every((column) => keys.some((key, at) => at < columns.length && key.column === column))
}

/** As `serves`, for a table or a whole partition tree: an index of the root, or one on every partition. */
export function servedBy(facts: Facts, relation: Relation, columns: readonly string[]): boolean {
  if (relation.indexes.some((index) => serves(relation, index, columns))) return true
  const partitions = partitionsOf(facts, relation)
  return partitions.length > 0 && partitions.every((child) => servedBy(facts, child, columns))
}

const presence = /^("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*) IS NOT NULL$/u

/** Is a partial index's predicate true for every row in which these columns (and the NOT NULL ones) are present? */
export function impliedByPresence(
  relation: Relation,
  predicate: string | null,
  columns: readonly string[],
): boolean {
  if (predicate === null) return true
  return predicate
    .replaceAll(/^\(+|\)+$/g, '')
    .split(/\)? AND \(?/)
    .every((part) => {
      const name = presence.exec(part.trim())?.[1]
      if (name === undefined) return false
      const column = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
      return columns.includes(column) || relation.columns.some((c) => c.name === column && c.notNull)
    })
}

/** The same trigger on the partitioned parent, for a clone. */
export function rootTrigger(facts: Facts, relation: Relation, trigger: Trigger): Trigger | null {
  for (const parent of relation.parents) {
    const above = facts.relation.get(parent)
    const same = above?.triggers.find((t) => t.name === trigger.name && t.routine === trigger.routine)
    if (same) return same
  }
  return null
}

/** Is the trigger switched on for ordinary sessions? */
export const fires = (trigger: Trigger): boolean =>
  trigger.enabled === 'origin' || trigger.enabled === 'always'
