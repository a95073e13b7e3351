import { createHash } from 'node:crypto'
import { recordEvent, oncePerQuery, soleClinic } from '@/lib/audit/record'
import type { EntryFilter } from '@/lib/audit/filter'
import {
  countCap,
  countEntries,
  getEntry,
  listEntries,
  type Entry,
  type EntryPage,
} from '@/lib/audit/queries'
import { isCounted, rollupOf, tallies } from '@/lib/audit/rollup'
import { writeRecords, type Principal, type RecordsReadTx } from '@/lib/db/scope'
import { peopleOf } from './people'
import { filterOf, filtersInUse, search, type State } from './search'

const table = 'ledger.audit_logs'

/** Entries that match; with `more` there are others beyond. */
export interface Total {
  readonly entries: number
  readonly more: boolean
}

export interface LogPage {
  readonly page: EntryPage
  readonly total: Total
  /** Entries above this page's first row, on the same terms. */
  readonly newer: number
  readonly people: ReadonlyMap<string, string>
}

/** One page of the log and, in the same transaction, the entry that says it was read. */
export function readLog(principal: Principal, state: State, zone: string): Promise<LogPage> {
  const asked = search.query({ ...state, hide: [], peek: '' })
  const key = createHash('sha256')
    .update(`${principal.userId} ${principal.database} ${principal.clinicId} ${asked}`)
    .digest('hex')
  return oncePerQuery(key, (first) =>
    writeRecords(principal, async (tx) => {
      const filter = filterOf(state, zone)
      const page = await listEntries(tx, filter, { after: state.after, before: state.before })
      const total = await countAll(tx, filter)
      const top = page.rows[0]
      const newer = page.newer && top ? await countEntries(tx, filter, { at: top.recordedAt, id: top.id }) : 0
      const people = await peopleOf(
        principal,
        tx,
        page.rows.map((row) => row.actorUserId),
      )
      if (first) {
        await recordEvent(tx, {
          action: 'list',
          table,
          clinic: soleClinic(page.rows, principal.clinicId),
          count: page.rows.length,
          fields: filtersInUse(state),
        })
      }
      return { page, total, newer, people }
    }),
  )
}

/** Exact up to the cap; beyond it what the counts say, where they can: those lag some seconds behind. */
async function countAll(tx: RecordsReadTx, filter: EntryFilter): Promise<Total> {
  const capped = await countEntries(tx, filter)
  if (capped <= countCap) return { entries: capped, more: false }
  const counted = await rollupOf(tx)
  if (!counted || !isCounted(filter, counted)) return { entries: countCap, more: true }
  const known = (await tallies(tx, filter)).filter(
    ({ action, outcome, table: name }) =>
      (filter.action.length === 0 || filter.action.includes(action)) &&
      (!filter.outcome || filter.outcome === outcome) &&
      (filter.table.length === 0 || (name !== null && filter.table.includes(name))),
  )
  const entries = known.reduce((sum, one) => sum + one.entries, 0)
  return entries > countCap ? { entries, more: false } : { entries: countCap, more: true }
}

export interface EntryRead {
  readonly entry: Entry
  readonly people: ReadonlyMap<string, string>
}

/** One entry, and that it was looked at; `null` when there is none for this reader. */
export function readEntry(principal: Principal, id: string): Promise<EntryRead | null> {
  return oncePerQuery(`${principal.userId} ${principal.database} entry ${id}`, (first) =>
    writeRecords(principal, async (tx) => {
      const entry = await getEntry(tx, id)
      if (!entry) return null
      const people = await peopleOf(principal, tx, [entry.actorUserId, entry.onBehalfOf])
      if (first) {
        await recordEvent(tx, { action: 'read', table, clinic: entry.clinicId, record: entry.eventId })
      }
      return { entry, people }
    }),
  )
}
