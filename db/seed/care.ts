import type { Clinic } from './clinics'
import { entries, messages } from './words'
import type { Patient } from './patients'
import { sealed } from './protect'
import type { Random } from './random'
import type { Happening, Row } from './write'

const day = 86_400_000
const hour = 3_600_000
const iso = (at: number) => new Date(at).toISOString()

/** An appointment that left a chart entry. */
export interface Visit {
  readonly patient: Patient
  readonly professional: Clinic['professionals'][number]
  readonly service: Clinic['services'][number]
  readonly appointment: string
  readonly record: string
  readonly isFinal: boolean
  readonly start: number
  readonly end: number
}

/** A year of agenda, the chart entries it left, and conversations with the assistant. */
export function care(
  random: Random,
  clinic: Clinic,
  patients: readonly Patient[],
  now: number,
): { visits: Visit[]; happenings: Happening[] } {
  const visits: Visit[] = []
  const happenings: Happening[] = []
  const add = (
    at: number,
    order: number,
    table: string,
    actor: string,
    actorRole: string,
    row: Row,
    change: Happening['change'] = 'insert',
  ) =>
    happenings.push({ at, clinic: clinic.id, actor, actorRole, order, table: `public.${table}`, change, row })
  const living = patients.filter((patient) => !patient.deceased)
  const share = clinic.patients / 140

  for (let offset = -365; offset <= 30; offset++) {
    const midnight = Math.floor((now + offset * day) / day) * day - clinic.offset * hour
    const weekday = new Date(midnight + clinic.offset * hour).getUTCDay()
    if (weekday === 0 || weekday === 6) continue
    for (const professional of clinic.professionals) {
      const fitting = clinic.services.filter((service) => service.types.includes(professional.type))
      for (let start = midnight + 8 * hour; start < midnight + 18 * hour; start += hour) {
        if (!random.chance(0.075 * share + 0.02) || fitting.length === 0) continue
        const service = random.pick(fitting)
        const patient = random.pick(living)
        const booked = Math.max(start - random.int(1, 20) * day, patient.registered)
        if (booked >= start - hour || booked > now) continue
        const id = random.uuid()
        const end = start + Math.min(service.minutes, 60) * 60_000
        const desk = random.pick(clinic.reception)
        add(booked, 20, 'appointments', desk, 'reception', {
          id,
          clinic_id: clinic.id,
          patient_id: patient.id,
          professional_id: professional.id,
          service_id: service.id,
          status: 'scheduled',
          during: `[${iso(start)},${iso(end)})`,
          modality: service.remote ? 'telemedicine' : 'in_person',
          reason_brief: random.chance(0.3)
            ? random.pick(['Avaliação inicial', 'Retorno de procedimento', 'Manchas no rosto', 'Acne'])
            : null,
          automated_score: random.chance(0.5) ? { falta: Number(random.next().toFixed(2)) } : null,
          created_at: iso(booked),
        })
        if (end > now) continue
        const status = random.weighted([
          ['completed', 78],
          ['no_show', 9],
          ['cancelled', 13],
        ] as const)
        add(
          status === 'cancelled' ? start - hour : end,
          30,
          'appointments',
          desk,
          'reception',
          {
            id,
            status,
            cancellation_reason:
              status === 'cancelled'
                ? random.pick(['Pedido do paciente', 'Profissional ausente', 'Remarcado'])
                : null,
          },
          'update',
        )
        if (status === 'completed' && professional.council && random.chance(0.55)) {
          const row = entry(random, clinic, patient, professional, id, start, end, service.remote)
          add(end + hour, 40, 'medical_records', professional.user, 'professional', row)
          const isFinal = row['status'] === 'final'
          visits.push({
            patient,
            professional,
            service,
            appointment: id,
            record: String(row['id']),
            isFinal,
            start,
            end,
          })
        }
      }
    }
  }
  happenings.push(...conversations(random, clinic, living, now))
  return { visits, happenings }
}

function entry(
  random: Random,
  clinic: Clinic,
  patient: Patient,
  professional: Clinic['professionals'][number],
  appointment: string,
  start: number,
  end: number,
  remote: boolean,
): Row {
  const text = random.pick(entries)
  return {
    id: random.uuid(),
    clinic_id: clinic.id,
    patient_id: patient.id,
    professional_id: professional.id,
    appointment_id: appointment,
    entry_type: remote ? 'telemed' : random.pick(['evolution', 'evolution', 'anamnesis', 'exam']),
    visit_date: iso(start),
    chief_complaint: sealed(clinic.id, text.complaint),
    history: sealed(clinic.id, text.history),
    exam: sealed(clinic.id, text.exam),
    assessment: sealed(clinic.id, text.assessment),
    treatment_plan: sealed(clinic.id, text.plan),
    icd_codes: text.icd,
    status: random.chance(0.92) ? 'final' : 'draft',
    version: 1,
    author_name: professional.name,
    author_council: professional.council,
    author_license: professional.license,
    content_sha256: '\\x',
    chain_hash: '\\x',
    confidentiality: patient.age < 18 && random.chance(0.3) ? 'adolescent_private' : 'normal',
    created_at: iso(end + 600_000),
  }
}

function conversations(
  random: Random,
  clinic: Clinic,
  patients: readonly Patient[],
  now: number,
): Happening[] {
  const activity = clinic.activities.get('ai.clinical_support')
  const clinicians = clinic.professionals.filter((professional) => professional.council)
  const happenings: Happening[] = []
  for (let n = 0; n < clinic.patients / 3; n++) {
    const at = now - random.int(1, 300) * day - random.int(0, 8) * hour
    const professional = random.pick(clinicians)
    const patient = random.pick(patients)
    const bound = !patient.refusesAi && patient.registered < at && random.chance(0.6)
    const id = random.uuid()
    const talk = random.pick(messages)
    const base = {
      clinic: clinic.id,
      actor: professional.user,
      actorRole: 'professional',
      change: 'insert',
    } as const
    happenings.push({
      ...base,
      at,
      order: 50,
      table: 'public.ai_chat_sessions',
      row: {
        id,
        clinic_id: clinic.id,
        user_id: professional.user,
        patient_id: bound ? patient.id : null,
        purpose: bound ? 'clinical_support' : random.pick(['admin', 'clinical_support']),
        risk_class: bound ? 'medium' : 'low',
        model_provider: 'fornecedor-demo',
        model_version: '2026-06',
        region: 'sa-east-1',
        activity_id: activity?.id,
        title: talk.title,
        status: 'closed',
        closed_at: iso(at + 900_000),
        created_at: iso(at),
      },
    })
    talk.lines.forEach(([role, content], index) => {
      const redacted = content.includes('[')
      happenings.push({
        ...base,
        at: at + index * 20_000,
        order: 51,
        table: 'public.ai_chat_messages',
        row: {
          id: random.uuid(),
          clinic_id: clinic.id,
          session_id: id,
          role,
          content,
          redaction: redacted ? { pessoa: 1, versao: '3.2' } : {},
          redaction_status: redacted ? 'redacted' : 'clean',
          tokens_used: Math.ceil(content.length / 4),
          latency_ms: role === 'assistant' ? random.int(400, 2400) : null,
          accepted_by: role === 'assistant' ? professional.user : null,
          decision:
            role === 'assistant'
              ? random.weighted([
                  ['accepted', 6],
                  ['edited', 3],
                  ['rejected', 1],
                ] as const)
              : null,
          created_at: iso(at + index * 20_000),
        },
      })
    })
  }
  return happenings
}
