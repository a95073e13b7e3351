import { createHash } from 'node:crypto'
import type { Snapshot } from '@/lib/catalog/types'
import type { Setup } from '../types'

/** What changes without anybody changing who reaches what: statistics, sizes, words. */
const irrelevant = new Set([
  'comment',
  'label',
  'statistics',
  'rows',
  'size',
  'scans',
  'lastScan',
  'options',
  'replicaIdentity',
])

const ofObjects = new WeakMap<Snapshot, string>()
const ofAll = new WeakMap<Snapshot, Map<string, Buffer>>()

/**
 * SHA-256 of everything verdicts rest on: schemas, relations with their columns, constraints, policies, triggers, rules
 * and grants, functions, types, roles and their settings, and the setup itself. Results hold as long as it stays. Worked
 * out once for each snapshot and setup, for every page asks.
 */
export function relevantHash(snapshot: Snapshot, setup: Setup): Buffer {
  const asked = JSON.stringify(setup, sorted)
  const known = ofAll.get(snapshot) ?? new Map<string, Buffer>()
  ofAll.set(snapshot, known)
  const hash = known.get(asked) ?? withSetup(snapshot, setup, asked)
  known.set(asked, hash)
  return hash
}

function withSetup(snapshot: Snapshot, setup: Setup, asked: string): Buffer {
  const names = rolesWithin(snapshot, setup)
  const roles = {
    roles: snapshot.roles.filter(({ name }) => names.has(name)),
    memberships: snapshot.memberships.filter(({ member }) => names.has(member)),
    roleSettings: snapshot.roleSettings.filter(({ role }) => role === null || names.has(role)),
  }
  return createHash('sha256')
    .update(objectsHash(snapshot))
    .update(JSON.stringify(roles, relevant))
    .update(asked)
    .digest()
}

/** Of the objects alone, which are most of it and the same for every setup. */
function objectsHash(snapshot: Snapshot): string {
  const known = ofObjects.get(snapshot)
  if (known !== undefined) return known
  const { schemas, relations, routines, enums, types, eventTriggers } = snapshot
  const version = Math.trunc(snapshot.server.version / 10_000)
  const basis = { version, schemas, relations, routines, enums, types, eventTriggers }
  const hash = createHash('sha256').update(JSON.stringify(basis, relevant)).digest('hex')
  ofObjects.set(snapshot, hash)
  return hash
}

/** A snapshot has its names in the order in which it is read. */
const relevant = (key: string, value: unknown) => (irrelevant.has(key) ? undefined : value)

/** A setup comes from the store too, and jsonb keeps no order of its own. */
export function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Roles whose attributes count: those of the principals and owners, and all that these belong to. */
function rolesWithin(snapshot: Snapshot, setup: Setup): ReadonlySet<string> {
  const todo = [
    ...setup.principals.flatMap(({ role, login }) => (login === null ? [role] : [role, login])),
    ...snapshot.relations.map(({ owner }) => owner),
    ...snapshot.routines.filter(({ definer }) => definer).map(({ owner }) => owner),
  ]
  const names = new Set<string>()
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (names.has(next)) continue
    names.add(next)
    for (const { member, role } of snapshot.memberships) if (member === next) todo.push(role)
  }
  return names
}
