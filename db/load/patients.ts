import { purposes } from '../seed/catalogue'
import { person, plain } from '../seed/names'
import { cpf, protectedCpf, sha256 } from '../seed/protect'
import { Random } from '../seed/random'
import { asked } from './clinics'
import { date, id, iso, midnight, type Clinic, type Volume } from './plan'
import type { Tables } from './tables'

const day = 86_400_000
const activity = asked.map((code) => purposes.findIndex((purpose) => purpose.code === code))

/** Every third of ten agreed to procedures, every fifth to telemedicine. */
export const agreedToProcedures = (n: number) => n % 10 < 3
export const agreedToTelemedicine = (n: number) => n % 5 === 0

/** The patients of a clinic, who answers for the minors, and what they consented to. */
export async function fillPatients(
  tables: Tables,
  clinic: Clinic,
  volume: Volume,
  first: number,
): Promise<void> {
  const random = new Random(13_000 + clinic.number)
  const now = midnight(volume, 0)
  const before = midnight(volume, -365 * volume.years - 200)
  for (let n = 0; n < clinic.patients; n++) {
    const patient = id(clinic.number, 'patient', n)
    const name = person(random, random.chance(0.78) ? 'female' : 'male')
    const isMinor = n % 25 === 24
    const born = now - (isMinor ? random.int(6, 15) : random.int(22, 80)) * 365.25 * day
    const registered = before + random.int(0, 190) * day
    const { cpf_enc, cpf_bidx } = protectedCpf(clinic.id, cpf(String(first + n).padStart(9, '0')))
    const full = tables.add('patients', [
      patient,
      clinic.id,
      `P${n + 1}`,
      name.full,
      person(random, 'female', name.family).full,
      cpf_enc,
      cpf_bidx,
      date(born),
      'São Paulo, SP',
      'female',
      `+55 11 9${random.digits(8)}`,
      `${plain(name.first)}.${plain(name.family)}${n}@correio.example`,
      isMinor ? 'minor' : 'full',
      n % 500 === 21 ? '{"allowed": []}' : null,
      iso(now - random.int(0, 365 * volume.years) * day),
      iso(registered),
    ])
    if (full) await full
    if (isMinor)
      await tables.add('patient_representatives', [
        id(clinic.number, 'representative', n),
        clinic.id,
        patient,
        person(random, 'female', name.family).full,
        cpf_enc,
        cpf_bidx,
        'mother',
        '{health,data,images}',
        date(registered - day),
        true,
        iso(registered),
      ])
    else fillConsents(tables, clinic, n, now, before)
    if (tables.isFull) await tables.drain()
  }
}

const kinds = ['marketing', 'telemedicine', 'procedure_tcle'] as const

function fillConsents(tables: Tables, clinic: Clinic, n: number, now: number, before: number) {
  const given = [n % 2 === 0, agreedToTelemedicine(n), agreedToProcedures(n)]
  for (const [at, isGiven] of given.entries()) {
    if (!isGiven) continue
    const decided = at === 0 ? now - (n % 360) * day - 3_600_000 : before
    const when = iso(decided)
    const consent = id(clinic.number, 'consent', n * 4 + at)
    const of = activity[at] ?? 0
    tables.put(
      'consent_records',
      `${consent}\t${clinic.id}\t${id(clinic.number, 'patient', n)}\t${id(clinic.number, 'activity', of)}\t${id(clinic.number, 'term', of)}\t${kinds[at]}\tgranted\t${when}\t${when}\t${iso(decided + 60_000)}\t${at === 0 ? iso(decided + 365 * day) : '\\N'}\tin_person_device\tpatient\t\\${sha256(consent)}\tload-${consent}\t${when}`,
    )
  }
}
