import type { Clinic } from './clinics'
import type { Patient } from './patients'
import { officer } from './people'
import { sealed, sha256 } from './protect'
import type { Random } from './random'
import type { Happening, Row } from './write'

const day = 86_400_000
const hour = 3_600_000
const iso = (at: number) => new Date(at).toISOString()

/** Requests of data subjects, incidents and notices. */
export function registers(
  random: Random,
  clinic: Clinic,
  patients: readonly Patient[],
  now: number,
): Happening[] {
  const happenings: Happening[] = []
  const add = (
    at: number,
    order: number,
    table: string,
    row: Row,
    change: Happening['change'] = 'insert',
    actor = clinic.admin,
  ) =>
    happenings.push({
      at,
      clinic: clinic.id,
      actor,
      actorRole: actor === officer.subject ? 'dpo' : 'admin',
      order,
      table: `public.${table}`,
      change,
      row,
    })
  const adults = patients.filter(
    (patient) => patient.age >= 18 && !patient.deceased && patient.registered < now - 60 * day,
  )

  for (const ago of [58, 51, 44, 37, 30, 24, 17, 12, 6, 2]) {
    const at = now - ago * day - random.int(1, 6) * hour
    const id = random.uuid()
    add(at, 100, 'data_subject_requests', {
      id,
      clinic_id: clinic.id,
      patient_id: random.pick(adults).id,
      request_type: random.pick([
        'confirm',
        'access_full',
        'access_full',
        'chart_copy',
        'correct',
        'portability',
        'recipients',
        'oppose',
      ]),
      channel: random.pick(['portal', 'email', 'counter', 'phone']),
      received_at: iso(at),
      identity_status: 'unverified',
      status: 'received',
      created_at: iso(at),
    })
    if (ago < 8) continue
    const isAnswered = ago > 18
    const refused = isAnswered && random.chance(0.2)
    const closed = at + random.int(2, 12) * day
    add(
      isAnswered ? closed : at + day,
      101,
      'data_subject_requests',
      {
        id,
        identity_status: 'verified',
        verified_at: iso(at + day),
        verification_method: 'documento e conferência no cadastro',
        status: !isAnswered ? 'in_progress' : refused ? 'refused' : 'answered',
        outcome_code: isAnswered ? (refused ? 'kept_by_duty' : 'delivered') : null,
        legal_reason: refused ? 'LGPD art. 16 I: guarda do prontuário' : null,
        response_key: isAnswered && !refused ? `responses/${random.hex(24)}` : null,
        response_sha256: isAnswered && !refused ? sha256(id) : null,
        response_format: isAnswered && !refused ? 'pdf' : null,
        assignee: officer.subject,
        closed_at: isAnswered ? iso(closed) : null,
      },
      'update',
      officer.subject,
    )
  }

  const incident = (ago: number, row: Row) =>
    add(
      now - ago * day,
      102,
      'incidents',
      {
        id: random.uuid(),
        clinic_id: clinic.id,
        known_at: iso(now - ago * day),
        occurred_at: iso(now - (ago + 1) * day),
        status: 'investigating',
        closed_at: null,
        art5_criteria: null,
        not_notified_reason: null,
        authority_sent_at: null,
        subjects_total: null,
        created_at: iso(now - ago * day),
        ...row,
      },
      'insert',
      officer.subject,
    )
  incident(90, {
    kind: 'personal_data',
    title: 'Planilha enviada ao destinatário errado',
    description: sealed(clinic.id, 'Agenda do dia enviada por engano a outro e-mail; apagamento confirmado.'),
    severity: 'medium',
    art5_criteria: ['dados de saúde'],
    notifiable: true,
    authority: 'ANPD',
    authority_sent_at: iso(now - 88 * day),
    subjects_total: 14,
    status: 'closed',
    closed_at: iso(now - 60 * day),
  })
  incident(34, {
    kind: 'adverse_event',
    title: 'Edema após aplicação',
    description: sealed(clinic.id, 'Edema periorbital com regressão em cinco dias.'),
    severity: 'low',
    notifiable: true,
    authority: 'ANVISA_vigimed',
  })
  incident(1, {
    kind: 'personal_data',
    title: 'Notebook da recepção furtado',
    description: sealed(clinic.id, 'Disco cifrado; sessão encerrada; avaliação em curso.'),
    severity: 'high',
    art5_criteria: ['dados de saúde', 'larga escala'],
    notifiable: true,
    authority: 'ANPD',
    subjects_total: 120,
  })

  for (let n = 0; n < clinic.patients; n++) {
    const at = now - random.int(1, 60) * day - random.int(0, 9) * hour
    const channel = random.pick(['email', 'whatsapp', 'sms'])
    const failed = random.chance(0.04)
    add(at, 103, 'notifications', {
      id: random.uuid(),
      clinic_id: clinic.id,
      patient_id: random.pick(adults).id,
      kind: random.pick(['appointment', 'appointment', 'appointment', 'consent_request', 'consent_expiring']),
      channel,
      address_masked: channel === 'email' ? 'a***@correio.example' : `+55 ** *****-${random.digits(2)}**`,
      template_code: 'aviso.neutro',
      template_version: 3,
      queued_at: iso(at),
      sent_at: failed ? null : iso(at + 60_000),
      delivered_at: failed || random.chance(0.1) ? null : iso(at + 120_000),
      failed_reason: failed ? 'address rejected' : null,
      body_sha256: sha256(`notice ${n}`),
      created_at: iso(at),
    })
  }
  return happenings
}
