import { activitiesOf, type Activity } from './activities'
import { services } from './catalogue'
import { person } from './names'
import {
  adminOfAurora,
  adminOfPeleViva,
  adminOfVitta,
  clinicIds,
  dba,
  officer,
  viewerOfAurora,
  type ClinicKey,
} from './people'
import { cnpj, cpf, protectedCpf } from './protect'
import type { Random } from './random'
import type { Happening, Row } from './write'

export interface Professional {
  readonly id: string
  readonly user: string
  readonly type: string
  readonly name: string
  readonly council: string
  readonly license: string
}

/** A clinic with what the rest of the data needs to know of it. */
export interface Clinic {
  readonly key: ClinicKey
  readonly id: string
  readonly zone: string
  /** Offset of the zone from UTC in hours; Brazil keeps no summer time. */
  readonly offset: number
  readonly patients: number
  readonly admin: string
  readonly reception: readonly string[]
  readonly professionals: readonly Professional[]
  readonly services: readonly {
    readonly id: string
    readonly name: string
    readonly minutes: number
    readonly types: readonly string[]
    readonly remote: boolean
  }[]
  readonly activities: ReadonlyMap<string, Activity>
}

const profiles = [
  {
    key: 'aurora',
    name: 'Clínica Aurora',
    city: 'SP',
    zone: 'America/Sao_Paulo',
    offset: -3,
    base: '112223330001',
    patients: 140,
    admin: adminOfAurora.subject,
  },
  {
    key: 'peleViva',
    name: 'Instituto Pele Viva',
    city: 'AM',
    zone: 'America/Manaus',
    offset: -4,
    base: '223334440001',
    patients: 100,
    admin: adminOfPeleViva.subject,
  },
  {
    key: 'vitta',
    name: 'Espaço Vitta',
    city: 'PE',
    zone: 'America/Recife',
    offset: -3,
    base: '334445550001',
    patients: 60,
    admin: adminOfVitta,
  },
] as const

const team: readonly (readonly [type: string, council: string])[] = [
  ['doctor', 'CRM'],
  ['doctor', 'CRM'],
  ['dentist', 'CRO'],
  ['biomedical', 'CRBM'],
  ['nurse', 'COREN'],
  ['aesthetician', ''],
  ['nutritionist', 'CRN'],
]

const day = 86_400_000
const iso = (at: number) => new Date(at).toISOString()
const date = (at: number) => iso(at).slice(0, 10)

/** The clinics, their people, services, purposes and terms, and what has to happen to make them; `now` in ms. */
export function clinics(random: Random, now: number): { clinics: Clinic[]; happenings: Happening[] } {
  const happenings: Happening[] = []
  const opened = now - 560 * day
  const made = profiles.map((profile): Clinic => {
    const id = clinicIds[profile.key]
    const add = (
      order: number,
      table: string,
      row: Row,
      at = opened,
      change: Happening['change'] = 'insert',
    ) =>
      happenings.push({
        at,
        clinic: id,
        // The officer reviews and publishes; nobody else may.
        actor: table === 'consent_terms' ? officer.subject : profile.admin,
        actorRole: table === 'consent_terms' ? 'dpo' : 'admin',
        order,
        table: `public.${table}`,
        change,
        row,
      })

    add(0, 'clinics', {
      id,
      name: profile.name,
      tax_id: cnpj(profile.base),
      time_zone: profile.zone,
      cnes_number: random.digits(7),
      health_licence_number: `VISA-${profile.city}-${random.digits(6)}`,
      health_licence_valid_until: date(now + random.int(20, 300) * day),
      cfm_registration: `${profile.city}-${random.digits(5)}`,
      technical_director_id: null,
      dpo_name: officer.name,
      dpo_email: 'encarregado@neonpro.example',
      dpo_act_date: date(opened + 10 * day),
      dpo_substitute: null,
      anpd_small_agent: profile.key === 'vitta',
      small_agent_assessment:
        profile.key === 'vitta' ? 'Receita e volume abaixo dos limites da Res. 2/2022.' : null,
      individual_office: false,
      paperless: profile.key === 'aurora',
      is_active: true,
      created_at: iso(opened),
    })

    const member = (user: string, role: string, at = opened) =>
      add(1, 'clinic_members', {
        id: random.uuid(),
        clinic_id: id,
        user_id: user,
        role,
        scopes: [],
        valid_from: iso(at),
        mfa_required: ['admin', 'dpo', 'dba'].includes(role),
        granted_by: null,
        is_active: true,
        created_at: iso(at),
      })
    member(profile.admin, 'admin')
    member(officer.subject, 'dpo')
    member(dba.subject, 'dba')
    if (profile.key === 'aurora') member(viewerOfAurora.subject, 'viewer')
    const reception = [random.uuid(), random.uuid()]
    for (const user of reception) member(user, 'reception')
    member(random.uuid(), 'auditor')

    const professionals = team
      .filter(([type]) => profile.key !== 'vitta' || !['nutritionist', 'dentist'].includes(type))
      .map(([type, council], index): Professional => {
        const sex = random.chance(0.6) ? 'female' : 'male'
        const name = person(random, sex).full
        const one = {
          id: random.uuid(),
          user: random.uuid(),
          type,
          name,
          council,
          license: council ? random.digits(6) : '',
        }
        member(one.user, 'professional')
        add(2, 'professionals', {
          id: one.id,
          clinic_id: id,
          user_id: one.user,
          full_name: name,
          ...protectedCpf(id, cpf(`00${profile.base.slice(0, 3)}${String(index).padStart(4, '0')}`)),
          professional_type: type,
          council: council || null,
          license_number: one.license || null,
          license_state: council ? profile.city : null,
          rqe: type === 'doctor' ? random.digits(5) : null,
          license_status: council ? 'regular' : 'not_required',
          license_checked_at: council ? iso(now - random.int(5, 120) * day) : null,
          license_valid_until: council && type !== 'doctor' ? date(now + random.int(-10, 400) * day) : null,
          certificate_serial: type === 'doctor' ? random.hex(16) : null,
          certificate_valid_until: type === 'doctor' ? iso(now + random.int(30, 700) * day) : null,
          is_active: true,
          created_at: iso(opened),
        })
        return one
      })
    add(3, 'clinics', { id, technical_director_id: professionals[0]?.id }, opened + day, 'update')

    const offered = services.map((service) => {
      const one = {
        id: random.uuid(),
        name: service.name,
        minutes: service.minutes,
        types: service.types,
        remote: service.name === 'Teleconsulta',
      }
      add(4, 'services', {
        id: one.id,
        clinic_id: id,
        name: service.name,
        description: null,
        category: service.category,
        tuss_code: service.category === 'Consulta' ? `101010${random.digits(2)}` : null,
        duration_minutes: service.minutes,
        price: Math.round(service.price * (0.85 + random.next() * 0.3)),
        required_professional_types: service.types,
        requires_term_kinds: service.terms ?? [],
        requires_lot: service.lot ?? false,
        min_age: service.minAge ?? null,
        is_active: true,
        created_at: iso(opened),
      })
      return one
    })

    const activities = activitiesOf(random, id, opened, now, add)
    return {
      key: profile.key,
      id,
      zone: profile.zone,
      offset: profile.offset,
      patients: profile.patients,
      admin: profile.admin,
      reception,
      professionals,
      services: offered,
      activities,
    }
  })
  return { clinics: made, happenings }
}
