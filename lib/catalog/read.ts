import { setTimeout as sleep } from 'node:timers/promises'
import { Moved } from './book'
import { CatalogError } from './error'
import { renamedSince, without } from './renamed'
import { scan, type Scan } from './scan'
import { connected, defaultLimits, inTransaction } from './session'
import type { Connection, Limits, Told } from './session'
import type { Snapshot } from './types'

export interface ReadOptions extends Partial<Limits> {
  readonly told?: Told
}

const passes = 3

/**
 * Reads the catalog of one database in one repeatable-read, read-only transaction that is rolled back. When the schema
 * changes under it, it reads again; what still moves in the last pass is left out and told in `unreadable`.
 * A connection that is lent must not be inside a transaction.
 *
 * @throws CatalogError with a sentence for the reader; never with a password in it.
 */
export async function readSnapshot(
  connection: string | Connection,
  options: ReadOptions = {},
): Promise<Snapshot> {
  const { told, ...wanted } = options
  const limits = { ...defaultLimits, ...wanted }
  return connected(connection, limits, async (client) => {
    const started = performance.now()
    for (let pass = 1; ; pass++) {
      const read = await attempt(client, limits, { started, shared: pass < passes, told })
      if (read && (read.moved === 0 || pass >= passes)) return read.snapshot
      if (!read && pass >= passes * 2) {
        throw new CatalogError(
          'changing',
          'The schema changed faster than it could be read. Try again when the migration has ended.',
        )
      }
      await sleep(50 * pass)
    }
  })
}

interface Pass {
  readonly started: number
  /** The last pass borrows no text: a name that changed would be in texts of others too. */
  readonly shared: boolean
  readonly told: Told | undefined
}

/** Null when the catalog changed in a way that leaves nothing to keep. */
async function attempt(client: Connection, limits: Limits, pass: Pass): Promise<Scan | null> {
  const { started, shared, told } = pass
  try {
    const read = await inTransaction(client, limits, (session) => scan(session, started, shared), told)
    // Deparsed texts hold the newest names: a name that changed under the read would not fit the rest.
    const renamed = await inTransaction(
      client,
      limits,
      (session) => renamedSince(session, read.horizon, read.book),
      told,
    )
    if (renamed.size === 0) return read
    return { ...read, snapshot: without(read.snapshot, renamed, read.book), moved: read.moved + renamed.size }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (error instanceof Moved || code === 'XX000') return null
    throw error
  }
}
