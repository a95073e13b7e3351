import { createHash } from 'node:crypto'
import type { Snapshot } from '@/lib/catalog/types'
import type { Setup } from './types'

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

/**
 * SHA-256 of everything verdicts rest on: schemas, relations with their columns, constraints, policies, triggers, rules
 * and grants, functions, types, roles and their settings, and the setup itself. Results hold as long as it stays.
 */
export function relevantHash(snapshot: Snapshot, setup: Setup): Buffer {
  const { schemas, relations, routines, enums, types, eventTriggers } = snapshot
  const names = rolesWithin(snapshot, setup)
  const basis = {
    setup,
    version: Math.trunc(snapshot.server.version / 10_000),
    schemas,
    relations,
    routines,
    enums,
    types,
    eventTriggers,
    roles: snapshot.roles.filter(({ name }) => names.has(name)),
    memberships: snapshot.memberships.filter(({ member }) => names.has(member)),
    roleSettings: snapshot.roleSettings.filter(({ role }) => role === null || names.has(role)),
  }
  return createHash('sha256').update(JSON.stringify(basis, relevant)).digest()
}

function relevant(key: string, value: unknown): unknown {
  if (irrelevant.has(key)) return undefined
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
