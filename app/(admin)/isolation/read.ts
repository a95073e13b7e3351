import { readStore } from '@/lib/db/scope'
import { setupOf, type PreparedSetup } from '@/lib/isolation/setup/setup'
import { relevantHash } from '@/lib/isolation/stored/stale'
import { latestRuns, runAhead, type StoredRun } from '@/lib/isolation/stored/stored'
import { storedPrincipals } from '@/lib/isolation/stored/stored-principals'
import { readSummary } from '@/lib/isolation/stored/stored-results'
import type { Summary } from '@/lib/isolation/stored/summary'
import type { Principal } from '@/lib/session/principal'
import type { Scan } from '../with-scan'

/** What the page knows: what would be asked now, the newest run, and the results that stand. */
export interface IsolationView {
  readonly prepared: PreparedSetup
  readonly newest: StoredRun | null
  /** The database whose run that of this one waits for. */
  readonly ahead: string | null
  readonly finished: StoredRun | null
  readonly summary: Summary | null
  /** The results were made for something that has changed since. */
  readonly stale: boolean
}

export async function readIsolation(principal: Principal, scan: Scan): Promise<IsolationView> {
  const { newest, finished, ahead, principals, summary } = await readStore(principal, async (tx) => {
    const runs = await latestRuns(tx, principal.database)
    return {
      ...runs,
      ahead:
        runs.newest?.state === 'running' && runs.newest.step === 'server'
          ? await runAhead(tx, principal.database)
          : null,
      principals: await storedPrincipals(tx, principal.database),
      summary: runs.finished && (await readSummary(tx, runs.finished)),
    }
  })
  const prepared = await setupOf(scan.facts, principals)
  return {
    prepared,
    newest,
    ahead,
    finished,
    summary,
    stale: finished !== null && !finished.basis.equals(relevantHash(scan.snapshot, prepared.setup)),
  }
}
