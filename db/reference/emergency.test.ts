import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
  type Side,
} from './two-clinics'

let database: TestDatabase
let client: Client
const clinic = clinicOf('a')
const patient = rowOf.patients('a')
const reason = 'desmaio na sala de espera, sem acompanhante'

/** Runs a statement as the application, committed; its rows. */
async function as(who: MemberRole | 'patient', sql: string, side: Side = 'a') {
  await client.query('begin')
  try {
    await client.query(`select set_config('app.user_id', $1, true)`, [userOf(side, who)])
    await client.query(`set local role ${roleOf(who)}`)
    const { rows } = await client.query(sql)
    await client.query('commit')
    return rows as Record<string, unknown>[]
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
const open = (who: MemberRole | 'patient', why = reason, minutes = 30, side: Side = 'a') =>
  as(who, `select app.break_glass('${clinic}', '${patient}', '${why}', ${minutes}) as until`, side)
const chart = async (table: string) => (await as('professional', `select from ${table}`)).length
const clinical = ['medical_records', 'procedures', 'prescriptions', 'clinical_photos']

beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

test('a chart its patient closed is read by whom the patient named, and by the patient', async () => {
  for (const table of clinical) expect([table, await chart(table)]).toEqual([table, 1])
  await client.query(`update patients set access_restriction = '{"allowed": []}' where id = $1`, [patient])
  for (const table of clinical) expect([table, await chart(table)]).toEqual([table, 0])
  expect(await as('patient', 'select from medical_records')).toHaveLength(1)
  await client.query(
    `update patients set access_restriction = jsonb_build_object('allowed', jsonb_build_array($2::text)) where id = $1`,
    [patient, userOf('a', 'professional')],
  )
  for (const table of clinical) expect([table, await chart(table)]).toEqual([table, 1])
  await client.query(`update patients set access_restriction = '{"allowed": []}' where id = $1`, [patient])
})

test('it is closed to every role that is not named, and no role lists what is closed', async () => {
  const seen = async (restriction: string) => {
    await client.query(`update patients set access_restriction = ${restriction} where id = $1`, [patient])
    const rows: Record<string, number> = {}
    for (const who of memberRoles)
      for (const table of clinical) {
        const found = await as(who, `select from ${table} where patient_id = '${patient}'`)
        if (found.length > 0) rows[`${who} ${table}`] = found.length
      }
    return rows
  }
  expect(Object.keys(await seen('null'))).toEqual([
    'admin clinical_photos',
    ...clinical.map((table) => `professional ${table}`),
    'dpo procedures',
  ])
  expect(await seen(`'{"allowed": []}'`)).toEqual({})
  for (const who of ['professional', 'dpo', 'patient'] as const)
    await expect(as(who, 'select from gate.closed_charts')).rejects.toThrow(/permission denied for schema/)
})

test('only a professional of the clinic opens it, with a reason and for a while', async () => {
  for (const who of ['admin', 'reception', 'dpo', 'auditor', 'dba', 'viewer', 'patient'] as const)
    await expect(open(who)).rejects.toThrow(who === 'patient' ? /permission denied/ : /only a professional/)
  await expect(open('professional', reason, 30, 'b')).rejects.toThrow(/only a professional/)
  await expect(open('professional', 'urgente')).rejects.toThrow(/at least 15 characters/)
  await expect(open('professional', reason, 241)).rejects.toThrow(/1 to 240 minutes/)
  await expect(open('professional', reason, 0)).rejects.toThrow(/1 to 240 minutes/)
  const elsewhere = as(
    'professional',
    `select app.break_glass('${clinic}', '${rowOf.patients('b')}', '${reason}')`,
  )
  await expect(elsewhere).rejects.toMatchObject({ code: '23503' })
  await expect(
    as(
      'professional',
      `insert into app.chart_openings (clinic_id, patient_id, user_id, reason, expires_at)
      values ('${clinic}', '${patient}', '${userOf('a', 'professional')}', '${reason}', now() + interval '1 hour')`,
    ),
  ).rejects.toMatchObject({ code: '42501' })
  for (const table of clinical) expect([table, await chart(table)]).toEqual([table, 0])
})

test('opened, it is read until the time is over; the audit log and the report say so', async () => {
  const [{ until } = {}] = await open('professional')
  expect((until as Date).getTime() - Date.now()).toBeGreaterThan(29 * 60_000)
  for (const table of clinical) expect([table, await chart(table)]).toEqual([table, 1])
  const entries = await database.run(
    `select actor_user_id, patient_ref, table_name from ledger.audit_logs where action = 'break_glass' and new_values is not null`,
  )
  expect(entries).toEqual([
    { actor_user_id: userOf('a', 'professional'), patient_ref: patient, table_name: 'app.chart_openings' },
  ])
  for (const who of ['admin', 'dpo', 'auditor', 'professional', 'patient'] as const)
    expect([who, (await as(who, 'select reason from app.chart_openings')).length]).toEqual([who, 1])
  for (const who of ['reception', 'dba', 'viewer'] as const)
    expect([who, (await as(who, 'select reason from app.chart_openings')).length]).toEqual([who, 0])
  expect(await as('dpo', 'select from app.chart_openings', 'b')).toEqual([])
  await client.query(`
    alter table app.chart_openings disable trigger check_opening;
    update app.chart_openings set opened_at = now() - interval '2 hours', expires_at = now() - interval '1 hour';
    alter table app.chart_openings enable always trigger check_opening`)
  for (const table of clinical) expect([table, await chart(table)]).toEqual([table, 0])
})

test('somebody else judges it, once', async () => {
  const [{ id } = {}] = await as('dpo', 'select id from app.chart_openings')
  const review = (who: MemberRole, side: Side = 'a') =>
    as(who, `select app.review_opening('${clinic}', '${String(id)}', true)`, side)
  await expect(review('professional')).rejects.toThrow(/does not review/)
  await expect(review('dpo', 'b')).rejects.toThrow(/does not review/)
  await review('dpo')
  await expect(review('admin')).rejects.toThrow(/no such opening waits/)
})

test('a restricted entry is its author’s and its patient’s, until an emergency', async () => {
  await client.query(`
    update patients set access_restriction = null where id = '${patient}';
    insert into clinic_members (clinic_id, user_id, role) values ('${clinic}', '${userOf('a', 'viewer')}', 'professional');
    alter table medical_records disable trigger seal_record;
    update medical_records set confidentiality = 'restricted' where clinic_id = '${clinic}';
    alter table medical_records enable always trigger seal_record`)
  expect(await as('professional', 'select from medical_records')).toHaveLength(1)
  expect(await as('patient', 'select from medical_records')).toHaveLength(1)
  expect(await as('viewer', 'select from medical_records')).toHaveLength(0)
  await open('viewer')
  expect(await as('viewer', 'select from medical_records')).toHaveLength(1)
})
