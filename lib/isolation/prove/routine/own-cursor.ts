import type { Routine } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'
import { literally } from '@/lib/sql/source-text'

/**
 * Is the portal behind a cursor variable surely the one that this function opened? The variable is only opened, fetched from
 * and closed here, and no other function closes a portal by its name and opens another under it.
 */
export function isOnlyHere(name: string, routine: Routine, snapshot: Snapshot): boolean {
  const k = `"?${literally(name)}"?(?![\\w"])`
  const declared = `${k}\\s+(?:(?:no\\s+)?scroll\\s+)?(?:cursor\\b|refcursor\\s*;)`
  const uses = [
    declared,
    `\\b(?:open|close)\\s+${k}`,
    `\\b(?:fetch|move)\\s+(?:[\\w\\s-]*?\\b(?:from|in)\\s+)?${k}`,
    `\\bfor\\s+[\\w",\\s]+?\\bin\\s+${k}`,
  ]
  const text = routine.body ?? ''
  const rest = text.replaceAll(new RegExp(uses.join('|'), 'gi'), ' ')
  const word = new RegExp(`\\b${literally(name)}\\b`, 'i')
  if (word.test(rest) || !new RegExp(declared, 'i').test(text)) return false
  // Up to 15 a bound cursor's portal has the variable's name.
  const isNamed = snapshot.server.version < 160_000
  return snapshot.routines.every(({ id, body }) => {
    if (/unnamed portal|\bpg_cursors\b/i.test(body ?? '')) return false
    return (
      id === routine.id || !isNamed || !word.test(body ?? '') || !/\b(?:close|refcursor)\b/i.test(body ?? '')
    )
  })
}
