import { sql } from 'kysely'
import type { RecordsWriteTx } from '@/lib/db/scope'
import type { Action, Outcome } from './types'

/** What triggers do not see: a read, a list, an export. Ids only, never names or values. */
export interface Event {
  readonly action: Exclude<Action, 'create' | 'update' | 'inactivate' | 'delete' | 'truncate'>
  /** `denied` when somebody asked for a row that is not theirs to see; success when left out. */
  readonly outcome?: Outcome
  /** Qualified name of the table that was read. */
  readonly table: string
  readonly clinic: string | null
  readonly record?: string | null
  readonly patient?: string | null
  /** Rows that were shown. */
  readonly count?: number | null
  /** Names of the filters in use: what was asked, not the answer. */
  readonly fields?: readonly string[]
  readonly consent?: string | null
  /** To whom it went, in a word. */
  readonly recipient?: string | null
  readonly health?: boolean
}

/**
 * Writes one entry in the transaction of the read itself, so that a read without its entry does not happen.
 * Recording goes through a function and reads nothing, so it never records itself.
 */
export async function recordEvent(tx: RecordsWriteTx, event: Event): Promise<void> {
  await sql`
    select ledger.record_event(
      p_action => ${event.action}::ledger.action,
      p_outcome => ${event.outcome ?? 'success'}::ledger.outcome,
      p_clinic => ${event.clinic}::uuid,
      p_table => ${event.table},
      p_record => ${event.record ?? null}::uuid,
      p_patient => ${event.clinic ? (event.patient ?? null) : null}::uuid,
      p_count => ${event.count ?? null}::int,
      p_fields => ${event.fields && event.fields.length > 0 ? event.fields : null}::text[],
      p_recipient => ${event.recipient ?? null},
      p_consent => ${event.consent ?? null}::uuid,
      p_phi => ${event.health ?? false}
    )`.execute(tx)
}

/** The one clinic all these rows belong to, or null: an entry about several clinics is the platform's. */
export function soleClinic(
  rows: readonly { readonly clinicId: string | null }[],
  bound: string | null,
): string | null {
  if (bound) return bound
  const [first] = rows
  return first?.clinicId && rows.every((row) => row.clinicId === first.clinicId) ? first.clinicId : null
}

const recent = new Map<string, number>()

/**
 * Runs `work` with whether this query is a new one: the same person asking the same thing again within a minute (the
 * page is made anew when a drawer opens beside it) is one read, not many. A failed read counts as not asked.
 */
export async function oncePerQuery<T>(
  key: string,
  work: (first: boolean) => Promise<T>,
  now = Date.now(),
): Promise<T> {
  for (const [known, at] of recent) if (now - at > 60_000) recent.delete(known)
  const first = !recent.has(key)
  if (first) recent.set(key, now)
  try {
    return await work(first)
  } catch (error) {
    if (first) recent.delete(key)
    throw error
  }
}
