import { sql } from 'kysely'
import { Conflict, Invalid, NotFound } from '@/lib/errors'
import type { RecordsWriteTx } from '@/lib/db/scope'
import { getPatient } from './choices'
import { isUuid } from './queries'
import { inWords } from './refusals'
import {
  kindOf,
  shownStatus,
  type Channel,
  type CollectionMethod,
  type Reading,
  type SignerKind,
  type Status,
} from './types'

/** A decision as it was taken at the desk. Times are `YYYY-MM-DDTHH:MM` where the clinic is; null is now. */
export interface Decision {
  readonly patientId: string
  readonly activityId: string
  readonly termId: string
  /** The request this answers, if one was waiting when the form was opened. */
  readonly pendingId: string | null
  /** Made with the form: the same form sent twice records once. */
  readonly captureKey: string
  readonly decision: 'grant' | 'refuse'
  readonly signer: SignerKind
  readonly representativeId: string | null
  readonly method: CollectionMethod
  readonly decidedAt: string | null
  /** 64 hexadecimal digits; needed for a grant. */
  readonly evidenceSha256: string | null
  readonly evidenceKey: string | null
  /** Read to the person before witnesses who signed the document; null when they read it themselves. */
  readonly readTo: { readonly how: Reading; readonly witnesses: number } | null
  /** The person came by themselves, less than 90 days after refusing. */
  readonly ownWish: boolean
}

export interface Recorded {
  readonly id: string
  /** proposed: a second person must record the same evidence, for the decision is older than two working days. */
  readonly outcome: 'granted' | 'refused' | 'repeated' | 'proposed'
}

/** Asks and decides in one transaction, through the clinic's own functions; nothing else may write a consent. */
export async function record(tx: RecordsWriteTx, input: Decision): Promise<Recorded> {
  const patient = await getPatient(tx, input.patientId)
  if (!patient) throw new NotFound()
  if (input.decision === 'grant' && !input.evidenceSha256)
    throw new Invalid(noEvidence, { evidenceSha256: noEvidence })
  const clinic = patient.clinicId
  return inWords(async () => {
    const id = input.pendingId ?? (await request(tx, clinic, input))
    const now = await stateOf(tx, id)
    if (now.status !== 'pending') return { id, outcome: repeated(input, shownStatus(now.status, now.reason)) }
    await (
      input.readTo
        ? sql`select app.consent_read_to(${clinic}::uuid, ${id}::uuid, ${input.readTo.how}, ${input.readTo.witnesses}::integer)`
        : sql`select app.consent_note(${clinic}::uuid, ${id}::uuid, 'notice_shown')`
    ).execute(tx)
    if (input.decision === 'refuse') {
      await sql`
        select app.consent_refuse(${clinic}::uuid, ${id}::uuid, ${local(input.decidedAt, patient.timeZone)},
          p_channel => ${input.method})`.execute(tx)
      return { id, outcome: 'refused' }
    }
    if (await waitsForSecond(tx, clinic, id, input, patient.timeZone)) return { id, outcome: 'proposed' }
    await sql`
      select app.consent_grant(
        ${clinic}::uuid, ${id}::uuid, coalesce(${local(input.decidedAt, patient.timeZone)}, now()),
        ${input.method}::public.collection_method, ${input.signer}::public.consent_signer,
        decode(${input.evidenceSha256}, 'hex'), p_evidence_key => ${input.evidenceKey},
        p_representative => ${input.signer === 'patient' ? null : input.representativeId}::uuid)`.execute(tx)
    return { id, outcome: 'granted' }
  })
}

/** Of an old decision: whether nobody else has vouched for this evidence yet; then this person does. */
async function waitsForSecond(
  tx: RecordsWriteTx,
  clinic: string,
  id: string,
  input: Decision,
  zone: string,
): Promise<boolean> {
  const { rows } = await sql<{ old: boolean; vouched: boolean }>`
    select app.needs_second_person(${clinic}::uuid, ${local(input.decidedAt, zone)})
             and exists (select from public.consent_records c
               join public.consent_terms t on t.clinic_id = c.clinic_id and t.id = c.term_id
               where c.clinic_id = ${clinic}::uuid and c.id = ${id}::uuid
                 and t.published_at <= ${local(input.decidedAt, zone)}) as old,
           exists (select from public.consent_events e
             where e.clinic_id = ${clinic}::uuid and e.consent_id = ${id}::uuid and e.reason_code = 'late_grant'
               and e.note_ref = ${input.evidenceSha256}
               and e.actor_user_id <> nullif(current_setting('app.user_id'), '')::uuid) as vouched`.execute(
    tx,
  )
  if (!rows[0]?.old || rows[0].vouched) return false
  await sql`select app.consent_propose(${clinic}::uuid, ${id}::uuid, decode(${input.evidenceSha256}, 'hex'))`.execute(
    tx,
  )
  return true
}

async function request(tx: RecordsWriteTx, clinic: string, input: Decision): Promise<string> {
  const { rows: purposes } = await sql<{ code: string }>`
    select purpose_code as code from public.processing_activities
     where clinic_id = ${clinic}::uuid and id = ${input.activityId}::uuid`.execute(tx)
  const purpose = purposes[0]
  if (!purpose) throw new NotFound()
  const { rows } = await sql<{ id: string }>`
    select app.consent_request(
      ${clinic}::uuid, ${input.patientId}::uuid, ${input.activityId}::uuid,
      ${kindOf(purpose.code)}::public.consent_kind, ${input.captureKey}, ${input.termId}::uuid,
      p_own_wish => ${input.ownWish}) as id`.execute(tx)
  const [row] = rows
  if (!row) throw new NotFound()
  return row.id
}

/** The same form sent again found its own answer; another answer than asked for is a conflict. */
function repeated(input: Decision, found: string): 'repeated' {
  const wanted = input.decision === 'grant' ? 'granted' : 'refused'
  if (found !== wanted) throw new Conflict(decidedOtherwise)
  return 'repeated'
}

export interface Withdrawal {
  readonly id: string
  readonly channel: Channel
  readonly who: 'subject_request' | 'representative_request'
  /** `YYYY-MM-DDTHH:MM` where the clinic is; null is now. */
  readonly declaredAt: string | null
}

/** withdrawn: from now on; refused: a waiting request was declined; after-end: it had ended, and the wish is noted. */
export type WithdrawalOutcome = 'withdrawn' | 'refused' | 'after-end'

/**
 * Withdraws a consent. Whoever comes second meets a Conflict that says so; a withdrawal that meets an expired consent
 * is kept in its timeline. No reason is asked of anybody.
 */
export async function withdraw(tx: RecordsWriteTx, input: Withdrawal): Promise<WithdrawalOutcome> {
  const before = await stateOf(tx, input.id)
  return inWords(async () => {
    const { rows } = await sql<{ outcome: string }>`
      select app.consent_withdraw(${before.clinicId}::uuid, ${input.id}::uuid,
        ${local(input.declaredAt, before.timeZone)}, ${input.channel}, ${input.who}) as outcome`.execute(tx)
    const outcome = rows[0]?.outcome
    if (outcome === 'withdrawn' || outcome === 'refused') return outcome
    const after = await stateOf(tx, input.id)
    if (after.status === 'withdrawn') throw new Conflict(alreadyWithdrawn)
    return 'after-end'
  })
}

interface Standing {
  readonly clinicId: string
  readonly timeZone: string
  readonly status: Status
  readonly reason: string | null
}

async function stateOf(tx: RecordsWriteTx, id: string): Promise<Standing> {
  if (!isUuid(id)) throw new NotFound()
  const { rows } = await sql<Standing>`
    select c.clinic_id as "clinicId", k.time_zone as "timeZone", c.status::text as "status", c.status_reason as "reason"
      from public.consent_records c
      join public.clinics k on k.id = c.clinic_id
     where c.id = ${id}::uuid`.execute(tx)
  const [row] = rows
  if (!row) throw new NotFound()
  return row
}

/** A wall clock's time where the clinic is, as an instant; null stays null. */
const local = (time: string | null, zone: string) => sql`(${time}::timestamp at time zone ${zone})`

const noEvidence = {
  en: 'A grant needs the hash of its evidence.',
  pt: 'A concessão precisa do hash da evidência.',
}
const decidedOtherwise = {
  en: 'Somebody has recorded another decision meanwhile. Nothing was added; open the consent to see it.',
  pt: 'Alguém registrou outra decisão nesse meio-tempo. Nada foi acrescentado; abra o consentimento para vê-la.',
}
const alreadyWithdrawn = {
  en: 'Somebody has already withdrawn this consent. Nothing was added: the first withdrawal counts.',
  pt: 'Alguém já revogou este consentimento. Nada foi acrescentado: vale a primeira revogação.',
}
