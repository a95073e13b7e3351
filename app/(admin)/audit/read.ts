import { createHash } from 'node:crypto'
import { recordEvent, oncePerQuery, soleClinic } from '@/lib/audit/record'
import { countEntries, getEntry, listEntries, type Entry, type EntryPage } from '@/lib/audit/queries'
import { totalOf, type Total } from '@/lib/audit/total'
import { writeRecords, type Principal } from '@/lib/db/scope'
import { peopleOf } from './people'
import { filterOf, filtersInUse, search, type State } from './search'

const table = 'ledger.audit_logs'

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
      const total = await totalOf(tx, filter)
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
