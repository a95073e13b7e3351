import { sql } from 'kysely'
import { env } from '@/lib/env'
import { translated } from '@/lib/errors'
import { connection } from './client'
import type { RecordsTables } from './types'

/** Something a user of Tabellion did, for the ledger of the governed database. */
export interface LedgerEvent {
  readonly action: 'login' | 'login_failed' | 'permission' | 'export'
  readonly outcome: 'success' | 'denied' | 'failure'
  readonly requestId: string
  /** `clinic_members.user_id` of the person; `null` when nobody is known. */
  readonly subject: string | null
  readonly role: string | null
  readonly address?: string | null
  readonly userAgent?: string | null
  /** How many rows were exported. */
  readonly count?: number
}

/**
 * Copies an event into the ledger of a governed database. It runs as the connection's login, without a role: a DBA and
 * a refused sign-in have none. Answers false where there is no ledger, or none this login may write.
 * @throws Unavailable when the database does not answer.
 */
export async function recordLedgerEvent(database: string, event: LedgerEvent): Promise<boolean> {
  const found = env().databases.find((each) => each.name === database)
  return found ? ledgerAt(found.name, found.recordsUrl)(event) : false
}

/** The same for one database by its URL. */
export const ledgerAt = (name: string, url: string) => async (event: LedgerEvent) => {
  const address = event.address && /^[0-9a-f.:]{2,45}$/i.test(event.address) ? event.address : ''
  try {
    return await connection<RecordsTables>(url, 'records', 10)
      .transaction()
      .execute(async (tx) => {
        const { rows } = await sql<{ there: boolean }>`
          select set_config('app.user_id', ${event.subject ?? ''}, true),
                 set_config('app.actor_role', ${event.role ?? 'anonymous'}, true),
                 set_config('app.request_id', ${event.requestId}, true),
                 set_config('app.component', 'tabellion', true),
                 set_config('app.ip', ${address}, true),
                 set_config('app.user_agent', ${(event.userAgent ?? '').slice(0, 300)}, true),
                 set_config('statement_timeout', '5s', true),
                 set_config('lock_timeout', '2s', true),
                 coalesce((select bool_or(has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute'))
                             from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                            where n.nspname = 'ledger' and p.proname = 'record_event'), false) as there`.execute(
          tx,
        )
        if (!rows[0]?.there) return false
        await sql`
          select ledger.record_event(p_action => ${event.action}::ledger.action, p_outcome => ${event.outcome}::ledger.outcome,
                                     p_count => ${event.count ?? null}::integer)`.execute(tx)
        return true
      })
  } catch (error) {
    throw translated(error, { en: `The database ${name}`, pt: `O banco de dados ${name}` })
  }
}
