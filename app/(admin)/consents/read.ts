import { createHash } from 'node:crypto'
import { oncePerQuery, recordEvent, soleClinic } from '@/lib/audit/record'
import {
  getPatient,
  getTerm,
  listChoices,
  listRepresentatives,
  searchPatients,
  type Choice,
  type Patient,
  type Representative,
  type Term,
} from '@/lib/consents/choices'
import { endOfDay, getConsent, listEvents, type Consent, type ConsentEvent } from '@/lib/consents/detail'
import { countConsents, isUuid, listConsents, type ConsentPage } from '@/lib/consents/queries'
import { kindOf, scopeFor } from '@/lib/consents/types'
import { writeRecords, type Principal, type RecordsWriteTx } from '@/lib/db/scope'
import { peopleOf } from '../audit/people'
import { filterOf, filtersInUse, search, type State } from './search'

const consents = 'public.consent_records'
const patients = 'public.patients'

/**
 * Asked for by id and not there, or not for this reader: row-level security says nothing, so the log says it. Whose
 * row it is stays open, so the entry is the platform's, for officers.
 */
async function recordDenied(tx: RecordsWriteTx, table: string, record: string) {
  if (isUuid(record))
    await recordEvent(tx, { action: 'read', outcome: 'denied', table, clinic: null, record })
}

const keyOf = (principal: Principal, what: string) =>
  createHash('sha256')
    .update(`${principal.userId} ${principal.database} ${principal.clinicId} ${what}`)
    .digest('hex')

/** One page of consents and, in the same transaction, the entry that says it was read. */
export function readList(principal: Principal, state: State): Promise<{ page: ConsentPage; total: number }> {
  return oncePerQuery(keyOf(principal, `consents ${search.query({ ...state, hide: [] })}`), (first) =>
    writeRecords(principal, async (tx) => {
      const page = await listConsents(tx, filterOf(state), { after: state.after, before: state.before })
      const total = await countConsents(tx, filterOf(state))
      if (first) {
        await recordEvent(tx, {
          action: 'list',
          table: consents,
          clinic: soleClinic(page.rows, principal.clinicId),
          count: page.rows.length,
          fields: filtersInUse(state),
          health: true,
        })
      }
      return { page, total }
    }),
  )
}

export interface ConsentRead {
  readonly consent: Consent
  readonly events: readonly ConsentEvent[]
  readonly people: ReadonlyMap<string, string>
  /** The last instant of the day asked about, where the clinic is. */
  readonly instant: string | null
  readonly readAt: Date
}

/** One consent with its history, and that it was looked at (or printed); `null` when there is none for this reader. */
export function readConsent(
  principal: Principal,
  id: string,
  { day = null, action = 'read' }: { day?: string | null; action?: 'read' | 'print' } = {},
): Promise<ConsentRead | null> {
  return oncePerQuery(keyOf(principal, `${action} consent ${id}`), (first) =>
    writeRecords(principal, async (tx) => {
      const consent = await getConsent(tx, id)
      if (!consent) {
        if (first) await recordDenied(tx, consents, id)
        return null
      }
      const events = await listEvents(tx, consent)
      const people = await peopleOf(principal, tx, [
        consent.collectorId,
        ...events.map((event) => event.actorUserId),
      ])
      const instant = day === null ? null : await endOfDay(tx, day, consent.timeZone)
      if (first) {
        await recordEvent(tx, {
          action,
          table: consents,
          clinic: consent.clinicId,
          record: consent.id,
          patient: consent.patientId,
          consent: consent.id,
          health: true,
        })
      }
      return { consent, events, people, instant, readAt: new Date() }
    }),
  )
}

/** Patients a clinic's administrator may choose from, and that they were looked for. */
export function readPatients(principal: Principal, q: string): Promise<readonly Patient[]> {
  return oncePerQuery(keyOf(principal, `patients ${q}`), (first) =>
    writeRecords(principal, async (tx) => {
      const found = await searchPatients(tx, q)
      if (first && q.trim().length > 1) {
        await recordEvent(tx, {
          action: 'list',
          table: patients,
          clinic: soleClinic(found, principal.clinicId),
          count: found.length,
          fields: ['q'],
        })
      }
      return found
    }),
  )
}

export interface FormRead {
  readonly patient: Patient
  readonly choices: readonly Choice[]
  readonly chosen: Choice | null
  readonly term: Term | null
  readonly representatives: readonly Representative[]
}

/** What the form needs once a patient is chosen, and that the patient was opened; `null` when there is none. */
export function readForm(
  principal: Principal,
  patientId: string,
  activityId: string,
): Promise<FormRead | null> {
  return oncePerQuery(keyOf(principal, `patient ${patientId}`), (first) =>
    writeRecords(principal, async (tx) => {
      const patient = await getPatient(tx, patientId)
      if (!patient) {
        if (first) await recordDenied(tx, patients, patientId)
        return null
      }
      const choices = await listChoices(tx, patient)
      const chosen = choices.find((choice) => choice.activityId === activityId) ?? null
      const term = chosen && (await getTerm(tx, patient.clinicId, chosen))
      const representatives = chosen
        ? await listRepresentatives(tx, patient, scopeFor(kindOf(chosen.code)))
        : []
      if (first) {
        const { clinicId: clinic, id } = patient
        await recordEvent(tx, { action: 'read', table: patients, clinic, record: id, patient: id })
      }
      return { patient, choices, chosen, term, representatives }
    }),
  )
}

/** What may be asked of a patient, and who may sign for them; `null` when there is no such patient. */
export function readAsk(principal: Principal, patientId: string) {
  return oncePerQuery(keyOf(principal, `ask ${patientId}`), (first) =>
    writeRecords(principal, async (tx) => {
      const patient = await getPatient(tx, patientId)
      if (!patient) {
        if (first) await recordDenied(tx, patients, patientId)
        return null
      }
      const choices = await listChoices(tx, patient)
      const representatives = await listRepresentatives(tx, patient, 'data')
      if (first) {
        const { clinicId: clinic, id } = patient
        await recordEvent(tx, { action: 'read', table: patients, clinic, record: id, patient: id })
      }
      return { patient, choices, representatives }
    }),
  )
}

/** One patient to record something for, and that they were opened; `null` when there is none. */
export function readPatient(principal: Principal, id: string): Promise<Patient | null> {
  return oncePerQuery(keyOf(principal, `one patient ${id}`), (first) =>
    writeRecords(principal, async (tx) => {
      const patient = await getPatient(tx, id)
      if (!patient) {
        if (first) await recordDenied(tx, patients, id)
        return null
      }
      if (first)
        await recordEvent(tx, {
          action: 'read',
          table: patients,
          clinic: patient.clinicId,
          record: id,
          patient: id,
        })
      return patient
    }),
  )
}
