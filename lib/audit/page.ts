import { sql } from 'kysely'
import type { RecordsReadTx } from '@/lib/db/scope'
import { isDay, isRare, isUuid, type EntryFilter } from './filter'
import type { Entry } from './queries'
import type { Place } from './reach'

/** A page by plans that the database keeps; not `whole`: there may be more, that it did not come to. */
export interface KeptPage {
  readonly rows: readonly Entry[]
  readonly whole: boolean
}

/**
 * The newest entries of what the log has an index for, with no more than actions, an outcome and tables to sift them: one question
 * whose plans stay with the session (db/ledger/093_page.sql), for parsing and planning it anew takes longer than all else.
 * @returns null for what is asked in another way
 */
export async function keptPage(
  tx: RecordsReadTx,
  filter: EntryFilter,
  { after, before }: Place,
  wanted: number,
): Promise<KeptPage | null> {
  const asked = keyOf(filter)
  if (!asked || before) return null
  const { action, outcome, table, since, until, zone, row } = filter
  const ends =
    until && isDay(until)
      ? sql`(${until}::date + 1)::timestamp at time zone ${zone}`
      : sql`'infinity'::timestamptz`
  const cursor = after ? sql`${after.at}::timestamptz` : sql`'infinity'::timestamptz`
  const { rows } = await sql<{ page: readonly Entry[]; whole: boolean }>`
    select page, whole from ledger.page_of(
      ${asked.of}, ${asked.keys}, ${since && isDay(since) ? sql`${since}::date::timestamp at time zone ${zone}` : sql`'-infinity'`},
      least(${ends}, ${cursor}), case when ${cursor} <= ${ends} then ${after?.id ?? greatest}::bigint else 0 end, ${wanted}::int,
      ${row ? (table[0] ?? null) : null}, ${some(action)}::ledger.action[], ${outcome}::ledger.outcome, ${row ? null : some(table)}::text[])`.execute(
    tx,
  )
  const [found] = rows
  return found ? { rows: found.page, whole: found.whole } : null
}

const greatest = '9223372036854775807'
const some = (list: readonly string[]) => (list.length > 0 ? list : null)

/** The index, and the keys to look for in it; null where a condition beside them has to be read from the entries. */
function keyOf(filter: EntryFilter) {
  const { q, row, table, patient, actor, clinic, purpose, sealed, only, asOf, action, outcome } = filter
  if (q.trim() || purpose || sealed !== null || only || asOf !== undefined || isRare(filter)) return null
  const keys = [row, patient, actor, clinic].filter((one) => one !== null && one !== '')
  const [key] = keys
  if (keys.length > 1 || (key && !isUuid(key))) return null
  const sifted = action.length > 0 || Boolean(outcome) || table.length > 0
  if (!key) return { of: 'all', keys: sql`array[null::uuid]` }
  const of = (kind: string) => ({ of: kind, keys: sql`array[${key}::uuid]` })
  if (row) return table.length === 1 ? of('row') : null
  // The patient's merged records are several keys: what sifts them would have to be weighed against each one's times.
  if (patient) return sifted ? null : { of: 'patient', keys: sql`ledger.same_patient(${key}::uuid)` }
  return actor ? of('person') : of('clinic')
}
