import { sql } from 'kysely'
import { Expected } from '@/lib/errors'
import { inLedger } from './session'

/**
 * Counts what entered the log since the last time, for charts and facets.
 * @returns how many entries; null where another process counts, or the ledger has no counts
 */
export const rollUp = (url: string, name: string): Promise<number | null> =>
  inLedger(
    url,
    name,
    async (tx) => {
      const { rows: there } = await sql<{ there: boolean }>`
        select exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'ledger_counts' and p.proname = 'roll_up') as there`.execute(
        tx,
      )
      if (!there[0]?.there) return null
      const { rows } = await sql<{ n: number | null }>`select ledger_counts.roll_up()::float8 as n`.execute(
        tx,
      )
      return rows[0]?.n ?? null
    },
    { write: true },
  )

/** Milliseconds between two counts, and after a failure. */
const [interval, patience] = [5_000, 60_000]

/** Counts for as long as the process lives, in any number of processes at once. @returns what stops it */
export function startCounting(
  url: string,
  name: string,
  onProblem: (error: unknown) => void,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let working = Promise.resolve()
  let problem = ''
  const turn = async () => {
    let wait = interval
    try {
      await rollUp(url, name)
      problem = ''
    } catch (error) {
      wait = patience
      // Where no ledger is there is nothing to count; the sealer says the rest too, so each thing is said once.
      if (!(error instanceof Expected) && String(error) !== problem) onProblem(error)
      problem = String(error)
    }
    if (stopped) return
    timer = setTimeout(() => void (working = turn()), wait)
    timer.unref()
  }
  working = turn()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await working
  }
}
