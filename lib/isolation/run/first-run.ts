import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { systemStore, type StoreWriteTx } from '@/lib/db/scope'
import { env } from '@/lib/env'
import { Conflict } from '@/lib/errors'
import { currentScan } from '@/lib/rules/current'
import { beginRun } from './run-stored'
import { setupOf, type PreparedSetup } from '../setup/setup'
import { relevantHash } from '../stored/stale'
import { latestRuns, type Asker } from '../stored/stored'
import { storedPrincipals } from '../stored/stored-principals'

// On globalThis, so that several bundles of one process share one list.
const store = globalThis as { tabellionAskedFirst?: Set<string> }
const coming = (store.tabellionAskedFirst ??= new Set())

/** Will Tabellion ask about this database by itself, as soon as it comes to it? */
export const isAskedSoon = (database: string): boolean => coming.has(database)

const pause = 3_000

/**
 * Asks about each database of a demonstration that nobody has asked about, the one with fewest questions first, behind
 * everything else the machine does and on a scratch server of its own. Safe to repeat and from two processes at once.
 */
export async function askFirst(): Promise<void> {
  const { databases, home } = env()
  for (const { name } of databases) coming.add(name)
  const scratchHome = join(home, 'first-run')
  try {
    const prepared = await Promise.all(
      databases.map(async ({ name, scanUrl }) => {
        const scan = await currentScan(name)
        const stored = await inStore((tx) => storedPrincipals(tx, name))
        return { name, scanUrl, scan, setup: await setupOf(scan.facts, stored) }
      }),
    )
    for (const each of prepared.toSorted((a, b) => sizeOf(a.setup) - sizeOf(b.setup))) {
      const { name, scanUrl, scan, setup } = each
      const request = { snapshot: scan.snapshot, governed: scanUrl, scratchHome }
      const who = { database: name, userId: null, requestId: 'first run', write: inStore }
      await (
        await begun(who, setup, request)
      )?.()
      coming.delete(name)
    }
  } finally {
    coming.clear()
    await rm(scratchHome, { recursive: true, force: true })
  }
}

const inStore = <T>(work: (tx: StoreWriteTx) => Promise<T>) => systemStore({ system: 'isolation' }, work)

const sizeOf = ({ setup }: PreparedSetup) =>
  setup.principals.length * (setup.tenants.length + setup.tenantVia.length)

/** What runs it; null where it is not wanted, once whoever runs it now has ended. */
async function begun(
  who: Parameters<typeof beginRun>[0],
  prepared: PreparedSetup,
  request: Parameters<typeof beginRun>[2],
) {
  const { setup } = prepared
  if (sizeOf(prepared) === 0) return null
  const basis = relevantHash(request.snapshot, setup)
  for (;;) {
    const wish = await who.write((tx) => wishOf(tx, who, basis))
    if (wish === 'none') return null
    if (wish === 'ask') {
      const work = await beginRun(who, prepared, request, { behind: true }).catch((error: unknown) => {
        if (error instanceof Conflict) return null
        throw error
      })
      if (work) return work
    }
    await sleep(pause)
  }
}

/**
 * Is a run of our own wanted? Not where a person ever ran or cancelled one, nor where our own answers hold; one that was cut off is
 * made good.
 */
export async function wishOf(
  tx: StoreWriteTx,
  { database }: Asker,
  basis: Buffer,
): Promise<'ask' | 'wait' | 'none'> {
  const { newest } = await latestRuns(tx, database)
  if (newest === null) return 'ask'
  if (newest.state === 'running') return 'wait'
  const { rows } = await sql<{ settled: boolean }>`
    select exists (select from tabellion.isolation_run
                    where database = ${database}
                      and (started_by is not null or cancelled_by is not null
                           or state = 'done' and basis_hash = ${basis})) as settled`.execute(tx)
  return rows[0]?.settled ? 'none' : 'ask'
}
