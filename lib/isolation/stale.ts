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
  const { schemas, relations, routines, enums, types, roles, memberships, roleSettings, eventTriggers } =
    snapshot
  const version = Math.trunc(snapshot.server.version / 10_000)
  const basis = {
    setup,
    version,
    schemas,
    relations,
    routines,
    enums,
    types,
    roles,
    memberships,
    roleSettings,
    eventTriggers,
  }
  return createHash('sha256').update(JSON.stringify(basis, relevant)).digest()
}

function relevant(key: string, value: unknown): unknown {
  if (irrelevant.has(key)) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
