import { sql } from 'kysely'
import type { RecordsReadTx } from '@/lib/db/scope'
import { getRow, instant, seesPatients, type ConsentRow } from './queries'

/** Everything about one consent: what was shown, what was decided, how it is proved. */
export interface Consent extends ConsentRow {
  readonly activityId: string
  readonly basis: string
  readonly description: string
  readonly termId: string
  readonly termTitle: string
  readonly termBody: string
  readonly termSummary: string
  readonly termRefusal: string
  readonly termPublishedAt: string | null
  readonly termSha256: string
  readonly grantedAt: string | null
  readonly expiresAt: string | null
  readonly endDeclaredAt: string | null
  readonly signerKind: string | null
  readonly representativeName: string | null
  readonly evidenceSha256: string | null
  readonly evidenceKey: string | null
  readonly collectorId: string | null
  readonly previousId: string | null
}

/** One consent; `null` when there is none, or none for this reader. */
export async function getConsent(tx: RecordsReadTx, id: string): Promise<Consent | null> {
  const row = await getRow(tx, id)
  if (!row) return null
  const names = await seesPatients(tx)
  const { rows } = await sql<Omit<Consent, keyof ConsentRow>>`
    select c.activity_id as "activityId", a.legal_basis::text as "basis", a.description as "description",
           c.term_id as "termId", t.title as "termTitle", t.body as "termBody", t.plain_summary as "termSummary",
           t.refusal_consequence as "termRefusal", ${instant('t.published_at')} as "termPublishedAt",
           encode(t.body_sha256, 'hex') as "termSha256", ${instant('c.granted_at')} as "grantedAt",
           ${instant('c.expires_at')} as "expiresAt", ${instant('c.end_declared_at')} as "endDeclaredAt",
           c.signer_kind::text as "signerKind",
           ${
             names
               ? sql`(select r.full_name from public.patient_representatives r
                       where r.clinic_id = c.clinic_id and r.patient_id = c.patient_id and r.id = c.representative_id)`
               : sql`null`
           } as "representativeName",
           encode(c.evidence_sha256, 'hex') as "evidenceSha256", c.evidence_object_key as "evidenceKey",
           c.witness_user_id as "collectorId", c.previous_id as "previousId"
      from public.consent_records c
      join public.processing_activities a on a.clinic_id = c.clinic_id and a.id = c.activity_id
      join public.consent_terms t on t.clinic_id = c.clinic_id and t.id = c.term_id
     where c.clinic_id = ${row.clinicId}::uuid and c.id = ${row.id}::uuid`.execute(tx)
  return rows[0] ? { ...row, ...rows[0] } : null
}

/** One thing that happened to a consent: when the person spoke, and when the clinic knew. */
export interface ConsentEvent {
  readonly id: string
  readonly type: string
  readonly fromStatus: string | null
  readonly toStatus: string | null
  readonly occurredAt: string
  readonly recordedAt: string
  readonly actorUserId: string | null
  readonly actorKind: string
  readonly reasonCode: string | null
  /** A channel or a reference; never clinical text. */
  readonly note: string | null
  readonly recipient: string | null
  readonly rowHash: string
}

/** What happened to a consent, newest first, by the order in which it was recorded. */
export async function listEvents(
  tx: RecordsReadTx,
  consent: { readonly clinicId: string; readonly id: string },
): Promise<readonly ConsentEvent[]> {
  const { rows } = await sql<ConsentEvent>`
    select e.id as "id", e.event_type::text as "type", e.from_status::text as "fromStatus",
           e.to_status::text as "toStatus", ${instant('e.occurred_at')} as "occurredAt",
           ${instant('e.recorded_at')} as "recordedAt", e.actor_user_id as "actorUserId",
           e.actor_kind::text as "actorKind", e.reason_code as "reasonCode", e.note_ref as "note",
           e.recipient as "recipient", encode(e.row_hash, 'hex') as "rowHash"
      from public.consent_events e
     where e.clinic_id = ${consent.clinicId}::uuid and e.consent_id = ${consent.id}::uuid
     order by e.seq desc
     limit 500`.execute(tx)
  return rows
}

/** The last instant of a calendar day in a zone, to the microsecond. */
export async function endOfDay(tx: RecordsReadTx, day: string, zone: string): Promise<string> {
  const { rows } = await sql<{ at: string }>`
    select to_char(
      ((${day}::date + 1)::timestamp at time zone ${zone} - interval '1 microsecond') at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`.execute(tx)
  return rows[0]?.at ?? `${day}T23:59:59.999999Z`
}
