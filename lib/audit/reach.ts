import { sql } from 'kysely'
import type { Cursor } from '@/lib/db/keyset'
import type { RecordsReadTx } from '@/lib/db/scope'
import { isDay, isUuid, type EntryFilter } from './filter'
import { countedOf } from './rollup'

/** Where a page stands in the log: below a row, above one, or at the top. */
export interface Place {
  readonly after: Cursor | null
  readonly before: Cursor | null
}

/** The times between which the next entries lie; ISO 8601 in UTC with microseconds, null of none. */
export interface Reach {
  readonly first: string | null
  readonly last: string | null
  /** How many entries lie there; fewer than were wanted are all there are. */
  readonly entries: number
}

/** The clinics whose entries the policies let this role read, and whether it reads those of no clinic. */
export interface Readable {
  readonly clinics: readonly string[]
  readonly platform: boolean
}

/** Above so many clinics their entries are taken in the order of the whole log. */
export const mergedClinics = 20

/**
 * Between which times a page's entries lie, by an index alone: what the list then asks is one or two months of the log, not all.
 * @param wanted entries that the page may have to look at
 * @param readable given when neither a row, a patient, a person nor a clinic is asked for
 * @returns null where no index tells it
 */
export async function reachOf(
  tx: RecordsReadTx,
  filter: EntryFilter,
  place: Place,
  wanted: number,
  readable: Readable | null,
): Promise<Reach | null> {
  const some = kindsOf(filter, readable)
  if (some.length === 0) return null
  const from = [sql`'-infinity'::timestamptz`]
  const to = [sql`'infinity'::timestamptz`]
  if (filter.since && isDay(filter.since))
    from.push(sql`${filter.since}::date::timestamp at time zone ${filter.zone}`)
  if (filter.until && isDay(filter.until))
    to.push(sql`(${filter.until}::date + 1)::timestamp at time zone ${filter.zone}`)
  if (place.before) from.push(sql`${place.before.at}::timestamptz`)
  if (place.after) to.push(sql`${place.after.at}::timestamptz`)
  const parts = some.map(
    ({ of, keys }) => sql`
      select ${time('first')} as first, ${time('last')} as last, entries
        from ledger.reach_of(
          ${of}, ${keys}, current_user = 'dashboard_admin', greatest(${sql.join(from)}), least(${sql.join(to)}), ${wanted}::int, ${place.before !== null}, ${filter.table[0] ?? null})`,
  )
  const { rows } = await sql<Reach>`${sql.join(parts, sql` union all `)}`.execute(tx)
  return together(rows, wanted, place.before !== null)
}

const time = (column: string) =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** Which indexes tell of this filter, and the keys to look for in them. */
function kindsOf({ row, table, patient, actor, clinic }: EntryFilter, readable: Readable | null) {
  const one = (of: string, key: string) => (isUuid(key) ? [{ of, keys: sql`array[${key}::uuid]` }] : [])
  if (row) return table.length === 1 ? one('row', row) : []
  if (patient)
    return isUuid(patient) ? [{ of: 'patient', keys: sql`ledger.same_patient(${patient}::uuid)` }] : []
  if (actor) return one('person', actor)
  if (clinic) return one('clinic', clinic)
  if (!readable) return []
  if (readable.clinics.length > mergedClinics) return [{ of: 'all', keys: sql`array[null::uuid]` }]
  return [
    { of: 'clinic', keys: sql`${readable.clinics}::uuid[]` },
    ...(readable.platform ? [{ of: 'platform', keys: sql`array[null::uuid]` }] : []),
  ]
}

/** Of several: as far as the nearest that has enough, else as far as any goes. */
function together(all: readonly Reach[], wanted: number, upwards: boolean): Reach {
  const there = all.filter((one) => one.entries > 0)
  const enough = there.filter((one) => one.entries >= wanted)
  const firsts = there.map((one) => one.first ?? '').sort()
  const lasts = there.map((one) => one.last ?? '').sort()
  const near = (side: 'first' | 'last') => enough.map((one) => one[side] ?? '').sort()
  return {
    first: (upwards ? firsts[0] : (near('first').at(-1) ?? firsts[0])) ?? null,
    last: (upwards ? (near('last')[0] ?? lasts.at(-1)) : lasts.at(-1)) ?? null,
    entries: there.reduce((sum, one) => sum + one.entries, 0),
  }
}

/** The part of entries that the filter's other conditions leave, as the counts have it; a guess where they do not know. */
export async function shareOf(tx: RecordsReadTx, filter: EntryFilter): Promise<number> {
  const { action, outcome, table, q, purpose, only } = filter
  if (q || purpose || only) return guessed
  if (action.length === 0 && !outcome && table.length === 0) return 1
  const counted = await countedOf(tx, {
    ...filter,
    actor: null,
    row: null,
    patient: null,
    since: null,
    until: null,
    sealed: null,
  })
  return counted && counted.all > 0 ? counted.matching / counted.all : guessed
}

const guessed = 0.05
