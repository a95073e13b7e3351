import { createHash } from 'node:crypto'
import type { Snapshot } from '@/lib/catalog/types'
import type { Finding, FindingObject } from '@/lib/rules/rule'
import { structural } from './structure'

/**
 * SHA-256 of what a finding is about: its object's own structure, without sizes and times, and how grave it is. An
 * acceptance holds as long as this stays what it was.
 */
export function aboutHash(snapshot: Snapshot, finding: Pick<Finding, 'object' | 'severity'>): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([finding.severity, objectOf(snapshot, finding.object)], structural))
    .digest()
}

interface Named {
  readonly schema: string
  readonly name: string
}

const known = new WeakMap<readonly Named[], ReadonlyMap<string, readonly Named[]>>()

/** Things of a snapshot by schema and name, sorted once. */
function byName(items: readonly Named[]): ReadonlyMap<string, readonly Named[]> {
  const made = known.get(items)
  if (made) return made
  const map = new Map<string, Named[]>()
  for (const item of items) {
    const key = `${item.schema} ${item.name}`
    map.set(key, [...(map.get(key) ?? []), item])
  }
  known.set(items, map)
  return map
}

function objectOf(snapshot: Snapshot, object: FindingObject): unknown {
  const named = (items: readonly Named[]) => byName(items).get(`${object.schema ?? ''} ${object.name}`) ?? []
  switch (object.kind) {
    case 'function':
      return named(snapshot.routines)
    case 'sequence':
      return named(snapshot.sequences)
    case 'schema':
      return snapshot.schemas.find((each) => each.name === object.name)
    case 'role':
      return [
        snapshot.roles.find((each) => each.name === object.name),
        snapshot.memberships.filter(({ role, member }) => role === object.name || member === object.name),
      ]
    case 'extension':
      return snapshot.extensions.find((each) => each.name === object.name)
    // What is said of the database as a whole rests on many things: its severity has to do.
    case 'database':
      return null
    default:
      return named(snapshot.relations)
  }
}
