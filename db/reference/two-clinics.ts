import type { ClientBase } from 'pg'

/** The smallest world with everything in it twice: two clinics, each with one row in every table. For tests. */
export type Side = 'a' | 'b'

export const memberRoles = ['admin', 'professional', 'reception', 'dpo', 'auditor', 'dba', 'viewer'] as const
export type MemberRole = (typeof memberRoles)[number]

const id = (side: Side, kind: string) => `${side}0000000-0000-4000-8000-${kind.padStart(12, '0')}`

export const clinicOf = (side: Side) => id(side, '1')
export const userOf = (side: Side, role: MemberRole | 'patient') =>
  id(side, `10${role === 'patient' ? 9 : memberRoles.indexOf(role)}`)
/** The role in which the application asks for somebody: staff in one, a patient in the portal in another. */
export const roleOf = (who: string) => (who === 'patient' ? 'app_patient' : 'app_rw')
/** The row of one side in each table, by its primary key. */
export const rowOf = {
  clinics: (side: Side) => clinicOf(side),
  clinic_members: (side: Side) => id(side, '205'),
  professionals: (side: Side) => id(side, '300'),
  patients: (side: Side) => id(side, '400'),
  services: (side: Side) => id(side, '500'),
  appointments: (side: Side) => id(side, '600'),
  processing_activities: (side: Side) => id(side, '700'),
  ai_chat_sessions: (side: Side) => id(side, '800'),
  ai_chat_messages: (side: Side) => id(side, '810'),
  medical_records: (side: Side) => id(side, '900'),
  patient_representatives: (side: Side) => id(side, 'a00'),
  consent_terms: (side: Side) => id(side, 'b00'),
  consent_records: (side: Side) => id(side, 'c00'),
  consent_events: (side: Side) => id(side, 'd00'),
  digital_signatures: (side: Side) => id(side, 'e00'),
  product_lots: (side: Side) => id(side, 'e10'),
  procedures: (side: Side) => id(side, 'e20'),
  procedure_products: (side: Side) => id(side, 'e30'),
  prescriptions: (side: Side) => id(side, 'e40'),
  clinical_photos: (side: Side) => id(side, 'e50'),
  data_subject_requests: (side: Side) => id(side, 'e60'),
  incidents: (side: Side) => id(side, 'e70'),
  notifications: (side: Side) => id(side, 'e80'),
  kept_files: (side: Side) => id(side, 'f00'),
  consent_links: (side: Side) => id(side, 'f10'),
  consent_receipts: (side: Side) => id(side, 'f20'),
  consent_tasks: (side: Side) => id(side, 'f30'),
  consent_batches: (side: Side) => id(side, 'f40'),
  consent_holds: (side: Side) => id(side, 'f50'),
} as const
export type Table = keyof typeof rowOf

/** What marks every protected value of the fixture, to be looked for where none may be. */
export const marker = 'zqxMARKERzqx'

/** Puts both clinics into an installed reference schema, as a superuser. */
export async function makeTwoClinics(client: ClientBase): Promise<void> {
  for (const side of ['a', 'b'] as const) await client.query(sqlOf(side))
}

function sqlOf(side: Side): string {
  const row = (table: Table) => `'${rowOf[table](side)}'`
  const clinic = `'${clinicOf(side)}'`
  const cnpj = side === 'a' ? '11222333000181' : '11444777000161'
  const members = memberRoles
    .map((role, n) => `('${id(side, `20${n}`)}', ${clinic}, '${userOf(side, role)}', '${role}', null)`)
    .join(', ')
  return `
    begin;
    select set_config('app.user_id', '${userOf(side, 'admin')}', true), set_config('app.actor_role', 'admin', true);
    insert into clinics (id, name, tax_id) values (${clinic}, 'Clinic ${side}', '${cnpj}');
    insert into clinic_members (id, clinic_id, user_id, role, granted_by) values ${members};
    insert into professionals (id, clinic_id, user_id, full_name, professional_type, council, license_number, license_state)
      values (${row('professionals')}, ${clinic}, '${userOf(side, 'professional')}', 'Doctor ${marker}', 'doctor', 'CRM', '1234', 'SP');
    insert into patients (id, clinic_id, user_id, record_number, full_name, birth_date, email, cpf_enc, cpf_bidx)
      values (${row('patients')}, ${clinic}, '${userOf(side, 'patient')}', '${marker}1', 'Ana ${marker}', '1990-05-06',
              '${marker}@example.com', convert_to('${marker}', 'UTF8'), convert_to('${marker}', 'UTF8'));
    insert into services (id, clinic_id, name, category, duration_minutes, price, required_professional_types)
      values (${row('services')}, ${clinic}, 'Consulta', 'Consulta', 30, 100, '{doctor}');
    insert into appointments (id, clinic_id, patient_id, professional_id, service_id, during, reason_brief)
      values (${row('appointments')}, ${clinic}, ${row('patients')}, ${row('professionals')}, ${row('services')},
              tstzrange(now() - interval '2 hours', now() - interval '1 hour'), '${marker}');
    insert into processing_activities (id, clinic_id, purpose_code, title, description, legal_basis, sensitive_data,
        data_categories, subject_categories, tables_used, retention_rule, end_rule, art16_item, security_measures, owner,
        next_review, status, max_validity)
      values (${row('processing_activities')}, ${clinic}, 'marketing.general', 'Novidades', 'x', 'a7_i', false, '{contato}',
              '{pacientes}', '{patients}', 'x', 'x', 'x', '{x}', 'x', now() + interval '90 days', 'active', '12 months');
    insert into ai_chat_sessions (id, clinic_id, user_id, patient_id, purpose, risk_class, model_provider, model_version, region,
        activity_id, title)
      values (${row('ai_chat_sessions')}, ${clinic}, '${userOf(side, 'professional')}', ${row('patients')}, 'clinical_support', 'low',
              'x', 'x', 'br', ${row('processing_activities')}, '${marker}');
    insert into ai_chat_messages (id, clinic_id, session_id, role, content, redaction_status)
      values (${row('ai_chat_messages')}, ${clinic}, ${row('ai_chat_sessions')}, 'user', '${marker}', 'clean');
    insert into medical_records (id, clinic_id, patient_id, professional_id, appointment_id, entry_type, visit_date, history,
        icd_codes, status, author_name, author_council, author_license, content_sha256, chain_hash)
      values (${row('medical_records')}, ${clinic}, ${row('patients')}, ${row('professionals')}, ${row('appointments')}, 'evolution',
              now() - interval '1 hour', 'enc:v1:${marker}', '{${marker}}', 'final', 'Doctor ${marker}', 'CRM', '1234', '', '');
    insert into patient_representatives (id, clinic_id, patient_id, full_name, cpf_enc, cpf_bidx, relation, scope, valid_from)
      values (${row('patient_representatives')}, ${clinic}, ${row('patients')}, 'Mãe ${marker}', '\\x01', '\\x01', 'mother', '{data,health}', '2020-01-01');
    select set_config('app.user_id', '${userOf(side, 'dpo')}', true);
    insert into consent_terms (id, clinic_id, activity_id, version, title, body, plain_summary, refusal_consequence, body_sha256,
        highlighted_clause, reviewed_by, published_at)
      values (${row('consent_terms')}, ${clinic}, ${row('processing_activities')}, 1, 'T', 'B', 'S', 'R', '', true,
              '${userOf(side, 'dpo')}', now() - interval '800 days');
    select set_config('app.user_id', '${userOf(side, 'admin')}', true);
    insert into consent_records (id, clinic_id, patient_id, activity_id, term_id, kind, capture_key, user_agent)
      values (${row('consent_records')}, ${clinic}, ${row('patients')}, ${row('processing_activities')}, ${row('consent_terms')},
              'marketing', 'first', '${marker}');
    insert into consent_events (id, clinic_id, consent_id, event_type, occurred_at, actor_kind)
      values (${row('consent_events')}, ${clinic}, ${row('consent_records')}, 'notice_shown', now(), 'staff');
    insert into digital_signatures (id, clinic_id, document_table, document_id, document_sha256, signer_user_id, signer_name, level,
        format, signed_at)
      values (${row('digital_signatures')}, ${clinic}, 'public.medical_records', ${row('medical_records')}, sha256('x'),
              '${userOf(side, 'professional')}', 'Doctor ${marker}', 'advanced', 'CAdES', now());
    insert into product_lots (id, clinic_id, product_name, manufacturer, regulatory_kind, anvisa_registration, lot_number, expires_on,
        received_on, quantity_received, quantity_left, unit)
      values (${row('product_lots')}, ${clinic}, 'Toxina', 'Fabricante', 'medicine', '1234567890123', 'L1', current_date + 100,
              current_date - 10, 10, 10, 'un');
    insert into procedures (id, clinic_id, patient_id, professional_id, service_id, body_site)
      values (${row('procedures')}, ${clinic}, ${row('patients')}, ${row('professionals')}, ${row('services')}, '${marker}');
    insert into procedure_products (id, clinic_id, procedure_id, lot_id, quantity, unit, applied_at, applied_by)
      values (${row('procedure_products')}, ${clinic}, ${row('procedures')}, ${row('product_lots')}, 1, 'un', now(), ${row('professionals')});
    insert into prescriptions (id, clinic_id, patient_id, professional_id, medical_record_id, kind, items)
      values (${row('prescriptions')}, ${clinic}, ${row('patients')}, ${row('professionals')}, ${row('medical_records')}, 'simple', '[{"farmaco":"${marker}"}]');
    insert into clinical_photos (id, clinic_id, patient_id, object_key, sha256, mime, bytes, stage, taken_at, taken_by, metadata_stripped)
      values (${row('clinical_photos')}, ${clinic}, ${row('patients')}, 'k-${marker}', sha256('p'), 'image/jpeg', 10, 'before', now(),
              '${userOf(side, 'professional')}', true);
    insert into data_subject_requests (id, clinic_id, patient_id, request_type, channel)
      values (${row('data_subject_requests')}, ${clinic}, ${row('patients')}, 'access_full', 'portal');
    insert into incidents (id, clinic_id, kind, title, description, known_at, severity, notifiable, not_notified_reason, authority)
      values (${row('incidents')}, ${clinic}, 'near_miss', '${marker}', 'enc:v1:${marker}', now(), 'low', false, 'x', 'none');
    insert into notifications (id, clinic_id, patient_id, kind, channel, address_masked, template_code, template_version, body_sha256)
      values (${row('notifications')}, ${clinic}, ${row('patients')}, 'appointment', 'email', '${marker}', 'lembrete', 1, sha256('b'));
    insert into kept_files (id, clinic_id, patient_id, kind, mime, bytes, sha256, content)
      values (${row('kept_files')}, ${clinic}, ${row('patients')}, 'scan', 'application/pdf', 4, sha256('%PDF'), '%PDF');
    insert into consent_links (id, clinic_id, patient_id, signer_kind, device, consent_ids, token_sha256, expires_at)
      values (${row('consent_links')}, ${clinic}, ${row('patients')}, 'patient', 'own', array[${row('consent_records')}]::uuid[],
              sha256('${side}'), now() + interval '1 day');
    insert into consent_receipts (id, clinic_id, consent_id, patient_id, code, payload, payload_sha256)
      values (${row('consent_receipts')}, ${clinic}, ${row('consent_records')}, ${row('patients')},
              rpad('${side.toUpperCase()}', 16, '0'), '{}', sha256(convert_to('{}', 'UTF8')));
    insert into consent_tasks (id, clinic_id, consent_id, patient_id, kind, target, cause, due_at)
      values (${row('consent_tasks')}, ${clinic}, ${row('consent_records')}, ${row('patients')}, 'notice', '${marker}', 'term_changed', now());
    insert into consent_batches (id, clinic_id, kind, consent_ids, reason, needs_second)
      values (${row('consent_batches')}, ${clinic}, 'withdrawals', array[${row('consent_records')}]::uuid[], '${marker}', true);
    insert into consent_holds (id, clinic_id, mark_seq, mark_hash, replayed_at, released_at, released_by)
      values (${row('consent_holds')}, ${clinic}, 1, sha256('x'), now(), now(), gen_random_uuid());
    commit`
}
