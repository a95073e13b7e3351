import type { Relation } from '@/lib/catalog/types-relation'
import { basesOf, type Scope } from './scope'
import { isStored, itself, through, type Below } from './view-columns'

const known = new WeakMap<Scope, Map<string, Below | null>>()

/** A table itself; of a view over one table that table, however many views are between; else the one that shares most names. */
export function belowOf(scope: Scope, relation: Relation): Below | null {
  const found = known.get(scope) ?? new Map<string, Below | null>()
  known.set(scope, found)
  const before = found.get(relation.id)
  if (before !== undefined) return before
  const below = isStored(relation)
    ? itself(relation)
    : (through(scope.relations, relation) ?? likeliest(scope, relation))
  found.set(relation.id, below)
  return below
}

/** The table below a view that shares most of its columns by name. */
function likeliest(scope: Scope, relation: Relation): Below | null {
  let best: Below | null = null
  for (const id of basesOf(scope, relation.id)) {
    const base = scope.relations.get(id)
    const shared = relation.columns.filter(({ name }) => base?.columns.some((each) => each.name === name))
    if (base && shared.length > (best?.named.size ?? 0))
      best = { base, named: new Map(shared.map(({ name }) => [name, name])) }
  }
  return best
}
