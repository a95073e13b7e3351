import { sql } from 'kysely'
import type { RecordsReadTx } from '@/lib/db/scope'
import { all, conditions, type EntryFilter } from './filter'
import { countCap } from './queries'
import { buckets, isCounted, isMonths, rollupOf, type Bucket } from './rollup'

/** What the chart tells apart, from the bottom up: the exceptions lie on top. */
export const kinds = ['rest', 'changes', 'left', 'refused'] as const
export type Kind = (typeof kinds)[number]

export interface Bar {
  /** First day of the bar's day or month, `YYYY-MM-DD`. */
  readonly at: string
  readonly counts: Readonly<Record<Kind, number>>
}

/** How much happened over time. */
export interface Activity {
  readonly by: 'day' | 'month'
  /** Every day or month of the period, ascending, empty ones too. */
  readonly bars: readonly Bar[]
  readonly total: number
  /** Whether only the newest `countCap` entries were looked at: no counts answer such a filter. */
  readonly capped: boolean
  /** The zone whose days these are. */
  readonly zone: string
  /** Entries recorded later are not in it; null when the entries themselves were counted. */
  readonly countedAt: string | null
}

const longestInDays = 92
const longestInMonths = 120

/**
 * The activity that the chart above a list shows: from the counts where they can answer the filter, else from the newest
 * entries themselves. Without days the last thirty, or, of entries alone, all there are.
 * @param today `YYYY-MM-DD` in the filter's zone
 */
export async function activityOf(tx: RecordsReadTx, filter: EntryFilter, today: string): Promise<Activity> {
  const counted = await rollupOf(tx)
  const [from, to] = periodOf(filter, today)
  const by = filter.table.length > 0 || daysBetween(from, to) > longestInDays ? 'month' : 'day'
  const source = by === 'month' && isMonths(filter) ? 'month' : filter.table.length === 0 ? 'day' : null
  if (counted && source && isCounted(filter, counted)) {
    const found = await buckets(tx, { ...filter, since: from, until: to }, source)
    return {
      ...shape(found, by, from, to),
      capped: false,
      zone: counted.zone,
      countedAt: counted.countedAt,
    }
  }
  return ofEntries(tx, filter, today)
}

/** The days asked for; without any, the last thirty, or the last twelve months where only months tell tables apart. */
function periodOf({ since, until, table }: EntryFilter, today: string): readonly [string, string] {
  const to = until && until < today ? until : today
  if (since) return [since, to > since ? to : since]
  return table.length > 0 ? [`${monthsBefore(to, 11)}-01`, to] : [daysAfter(to, -29), to]
}

async function ofEntries(tx: RecordsReadTx, filter: EntryFilter, today: string): Promise<Activity> {
  const { rows } = await sql<Bucket>`
    select to_char(l.recorded_at at time zone ${filter.zone}, 'YYYY-MM-DD') as at, l.action::text as action, l.outcome::text as outcome,
           count(*)::float8 as entries
      from (select l.recorded_at, l.action, l.outcome from ledger.audit_logs l
             where ${all(conditions(filter))} order by l.recorded_at desc, l.id desc limit ${countCap}) as l
     group by 1, 2, 3 order by 1`.execute(tx)
  const first = rows[0]?.at ?? today
  const last = filter.until && filter.until < today ? filter.until : today
  const from = filter.since && filter.since > first ? filter.since : first
  const by = daysBetween(from, last) > longestInDays ? 'month' : 'day'
  const shaped = shape(rows, by, from, last)
  return { ...shaped, capped: shaped.total >= countCap, zone: filter.zone, countedAt: null }
}

function shape(found: readonly Bucket[], by: 'day' | 'month', from: string, to: string) {
  const counts = new Map<string, Record<Kind, number>>()
  const places = by === 'day' ? daysFrom(from, to) : monthsFrom(from, to)
  for (const at of places) counts.set(at, { rest: 0, changes: 0, left: 0, refused: 0 })
  let total = 0
  for (const { at, action, outcome, entries } of found) {
    const place = counts.get(by === 'day' ? at : `${at.slice(0, 7)}-01`)
    if (!place) continue
    place[kindOf(action, outcome)] += entries
    total += entries
  }
  return { by, bars: [...counts].map(([at, each]) => ({ at, counts: each })), total }
}

const changes = new Set([
  'create',
  'update',
  'inactivate',
  'delete',
  'truncate',
  'consent',
  'signature',
  'permission',
])
const left = new Set(['export', 'print', 'disclose', 'break_glass', 'backup'])

function kindOf(action: string, outcome: string): Kind {
  if (outcome !== 'success') return 'refused'
  return changes.has(action) ? 'changes' : left.has(action) ? 'left' : 'rest'
}

const dayLong = 86_400_000
const text = (time: number) => new Date(time).toISOString().slice(0, 10)
export const daysAfter = (day: string, days: number) => text(Date.parse(day) + days * dayLong)
const daysBetween = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / dayLong + 1

const daysFrom = (from: string, to: string) =>
  Array.from({ length: Math.max(1, Math.min(longestInDays, daysBetween(from, to))) }, (_, at) =>
    daysAfter(from, at),
  )

/** `YYYY-MM`, so many months before that day's. */
function monthsBefore(day: string, months: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return text(Date.UTC(year, month - 1 - months, 1)).slice(0, 7)
}

/** First days of months; the last ones of a period longer than the chart is. */
function monthsFrom(from: string, to: string): readonly string[] {
  const found: string[] = []
  for (let back = 0; back < longestInMonths; back++) {
    const month = monthsBefore(to, back)
    if (month < from.slice(0, 7)) break
    found.unshift(`${month}-01`)
  }
  return found
}
