import type { RecordsReadTx } from '@/lib/db/scope'
import type { EntryFilter } from './filter'
import { countCap, countEntries } from './queries'
import { countedOf } from './rollup'

/** Entries that match; with `more` there are others beyond. */
export interface Total {
  readonly entries: number
  readonly more: boolean
}

/** What the counts say where that is beyond the cap: those lag some seconds behind. Else exact up to the cap. */
export async function totalOf(tx: RecordsReadTx, filter: EntryFilter): Promise<Total> {
  const known = await countedOf(tx, filter)
  if (known && known.matching > countCap) return { entries: known.matching, more: false }
  const entries = await countEntries(tx, filter)
  return { entries: Math.min(entries, countCap), more: entries > countCap }
}
