import { isVeiled, readings } from '@/lib/sql/source-text'
import type { Context } from '../problem'
import type { World } from '../world'

/** Names of tables that routines make for the session alone; `any` where one is made up. */
type Made = ReadonlySet<string> | 'any'

const known = new WeakMap<World, Made>()

/**
 * May a name without its schema mean a temporary table, which comes before all others unless pg_temp stands last in the path? One
 * of the caller's own where he may send any SQL, else one that a routine makes for him.
 */
export function mayBeTemporary(name: string, { shadowed, problem: { world } }: Context): boolean {
  if (shadowed !== 'made') return shadowed
  let made = known.get(world)
  if (!made) known.set(world, (made = madeIn(world)))
  return made === 'any' || made.has(name)
}

const making =
  /\b(?:temp|temporary)\s+(?:(?:table|view|recursive|unlogged|if|not|exists)\s+)*("[^"]+"|[\w$]+)|\bpg_temp\s*\.\s*("[^"]+"|[\w$]+)/gi

function madeIn({ snapshot }: World): Made {
  const made = new Set<string>()
  for (const { body, extension } of snapshot.routines) {
    if (extension !== null) continue
    if (isVeiled(body ?? '')) return 'any'
    for (const text of readings(body ?? '')) {
      if (!/\b(?:temp|temporary|pg_temp)\b/i.test(text)) continue
      if (/\bexecute\b/i.test(text)) return 'any'
      for (const [, one, other] of text.matchAll(making)) {
        const name = one ?? other ?? ''
        made.add(name.startsWith('"') ? name.slice(1, -1) : name.toLowerCase())
      }
    }
  }
  return made
}
