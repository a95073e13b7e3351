import { sql } from 'kysely'
import type { RecordsReadTx } from '@/lib/db/scope'
import { all, conditions, isUuid, type EntryFilter } from './filter'

/** What an officer asks of the log, in the order they are listed. */
export const reports = ['patient', 'emergency', 'exports', 'afterHours', 'colleagues', 'refused'] as const
export type Report = (typeof reports)[number]

/** What each looks for, beside its days, its clinic and its patient; the list, the exports and the evidence take the same. */
export const presets: Readonly<Record<Report, Partial<EntryFilter>>> = {
  patient: {},
  emergency: { only: 'emergency' },
  exports: { action: ['export', 'print', 'disclose'] },
  afterHours: { only: 'afterHours' },
  colleagues: { only: 'colleagues' },
  refused: { only: 'refused' },
}

/** One person, or one login of the database where nobody is known, and what the report has of them. */
export interface Doer {
  readonly actorUserId: string | null
  readonly actorRole: string | null
  readonly sessionRole: string
  readonly entries: number
  readonly refused: number
  readonly patients: number
  /** Records that went out or were shown, where the log says how many. */
  readonly records: number
  readonly actions: readonly string[]
  readonly purposes: readonly string[]
  /** ISO 8601. */
  readonly first: string
  readonly last: string
}

const instant = (of: ReturnType<typeof sql>) =>
  sql`to_char(${of} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** Who did it, those with most entries first; everybody, however many. */
export async function doersOf(tx: RecordsReadTx, filter: EntryFilter): Promise<readonly Doer[]> {
  const { rows } = await sql<Doer>`
    select l.actor_user_id as "actorUserId", max(l.actor_role) as "actorRole", l.session_role as "sessionRole",
           count(*)::float8 as entries, (count(*) filter (where l.outcome <> 'success'))::float8 as refused,
           count(distinct l.patient_ref)::float8 as patients, coalesce(sum(l.record_count), 0)::float8 as records,
           array_agg(distinct l.action::text) as actions,
           coalesce(array_agg(distinct l.purpose_of_use) filter (where l.purpose_of_use is not null), '{}') as purposes,
           ${instant(sql`min(l.recorded_at)`)} as first, ${instant(sql`max(l.recorded_at)`)} as last
      from ledger.audit_logs l
     where ${all(conditions(filter))}
     group by l.actor_user_id, l.session_role
     order by entries desc, last desc`.execute(tx)
  return rows
}

/** Whether a report can be answered here at all: who works in a clinic is known only where the database has said so. */
export async function isAssessable(tx: RecordsReadTx, report: Report): Promise<boolean> {
  if (report !== 'colleagues') return true
  const { rows } = await sql<{ known: boolean }>`select ledger.staff_patients() is not null as known`.execute(
    tx,
  )
  return rows[0]?.known ?? false
}

/** The patient and the records merged with it. */
export async function samePatient(tx: RecordsReadTx, patient: string): Promise<readonly string[]> {
  if (!isUuid(patient)) return []
  const { rows } = await sql<{
    ids: string[]
  }>`select ledger.same_patient(${patient}::uuid)::text[] as ids`.execute(tx)
  return rows[0]?.ids ?? []
}
