import { sql } from 'kysely'
import type { RecordsReadTx } from '@/lib/db/scope'
import { escaped, isUuid } from './queries'

/** A patient as the form that records a consent offers one. */
export interface Patient {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string
  readonly timeZone: string
  readonly recordNumber: string
  readonly name: string
  readonly birthDate: string
  readonly capacity: string
  readonly deceased: boolean
  /** Today where the clinic is, `YYYY-MM-DD`. */
  readonly today: string
}

const patientColumns = sql`
  p.id as "id", p.clinic_id as "clinicId", k.name as "clinicName", k.time_zone as "timeZone",
  p.record_number as "recordNumber", coalesce(p.social_name, p.full_name) as "name",
  p.birth_date::text as "birthDate", p.legal_capacity::text as "capacity", p.deceased_at is not null as "deceased",
  (now() at time zone k.time_zone)::date::text as "today"`

/** Patients by record number or part of a name, at most ten; nothing for less than two letters. */
export async function searchPatients(tx: RecordsReadTx, q: string): Promise<readonly Patient[]> {
  const text = q.trim()
  if (text.length < 2) return []
  const like = escaped(text)
  const { rows } = await sql<Patient>`
    select ${patientColumns}
      from public.patients p
      join public.clinics k on k.id = p.clinic_id
     where p.anonymized_at is null
       and (p.record_number ilike ${`${like}%`} or p.full_name ilike ${`%${like}%`} or p.social_name ilike ${`%${like}%`})
     order by (lower(p.record_number) = lower(${text})) desc, p.full_name, p.id
     limit 10`.execute(tx)
  return rows
}

/** One patient; `null` when there is none, or none for this reader. */
export async function getPatient(tx: RecordsReadTx, id: string): Promise<Patient | null> {
  if (!isUuid(id)) return null
  const { rows } = await sql<Patient>`
    select ${patientColumns}
      from public.patients p
      join public.clinics k on k.id = p.clinic_id
     where p.id = ${id}::uuid`.execute(tx)
  return rows[0] ?? null
}

/** A purpose of the patient's clinic, and how this patient stands to it. */
export interface Choice {
  readonly activityId: string
  readonly code: string
  readonly title: string
  readonly basis: string
  /** The term in use; null when none is published. */
  readonly termId: string | null
  /** A consent in force, and a request that waits for an answer. */
  readonly grantedId: string | null
  readonly pendingId: string | null
  /** Refused: the clinic does not ask again before this day of its own; null when it may. */
  readonly refusedUntil: string | null
}

/** The active purposes of one clinic, with this patient's standing, by code. */
export async function listChoices(
  tx: RecordsReadTx,
  patient: { readonly id: string; readonly clinicId: string },
): Promise<readonly Choice[]> {
  const { rows } = await sql<Choice>`
    select a.id as "activityId", a.purpose_code as "code", a.title as "title", a.legal_basis::text as "basis",
           (select t.id from public.consent_terms t
             where t.clinic_id = a.clinic_id and t.activity_id = a.id and t.published_at <= now()
               and (t.retired_at is null or t.retired_at > now())
             order by t.version desc limit 1) as "termId",
           (select v.id from public.v_consent_effective v
             where v.clinic_id = a.clinic_id and v.activity_id = a.id and v.patient_id = ${patient.id}::uuid
               and v.effective_status = 'granted' limit 1) as "grantedId",
           (select v.id from public.v_consent_effective v
             where v.clinic_id = a.clinic_id and v.activity_id = a.id and v.patient_id = ${patient.id}::uuid
               and v.status = 'pending' limit 1) as "pendingId",
           (app.refused_until(a.clinic_id, ${patient.id}::uuid, a.id) at time zone k.time_zone)::date::text as "refusedUntil"
      from public.processing_activities a
      join public.clinics k on k.id = a.clinic_id
     where a.clinic_id = ${patient.clinicId}::uuid and a.status = 'active'
     order by a.purpose_code`.execute(tx)
  return rows
}

/** A published term, to be read before anybody decides. */
export interface Term {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly body: string
  readonly summary: string
  readonly refusal: string
  readonly publishedAt: string
  /** How long a consent to it lasts, as PostgreSQL prints an interval; null until withdrawn. */
  readonly validity: string | null
}

/** The term a decision is about: that of the waiting request, else the one in use. */
export async function getTerm(
  tx: RecordsReadTx,
  clinicId: string,
  choice: Pick<Choice, 'termId' | 'pendingId'>,
): Promise<Term | null> {
  const { rows } = await sql<Term>`
    select t.id as "id", t.version as "version", t.title as "title", t.body as "body", t.plain_summary as "summary",
           t.refusal_consequence as "refusal",
           to_char(t.published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "publishedAt",
           a.max_validity::text as "validity"
      from public.consent_terms t
      join public.processing_activities a on a.clinic_id = t.clinic_id and a.id = t.activity_id
     where t.clinic_id = ${clinicId}::uuid and t.published_at is not null
       and t.id = coalesce(
         (select c.term_id from public.consent_records c
           where c.clinic_id = ${clinicId}::uuid and c.id = ${choice.pendingId}::uuid),
         ${choice.termId}::uuid)`.execute(tx)
  return rows[0] ?? null
}

export interface Representative {
  readonly id: string
  readonly name: string
  readonly relation: string
}

/** Who may sign for this patient today, for what they answer for: 'images', 'health' or 'data'. */
export async function listRepresentatives(
  tx: RecordsReadTx,
  patient: Pick<Patient, 'id' | 'clinicId' | 'today' | 'capacity'>,
  scope: string,
): Promise<readonly Representative[]> {
  const { rows } = await sql<Representative>`
    select r.id as "id", r.full_name as "name", r.relation::text as "relation"
      from public.patient_representatives r
     where r.clinic_id = ${patient.clinicId}::uuid and r.patient_id = ${patient.id}::uuid and r.is_active
       and r.relation <> 'heir' and (r.relation <> 'supporter' or ${patient.capacity} = 'assisted') and ${scope} = any (r.scope)
       and r.valid_from <= ${patient.today}::date and (r.valid_until is null or r.valid_until >= ${patient.today}::date)
     order by r.full_name, r.id`.execute(tx)
  return rows
}
