import type { Relation, RewriteRule, Trigger } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'

/** Which triggers and rules fire: those of an ordinary session, those of a replica, or it is not known which. */
export type Firing = 'origin' | 'replica' | 'either'

const name = 'session_replication_role'

/**
 * How `session_replication_role` stands: on the server or the database for everybody; on a role for whoever logs in by
 * it; in a routine while, or after, it runs.
 */
export function firingOf({ server, roleSettings, routines }: Snapshot): Firing {
  const own = routines.filter(({ extension }) => extension === null)
  if (own.some(({ body, settings }) => body?.toLowerCase().includes(name) || settings[name] !== undefined))
    return 'either'
  const set = roleSettings.filter((each) => each.name === name)
  if (set.some(({ role, value }) => role !== null && value === 'replica')) return 'either'
  const everybodys =
    set.find(({ role, thisDatabase }) => role === null && thisDatabase)?.value ?? server.settings[name]
  if (everybodys !== 'replica') return 'origin'
  return set.some(({ role }) => role !== null) ? 'either' : 'replica'
}

/** The relations as they are in such a session; what fires only perhaps is put down in `unsure`. */
export function asFiring(
  relations: readonly Relation[],
  firing: Firing,
  unsure: WeakSet<Trigger | RewriteRule>,
): readonly Relation[] {
  if (firing === 'origin') return relations
  const each = <T extends Trigger | RewriteRule>(one: T): T => {
    if (one.enabled === 'always' || one.enabled === 'disabled') return one
    if (firing === 'replica') return { ...one, enabled: one.enabled === 'replica' ? 'always' : 'disabled' }
    const either = { ...one, enabled: 'origin' as const }
    unsure.add(either)
    return either
  }
  return relations.map((relation) => ({
    ...relation,
    triggers: relation.triggers.map(each),
    rules: relation.rules.map((rule) => (rule.event === 'SELECT' ? rule : each(rule))),
    // What looks after a key is a trigger, too.
    constraints: relation.constraints.map((one) => (one.kind === 'foreign' ? { ...one, off: true } : one)),
  }))
}
