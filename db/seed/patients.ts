import type { Clinic } from './clinics'
import { closedChart } from './emergencies'
import { person, plain } from './names'
import { cpf, protectedCpf, sha256 } from './protect'
import type { Random } from './random'
import type { Happening } from './write'

export interface Patient {
  readonly id: string
  readonly registered: number
  readonly born: string
  readonly age: number
  readonly capacity: string
  readonly deceased: number | null
  readonly refusesAi: boolean
  readonly representative: { id: string; from: number } | null
}

const day = 86_400_000
const iso = (at: number) => new Date(at).toISOString()
const date = (at: number) => iso(at).slice(0, 10)
const streets = [
  'Rua das Acácias',
  'Avenida Central',
  'Rua do Comércio',
  'Travessa das Flores',
  'Alameda dos Ipês',
]

/** Whole years on a day; both `YYYY-MM-DD`. */
export function age(born: string, on: string): number {
  const years = Number(on.slice(0, 4)) - Number(born.slice(0, 4))
  return on.slice(5) < born.slice(5) ? years - 1 : years
}

/** The patients of one clinic, with those who answer for some of them. */
export function patients(
  random: Random,
  clinic: Clinic,
  now: number,
): { patients: Patient[]; happenings: Happening[] } {
  const happenings: Happening[] = []
  const list = Array.from({ length: clinic.patients }, (_, index): Patient => {
    const id = random.uuid()
    const sex = random.chance(0.78) ? 'female' : 'male'
    const name = person(random, sex)
    const registered =
      now -
      random.int(index < clinic.patients * 0.7 ? 200 : 3, index < clinic.patients * 0.7 ? 540 : 360) * day
    // The last ones are minors, two of them about to turn 16 and 18; whoever is of age was so when they came, up to 540
    // days ago, for nobody is known to answer for them.
    const minors = clinic.patients - index
    const years =
      minors <= 8
        ? ([9, 12, 14, 15.93, 15, 16, 17, 17.95][minors - 1] ?? 12)
        : random.int(20, 78) + random.next()
    const born = date(now - Math.round(years * 365.2425) * day)
    const capacity = years < 18 ? 'minor' : index === 5 ? 'curatela' : 'full'
    const deceased = index === 11 || index === 47 ? now - random.int(10, 60) * day : null
    const desk = random.pick(clinic.reception)
    const refusesAi = random.chance(0.04)
    happenings.push({
      at: registered,
      clinic: clinic.id,
      actor: desk,
      actorRole: 'reception',
      order: 10,
      table: 'public.patients',
      change: 'insert',
      row: {
        id,
        clinic_id: clinic.id,
        user_id: random.chance(0.3) ? random.uuid() : null,
        record_number: String(1000 + index),
        full_name: name.full,
        social_name: random.chance(0.02) ? person(random, 'female').full : null,
        mother_name: person(random, 'female', name.family).full,
        ...protectedCpf(
          clinic.id,
          cpf(`000${String(index).padStart(3, '0')}${clinic.id.charCodeAt(0)}${index % 10}`.slice(0, 9)),
        ),
        cns: random.chance(0.5) ? `7${random.digits(14)}` : null,
        birth_date: born,
        birth_place: random.pick([
          'São Paulo, SP',
          'Manaus, AM',
          'Recife, PE',
          'Belém, PA',
          'Campinas, SP',
          'Olinda, PE',
        ]),
        sex,
        gender_identity: random.chance(0.03) ? 'mulher trans' : null,
        phone: `+55 ${random.pick(['11', '92', '81'])} 9${random.digits(4)}-${random.digits(4)}`,
        email: random.chance(0.8)
          ? `${plain(name.first)}.${plain(name.family)}${index}@correio.example`
          : null,
        address: {
          logradouro: random.pick(streets),
          numero: String(random.int(1, 2400)),
          cep: `0${random.digits(7)}`,
        },
        legal_capacity: capacity,
        access_restriction: index === closedChart ? { allowed: [] } : null,
        ai_refusal_at: refusesAi ? iso(registered) : null,
        legal_hold: index === 20,
        hold_reason: index === 20 ? 'Processo judicial em curso' : null,
        created_at: iso(registered),
      },
    })
    let representative: Patient['representative'] = null
    if (capacity !== 'full') {
      representative = { id: random.uuid(), from: registered }
      const relative = person(random, random.chance(0.7) ? 'female' : 'male', name.family)
      happenings.push({
        at: registered,
        clinic: clinic.id,
        actor: desk,
        actorRole: 'reception',
        order: 11,
        table: 'public.patient_representatives',
        change: 'insert',
        row: {
          id: representative.id,
          clinic_id: clinic.id,
          patient_id: id,
          full_name: relative.full,
          ...protectedCpf(clinic.id, cpf(`001${String(index).padStart(3, '0')}${random.digits(3)}`)),
          relation: capacity === 'curatela' ? 'curator' : 'mother',
          basis_document: capacity === 'curatela' ? 'termo de curatela, autos sintéticos' : null,
          basis_sha256: capacity === 'curatela' ? sha256(`curatela ${id}`) : null,
          scope: ['health', 'data', 'images'],
          valid_from: date(registered - day),
          valid_until: null,
          verified_by: desk,
          verified_at: iso(registered),
          verification_method: 'documento de identidade e certidão',
          is_active: true,
          created_at: iso(registered),
        },
      })
    }
    if (deceased) {
      happenings.push({
        at: deceased,
        clinic: clinic.id,
        actor: clinic.admin,
        actorRole: 'admin',
        order: 60,
        table: 'public.patients',
        change: 'update',
        row: { id, deceased_at: date(deceased) },
      })
    }
    return { id, registered, born, age: years, capacity, deceased, refusesAi, representative }
  })
  return { patients: list, happenings }
}
