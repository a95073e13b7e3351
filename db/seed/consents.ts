import type { Activity } from './activities'
import type { Clinic } from './clinics'
import { age, type Patient } from './patients'
import { sha256 } from './protect'
import type { Random } from './random'
import type { Happening, Row } from './write'

const day = 86_400_000
const hour = 3_600_000
const iso = (at: number) => new Date(at).toISOString()

/** What becomes of a request; ages in days before now. */
type Story =
  | { end: 'pending'; asked: number }
  | { end: 'granted'; decided: number; late?: boolean }
  | { end: 'refused' | 'request_cancelled' | 'request_timeout'; asked: number }
  | { end: 'ended'; decided: number; ended: number; status: 'withdrawn' | 'expired'; reason: string }
  | { end: 'renewed'; decided: number; renewed: number }

/** Requests, decisions and ends in every status the law knows, and what became of them. */
export function consents(
  random: Random,
  clinic: Clinic,
  patients: readonly Patient[],
  now: number,
): Happening[] {
  const happenings: Happening[] = []
  // Consent to a procedure is asked where it is done.
  const asked = [...clinic.activities.values()].filter(
    ({ purpose }) => purpose.kind && purpose.kind !== 'procedure_tcle',
  )
  for (const patient of patients) {
    // Nothing is asked of somebody who is about to die; their living consents end with them.
    const until = patient.deceased ? patient.deceased - 8 * day : now
    for (const activity of asked) {
      const wanted =
        activity.purpose.code === 'marketing.general'
          ? 0.75
          : activity.purpose.code === 'ai.training'
            ? 0.2
            : 0.35
      if (!random.chance(wanted)) continue
      if (patient.age < 18 && activity.purpose.code === 'marketing.general') continue
      const since = Math.max(patient.registered, activity.terms[0]?.from ?? now)
      const days = Math.floor((until - since) / day) - 1
      if (days < 2) continue
      happenings.push(
        ...tell(random, clinic, patient, activity, story(random, activity.purpose.validity, days), until),
      )
    }
  }
  return happenings
}

function story(random: Random, validity: string | undefined, days: number): Story {
  const months = validity ? Number.parseInt(validity) : null
  const period = months ? Math.round(months * 30.44) : null
  const past = (most: number, least = 1) => random.int(Math.min(least, most), most)
  const kind = random.weighted([
    ['granted', 52],
    ['expiring', period && period < days ? 34 : 0],
    ['elapsed', period && period + 4 < days ? 12 : 0],
    ['late', 4],
    ['pending', 9],
    ['refused', 7],
    ['cancelled', 2],
    ['timeout', 3],
    ['withdrawn', 9],
    ['vitiated', 0.6],
    ['purpose_ended', 1],
    ['error', 0.8],
    ['renewed', days > 60 ? 5 : 0],
  ] as const)
  switch (kind) {
    case 'granted':
      return { end: 'granted', decided: past(Math.min(days, (period ?? 400) - 95)) }
    case 'expiring':
      return { end: 'granted', decided: Math.min(days, (period ?? 0) - random.int(2, 88)) }
    case 'elapsed': {
      const decided = Math.min(days, (period ?? 0) + random.int(3, 40))
      return random.chance(0.4)
        ? { end: 'granted', decided }
        : {
            end: 'ended',
            decided,
            ended: decided - (period ?? 0) - 2,
            status: 'expired',
            reason: 'period_elapsed',
          }
    }
    case 'late':
      return { end: 'granted', decided: past(Math.min(days, 120), 6), late: true }
    case 'pending':
      return { end: 'pending', asked: past(Math.min(days, 40)) }
    case 'refused':
      return { end: 'refused', asked: past(days, 2) }
    case 'cancelled':
      return { end: 'request_cancelled', asked: past(days, 2) }
    case 'timeout':
      return { end: 'request_timeout', asked: past(days, 2) }
    case 'renewed':
      return {
        end: 'renewed',
        decided: past(Math.min(days, (period ?? 300) - 10), 40),
        renewed: random.int(2, 30),
      }
    default: {
      const decided = past(Math.min(days, (period ?? 300) - 10), 3)
      const reason = {
        withdrawn: 'subject_request',
        vitiated: 'vitiated',
        purpose_ended: 'purpose_ended',
        error: 'entered_in_error',
      }[kind]
      return {
        end: 'ended',
        decided,
        ended: random.int(1, Math.max(1, decided - 1)),
        status: reason === 'subject_request' || reason === 'vitiated' ? 'withdrawn' : 'expired',
        reason,
      }
    }
  }
}

/** Midnight after the last day, where the clinic is. */
function until(decided: number, validity: string | undefined, offset: number): string | null {
  if (!validity) return null
  const local = new Date(decided + offset * hour)
  const month = local.getUTCMonth() + Number.parseInt(validity)
  const lastOfMonth = new Date(Date.UTC(local.getUTCFullYear(), month + 1, 0)).getUTCDate()
  const last = Date.UTC(local.getUTCFullYear(), month, Math.min(local.getUTCDate(), lastOfMonth))
  return iso(last + day - offset * hour)
}

function tell(
  random: Random,
  clinic: Clinic,
  patient: Patient,
  activity: Activity,
  plot: Story,
  now: number,
): Happening[] {
  const happenings: Happening[] = []
  const ask = (at: number, previous: string | null = null) => {
    const term = activity.terms.find(({ from, until }) => from <= at && at < until) ?? activity.terms.at(-1)
    const id = random.uuid()
    const desk = random.pick(clinic.reception)
    happenings.push({
      at,
      clinic: clinic.id,
      actor: desk,
      actorRole: 'reception',
      order: 70,
      table: 'public.consent_records',
      change: 'insert',
      row: {
        id,
        clinic_id: clinic.id,
        patient_id: patient.id,
        activity_id: activity.id,
        term_id: term?.id,
        kind: activity.purpose.kind,
        status: 'pending',
        recorded_at: iso(at),
        capture_key: `seed-${id}`,
        previous_id: previous,
        created_at: iso(at),
      },
    })
    return id
  }
  const change = (order: number, at: number, row: Row, actor = clinic.admin, actorRole = 'admin') =>
    happenings.push({
      at,
      clinic: clinic.id,
      actor,
      actorRole,
      order,
      table: 'public.consent_records',
      change: 'update',
      row,
    })
  const grant = (id: string, decided: number, known: number, order = 71) => {
    const years = age(patient.born, new Date(decided + clinic.offset * hour).toISOString().slice(0, 10))
    const signer =
      patient.capacity === 'curatela' || years < 16 ? 'representative' : years < 18 ? 'both' : 'patient'
    const method =
      known - decided > day
        ? 'in_person_paper'
        : random.weighted([
            ['in_person_device', 6],
            ['portal', signer === 'patient' ? 3 : 0],
            ['in_person_paper', 2],
          ] as const)
    change(order, known, {
      id,
      status: 'granted',
      decided_at: iso(decided),
      granted_at: iso(known),
      expires_at: until(decided, activity.purpose.validity, clinic.offset),
      collection_method: method,
      signer_kind: signer,
      representative_id: signer === 'patient' ? null : patient.representative?.id,
      evidence_sha256: sha256(`evidence ${id}`),
      evidence_object_key: `evidence/${random.hex(24)}.pdf`,
      ip:
        method === 'in_person_paper'
          ? null
          : `10.${random.int(0, 9)}.${random.int(0, 250)}.${random.int(1, 250)}`,
      user_agent: method === 'in_person_paper' ? null : 'Mozilla/5.0 (demonstration)',
      locale: 'pt-BR',
      witness_user_id: method === 'portal' ? null : clinic.admin,
    })
  }
  const finish = (
    order: number,
    id: string,
    at: number,
    status: string,
    reason: string,
    declared: number | null,
  ) =>
    change(order, at, {
      id,
      status,
      status_reason: reason,
      ended_at: iso(at),
      end_declared_at: declared === null ? null : iso(declared),
    })

  // Office hours, so that the log does not read like a night shift.
  const moment = (daysAgo: number) =>
    Math.floor((now - daysAgo * day) / day) * day +
    (9 - clinic.offset) * hour +
    random.int(0, 8 * 60) * 60_000
  const before = (at: number) => Math.min(at, now - hour)

  if (plot.end === 'pending') {
    ask(before(moment(plot.asked)))
  } else if ('asked' in plot) {
    const at = before(moment(plot.asked))
    const id = ask(at)
    const ended = before(at + (plot.end === 'refused' ? 10 * 60_000 : day))
    finish(
      72,
      id,
      ended,
      plot.end === 'request_timeout' ? 'expired' : 'withdrawn',
      plot.end,
      plot.end === 'refused' ? ended : null,
    )
  } else {
    const decided = before(moment(plot.decided))
    const id = ask(decided - 20 * 60_000)
    grant(id, decided, plot.end === 'granted' && plot.late ? before(decided + 4 * day) : decided + 60_000)
    if (plot.end === 'ended') {
      const at = Math.max(before(moment(plot.ended)), decided + 2 * hour)
      finish(
        72,
        id,
        at,
        plot.status,
        plot.reason,
        plot.reason === 'subject_request' ? at - random.int(0, 90) * 60_000 : null,
      )
    } else if (plot.end === 'renewed') {
      const again = Math.max(before(moment(plot.renewed)), decided + day)
      if (again < now) {
        const next = ask(again - 20 * 60_000, id)
        finish(73, id, again + 59_000, 'expired', 'superseded', null)
        grant(next, again, again + 60_000, 74)
      }
    }
  }
  return happenings
}
