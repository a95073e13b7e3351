import { createHash } from 'node:crypto'
import { entries } from '../seed/words'
import { Random } from '../seed/random'
import { agreedToProcedures, agreedToTelemedicine } from './patients'
import { id, iso, midnight, remote, toxin, type Clinic, type Professional, type Volume } from './plan'
import type { Tables } from './tables'

const minute = 60_000
const day = 1440 * minute
const slots = 20
/** Shares of finished visits that leave an entry, and of entries that are signed. */
const leavesEntry = 0.45
const isSigned = 0.9

/** A time of one day at which every professional may have a visit; what rows say of it is written once. */
interface Slot {
  readonly start: number
  readonly text: string
  readonly during: string
  /** When it was booked, by how many days before. */
  readonly booked: readonly string[]
  readonly after: Readonly<Record<10 | 25 | 40 | 45, string>>
}

interface Visit {
  readonly clinic: Clinic
  readonly professional: Professional
  readonly patient: string
  readonly n: number
  readonly appointment: string
  readonly at: Slot
  readonly isRemote: boolean
}

interface Counters {
  appointment: number
  record: number
  signature: number
  procedure: number
}

/**
 * Years of visits, day by day through all clinics, as they would have come in, so that the rows of one clinic, or one
 * patient, do not lie beside each other. Ten million of them: rows are written as COPY reads them, not put together from values.
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
  const counters = clinics.map((): Counters => ({ appointment: 0, record: 0, signature: 0, procedure: 0 }))
  for (const [done, offset] of days.entries()) {
    const times = slotsOf(midnight(volume, offset), volume.today.getTime())
    for (const clinic of clinics) {
      const counter = counters[clinic.number] as Counters
      const wanted = (clinic.patients * volume.visits) / days.length / clinic.professionals.length
      for (const professional of clinic.professionals) {
        const busy = Math.min(slots, Math.floor(wanted) + (random.chance(wanted % 1) ? 1 : 0))
        const first = random.int(0, slots - busy)
        for (let slot = first; slot < first + busy; slot++)
          visit(tables, random, counter, clinic, professional, times[slot] as Slot, volume)
      }
      if (tables.isFull) await tables.drain()
    }
    if (done % 50 === 0) say(done / days.length)
  }
}

function slotsOf(midnight: number, now: number): readonly Slot[] {
  return Array.from({ length: slots }, (_, slot): Slot => {
    const start = midnight + 8 * 60 * minute + slot * 30 * minute
    const after = (minutes: number) => iso(start + minutes * minute)
    return {
      start,
      text: iso(start),
      during: `["${iso(start)}","${after(30)}")`,
      booked: Array.from({ length: 21 }, (_, days) => iso(Math.min(now, start) - days * day)),
      after: { 10: after(10), 25: after(25), 40: after(40), 45: after(45) },
    }
  })
}

function visit(
  tables: Tables,
  random: Random,
  counter: Counters,
  clinic: Clinic,
  professional: Professional,
  at: Slot,
  volume: Volume,
) {
  const now = volume.today.getTime()
  const n = random.int(0, clinic.patients - 1)
  const patient = id(clinic.number, 'patient', n)
  const isRemote =
    professional.type === 'doctor' && agreedToTelemedicine(n) && n % 25 !== 24 && random.chance(0.2)
  const appointment = id(clinic.number, 'appointment', counter.appointment++)
  const waits = at.start > now
  const status = waits ? (random.chance(0.5) ? 'confirmed' : 'scheduled') : outcome(random, now - at.start)
  const service = id(clinic.number, 'service', isRemote ? remote : random.pick(professional.services))
  const booked = at.booked[random.int(1, 20)]
  tables.put(
    'appointments',
    `${appointment}\t${clinic.id}\t${patient}\t${professional.id}\t${service}\t${status}\t${at.during}\t${isRemote ? 'telemedicine' : 'in_person'}\t${status === 'cancelled' ? 'Pedido do paciente' : '\\N'}\t${booked}`,
  )
  if (random.chance(0.1)) {
    const queued = Math.min(at.start, now) - day
    const [one, when] = [id(clinic.number, 'notification', counter.appointment), iso(queued)]
    tables.put(
      'notifications',
      `${one}\t${clinic.id}\t${patient}\tappointment\twhatsapp\t+55 11 9****-**00\tlembrete\t1\t${when}\t${waits ? '\\N' : iso(queued + minute)}\t${letter}\t${when}`,
    )
  }
  if (status === 'completed' && random.chance(leavesEntry))
    record(tables, random, counter, { clinic, professional, patient, n, appointment, at, isRemote })
}

const outcomes = [
  ['completed', 78],
  ['no_show', 9],
  ['cancelled', 13],
] as const

const outcome = (random: Random, ago: number) =>
  ago < 7 * day && random.chance(0.05) ? 'confirmed' : random.weighted(outcomes)

/** Proofs of a letter and of a picture that nobody keeps. */
const letter = `\\\\x${'ab'.repeat(32)}`
const picture = `\\\\x${'cd'.repeat(32)}`

const drug = '[{"farmaco": "Adapaleno", "dose": "0,1%", "forma": "gel", "quantidade": 1, "uso": "à noite"}]'

function record(tables: Tables, random: Random, counter: Counters, seen: Visit) {
  const { clinic, professional, patient, at, n } = seen
  const which = random.int(0, entries.length - 1)
  const [complaint = '', history = '', exam = '', assessment = '', plan = ''] = clinic.notes[which] ?? []
  const entry = id(clinic.number, 'record', counter.record++)
  const kind = seen.isRemote ? 'telemed' : 'evolution'
  const icd = entries[which]?.icd[0] ?? ''
  const { name, council, license } = professional
  // The same text, and so the same proof, as the trigger that seals an entry: a test compares the two.
  const content = createHash('sha256')
    .update(
      `["${patient}", "${professional.id}", "${kind}", "${at.text}", "${complaint}", "${history}", "${exam}", "${assessment}", "${plan}", ["${icd}"], 1, "${name}", "${council}", "${license}"]`,
    )
    .digest()
  const proof = `\\\\x${content.toString('hex')}`
  const chain = createHash('sha256').update(content).digest('hex')
  const signature = random.chance(isSigned) ? id(clinic.number, 'signature', counter.signature++) : null
  tables.put(
    'medical_records',
    `${entry}\t${clinic.id}\t${patient}\t${professional.id}\t${seen.appointment}\t${kind}\t${at.text}\t${complaint}\t${history}\t${exam}\t${assessment}\t${plan}\t{${icd}}\tfinal\t1\t${name}\t${council}\t${license}\t${proof}\t\\\\x${chain}\t${signature ?? '\\N'}\t${at.after[40]}`,
  )
  if (signature)
    tables.put(
      'digital_signatures',
      `${signature}\t${clinic.id}\tpublic.medical_records\t${entry}\t${proof}\t${professional.user}\t${name}\t${council} ${license}\tadvanced\tCAdES\t${at.after[45]}\t${at.after[45]}`,
    )
  if (professional.type === 'doctor' && random.chance(0.1))
    tables.put(
      'prescriptions',
      `${id(clinic.number, 'prescription', counter.record)}\t${clinic.id}\t${patient}\t${professional.id}\t${entry}\tsimple\t${drug}\tdraft\t${at.after[40]}`,
    )
  if (agreedToProcedures(n) && n % 25 !== 24 && professional.services.includes(toxin) && random.chance(0.3))
    procedure(tables, random, counter, seen, entry)
}

function procedure(tables: Tables, random: Random, counter: Counters, seen: Visit, entry: string) {
  const { clinic, professional, patient, at } = seen
  const one = id(clinic.number, 'procedure', counter.procedure++)
  const service = id(clinic.number, 'service', toxin)
  const consent = id(clinic.number, 'consent', seen.n * 4 + 2)
  tables.put(
    'procedures',
    `${one}\t${clinic.id}\t${patient}\t${professional.id}\t${service}\t${seen.appointment}\t${entry}\tdone\t${at.text}\t${at.after[25]}\tterço superior da face\t${consent}\t${at.text}\t${at.text}`,
  )
  const [use, lot] = [
    id(clinic.number, 'use', counter.procedure),
    id(clinic.number, 'lot', random.int(0, clinic.lots - 1)),
  ]
  tables.put(
    'procedure_products',
    `${use}\t${clinic.id}\t${one}\t${lot}\t1\tun\tfronte e glabela\t${at.after[10]}\t${professional.id}\t${at.text}`,
  )
  for (const [nth, stage] of ['before', 'after'].entries())
    tables.put(
      'clinical_photos',
      `${id(clinic.number, 'photo', counter.procedure * 2 + nth)}\t${clinic.id}\t${patient}\t${one}\to/${random.hex(24)}\t${picture}\timage/jpeg\t240000\t${stage}\t${nth === 0 ? at.text : at.after[25]}\t${professional.user}\ttrue\t${at.text}`,
    )
}
