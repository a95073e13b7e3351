import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { escaped, seesPatients } from './queries'
import { inWords } from './refusals'

/** Who answers for a patient, on what paper, for what and until when. Days are the clinic's. */
export interface Guardian {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string
  readonly patientId: string
  /** Null where this reader has no right to names. */
  readonly recordNumber: string | null
  readonly patientName: string | null
  readonly name: string | null
  readonly relation: string
  readonly scope: readonly string[]
  readonly document: string | null
  readonly from: string
  readonly until: string | null
  readonly ended: boolean
  readonly disputedSince: string | null
  readonly disputeDocument: string | null
}

export interface GuardianFilter {
  /** Part of the patient's record number or name; for readers without names, the beginning of the patient's id. */
  readonly q: string
  /** Only where the representatives disagree. */
  readonly disputed: boolean
}

/** Representatives of the reader's clinics, disputes first, at most 100 and whether there are more. */
export async function listGuardians(
  tx: RecordsReadTx,
  filter: GuardianFilter,
): Promise<{ readonly rows: readonly Guardian[]; readonly more: boolean }> {
  const names = await seesPatients(tx)
  const q = filter.q.trim()
  const like = `%${escaped(q)}%`
  const conditions: RawBuilder<SqlBool>[] = []
  if (q)
    conditions.push(
      names
        ? sql`(p.record_number ilike ${like} or p.full_name ilike ${like} or p.social_name ilike ${like})`
        : sql`r.patient_id::text like ${`${escaped(q.toLowerCase())}%`}`,
    )
  if (filter.disputed) conditions.push(sql`r.disputed_since is not null`)
  const { rows } = await sql<Guardian>`
    select r.id as "id", r.clinic_id as "clinicId", k.name as "clinicName", r.patient_id as "patientId",
           ${
             names
               ? sql`p.record_number as "recordNumber", coalesce(p.social_name, p.full_name) as "patientName", r.full_name as "name"`
               : sql`null as "recordNumber", null as "patientName", null as "name"`
           },
           r.relation::text as "relation", r.scope as "scope", r.basis_document as "document",
           r.valid_from::text as "from", r.valid_until::text as "until",
           not r.is_active or coalesce(r.valid_until < (now() at time zone k.time_zone)::date, false) as "ended",
           r.disputed_since::text as "disputedSince", r.dispute_document as "disputeDocument"
      from public.patient_representatives r
      join public.clinics k on k.id = r.clinic_id
      ${names ? sql`join public.patients p on p.clinic_id = r.clinic_id and p.id = r.patient_id` : sql``}
     where ${conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`}
     order by (r.disputed_since is not null) desc, r.valid_until nulls last, r.id limit 101`.execute(tx)
  return { rows: rows.slice(0, 100), more: rows.length > 100 }
}

/** The officer notes that the representatives disagree, since a day and on what paper; `null` says they agree again. */
export const noteDispute = (
  tx: RecordsWriteTx,
  clinicId: string,
  id: string,
  since: string | null,
  document: string | null,
) =>
  inWords(() =>
    sql`select app.representative_dispute(${clinicId}::uuid, ${id}::uuid, ${since}::date, ${document})`.execute(
      tx,
    ),
  )
