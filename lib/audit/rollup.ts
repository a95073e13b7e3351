import { sql } from 'kysely'
import type { RecordsReadTx } from '@/lib/db/scope'
import { isUuid, type EntryFilter } from './filter'

/** The counts that `ledger_counts.roll_up()` keeps, and up to when. */
export interface Rollup {
  /** ISO 8601: entries recorded later are not counted yet. */
  readonly countedAt: string
  /** IANA name of the zone whose days are counted. */
  readonly zone: string
}

/** Entries of one kind, and how many there are. */
export interface Tally {
  readonly action: string
  readonly outcome: string
  /** Qualified; '' for none, null where the counts do not tell tables apart. */
  readonly table: string | null
  readonly entries: number
}

/** Where the counts stand; null in a ledger that has none, or has not counted yet. */
export async function rollupOf(tx: RecordsReadTx): Promise<Rollup | null> {
  const { rows: there } = await sql<{ there: boolean }>`
    select coalesce(has_schema_privilege(to_regnamespace('ledger_counts')::oid, 'usage'), false) as there`.execute(
    tx,
  )
  if (!there[0]?.there) return null
  const { rows } = await sql<Rollup>`
    select to_char(counted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "countedAt", ledger_counts.zone() as zone
      from ledger_counts.state`.execute(tx)
  return rows[0] ?? null
}

/** Whether the counts can answer this filter, but for its actions, outcome and tables; days must be days of their zone. */
export const isCounted = (filter: EntryFilter, { zone }: Rollup): boolean =>
  !filter.q &&
  !filter.actor &&
  !filter.row &&
  !filter.patient &&
  !filter.purpose &&
  !filter.only &&
  filter.sealed === null &&
  (!filter.clinic || isUuid(filter.clinic)) &&
  ((!filter.since && !filter.until) || filter.zone === zone)

/** Whether the filter's days are whole months, so that months answer it. */
export const isMonths = ({ since, until }: EntryFilter): boolean =>
  (!since || since.endsWith('-01')) && (!until || dayAfter(until).endsWith('-01'))

/**
 * How many entries of each kind the filter's clinic and days have, whatever its actions, outcome and tables; for a
 * filter that `isCounted`. Tables are told apart when the days are whole months.
 */
export async function tallies(tx: RecordsReadTx, filter: EntryFilter): Promise<readonly Tally[]> {
  const by = !filter.since && !filter.until ? 'kind' : isMonths(filter) ? 'month' : 'day'
  const { rows } = await sql<Tally>`
    select s.action::text as action, s.outcome::text as outcome, s.name as "table", s.entries::float8 as entries
      from (
        select r.action, r.outcome, ${by === 'day' ? sql`null` : sql`r.table_name`} as name, sum(r.entries) as entries
          from ${sql.table(`ledger_counts.${by}`)} r
         where ${within(filter)} and ${by === 'kind' ? sql`true` : between(sql`r.${sql.raw(by)}`, filter)}
         group by 1, 2, 3) s`.execute(tx)
  return rows
}

/**
 * How many entries the filter's clinic and days have, and how many of those match all of it; null where the counts cannot
 * answer the filter.
 */
export async function countedOf(
  tx: RecordsReadTx,
  filter: EntryFilter,
): Promise<{ readonly all: number; readonly matching: number } | null> {
  const counted = await rollupOf(tx)
  if (!counted || !isCounted(filter, counted)) return null
  let [all, matching] = [0, 0]
  for (const { action, outcome, table, entries } of await tallies(tx, filter)) {
    all += entries
    const matches =
      (filter.action.length === 0 || filter.action.includes(action)) &&
      (!filter.outcome || filter.outcome === outcome) &&
      (filter.table.length === 0 || (table !== null && filter.table.includes(table)))
    if (matches) matching += entries
  }
  return { all, matching }
}

/** Entries of one kind in one day or month: `at` is its first day, `YYYY-MM-DD`. */
export interface Bucket {
  readonly at: string
  readonly action: string
  readonly outcome: string
  readonly entries: number
}

/** The same by day, or by month; days do not tell tables apart. */
export async function buckets(
  tx: RecordsReadTx,
  filter: EntryFilter,
  by: 'day' | 'month',
): Promise<readonly Bucket[]> {
  const table = sql`r.table_name = any (${filter.table}::text[])`
  const { rows } = await sql<Bucket>`
    select to_char(s.at, 'YYYY-MM-DD') as at, s.action::text as action, s.outcome::text as outcome, s.entries::float8 as entries
      from (
        select r.${sql.raw(by)} as at, r.action, r.outcome, sum(r.entries) as entries
          from ${sql.table(`ledger_counts.${by}`)} r
         where ${within(filter)} and ${between(sql`r.${sql.raw(by)}`, filter)}
           ${by === 'month' && filter.table.length > 0 ? sql`and ${table}` : sql``}
           ${filter.action.length > 0 ? sql`and r.action = any (${filter.action}::ledger.action[])` : sql``}
           ${filter.outcome ? sql`and r.outcome = ${filter.outcome}::ledger.outcome` : sql``}
         group by 1, 2, 3) s
     order by s.at`.execute(tx)
  return rows
}

/** People with entries this reader may see, those with most entries first; in the whole log. */
export async function tallyActors(
  tx: RecordsReadTx,
  atMost: number,
): Promise<readonly { id: string; entries: number }[]> {
  const { rows } = await sql<{ id: string; entries: number }>`
    select r.actor_user_id as id, sum(r.entries)::float8 as entries from ledger_counts.actor r
     where r.scope = any (${scopes}::uuid[])
     group by 1 order by 2 desc, 1 limit ${atMost}`.execute(tx)
  return rows
}

/** Entries of each clinic this reader may see; a null id is what belongs to none. */
export async function tallyClinics(
  tx: RecordsReadTx,
): Promise<readonly { id: string | null; entries: number }[]> {
  const { rows } = await sql<{ id: string | null; entries: number }>`
    select nullif(r.scope, ${max})::text as id, r.entries::float8 as entries from ledger_counts.scope r
     where r.scope <> ${nil} order by r.entries desc`.execute(tx)
  return rows
}

const nil = sql`'00000000-0000-0000-0000-000000000000'::uuid`
const max = sql`'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid`

/** One row for the whole log where this reader sees all of it, else one for each clinic. */
const scopes = sql`(
  select case when ${nil} = any (s) then array[${nil}] else s end
    from (select case current_user when 'dashboard_admin' then ledger_counts.scopes_of('admin') else ledger_counts.scopes_of('dpo', 'auditor') end as s) as mine)`

const within = ({ clinic }: EntryFilter) =>
  clinic ? sql`r.scope = ${clinic}::uuid` : sql`r.scope = any (${scopes}::uuid[])`

const between = (column: ReturnType<typeof sql>, { since, until }: EntryFilter) =>
  sql`${column} between ${since ?? '-infinity'}::date and ${until ?? 'infinity'}::date`

const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
