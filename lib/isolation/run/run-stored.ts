import { setTimeout as sleep } from 'node:timers/promises'
import type { StoreReadTx, StoreWriteTx } from '@/lib/db/scope'
import { log } from '@/lib/session/log'
import { runInChild, type ChildOptions } from './child'
import type { RunMessage, RunRequest } from './run-message'
import type { PreparedSetup } from '../setup/setup'
import { relevantHash } from '../stored/stale'
import { endRun, isRunning, noteProgress, startRun, type Asker, type Outcome } from '../stored/stored'

/** Milliseconds between two signs of life; a cancellation is heard as soon. */
const beat = 250

/** Milliseconds that who cancels a run waits to see it end; it ends anyhow. */
const seeing = 2_000

/** Who asks, and how what comes of it is written in their name. */
export interface RunAsker extends Asker {
  readonly requestId: string
  readonly write: <T>(work: (tx: StoreWriteTx) => Promise<T>) => Promise<T>
}

/**
 * Notes in the store that a run begins and answers what runs it: give that to whatever runs after the response. It never
 * throws; what it could not do stands in the store.
 * @throws Conflict while another run of the same database runs
 */
export async function beginRun(
  who: RunAsker,
  prepared: PreparedSetup,
  request: Pick<RunRequest, 'snapshot' | 'governed' | 'scratchHome'>,
  how: Pick<ChildOptions, 'behind'> = {},
): Promise<() => Promise<void>> {
  const { setup, notes } = prepared
  const basis = relevantHash(request.snapshot, setup)
  const id = await who.write((tx) => startRun(tx, who, { basis, setup, notes }))
  return async () => {
    const said = (error: unknown) =>
      log().error({ requestId: who.requestId, err: error }, 'an isolation run could not be noted')
    const stop = new AbortController()
    let at: Extract<RunMessage, { step: unknown }> = { step: 'server', done: 0, all: 0 }
    let noting = false
    const timer = setInterval(() => {
      if (noting) return
      noting = true
      who
        .write((tx) => noteProgress(tx, id, at))
        .then((goesOn) => {
          if (!goesOn) stop.abort()
        }, said)
        .finally(() => (noting = false))
    }, beat)
    const result = await runInChild(
      { ...request, setup, fix: [] },
      { ...how, signal: stop.signal, progress: (message) => (at = message) },
    ).finally(() => clearInterval(timer))
    const outcome: Outcome = stop.signal.aborted ? { cancelled: true } : result
    // A store that is down keeps it running without a beat: the page then says it was cut off.
    await who.write((tx) => endRun(tx, id, outcome)).catch(said)
  }
}

/** Waits a moment for the run of a database to end, as one does that was cancelled; true once none runs. */
export async function seenEnding(
  database: string,
  read: <T>(work: (tx: StoreReadTx) => Promise<T>) => Promise<T>,
): Promise<boolean> {
  for (const until = performance.now() + seeing; performance.now() < until; await sleep(50))
    if (!(await read((tx) => isRunning(tx, database)))) return true
  return false
}
