import type { Routine } from '@/lib/catalog/types-object'
import { calledBy, namedIn } from './mentions'
import type { Problem } from '../problem'
import type { World } from '../world'

/**
 * May what an IMMUTABLE function says of its arguments have been worked out by somebody else, at another time? PostgreSQL keeps
 * it in indexes, and in plans, which outlive a request on its connection. Where the body asks for its arguments alone that is the
 * same.
 */
export function mayBeKept(routine: Routine, { knowledge, world }: Problem): boolean {
  if (routine.volatility !== 'immutable') return false
  return knowledge.keepsPlans || keptIn(world).has(routine)
}

const known = new WeakMap<World, ReadonlySet<Routine>>()

function keptIn(world: World): ReadonlySet<Routine> {
  let found = known.get(world)
  if (!found) known.set(world, (found = allKept(world)))
  return found
}

function allKept({ snapshot }: World): ReadonlySet<Routine> {
  const { relations, routines, definitions = [] } = snapshot
  // A plan that a function makes within another that has settings of its own is kept for the session.
  if (routines.some(({ settings }) => Object.keys(settings).some((name) => name.includes('.'))))
    return new Set(routines)
  const texts = relations
    .filter(({ extension }) => extension === null)
    .flatMap(({ indexes }) => indexes)
    .flatMap(({ keys, predicate }) => [...keys.map(({ expression }) => expression), predicate])
    .filter((text) => text !== null)
  // Operators and casts run functions that no text names.
  const unnamed = definitions.flatMap(({ extension, operator, cast }) =>
    extension === null ? (operator?.routine ?? cast?.routine ?? []) : [],
  )
  const hidden = texts.some((text) => /::|OPERATOR\(/.test(text))
    ? routines.filter(({ id }) => unnamed.includes(id))
    : []
  return new Set([...namedIn(texts, routines), ...hidden].flatMap((each) => calledBy(each, routines)))
}
