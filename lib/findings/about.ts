import { createHash } from 'node:crypto'
import type { Snapshot } from '@/lib/catalog/types'
import { severities, type Finding, type FindingObject, type Severity } from '@/lib/rules/rule'
import { structural } from './structure'

/**
 * SHA-256 of what a finding is about: its object's own structure, without sizes and times, and how grave it is. An
 * acceptance holds as long as this stays what it was.
 */
export function aboutHash(
  snapshot: Snapshot,
  { object, severity }: Pick<Finding, 'object' | 'severity'>,
): Buffer {
  const list = listOf(snapshot, object)
  if (list === null) return hashOf(severity, JSON.stringify(objectOf(snapshot, object), structural))
  const before = hashes.get(list)
  if (before) return before[severity]
  const text = JSON.stringify(list, structural)
  const [critical, high, medium, low] = severities.map((each) => hashOf(each, text)) as Four
  const made = { critical, high, medium, low }
  hashes.set(list, made)
  return made[severity]
}

type Four = [Buffer, Buffer, Buffer, Buffer]

/** Ten findings are about one table, whose structure is long: written once, it is hashed for every severity. */
const hashes = new WeakMap<readonly Named[], Readonly<Record<Severity, Buffer>>>()

const hashOf = (severity: Severity, text: string | undefined): Buffer =>
  createHash('sha256')
    .update(`["${severity}",${text ?? 'null'}]`)
    .digest()

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

/** What has this name among relations, functions or sequences; `null` for what is no such thing. */
function listOf(snapshot: Snapshot, object: FindingObject): readonly Named[] | null {
  const named = (items: readonly Named[]) =>
    byName(items).get(`${object.schema ?? ''} ${object.name}`) ?? nothing
  switch (object.kind) {
    case 'function':
      return named(snapshot.routines)
    case 'sequence':
      return named(snapshot.sequences)
    case 'schema':
    case 'role':
    case 'extension':
    case 'database':
      return null
    default:
      return named(snapshot.relations)
  }
}

const nothing: readonly Named[] = []

function objectOf(snapshot: Snapshot, object: FindingObject): unknown {
  switch (object.kind) {
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
    default:
      return null
  }
}
