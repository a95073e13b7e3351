import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase } from '../test-database'
import { referenceDatabase } from '../test-reference'
import { clinicOf, makeTwoClinics, rowOf, userOf, type MemberRole } from './two-clinics'

let database: TestDatabase
let client: Client
const clinic = clinicOf('a')
const patient = rowOf.patients('a')

beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

/** Runs statements as a member with the application's rights, committed; rows of the last one. */
async function as<Row = Record<string, unknown>>(
  who: MemberRole,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  await client.query('begin')
  try {
    await client.query(`select set_config('app.user_id', $1, true)`, [userOf('a', who)])
    await client.query('set local role app_rw')
    const { rows } = await client.query(sql, values)
    await client.query('commit')
    return rows as Row[]
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/** A granted consent of the patient to a purpose that is made for it. */
async function consented(code: string, kind: string, basis = 'a11_i'): Promise<string> {
  const [made] = await database.run<{ id: string }>(
    `with a as (
       insert into processing_activities
       select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'purpose_code', $2::text, 'legal_basis', $3::text))).*
       from processing_activities p where p.id = $1 returning id)
     insert into consent_terms (clinic_id, activity_id, version, title, body, plain_summary, refusal_consequence, body_sha256,
       highlighted_clause, reviewed_by, published_at)
     select $4, a.id, 1, 't', 'b', 's', 'r', '', true, gen_random_uuid(), now() - interval '9 days' from a
     returning activity_id as id`,
    [rowOf.processing_activities('a'), code, basis, clinic],
  )
  const [asked] = await as<{ id: string }>('admin', `select app.consent_request($1, $2, $3, $4, $5) as id`, [
    clinic,
    patient,
    made?.id,
    kind,
    code,
  ])
  await as(
    'admin',
    `select app.consent_grant($1, $2, now() - interval '3 hours', 'in_person_device', 'patient', sha256('e'))`,
    [clinic, asked?.id],
  )
  return asked?.id ?? ''
}
const withdraw = (consent: string) =>
  as('reception', `select app.consent_withdraw($1, $2)`, [clinic, consent])

const send = (consent: string | null) =>
  as(
    'reception',
    `insert into notifications (clinic_id, patient_id, kind, channel, address_masked, template_code, template_version, consent_id, body_sha256)
     values ($1, $2, 'marketing', 'email', 'a***', 'novidades', 1, $3, sha256('x'))`,
    [clinic, patient, consent],
  )
const publish = (scope: string) =>
  as(
    'professional',
    `update clinical_photos set use_scope = $1::photo_use, deidentified_by = app.user_id(), deidentified_at = now() where id = $2`,
    [scope, rowOf.clinical_photos('a')],
  )

describe('gates', () => {
  test('marketing waits for its consent, and stops with it', async () => {
    await expect(send(null)).rejects.toMatchObject({ code: '23514' })
    await expect(send(rowOf.consent_records('a'))).rejects.toThrow(/no valid consent/)
    const consent = await consented('marketing.more', 'marketing', 'a7_i')
    await send(consent)
    await withdraw(consent)
    await expect(send(consent)).rejects.toThrow(/no valid consent/)
    const [waiting] = await database.run<{ failed_reason: string }>(
      `select failed_reason from notifications where consent_id = $1`,
      [consent],
    )
    expect(waiting?.failed_reason).toBe('consent ended')
  })

  test('an image leaves the chart with consent to that use, and comes back with its end', async () => {
    await expect(publish('publication')).rejects.toThrow(/no valid consent/)
    const consent = await consented('media.publication', 'image')
    await expect(publish('teaching')).rejects.toThrow(/no valid consent/)
    await publish('publication')
    await withdraw(consent)
    const [photo] = await database.run<{ use_scope: string }>(
      `select use_scope from clinical_photos where id = $1`,
      [rowOf.clinical_photos('a')],
    )
    expect(photo?.use_scope).toBe('chart_only')
  })

  test('a procedure is concluded with consent, lot and licence, or not', async () => {
    await database.run(
      `update services set requires_term_kinds = '{procedure_tcle}', requires_lot = true where id = $1;`.replace(
        '$1',
        `'${rowOf.services('a')}'`,
      ),
    )
    const id = rowOf.procedures('a')
    const conclude = (consent: string | null) =>
      as(
        'professional',
        `update procedures set status = 'done', started_at = now() - interval '2 hours', ended_at = now() - interval '1 hour',
           medical_record_id = $2, consent_id = $3 where id = $1`,
        [id, rowOf.medical_records('a'), consent],
      )
    await expect(conclude(null)).rejects.toThrow(/may not do this procedure/)
    await database.run(
      `update professionals set license_status = 'regular' where id = '${rowOf.professionals('a')}'`,
    )
    await expect(conclude(null)).rejects.toThrow(/no consent to this procedure/)
    const other = await consented('media.teaching', 'image')
    await expect(conclude(other)).rejects.toThrow(/no consent to this procedure/)
    await conclude(await consented('procedure.toxin', 'procedure_tcle', 'a11_ii_f'))
    await expect(
      as('professional', `update procedures set body_site = 'x' where id = $1`, [id]),
    ).rejects.toThrow(/frozen/)
  })

  test('a lot past its date, recalled or used up is not used; the stock is kept', async () => {
    const lot = rowOf.product_lots('a')
    const use = (quantity: number, unit = 'un') =>
      as(
        'professional',
        `insert into procedure_products (clinic_id, procedure_id, lot_id, quantity, unit, applied_at, applied_by) values ($1, $2, $3, $4, $5, now(), $6)`,
        [clinic, rowOf.procedures('a'), lot, quantity, unit, rowOf.professionals('a')],
      )
    await expect(use(1, 'ml')).rejects.toThrow(/counted in un/)
    await expect(use(50)).rejects.toMatchObject({ code: '23514' })
    await use(2)
    await use(-2)
    const [stock] = await database.run<{ left: string }>(
      `select quantity_left as left from product_lots where id = $1`,
      [lot],
    )
    expect(stock?.left).toBe('9.000')
    await as(
      'admin',
      `update product_lots set status = 'recalled', recall_ref = 'RE 1', recalled_at = now() where id = $1`,
      [lot],
    )
    await expect(use(1)).rejects.toThrow(/recalled/)
    await expect(database.run(`delete from procedure_products`)).rejects.toThrow(/append-only/)
  })

  test('a prescription is signed by its author, at the level of its kind, and frozen', async () => {
    const id = rowOf.prescriptions('a')
    const sign = (level: string, who: MemberRole = 'professional') =>
      as(
        who,
        `select app.record_signature($1, 'public.prescriptions', $2, sha256(app.canonical_content($1, 'public.prescriptions', $2)), $3, 'PAdES', p_signer_name => 'D')`,
        [clinic, id, level],
      )
    await expect(sign('advanced', 'admin')).rejects.toMatchObject({
      code: expect.stringMatching(/42501|P0002/),
    })
    await expect(sign('simple')).rejects.toThrow(/higher level/)
    await sign('advanced')
    await expect(
      as('professional', `update prescriptions set items = '[1]' where id = $1`, [id]),
    ).rejects.toThrow(/frozen/)
    await expect(database.run(`delete from prescriptions`)).rejects.toThrow(/never deleted/)
  })

  test.each([
    ['notification_a', 'A1', 30],
    ['notification_b', 'B1', 30],
    ['notification_b2', 'B2', 30],
    ['retinoid', 'C2', 30],
    ['special_control', 'C1', 30],
    ['thalidomide', 'C3', 20],
    ['retained', null, 10],
    ['retained', 'GLP-1', 90],
    ['retained', 'uso prolongado', 90],
    ['simple', null, null],
  ])('a prescription of the kind %s (%s) is valid for %s days from its issue', async (kind, list, days) => {
    const id = randomUUID()
    await database.run(
      `insert into prescriptions (id, clinic_id, patient_id, professional_id, medical_record_id, kind, control_list, sncr_number, items)
       select $1, clinic_id, patient_id, professional_id, medical_record_id, $2, $3, '1', '[1]' from prescriptions where id = $4`,
      [id, kind, list, rowOf.prescriptions('a')],
    )
    const end = (text: string | null) =>
      as('professional', `update prescriptions set valid_until = ${text ?? 'null'} where id = $1`, [id])
    const sign = () =>
      as(
        'professional',
        `select app.record_signature($1, 'public.prescriptions', $2, sha256(app.canonical_content($1, 'public.prescriptions', $2)), 'qualified', 'PAdES', p_signer_name => 'D',
           p_cert_serial => '1', p_cert_issuer => 'AC', p_cert_not_before => now() - interval '1 year', p_cert_not_after => now() + interval '1 year')`,
        [clinic, id],
      )
    const today = `(now() at time zone 'America/Sao_Paulo')::date`
    await end(`${today} - 1`)
    await expect(sign()).rejects.toThrow('does not end before it is issued')
    if (days !== null) {
      await end(`${today} + ${days + 1}`)
      await expect(sign()).rejects.toThrow(`valid for ${days} days at most`)
      if (kind === 'notification_a') await end(`${today} + 5`)
      else await end(null)
    } else await end(`${today} + 365`)
    await sign()
    const [row] = await database.run<{ days: number }>(
      `select valid_until - (issued_at at time zone 'America/Sao_Paulo')::date as days from prescriptions where id = $1`,
      [id],
    )
    expect(row?.days).toBe(kind === 'notification_a' ? 5 : (days ?? 365))
  })

  test('a chart entry takes only the signature made over it', async () => {
    const id = rowOf.medical_records('a')
    const wrong = as(
      'professional',
      `select app.record_signature($1, 'public.medical_records', $2, sha256('other'), 'advanced', 'CAdES')`,
      [clinic, id],
    )
    await expect(wrong).rejects.toThrow(/not what is stored/)
    const foreign = as(
      'professional',
      `update medical_records set signature_id = (select id from digital_signatures where document_table = 'public.prescriptions' limit 1) where id = $1`,
      [id],
    )
    await expect(foreign).rejects.toThrow(/not of this entry/)
    await as(
      'professional',
      `select app.record_signature($1, 'public.medical_records', $2, (select content_sha256 from medical_records where id = $2), 'advanced', 'CAdES')`,
      [clinic, id],
    )
    await expect(
      as('professional', `update medical_records set history = 'enc:v1:x' where id = $1`, [id]),
    ).rejects.toThrow(/frozen/)
    await expect(database.run(`update digital_signatures set signer_name = 'x'`)).rejects.toThrow(/stays/)
  })
})

test('clinical text in plain is refused', async () => {
  const write = as(
    'professional',
    `insert into medical_records (clinic_id, patient_id, professional_id, entry_type, visit_date, history, author_name, author_council, author_license, content_sha256, chain_hash)
     values ($1, $2, $3, 'note', now(), 'plain', 'D', 'CRM', '1', '', '')`,
    [clinic, patient, rowOf.professionals('a')],
  )
  await expect(write).rejects.toMatchObject({ code: '23514' })
})

test('nobody talks to an assistant about a patient who refused it', async () => {
  await as('admin', `update patients set ai_refusal_at = now() - interval '1 minute' where id = $1`, [
    patient,
  ])
  const talk = as(
    'professional',
    `insert into ai_chat_sessions (clinic_id, patient_id, purpose, risk_class, model_provider, model_version, region, activity_id)
     values ($1, $2, 'clinical_support', 'low', 'x', 'x', 'br', $3)`,
    [clinic, patient, rowOf.processing_activities('a')],
  )
  await expect(talk).rejects.toThrow(/refused the use of AI/)
})

test('a request has its clock from the day it came, and the clock does not move', async () => {
  const [due] = await database.run<{ days: number; basis: string }>(
    `select (due_at at time zone 'America/Sao_Paulo')::date - (received_at at time zone 'America/Sao_Paulo')::date as days, due_basis as basis
     from data_subject_requests where clinic_id = $1`,
    [clinic],
  )
  expect(due).toEqual({ days: 16, basis: 'art19_II' })
  await expect(
    as('dpo', `update data_subject_requests set due_at = due_at + interval '9 days'`),
  ).rejects.toThrow(/does not move/)
})

test('an incident with personal data is told within three working days', async () => {
  await database.run(
    `insert into incidents (clinic_id, kind, title, description, known_at, severity, art5_criteria, notifiable, authority)
     values ($1, 'personal_data', 'x', 'enc:v1:x', '2026-11-19 15:00Z', 'high', '{saude}', true, 'ANPD')`,
    [clinic],
  )
  const [due] = await database.run<{ due: Date }>(
    `select authority_due_at as due from incidents where kind = 'personal_data'`,
  )
  expect(due?.due.toISOString()).toBe('2026-11-25T03:00:00.000Z')
})
