import { purposes, services } from '../seed/catalogue'
import { cnpj, cpf, protectedCpf, sha256 } from '../seed/protect'
import { Random } from '../seed/random'
import { date, id, iso, midnight, type Clinic, type Volume } from './plan'
import type { Tables } from './tables'

/** Purposes whose consents are loaded; their order is the order of their rows. */
export const asked = ['marketing.general', 'care.telemedicine', 'procedure.toxin'] as const

/** What a clinic has before it has patients: its people, services, purposes, terms, stock and registers. */
export async function fillClinic(tables: Tables, clinic: Clinic, volume: Volume): Promise<void> {
  const random = new Random(11_000 + clinic.number)
  const now = midnight(volume, 0)
  const opened = midnight(volume, -365 * (volume.years + 1))
  const user = (n: number) => id(clinic.number, 'user', n)
  await tables.add('clinics', [
    clinic.id,
    clinic.name,
    cnpj(`99${String(clinic.number).padStart(6, '0')}0001`),
    'America/Sao_Paulo',
    random.digits(7),
    `VISA-${random.digits(6)}`,
    date(now + 200 * 86_400_000),
    null,
    'Helena Duarte',
    'encarregado@correio.example',
    date(opened),
    true,
    iso(opened),
  ])
  const members = [
    [user(1), 'admin'],
    [user(2), 'reception'],
    [user(3), 'reception'],
    [user(4), 'dpo'],
    [user(5), 'auditor'],
    [user(6), 'dba'],
    ...clinic.professionals.map((one) => [one.user, 'professional']),
  ]
  for (const [n, [who, role]] of members.entries())
    await tables.add('clinic_members', [
      id(clinic.number, 'member', n),
      clinic.id,
      who ?? '',
      role ?? '',
      iso(opened),
      true,
      iso(opened),
    ])
  for (const [n, one] of clinic.professionals.entries()) {
    const { cpf_enc, cpf_bidx } = protectedCpf(
      clinic.id,
      cpf(`002${String(clinic.number).padStart(4, '0')}${String(n).padStart(2, '0')}`),
    )
    await tables.add('professionals', [
      one.id,
      clinic.id,
      one.user,
      one.name,
      cpf_enc,
      cpf_bidx,
      one.type,
      one.council,
      one.license,
      'SP',
      'regular',
      iso(now - random.int(5, 80) * 86_400_000),
      true,
      iso(opened),
    ])
  }
  for (const [n, one] of services.entries())
    await tables.add('services', [
      id(clinic.number, 'service', n),
      clinic.id,
      one.name,
      one.category,
      one.minutes,
      one.price,
      `{${one.types.join(',')}}`,
      `{${(one.terms ?? []).join(',')}}`,
      one.lot ?? false,
      one.minAge ?? null,
      true,
      iso(opened),
    ])
  for (const [n, purpose] of purposes.entries()) {
    const activity = id(clinic.number, 'activity', n)
    await tables.add('processing_activities', [
      activity,
      clinic.id,
      purpose.code,
      purpose.title,
      `${purpose.title}.`,
      purpose.basis,
      purpose.note ?? null,
      purpose.sensitive,
      false,
      purpose.code === 'ai.no_show',
      false,
      '{identificação}',
      '{pacientes}',
      `{${purpose.tables.join(',')}}`,
      'prazo legal',
      'fim da finalidade',
      'I',
      '{acesso por papel}',
      'Direção clínica',
      date(now + 100 * 86_400_000),
      'active',
      iso(opened),
    ])
    if (purpose.term)
      await tables.add('consent_terms', [
        id(clinic.number, 'term', n),
        clinic.id,
        activity,
        1,
        purpose.term.title,
        purpose.term.body,
        purpose.term.summary,
        purpose.term.refusal,
        sha256(purpose.term.body),
        true,
        user(4),
        iso(opened),
        iso(opened),
      ])
  }
  for (let n = 0; n < clinic.lots; n++) {
    const received = now - Math.floor(((clinic.lots - n) / clinic.lots) * 365 * volume.years) * 86_400_000
    const expires = received + 540 * 86_400_000
    await tables.add('product_lots', [
      id(clinic.number, 'lot', n),
      clinic.id,
      'Toxina botulínica A 100 U',
      'Laboratório Sintético',
      'medicine',
      '1234567890123',
      `L${clinic.number}-${n}`,
      date(expires),
      date(received),
      5000,
      3000,
      'un',
      expires < now ? 'discarded' : 'available',
      iso(received),
    ])
  }
  for (let n = 0; n < 40; n++) {
    const at = now - n * 9 * 86_400_000
    const closed = n > 4 ? iso(at + 6 * 86_400_000) : null
    await tables.add('data_subject_requests', [
      id(clinic.number, 'request', n),
      clinic.id,
      id(clinic.number, 'patient', n),
      'access_full',
      'portal',
      iso(at),
      iso(at + 16 * 86_400_000),
      'art19_II',
      closed ? 'answered' : 'in_progress',
      closed,
      iso(at),
    ])
  }
  for (let n = 0; n < 10; n++) {
    const at = now - n * 60 * 86_400_000
    await tables.add('incidents', [
      id(clinic.number, 'incident', n),
      clinic.id,
      'near_miss',
      'Troca de etiqueta percebida a tempo',
      `enc:v1:${random.hex(40)}`,
      iso(at),
      'low',
      false,
      'sem dano',
      'none',
      iso(at),
    ])
  }
}
