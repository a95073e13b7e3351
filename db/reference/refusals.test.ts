import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase } from '../test-database'
import { referenceDatabase } from '../test-reference'
import {
  clinicOf,
  makeTwoClinics,
  memberRoles,
  roleOf,
  rowOf,
  userOf,
  type MemberRole,
  type Table,
} from './two-clinics'

/**
 * What nobody may do, tried by everybody: each member of the clinic, the patient, the application without a session,
 * the owner of the tables, and a superuser. Whoever has no right at all is refused by rights or finds no row; whoever
 * has one, the superuser always, is told why.
 */
type Who = MemberRole | 'patient' | 'nobody' | 'owner' | 'superuser'
const everybody: readonly Who[] = [...memberRoles, 'patient', 'nobody', 'owner', 'superuser']

let database: TestDatabase
let client: Client
const clinic = clinicOf('a')
const row = (table: Table) => `'${rowOf[table]('a')}'`

async function enter(who: Who) {
  const user = who === 'nobody' || who === 'owner' || who === 'superuser' ? '' : userOf('a', who)
  await client.query(`select set_config('app.user_id', $1, true), set_config('app.clinic_id', '', true)`, [
    user,
  ])
  if (who === 'owner') await client.query('set local role neonpro_owner')
  else if (who !== 'superuser') await client.query(`set local role ${roleOf(who)}`)
}

/** Runs a statement and undoes it: rows touched, or the error. */
async function attempt(who: Who, sql: string): Promise<number | { code: string; message: string }> {
  await client.query('begin')
  try {
    await enter(who)
    return (await client.query(sql)).rowCount ?? 0
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message }
  } finally {
    await client.query('rollback')
  }
}

async function allow(who: Who, sql: string) {
  await client.query('begin')
  await enter(who)
  await client.query(sql)
  await client.query('commit')
}

beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
  await client.query(`
    update professionals set license_status = 'regular' where id = ${row('professionals')};
    update services set requires_term_kinds = '{procedure_tcle}', requires_lot = true where id = ${row('services')};
    update ai_chat_messages set decision = 'accepted', accepted_by = gen_random_uuid() where id = ${row('ai_chat_messages')};
    insert into procedures select (jsonb_populate_record(p, '{"id":"a0000000-0000-4000-8000-0000000d0e01"}')).* from procedures p where id = ${row('procedures')};
    update patients set legal_hold = true, hold_reason = 'processo', last_record_at = now() - interval '30 years' where id = ${row('patients')};
    insert into patients (id, clinic_id, record_number, full_name, birth_date) values ('a0000000-0000-4000-8000-0000000d0e02', '${clinic}', '2', 'Outra', '1980-01-01');
    update patients set last_record_at = now() - interval '19 years' where id = 'a0000000-0000-4000-8000-0000000d0e02';
    update patients set ai_refusal_at = now() - interval '1 day' where id = 'a0000000-0000-4000-8000-0000000d0e02';
    insert into product_lots select (jsonb_populate_record(l, jsonb_build_object('id', 'a0000000-0000-4000-8000-0000000d0e03', 'lot_number', 'old', 'received_on', current_date - 90, 'expires_on', current_date - 2))).* from product_lots l where id = ${row('product_lots')};
    update appointments set modality = 'telemedicine' where id = ${row('appointments')};`)
  await allow(
    'admin',
    `select app.consent_grant('${clinic}', ${row('consent_records')}, now() - interval '3 hours', 'in_person_device', 'patient', sha256('e'))`,
  )
  await allow(
    'professional',
    `select app.record_signature('${clinic}', 'public.prescriptions', ${row('prescriptions')}, sha256(app.canonical_content('${clinic}', 'public.prescriptions', ${row('prescriptions')})), 'advanced', 'PAdES', p_signer_name => 'D');
     select app.break_glass('${clinic}', ${row('patients')}, 'parada cardíaca na recepção')`,
  )
  await allow(
    'superuser',
    `alter table procedures disable trigger check_procedure;
     update procedures set status = 'done', started_at = now() - interval '2 hours', ended_at = now() - interval '1 hour',
       medical_record_id = ${row('medical_records')} where id = 'a0000000-0000-4000-8000-0000000d0e01';
     alter table procedures enable always trigger check_procedure`,
  )
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const use = (lot: string) =>
  `insert into procedure_products (clinic_id, procedure_id, lot_id, quantity, unit, applied_at, applied_by)
   values ('${clinic}', ${row('procedures')}, ${lot}, 1, 'un', now(), ${row('professionals')})`
const entry = (kind: string) =>
  `insert into medical_records (clinic_id, patient_id, professional_id, entry_type, visit_date, history, author_name, author_council, author_license, content_sha256, chain_hash)
   values ('${clinic}', ${row('patients')}, ${row('professionals')}, '${kind}', now(), 'enc:v1:x', 'D', 'CRM', '1', '', '')`
const conclude = (id: string) =>
  `update procedures set status = 'done', started_at = now() - interval '2 hours', ended_at = now() - interval '1 hour',
     medical_record_id = ${row('medical_records')} where id = ${id}`

/** What is tried, and the sentence that refuses it. */
const forbidden: readonly [name: string, sql: string, sentence: RegExp][] = [
  [
    'marketing without consent',
    `insert into notifications (clinic_id, patient_id, kind, channel, address_masked, template_code, template_version, consent_id, body_sha256)
     values ('${clinic}', 'a0000000-0000-4000-8000-0000000d0e02', 'marketing', 'email', 'a*', 't', 1, ${row('consent_records')}, sha256('x'))`,
    /no valid consent to marketing/,
  ],
  [
    'an image published without consent',
    `update clinical_photos set use_scope = 'publication', deidentified_by = taken_by, deidentified_at = now() where id = ${row('clinical_photos')}`,
    /no valid consent to this use of the image/,
  ],
  [
    'a procedure concluded without consent',
    conclude(row('procedures')),
    /no consent to this procedure|not visible/,
  ],
  [
    'telemedicine confirmed without consent',
    `update appointments set status = 'confirmed' where id = ${row('appointments')}`,
    /no valid consent to telemedicine/,
  ],
  [
    'telemedicine held without consent',
    `update appointments set status = 'completed' where id = ${row('appointments')}`,
    /no valid consent to telemedicine/,
  ],
  ['a remote visit recorded without consent', entry('telemed'), /no consent to telemedicine/],
  [
    'an assistant about a patient who refused it',
    `insert into ai_chat_sessions (clinic_id, user_id, patient_id, purpose, risk_class, model_provider, model_version, region, activity_id)
     values ('${clinic}', coalesce(app.user_id(), gen_random_uuid()), 'a0000000-0000-4000-8000-0000000d0e02', 'clinical_support', 'low', 'x', 'x', 'br', ${row('processing_activities')})`,
    /refused the use of AI|not visible/,
  ],
  ['a lot past its date used', use(`'a0000000-0000-4000-8000-0000000d0e03'`), /past its date|no such lot/],
  [
    'a finished entry changed',
    `update medical_records set history = 'enc:v1:other' where id = ${row('medical_records')}`,
    /frozen/,
  ],
  ['an entry deleted', `delete from medical_records where id = ${row('medical_records')}`, /never deleted/],
  ['all entries truncated', 'truncate medical_records cascade', /truncate is refused/],
  [
    'a signed prescription changed',
    `update prescriptions set items = '[1]' where id = ${row('prescriptions')}`,
    /frozen/,
  ],
  ['a prescription deleted', `delete from prescriptions where id = ${row('prescriptions')}`, /never deleted/],
  [
    'a signature changed',
    `update digital_signatures set signer_name = 'x' where document_id = ${row('prescriptions')}`,
    /stays as it was made/,
  ],
  [
    'a signature deleted',
    `delete from digital_signatures where document_id = ${row('prescriptions')}`,
    /stays as it was made/,
  ],
  [
    'a published term reworded',
    `update consent_terms set body = 'other' where id = ${row('consent_terms')}`,
    /published/,
  ],
  [
    'the evidence of a grant changed',
    `update consent_records set evidence_sha256 = sha256('f') where id = ${row('consent_records')}`,
    /frozen after the grant/,
  ],
  ['a consent deleted', `delete from consent_records where id = ${row('consent_records')}`, /never deleted/],
  [
    'a consent event changed',
    `update consent_events set note_ref = 'x' where id = ${row('consent_events')}`,
    /append-only/,
  ],
  [
    'a consent event deleted',
    `delete from consent_events where id = ${row('consent_events')}`,
    /append-only/,
  ],
  ['consent events truncated', 'truncate consent_events cascade', /append-only/],
  [
    'what was said to an assistant changed',
    `update ai_chat_messages set content = 'x' where id = ${row('ai_chat_messages')}`,
    /append-only/,
  ],
  [
    'what was said to an assistant deleted',
    `delete from ai_chat_messages where id = ${row('ai_chat_messages')}`,
    /append-only/,
  ],
  [
    'a concluded procedure changed',
    `update procedures set body_site = 'x' where id = 'a0000000-0000-4000-8000-0000000d0e01'`,
    /frozen/,
  ],
  [
    'a used lot changed',
    `update procedure_products set quantity = 2 where id = ${row('procedure_products')}`,
    /append-only/,
  ],
  [
    'a used lot deleted',
    `delete from procedure_products where id = ${row('procedure_products')}`,
    /append-only/,
  ],
  [
    'a held chart disposed of',
    `update patients set anonymized_at = now() where id = ${row('patients')}`,
    /chart is held/,
  ],
  [
    'a chart disposed of before 20 years',
    `update patients set anonymized_at = now() where id = 'a0000000-0000-4000-8000-0000000d0e02'`,
    /20 years/,
  ],
  [
    'the clock of a request moved',
    `update data_subject_requests set due_at = due_at + interval '1 day' where id = ${row('data_subject_requests')}`,
    /does not move/,
  ],
  [
    'an emergency opening reworded',
    `update app.chart_openings set reason = 'outro motivo qualquer' where patient_id = ${row('patients')}`,
    /stays as it was/,
  ],
  [
    'an emergency opening deleted',
    `delete from app.chart_openings where patient_id = ${row('patients')}`,
    /stays as it was/,
  ],
  [
    'a row moved to another clinic',
    `update services set clinic_id = '${clinicOf('b')}' where id = ${row('services')}`,
    /never moves/,
  ],
  ['the audit log deleted', 'delete from ledger.audit_logs', /append-only|never|refused/],
]

describe.each(forbidden)('%s', (_, sql, sentence) => {
  test.each(everybody)('by %s', async (who) => {
    const outcome = await attempt(who, sql)
    if (outcome === 0 && who !== 'superuser') return
    expect(outcome).toMatchObject({ message: expect.any(String) })
    const { code, message } = outcome as { code: string; message: string }
    if (code === '42501' && who !== 'superuser') return
    expect(message).toMatch(sentence)
  })
})

test('the gates stand when replication is played, where ordinary triggers sleep', async () => {
  for (const [name, sql, sentence] of forbidden.filter(([, , text]) => !/moves|move$/.test(text.source))) {
    const outcome = await attempt('superuser', `set local session_replication_role = replica; ${sql}`)
    expect([name, (outcome as { message?: string }).message]).toEqual([name, expect.stringMatching(sentence)])
  }
})

test('each who may meets the sentence, not only the superuser', async () => {
  const told = async (who: Who, name: string) => {
    const [, sql, sentence] = forbidden.find(([each]) => each === name) ?? ['', '', /^$/]
    return sentence.test(
      (await attempt(who, sql)) instanceof Object
        ? ((await attempt(who, sql)) as { message: string }).message
        : '',
    )
  }
  expect(await told('professional', 'an image published without consent')).toBe(true)
  expect(await told('professional', 'a finished entry changed')).toBe(true)
  expect(await told('reception', 'telemedicine confirmed without consent')).toBe(true)
  expect(await told('reception', 'marketing without consent')).toBe(true)
  expect(await told('dpo', 'the clock of a request moved')).toBe(true)
  expect(await told('admin', 'a held chart disposed of')).toBe(true)
})

test('a set for training holds who consented, is handed to the dpo alone, and the handing over is recorded', async () => {
  for (const who of everybody.filter((one) => one !== 'dpo'))
    expect(await attempt(who, `select from app.ai_training_set('${clinic}')`)).toMatchObject({
      code: '42501',
    })
  const [message] = await database.run<{ content: string }>(
    `select content from ai_chat_messages where id = ${row('ai_chat_messages')}`,
  )
  expect(await attempt('dpo', `select from app.ai_training_set('${clinic}')`)).toBe(0)
  await client.query('begin')
  await client.query(`
    select set_config('app.user_id', '${userOf('a', 'professional')}', true);
    update processing_activities set purpose_code = 'ai.training' where id = ${row('processing_activities')};
    update ai_chat_sessions set patient_id = ${row('patients')} where clinic_id = '${clinic}';
    alter table consent_records disable trigger check_consent; update consent_records set kind = 'ai' where id = ${row('consent_records')}`)
  await enter('dpo')
  const { rows } = await client.query(`select * from app.ai_training_set('${clinic}')`)
  expect(rows.map(({ content }) => content)).toEqual([message?.content])
  await client.query('reset role')
  const recorded = await client.query(
    `select record_count, purpose_of_use from ledger.audit_logs where action = 'disclose' order by id desc limit 1`,
  )
  expect(recorded.rows).toEqual([{ record_count: 1, purpose_of_use: 'ai.training' }])
  await client.query('rollback')
})
