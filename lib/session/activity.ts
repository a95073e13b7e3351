import { recordLedgerEvent, type LedgerEvent } from '@/lib/db/ledger'
import { writeStore, type Principal } from '@/lib/db/scope'
import { recordActivity, type Activity } from '@/lib/users/activity'
import { log } from './log'

/** Notes that a person was refused something. The refusal stands even when it cannot be noted; the log then says so. */
export async function noteDenied(principal: Principal, permission: string): Promise<void> {
  try {
    await writeStore(principal, (tx) =>
      recordActivity(tx, {
        action: 'denied',
        outcome: 'denied',
        database: principal.database,
        details: { permission },
      }),
    )
  } catch (error) {
    log().error({ requestId: principal.requestId, err: error }, 'a refusal could not be noted')
  }
  await copyToLedger(principal, { action: 'permission', outcome: 'denied' })
}

/**
 * Notes what a person did outside the store, such as an export; an export is copied into the ledger as well, with
 * `details.lines` as its count. Throws when the store cannot note it.
 */
export async function noteActivity(principal: Principal, entry: Activity): Promise<void> {
  await writeStore(principal, (tx) => recordActivity(tx, { database: principal.database, ...entry }))
  if (entry.action !== 'export') return
  const lines = entry.details?.lines
  await copyToLedger(principal, {
    action: 'export',
    outcome: 'success',
    ...(typeof lines === 'number' ? { count: lines } : {}),
  })
}

/**
 * Copies an act into the ledger of the database looked at. The store's log is the complete one, so a ledger that cannot
 * be reached does not undo what was done; the process's log says so.
 */
export async function copyToLedger(
  principal: Principal,
  event: Pick<LedgerEvent, 'action' | 'outcome' | 'count'>,
): Promise<void> {
  try {
    const { subject, role, requestId, database } = principal
    await recordLedgerEvent(database, { ...event, subject, role, requestId })
  } catch (error) {
    log().warn({ requestId: principal.requestId, err: error }, 'an act could not be copied into the ledger')
  }
}

const lookedAt = new Map<string, string>()

/** Notes which governed database a session looks at: the first time and whenever it changes. */
export async function noteDatabase(session: string, principal: Principal): Promise<void> {
  const before = lookedAt.get(session)
  if (before === principal.database || principal.database === '') return
  if (lookedAt.size > 10_000) lookedAt.clear()
  lookedAt.set(session, principal.database)
  try {
    await noteActivity(principal, {
      action: before ? 'database-switched' : 'database-opened',
      details: before ? { from: before } : {},
    })
  } catch (error) {
    lookedAt.delete(session)
    log().error({ requestId: principal.requestId, err: error }, 'a switch of database could not be noted')
  }
}
