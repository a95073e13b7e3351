import type { Constraint, Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'

/** Does a foreign key hold for every row that stands there? A trigger may keep a row from what the key does to it. */
export function isBinding(
  { enforced, validated, off, references }: Constraint,
  { triggers }: Relation,
  { routines }: Snapshot,
): boolean {
  if (!enforced || !validated || off) return false
  const acts = (action: string | undefined) => action !== 'no action' && action !== 'restrict'
  const events = [
    ...(acts(references?.onDelete) ? [references?.onDelete === 'cascade' ? 'delete' : 'update'] : []),
    ...(acts(references?.onUpdate) ? ['update'] : []),
  ]
  return !triggers.some(
    (each) =>
      each.timing === 'before' &&
      each.level === 'row' &&
      each.enabled !== 'disabled' &&
      each.enabled !== 'replica' &&
      each.events.some((event) => events.includes(event)) &&
      /\breturn\s+null\b/i.test(routines.find(({ id }) => id === each.routine)?.body ?? ''),
  )
}
