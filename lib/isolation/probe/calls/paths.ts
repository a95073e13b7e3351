import type { Snapshot } from '@/lib/catalog/types'
import type { Routine } from '@/lib/catalog/types-object'
import { ident } from '@/lib/clone/spelling'
import type { Identity } from '../session/identity'
import { ownRoutines } from '../schema/scope'
import { settles } from './texts'

/** Schemas with something of a name that another schema has, too: which of them is meant the path says. */
export function schemasOfTwins({ relations, routines }: Snapshot): readonly string[] {
  const bySchema = new Map<string, Set<string>>()
  for (const { schema, name, extension } of [...relations, ...routines])
    if (extension === null) bySchema.set(name, (bySchema.get(name) ?? new Set()).add(schema))
  return [...new Set([...bySchema.values()].flatMap((schemas) => (schemas.size > 1 ? [...schemas] : [])))]
}

/** The session with each of them first in its path, where a function goes by that. */
export function pathVariants(identity: Identity, snapshot: Snapshot): Identity[] {
  const goBy = ownRoutines(snapshot).some(({ settings }) => !('search_path' in settings))
  return (goBy ? schemasOfTwins(snapshot) : []).slice(0, 6).map((schema) => ({
    ...identity,
    own: [...identity.own, `set search_path = ${ident(schema)}`],
  }))
}

/** What a function that sets the path may be told. */
export const pathsFor = (snapshot: Snapshot, routine: Routine): readonly string[] =>
  /\bsearch_path\b/i.test(routine.body ?? '') && settles(routine) ? schemasOfTwins(snapshot).slice(0, 4) : []
