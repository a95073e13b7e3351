import { sql } from 'kysely'
import { Expected } from '@/lib/errors'
import { makeCheckpoint } from './checkpoint'
import { ledgerKeys } from './keys'
import { sendToWitnesses } from './outside'
import { provingIn } from './range'
import { keepReceipts } from './receipts'
import { seal } from './seal'
import { inLedger } from './session'
import type { Witness } from './witness'

export interface SealerOptions {
  readonly name: string
  readonly url: string
  /** Folder of the signing key. */
  readonly home: string
  /** Milliseconds between two seals. */
  readonly interval: number
  /** Milliseconds between two checkpoints that are signed and sent. */
  readonly signEvery: number
  readonly witnesses: readonly Witness[]
  /** Hears what went wrong, once for each kind in a row. */
  readonly onProblem: (error: unknown) => void
}

/** After a failure, and where there is no ledger, it looks again this much later, in milliseconds. */
const patience = 30_000

/**
 * Seals one database for as long as the process lives: every interval a block, now and then a checkpoint that goes to
 * the witnesses. May run in any number of processes at once, and be killed at any moment.
 * @returns what stops it, once the seal under way is done
 */
export function startSealer(options: SealerOptions): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let working = Promise.resolve()
  let signedAt = 0
  let partitionsAt = 0
  let problem = ''

  const turn = async () => {
    // From one beginning to the next, so that a long seal does not lengthen the window by itself.
    const due = performance.now() + options.interval
    let wait: number | undefined
    try {
      const { state } = await seal(options.url, options.name)
      const now = Date.now()
      if (state !== 'busy' && now - signedAt >= options.signEvery) {
        signedAt = now
        await sign(options)
      }
      if (now - partitionsAt > 3_600_000) {
        partitionsAt = now
        await inLedger(options.url, options.name, (tx) => sql`select ledger.make_partitions()`.execute(tx), {
          write: true,
        })
      }
      problem = ''
    } catch (error) {
      wait = patience
      const kind = error instanceof Expected ? error.sentence.en : String(error)
      // A database without a ledger is no problem; it may get one.
      if (kind !== problem && !(error instanceof Expected && error.kind === 'missing-schema'))
        options.onProblem(error)
      problem = kind
    }
    if (!stopped) {
      timer = setTimeout(
        () => void (working = turn()),
        wait ?? Math.max(options.interval / 10, due - performance.now()),
      )
      timer.unref()
    }
  }
  working = turn()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await working
  }
}

/** Signs what is sealed, and sends it out when there is somebody to send it to. */
async function sign({ url, name, home, witnesses }: SealerOptions): Promise<void> {
  const made = await makeCheckpoint(url, name, [ledgerKeys(home).current])
  if (!made?.made || witnesses.length === 0) return
  await keepReceipts(url, name, made.size, await sendToWitnesses(witnesses, made.note, provingIn(url, name)))
}
