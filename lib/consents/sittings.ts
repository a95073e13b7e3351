import { createHash, randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { Conflict, Invalid, NotFound } from '@/lib/errors'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { getPatient, type Patient } from './choices'
import { instant } from './queries'
import { inWords } from './refusals'
import { ageOn, kindOf, signerFor } from './types'

/** 256 random bits that fit into an address. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What the database keeps of a secret. */
export const secretHash = (secret: string): Buffer => createHash('sha256').update(secret).digest()

export const devices = ['own', 'clinic'] as const
export type Device = (typeof devices)[number]

/** How long an address opens: an hour on the clinic's own device, two days on a phone. */
const validFor: Readonly<Record<Device, string>> = { own: '48 hours', clinic: '1 hour' }

export interface Sitting {
  readonly patientId: string
  readonly activityIds: readonly string[]
  readonly representativeId: string | null
  readonly device: Device
  /** Made with the form: sent twice it asks once. */
  readonly captureKey: string
}

/** Asks for several purposes at once, each its own consent, and opens one sitting in which they are signed. */
export async function openSitting(
  tx: RecordsWriteTx,
  input: Sitting,
): Promise<{ token: string; id: string }> {
  const patient = await getPatient(tx, input.patientId)
  if (!patient) throw new NotFound()
  if (patient.deceased) throw new Conflict(died)
  const signer = signerOf(patient)
  if (signer !== 'patient' && !input.representativeId)
    throw new Invalid(whoSigns, { representative: whoSigns })
  return inWords(async () => {
    const consents: string[] = []
    for (const activity of input.activityIds)
      consents.push(await ask(tx, patient, activity, input.captureKey))
    const token = newSecret()
    const { rows } = await sql<{ id: string }>`
      select app.link_make(${patient.clinicId}::uuid, ${patient.id}::uuid, ${consents}::uuid[], ${input.device},
        ${secretHash(token)}::bytea, ${validFor[input.device]}::interval, ${signer}::public.consent_signer,
        ${signer === 'patient' ? null : input.representativeId}::uuid) as id`.execute(tx)
    return { token, id: rows[0]?.id ?? '' }
  })
}

/** Who signs for a patient today. */
export const signerOf = (patient: Patient) =>
  signerFor(ageOn(patient.birthDate, patient.today), patient.capacity)

/** The waiting request for a purpose, or a new one. */
async function ask(tx: RecordsWriteTx, patient: Patient, activity: string, key: string): Promise<string> {
  const { rows: waiting } = await sql<{ id: string }>`
    select id from public.consent_records
     where clinic_id = ${patient.clinicId}::uuid and patient_id = ${patient.id}::uuid
       and activity_id = ${activity}::uuid and status = 'pending'`.execute(tx)
  if (waiting[0]) return waiting[0].id
  const { rows: purposes } = await sql<{ code: string }>`
    select purpose_code as code from public.processing_activities
     where clinic_id = ${patient.clinicId}::uuid and id = ${activity}::uuid`.execute(tx)
  if (!purposes[0]) throw new NotFound()
  const { rows } = await sql<{ id: string }>`
    select app.consent_request(${patient.clinicId}::uuid, ${patient.id}::uuid, ${activity}::uuid,
      ${kindOf(purposes[0].code)}::public.consent_kind, ${`${key}:${activity}`}) as id`.execute(tx)
  return rows[0]?.id ?? ''
}

/** A sitting as the desk sees it: nothing that opens it. */
export interface SittingRow {
  readonly id: string
  readonly clinicId: string
  readonly patientId: string
  readonly recordNumber: string | null
  readonly device: Device
  readonly purposes: number
  readonly createdAt: string
  readonly expiresAt: string
  readonly state: 'open' | 'begun' | 'done' | 'revoked' | 'locked' | 'expired'
}

/** The newest sittings, at most 100. */
export async function listSittings(tx: RecordsReadTx): Promise<readonly SittingRow[]> {
  const { rows } = await sql<SittingRow>`
    select l.id as "id", l.clinic_id as "clinicId", l.patient_id as "patientId", p.record_number as "recordNumber",
           l.device as "device", cardinality(l.consent_ids) as "purposes", ${instant('l.created_at')} as "createdAt",
           ${instant('l.expires_at')} as "expiresAt",
           case when l.closed_reason = 'done' then 'done' when l.closed_reason = 'revoked' then 'revoked'
                when l.closed_reason = 'wrong_answers' then 'locked'
                when l.opened_at is not null and l.sitting_until > now() then 'begun'
                when l.opened_at is null and l.expires_at > now() then 'open' else 'expired' end as "state"
      from public.consent_links l
      left join public.patients p on p.clinic_id = l.clinic_id and p.id = l.patient_id
     order by l.created_at desc, l.id limit 100`.execute(tx)
  return rows
}

/** Closes an address before its time. */
export async function revokeSitting(tx: RecordsWriteTx, clinicId: string, id: string): Promise<void> {
  await inWords(() => sql`select app.link_revoke(${clinicId}::uuid, ${id}::uuid)`.execute(tx))
}

const died = {
  en: 'The patient has died: nothing can be granted.',
  pt: 'O paciente faleceu: nada pode ser concedido.',
}
const whoSigns = { en: 'Name the representative who signs.', pt: 'Indique o responsável que assina.' }
