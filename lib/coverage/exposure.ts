import type { AccessVerdict } from '@/lib/catalog/access'
import type { RelationId, Snapshot } from '@/lib/catalog/types'
import type { Facts } from '@/lib/rules/facts'
import { defaultRoles, worstOf } from './matrix'
import { verdictsOf } from './verdicts'

/** One governed table, how many rows it holds, and the most that any of the shown roles can read of it. */
export interface Exposure {
  readonly id: RelationId
  /** Planner's estimate; `null` when it does not know. */
  readonly rows: number | null
  readonly verdict: AccessVerdict
}

const known = new WeakMap<Snapshot, readonly Exposure[]>()

/** Every governed table with what its rows are exposed to, largest first; made once for a snapshot. */
export function exposures(snapshot: Snapshot, facts: Facts): readonly Exposure[] {
  let found = known.get(snapshot)
  if (found) return found
  const roles = defaultRoles(snapshot, facts).filter((name) => !facts.role.get(name)?.superuser)
  const owners = new Set(facts.roots.map((table) => table.owner))
  const asked = roles.filter((name) => !owners.has(name) || facts.applicationRoles.includes(name))
  found = facts.roots
    .map((table) => ({
      id: table.id,
      rows: table.rows,
      verdict: worstOf(asked.map((role) => verdictsOf(snapshot, table, role)[0] ?? 'unknown')),
    }))
    .sort((a, b) => (b.rows ?? -1) - (a.rows ?? -1) || (a.id < b.id ? -1 : 1))
  known.set(snapshot, found)
  return found
}
