import { says } from '@/lib/sql/source-text'
import type { Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import type { World } from '../world'

/** Does a text empty tables together with those that point to them? */
const cascades = /\btruncate\b[^;]*\bcascade\b/i

const known = new WeakMap<Snapshot, boolean>()

/** Does a routine, or a trigger's, empty what points to a table together with it? */
export function emptiesAlong(snapshot: Snapshot): boolean {
  let found = known.get(snapshot)
  if (found === undefined)
    known.set(snapshot, (found = snapshot.routines.some(({ body }) => says(body ?? '', cascades))))
  return found
}

/** What TRUNCATE of a table empties: its partitions and heirs, and with CASCADE all that points there, however far. */
export function emptiedWith(relation: Relation, cascade: boolean, world: World): readonly Relation[] {
  const found = new Set([relation])
  for (const each of found) {
    world.below(each).forEach((below) => found.add(below))
    if (!cascade) continue
    for (const child of world.snapshot.relations)
      if (child.constraints.some(({ references }) => references?.relation === each.id)) found.add(child)
  }
  return [...found]
}
