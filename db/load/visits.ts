import { createHash } from 'node:crypto'
import { entries } from '../seed/words'
import { Random } from '../seed/random'
import { agreedToProcedures, agreedToTelemedicine } from './patients'
import { id, iso, midnight, remote, toxin, type Clinic, type Professional, type Volume } from './plan'
import type { Tables } from './tables'

const minute = 60_000
const slots = 20
/** Shares of finished visits that leave an entry, and of entries that are signed. */
const leavesEntry = 0.45
const isSigned = 0.9

interface Visit {
  readonly clinic: Clinic
  readonly professional: Professional
  readonly patient: number
  readonly appointment: string
  readonly start: number
  readonly isRemote: boolean
}

/**
 * Years of visits, day by day through all clinics, as they would have come in, so that the rows of one clinic, or one
 * patient, do not lie beside each other.
 */
export async function fillVisits(
  tables: Tables,
  clinics: readonly Clinic[],
  volume: Volume,
  say: (share: number) => void,
): Promise<void> {
  const random = new Random(17_000)
  const days = Array.from({ length: 365 * volume.years + 30 }, (_, at) => at - 365 * volume.years).filter(
    (offset) => {
      const weekday = new Date(midnight(volume, offset)).getUTCDay()
      return weekday !== 0 && weekday !== 6
    },
  )
  const counters = clinics.map(() => ({ appointment: 0, record: 0, signature: 0, procedure: 0 }))
  const now = volume.today.getTime()
  for (const [done, offset] of days.entries()) {
    for (const clinic of clinics) {
      const counter = counters[clinic.number] as (typeof counters)[number]
      const wanted = (clinic.patients * volume.visits) / days.length / clinic.professionals.length
      for (const professional of clinic.professionals) {
        const busy = Math.min(slots, Math.floor(wanted) + (random.chance(wanted % 1) ? 1 : 0))
        const first = random.int(0, slots - busy)
        for (let slot = first; slot < first + busy; slot++) {
          const patient = random.int(0, clinic.patients - 1)
          const start = midnight(volume, offset) + 8 * 60 * minute + slot * 30 * minute
          const isRemote =
            professional.type === 'doctor' &&
            agreedToTelemedicine(patient) &&
            patient % 25 !== 24 &&
            random.chance(0.2)
          const appointment = id(clinic.number, 'appointment', counter.appointment++)
          const status =
            start > now ? (random.chance(0.5) ? 'confirmed' : 'scheduled') : outcome(random, now - start)
          await tables.add('appointments', [
            appointment,
            clinic.id,
            id(clinic.number, 'patient', patient),
            professional.id,
            id(clinic.number, 'service', isRemote ? remote : random.pick(professional.services)),
            status,
            `["${iso(start)}","${iso(start + 30 * minute)}")`,
            isRemote ? 'telemedicine' : 'in_person',
            status === 'cancelled' ? 'Pedido do paciente' : null,
            iso(Math.min(now, start) - random.int(1, 20) * 1440 * minute),
          ])
          if (random.chance(0.1)) await reminder(tables, clinic, patient, counter.appointment, start, now)
          if (status === 'completed' && random.chance(leavesEntry))
            await record(tables, random, counter, {
              clinic,
              professional,
              patient,
              appointment,
              start,
              isRemote,
            })
        }
      }
    }
    if (done % 50 === 0) say(done / days.length)
  }
}

const outcome = (random: Random, ago: number) =>
  ago < 7 * 1440 * minute && random.chance(0.05)
    ? 'confirmed'
    : random.weighted([
        ['completed', 78],
        ['no_show', 9],
        ['cancelled', 13],
      ] as const)

async function reminder(
  tables: Tables,
  clinic: Clinic,
  patient: number,
  n: number,
  start: number,
  now: number,
) {
  const queued = Math.min(start, now) - 1440 * minute
  const waits = start > now
  await tables.add('notifications', [
    id(clinic.number, 'notification', n),
    clinic.id,
    id(clinic.number, 'patient', patient),
    'appointment',
    'whatsapp',
    '+55 11 9****-**00',
    'lembrete',
    1,
    iso(queued),
    waits ? null : iso(queued + minute),
    `\\x${'ab'.repeat(32)}`,
    iso(queued),
  ])
}

async function record(
  tables: Tables,
  random: Random,
  counter: { record: number; signature: number; procedure: number },
  visit: Visit,
) {
  const { clinic, professional, patient, start } = visit
  const which = random.int(0, entries.length - 1)
  const [complaint = '', history = '', exam = '', assessment = '', plan = ''] = clinic.notes[which] ?? []
  const entry = id(clinic.number, 'record', counter.record++)
  const patientId = id(clinic.number, 'patient', patient)
  const kind = visit.isRemote ? 'telemed' : 'evolution'
  const icd = entries[which]?.icd[0] ?? ''
  // The same text, and so the same proof, as the trigger that seals an entry: a test compares the two.
  const content = createHash('sha256')
    .update(
      `["${patientId}", "${professional.id}", "${kind}", "${iso(start)}", "${complaint}", "${history}", "${exam}", "${assessment}", "${plan}", ["${icd}"], 1, "${professional.name}", "${professional.council}", "${professional.license}"]`,
    )
    .digest()
  const signature = random.chance(isSigned) ? id(clinic.number, 'signature', counter.signature++) : null
  await tables.add('medical_records', [
    entry,
    clinic.id,
    patientId,
    professional.id,
    visit.appointment,
    kind,
    iso(start),
    complaint,
    history,
    exam,
    assessment,
    plan,
    `{${icd}}`,
    'final',
    1,
    professional.name,
    professional.council,
    professional.license,
    `\\x${content.toString('hex')}`,
    `\\x${createHash('sha256').update(content).digest('hex')}`,
    signature,
    iso(start + 40 * minute),
  ])
  if (signature)
    await tables.add('digital_signatures', [
      signature,
      clinic.id,
      'public.medical_records',
      entry,
      `\\x${content.toString('hex')}`,
      professional.user,
      professional.name,
      `${professional.council} ${professional.license}`,
      'advanced',
      'CAdES',
      iso(start + 45 * minute),
      iso(start + 45 * minute),
    ])
  if (professional.type === 'doctor' && random.chance(0.1))
    await tables.add('prescriptions', [
      id(clinic.number, 'prescription', counter.record),
      clinic.id,
      patientId,
      professional.id,
      entry,
      'simple',
      '[{"farmaco": "Adapaleno", "dose": "0,1%", "forma": "gel", "quantidade": 1, "uso": "à noite"}]',
      'draft',
      iso(start + 40 * minute),
    ])
  if (
    agreedToProcedures(patient) &&
    patient % 25 !== 24 &&
    professional.services.includes(toxin) &&
    random.chance(0.3)
  )
    await procedure(
      tables,
      random,
      id(clinic.number, 'procedure', counter.procedure++),
      counter.procedure,
      visit,
      entry,
    )
}

async function procedure(
  tables: Tables,
  random: Random,
  one: string,
  n: number,
  visit: Visit,
  entry: string,
) {
  const { clinic, professional, patient, start } = visit
  const patientId = id(clinic.number, 'patient', patient)
  await tables.add('procedures', [
    one,
    clinic.id,
    patientId,
    professional.id,
    id(clinic.number, 'service', toxin),
    visit.appointment,
    entry,
    'done',
    iso(start),
    iso(start + 25 * minute),
    'terço superior da face',
    id(clinic.number, 'consent', patient * 4 + 2),
    iso(start),
    iso(start),
  ])
  await tables.add('procedure_products', [
    id(clinic.number, 'use', n),
    clinic.id,
    one,
    id(clinic.number, 'lot', random.int(0, clinic.lots - 1)),
    1,
    'un',
    'fronte e glabela',
    iso(start + 10 * minute),
    professional.id,
    iso(start),
  ])
  for (const [at, stage] of ['before', 'after'].entries())
    await tables.add('clinical_photos', [
      id(clinic.number, 'photo', n * 2 + at),
      clinic.id,
      patientId,
      one,
      `o/${random.hex(24)}`,
      `\\x${'cd'.repeat(32)}`,
      'image/jpeg',
      240_000,
      stage,
      iso(start + at * 25 * minute),
      professional.user,
      true,
      iso(start),
    ])
}
