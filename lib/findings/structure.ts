import { createHash } from 'node:crypto'
import type { Snapshot } from '@/lib/catalog/types'

/** What changes without anybody changing the schema. */
const volatile = new Set([
  'takenAt',
  'tookMs',
  'startedAt',
  'statisticsResetAt',
  'statistics',
  'rows',
  'size',
  'scans',
  'lastScan',
  'last',
])

/** For JSON.stringify: leaves out what is volatile and sorts names, because jsonb keeps no order of its own. */
export function structural(key: string, value: unknown): unknown {
  if (volatile.has(key)) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const hashes = new WeakMap<Snapshot, Buffer>()

/** SHA-256 of the structure; worked out once for each snapshot. */
export function structureHash(snapshot: Snapshot): Buffer {
  const known = hashes.get(snapshot)
  if (known) return known
  const hash = createHash('sha256').update(JSON.stringify(snapshot, structural)).digest()
  hashes.set(snapshot, hash)
  return hash
}
