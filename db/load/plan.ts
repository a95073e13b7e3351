import { Random } from '../seed/random'
import { person } from '../seed/names'
import { services } from '../seed/catalogue'
import { entries } from '../seed/words'
import { sealed } from '../seed/protect'

/** How much is made; everything else follows from it. */
export interface Volume {
  readonly clinics: number
  /** In all clinics together. */
  readonly patients: number
  /** Of each patient, in all years. */
  readonly visits: number
  readonly years: number
  /** The last day that has happened; the same day gives the same rows. */
  readonly today: Date
}

export interface Professional {
  readonly id: string
  readonly user: string
  readonly name: string
  readonly type: string
  readonly council: string
  readonly license: string
  /** What this one may do, by the order of the catalogue. */
  readonly services: readonly number[]
}

/** One clinic as its rows refer to it. */
export interface Clinic {
  readonly number: number
  readonly id: string
  readonly name: string
  readonly patients: number
  readonly professionals: readonly Professional[]
  /** Sealed text of the demonstration's notes, one set for each. */
  readonly notes: readonly (readonly string[])[]
  readonly lots: number
}

const tables = {
  clinic: 1,
  member: 2,
  professional: 3,
  patient: 4,
  service: 5,
  appointment: 6,
  record: 7,
  signature: 8,
  procedure: 9,
  lot: 10,
  use: 11,
  prescription: 12,
  photo: 13,
  activity: 14,
  term: 15,
  consent: 16,
  notification: 17,
  request: 18,
  incident: 19,
  representative: 20,
  user: 21,
} as const

const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0')
const heads: string[][] = []

/** The identifier of the nth row of a table in a clinic: it can be said without being remembered. */
export function id(clinic: number, table: keyof typeof tables, n: number): string {
  const number = tables[table]
  const head = ((heads[clinic] ??= [])[number] ??= `5eed${hex(clinic, 4)}-${hex(number, 4)}-4000-8000-`)
  return head + hex(n, 12)
}

const team = [
  ['doctor', 'CRM'],
  ['doctor', 'CRM'],
  ['doctor', 'CRM'],
  ['dentist', 'CRO'],
  ['biomedical', 'CRBM'],
  ['biomedical', 'CRBM'],
  ['nurse', 'COREN'],
  ['nurse', 'COREN'],
  ['doctor', 'CRM'],
  ['nutritionist', 'CRN'],
  ['doctor', 'CRM'],
  ['dentist', 'CRO'],
] as const

export const toxin = services.findIndex(({ name }) => name.startsWith('Toxina'))
export const remote = services.findIndex(({ name }) => name === 'Teleconsulta')
const places = [
  'Centro',
  'Jardins',
  'Boa Vista',
  'Savassi',
  'Moinhos',
  'Aldeota',
  'Batel',
  'Pituba',
  'Lourdes',
  'Trindade',
]

/** The clinics of a volume, each with its share of the patients. */
export function planClinics(volume: Volume): Clinic[] {
  return Array.from({ length: volume.clinics }, (_, number): Clinic => {
    const random = new Random(7_000 + number)
    const clinic = id(number, 'clinic', 0)
    const patients =
      Math.floor(volume.patients / volume.clinics) + (number < volume.patients % volume.clinics ? 1 : 0)
    return {
      number,
      id: clinic,
      name: `Clínica ${places[number % places.length]} ${Math.floor(number / places.length) + 1}`,
      patients,
      professionals: team.map(([type, council], n) => ({
        id: id(number, 'professional', n),
        user: id(number, 'user', 100 + n),
        name: person(random, random.chance(0.6) ? 'female' : 'male').full,
        type,
        council,
        license: random.digits(6),
        services: services.flatMap((service, at) =>
          service.types.includes(type) && at !== remote ? [at] : [],
        ),
      })),
      notes: entries.map((entry) =>
        [entry.complaint, entry.history, entry.exam, entry.assessment, entry.plan].map((text) =>
          sealed(clinic, text),
        ),
      ),
      lots: Math.max(12, Math.ceil(patients / 300)),
    }
  })
}

/** Midnight of a day in São Paulo, `offset` days from today; Brazil keeps no summer time. */
export const midnight = (volume: Volume, offset: number): number =>
  Math.floor(volume.today.getTime() / 86_400_000) * 86_400_000 + offset * 86_400_000 + 3 * 3_600_000

export const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+00:00`
export const date = (at: number): string => new Date(at).toISOString().slice(0, 10)
