import { readStore } from '@/lib/db/scope'
import { isolationMatrix, type IsolationMatrix } from '@/lib/isolation/matrix'
import { setupOf, type PreparedSetup } from '@/lib/isolation/setup'
import { relevantHash } from '@/lib/isolation/stale'
import { latestRuns, listVerdicts, type StoredRun } from '@/lib/isolation/stored'
import { storedPrincipals } from '@/lib/isolation/stored-principals'
import type { Principal } from '@/lib/session/principal'
import type { Scan } from '../with-scan'

/** What the page knows: what would be asked now, the newest run, and the results that stand. */
export interface IsolationView {
  readonly prepared: PreparedSetup
  readonly newest: StoredRun | null
  readonly finished: StoredRun | null
  readonly matrix: IsolationMatrix | null
  /** The results were made for something that has changed since. */
  readonly stale: boolean
}

export async function readIsolation(principal: Principal, scan: Scan): Promise<IsolationView> {
  const stored = await readStore(principal, async (tx) => {
    const runs = await latestRuns(tx, principal.database)
    return {
      ...runs,
      principals: await storedPrincipals(tx, principal.database),
      verdicts: runs.finished ? await listVerdicts(tx, runs.finished.id) : [],
    }
  })
  const { newest, finished, verdicts } = stored
  const prepared = await setupOf(scan.facts, stored.principals)
  return {
    prepared,
    newest,
    finished,
    matrix: finished && isolationMatrix(finished.setup, verdicts),
    stale: finished !== null && !finished.basis.equals(relevantHash(scan.snapshot, prepared.setup)),
  }
}
