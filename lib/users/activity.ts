import { sql } from 'kysely'
import type { StoreReadTx, StoreWriteTx } from '@/lib/db/scope'

/** Something a user of Tabellion did that no trigger sees. */
export interface Activity {
  /** kebab-case: 'export', 'denied', 'database-switched', 'consent-withdrawn', … */
  readonly action: string
  readonly outcome?: 'success' | 'denied' | 'failure'
  /** The user of Tabellion it was done to. */
  readonly about?: string
  /** The governed database it concerns. */
  readonly database?: string
  /** JSON-safe facts; never a patient's value, never what was typed into a password field. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly address?: string
}

/** Adds an entry to the activity log in this transaction; the actor is the person of the transaction. */
export async function recordActivity(tx: StoreWriteTx, entry: Activity): Promise<void> {
  await sql`select tabellion.note(${entry.action}, ${entry.outcome ?? 'success'}, ${entry.about ?? null}::uuid,
                                  ${entry.database ?? null}, ${JSON.stringify(entry.details ?? {})}::jsonb,
                                  ${entry.address ?? null})`.execute(tx)
}

export interface ActivityEntry {
  readonly id: number
  /** ISO time in UTC, to the microsecond. */
  readonly at: string
  readonly action: string
  readonly outcome: string
  readonly actor: string | null
  readonly actorName: string | null
  readonly about: string | null
  readonly database: string | null
  readonly details: Readonly<Record<string, unknown>>
}

/** The newest entries about one user or by them; without a user, of everyone this person may see. */
export async function listActivity(
  tx: StoreReadTx,
  filter: { user?: string; limit?: number } = {},
): Promise<ActivityEntry[]> {
  let query = tx
    .selectFrom('activity')
    .select([
      'id',
      'action',
      'outcome',
      'actor',
      'actor_name as actorName',
      'about',
      'database',
      'details',
      sql<string>`to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`.as('at'),
    ])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit ?? 50)
  const { user } = filter
  if (user) query = query.where((e) => e.or([e('actor', '=', user), e('about', '=', user)]))
  return (await query.execute()) as ActivityEntry[]
}
