import { setTimeout as sleep } from 'node:timers/promises'
import { cache } from 'react'
import { env } from '@/lib/env'
import { CatalogError } from './error'
import { readSnapshot } from './read'
import type { Snapshot } from './types'

/** The last good snapshot of a database, how old it is, and why it is not newer. */
export interface CurrentSnapshot {
  readonly snapshot: Snapshot
  /** Milliseconds since this process read it. */
  readonly age: number
  /** Why reading again failed; null when the snapshot is as fresh as asked for. */
  readonly problem: CatalogError | null
}

interface Kept {
  snapshot: Snapshot | null
  /** `performance.now()` of the last read that worked. */
  readAt: number
  /** The last failure, and when: a server that is down is not asked at every click. */
  problem: CatalogError | null
  failedAt: number
  reading: Promise<void> | null
}

const fresh = 30_000
const retryAfter = 5_000
/** Milliseconds that a page waits for a server that did not answer the last time; it may take long to say so again. */
const patience = 1_000

// On globalThis, so that a development reload and several bundles of one process share one cache.
const store = globalThis as { tabellionSnapshots?: Map<string, Kept> }
const kept: Map<string, Kept> = (store.tabellionSnapshots ??= new Map())

/** The same answer for every section of one page, whatever happens meanwhile. */
const forThisRequest = cache((_database: string): { answer?: Promise<CurrentSnapshot> } => ({}))

/**
 * The catalog of a governed database, at most about 30 s old; everyone who asks meanwhile waits for one read. When
 * reading fails the last good snapshot is given with its age and the cause.
 *
 * @throws CatalogError when there is no snapshot at all, or the name is not configured.
 */
export function currentSnapshot(
  database: string,
  options: { readonly fresh?: boolean } = {},
): Promise<CurrentSnapshot> {
  const request = forThisRequest(database)
  if (options.fresh || !request.answer) request.answer = current(database, options.fresh ?? false)
  return request.answer
}

/**
 * Why the last read of a database failed, without waiting for another one: that is begun where the last is not of just
 * now, so that what is back shows by itself. `null`: it was read, or never tried.
 */
export function lastProblem(database: string): CatalogError | null {
  const { entry, url } = entryOf(database)
  if (entry.problem !== null && performance.now() - entry.failedAt >= retryAfter)
    (entry.reading ??= read(entry, url)).catch(() => undefined)
  return entry.problem
}

function entryOf(database: string): { readonly entry: Kept; readonly url: string } {
  const url = env().databases.find((each) => each.name === database)?.scanUrl
  if (url === undefined) {
    throw new CatalogError(
      'database',
      `No database "${database}" is configured here. Choose another one in the header.`,
    )
  }
  // The URL is part of the key: the same name pointed elsewhere is another database.
  const key = `${database} ${url}`
  const known = kept.get(key)
  if (known) return { entry: known, url }
  const entry: Kept = { snapshot: null, readAt: 0, problem: null, failedAt: 0, reading: null }
  kept.set(key, entry)
  return { entry, url }
}

async function current(database: string, again: boolean): Promise<CurrentSnapshot> {
  const { entry, url } = entryOf(database)
  const now = performance.now()
  const young = entry.snapshot !== null && now - entry.readAt < fresh && entry.problem === null
  const justFailed = entry.problem !== null && now - entry.failedAt < retryAfter
  if (again || !(young || justFailed)) {
    const reading = (entry.reading ??= read(entry, url))
    if (again || entry.problem === null) await reading
    else await Promise.race([reading, sleep(patience)])
  }
  if (entry.snapshot)
    return { snapshot: entry.snapshot, age: performance.now() - entry.readAt, problem: entry.problem }
  throw entry.problem ?? new CatalogError('server', `The catalog of "${database}" was not read.`)
}

async function read(entry: Kept, url: string): Promise<void> {
  try {
    entry.snapshot = await readSnapshot(url)
    entry.readAt = performance.now()
    entry.problem = null
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error
    entry.problem = error
    entry.failedAt = performance.now()
  } finally {
    entry.reading = null
  }
}
