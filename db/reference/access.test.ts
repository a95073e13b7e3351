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
  type Side,
  type Table,
} from './two-clinics'

type Principal = MemberRole | 'patient' | 'nobody'
const principals: readonly Principal[] = [...memberRoles, 'patient', 'nobody']
const everyone = [...memberRoles, 'patient'] as const

/** Who of a clinic, as the clinic's application, does what with its rows; `tables.md` as data. Nobody ever deletes. */
const application: Record<
  Table,
  { select: readonly Principal[]; insert: readonly Principal[]; update: readonly Principal[] }
> = {
  clinics: { select: everyone, insert: [], update: ['admin'] },
  // The row looked at belongs to the dba, who reads their own.
  clinic_members: { select: ['admin', 'dpo', 'dba'], insert: ['admin'], update: ['admin'] },
  professionals: {
    select: ['admin', 'professional', 'reception', 'dpo', 'auditor'],
    insert: ['admin'],
    update: ['admin'],
  },
  patients: {
    select: ['admin', 'professional', 'reception', 'dpo', 'patient'],
    insert: ['admin', 'professional', 'reception'],
    update: ['admin', 'professional', 'reception'],
  },
  services: { select: everyone, insert: ['admin'], update: ['admin'] },
  appointments: {
    select: ['admin', 'professional', 'reception', 'dpo', 'patient'],
    insert: ['admin', 'professional', 'reception'],
    update: ['admin', 'professional', 'reception'],
  },
  processing_activities: { select: everyone, insert: ['admin', 'dpo'], update: ['admin', 'dpo'] },
  // A conversation belongs to the professional who has it; anybody of the clinic may begin one of their own.
  ai_chat_sessions: { select: ['professional'], insert: ['professional'], update: ['professional'] },
  ai_chat_messages: { select: ['professional'], insert: ['professional'], update: ['professional'] },
  medical_records: {
    select: ['professional', 'patient'],
    insert: ['professional'],
    update: ['professional'],
  },
  patient_representatives: {
    select: ['admin', 'professional', 'reception', 'dpo', 'patient'],
    insert: ['admin', 'professional', 'reception'],
    update: ['admin', 'professional', 'reception'],
  },
  consent_terms: { select: everyone, insert: ['admin', 'dpo'], update: ['admin', 'dpo'] },
  consent_records: {
    select: ['admin', 'professional', 'reception', 'dpo', 'patient'],
    insert: [],
    update: [],
  },
  consent_events: {
    select: ['admin', 'professional', 'reception', 'dpo', 'patient'],
    insert: [],
    update: [],
  },
  // Only their author writes signatures, through record_signature.
  digital_signatures: { select: ['professional', 'dpo', 'auditor'], insert: [], update: [] },
  product_lots: {
    select: ['admin', 'professional', 'reception', 'dpo'],
    insert: ['admin', 'professional'],
    update: ['admin', 'professional'],
  },
  // A patient reads what was done, not what is planned.
  procedures: { select: ['professional', 'dpo'], insert: ['professional'], update: ['professional'] },
  procedure_products: { select: ['professional', 'dpo'], insert: ['professional'], update: [] },
  prescriptions: { select: ['professional'], insert: ['professional'], update: ['professional'] },
  clinical_photos: {
    select: ['admin', 'professional', 'patient'],
    insert: ['professional'],
    update: ['admin', 'professional'],
  },
  data_subject_requests: {
    select: ['admin', 'dpo', 'patient'],
    insert: ['admin', 'dpo', 'reception', 'patient'],
    update: ['admin', 'dpo'],
  },
  incidents: {
    select: ['admin', 'dpo'],
    insert: ['admin', 'dpo', 'professional', 'reception'],
    update: ['admin', 'dpo'],
  },
  notifications: {
    select: ['admin', 'reception', 'dpo', 'patient'],
    insert: ['admin', 'reception', 'professional'],
    update: ['admin', 'reception'],
  },
  // Written by the consent functions alone; what a file holds is not in the rights of anybody.
  kept_files: { select: ['admin', 'professional', 'dpo', 'patient'], insert: [], update: [] },
  consent_links: { select: ['admin', 'professional', 'reception', 'dpo'], insert: [], update: [] },
  consent_receipts: {
    select: ['admin', 'professional', 'reception', 'dpo', 'patient'],
    insert: [],
    update: [],
  },
  consent_tasks: { select: ['admin', 'professional', 'reception', 'dpo'], insert: [], update: [] },
  consent_batches: { select: ['admin', 'dpo'], insert: [], update: [] },
  consent_holds: { select: ['admin', 'dpo'], insert: [], update: [] },
}

/** What the dashboard's roles see; they write nothing but through functions. */
const officer = ['dpo', 'auditor'] as const
const dashboards: Record<string, Partial<Record<Table, readonly Principal[]>>> = {
  dashboard_officer: {
    clinics: officer,
    clinic_members: officer,
    professionals: officer,
    services: officer,
    processing_activities: officer,
    consent_terms: officer,
    consent_records: officer,
    consent_events: officer,
    digital_signatures: officer,
    product_lots: officer,
    data_subject_requests: officer,
    incidents: officer,
    notifications: officer,
    kept_files: officer,
    consent_links: officer,
    consent_receipts: officer,
    consent_tasks: officer,
    consent_batches: officer,
    consent_holds: officer,
    // Who may sign for whom, without their names.
    patient_representatives: ['dpo'],
  },
  dashboard_admin: {
    clinics: ['admin'],
    clinic_members: ['admin'],
    professionals: ['admin'],
    patients: ['admin'],
    services: ['admin'],
    processing_activities: ['admin'],
    patient_representatives: ['admin'],
    consent_terms: ['admin'],
    consent_records: ['admin'],
    consent_events: ['admin'],
    product_lots: ['admin'],
    data_subject_requests: ['admin'],
    incidents: ['admin'],
    notifications: ['admin'],
    kept_files: ['admin'],
    consent_links: ['admin'],
    consent_receipts: ['admin'],
    consent_tasks: ['admin'],
    consent_batches: ['admin'],
    consent_holds: ['admin'],
  },
  dashboard_viewer: {
    clinics: everyone,
    services: everyone,
    processing_activities: everyone,
    consent_terms: everyone,
  },
}

/** A change that is allowed as such, so that only rights decide. */
const updates: Record<Table, string> = {
  clinics: `name = name`,
  clinic_members: `reason = 'x'`,
  professionals: `rqe = '1'`,
  patients: `social_name = 'x'`,
  services: `description = 'x'`,
  appointments: `reason_brief = 'x'`,
  processing_activities: `owner = 'x'`,
  ai_chat_sessions: `region = 'x'`,
  ai_chat_messages: `decision = 'accepted', accepted_by = app.user_id()`,
  medical_records: `amendment_reason = amendment_reason`,
  patient_representatives: `is_active = is_active`,
  consent_terms: `retired_at = retired_at`,
  consent_records: `receipt_id = receipt_id`,
  consent_events: `note_ref = note_ref`,
  digital_signatures: `validation = 'valid'`,
  product_lots: `storage = 'x'`,
  procedures: `body_site = 'x'`,
  procedure_products: `site = 'x'`,
  prescriptions: `control_list = 'x'`,
  clinical_photos: `metadata_stripped = true`,
  data_subject_requests: `outcome_code = 'x'`,
  incidents: `root_cause = 'x'`,
  notifications: `failed_reason = 'x'`,
  kept_files: `kind = kind`,
  consent_links: `device = device`,
  consent_receipts: `code = code`,
  consent_tasks: `note = 'x'`,
  consent_batches: `reason = 'x'`,
  consent_holds: `mark_seq = 2`,
}

/** Columns a copy of the row needs other values in. */
const fresh: Partial<Record<Table, Record<string, string>>> = {
  clinics: { tax_id: `'11444777000242'` },
  clinic_members: { user_id: 'gen_random_uuid()', granted_by: 'null::uuid' },
  professionals: { license_number: `'999'`, user_id: 'user_id' },
  patients: {
    record_number: `'copy'`,
    cpf_enc: 'null::bytea',
    cpf_bidx: 'null::bytea',
    user_id: 'null::uuid',
  },
  services: { name: `'Copy'` },
  appointments: { during: `tstzrange(now() + interval '3 days', now() + interval '3 days 1 hour')` },
  processing_activities: { purpose_code: `'copy'` },
  consent_terms: { version: '2', published_at: 'null::timestamptz', reviewed_by: 'null::uuid' },
  consent_records: { capture_key: `'copy'` },
  product_lots: { lot_number: `'copy'` },
  clinical_photos: { object_key: `'copy'` },
  incidents: { created_by: 'app.user_id()' },
  consent_links: { token_sha256: `sha256('copy')` },
  consent_receipts: { code: `'0000000000000000'` },
}

let database: TestDatabase
let client: Client

beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
  // Copies are taken from tables nobody guards, so that an insert is judged by the table it goes to and by nothing else.
  for (const table of Object.keys(rowOf)) {
    await client.query(
      `create schema if not exists copies; create table copies.${table} as table public.${table}`,
    )
  }
  await client.query(
    `grant usage on schema copies to public; grant select on all tables in schema copies to public; grant usage on schema app to public`,
  )
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

/** Runs one statement as the principal of a side; the rows it touched, or the refusal's SQLSTATE. */
async function as(role: string, side: Side, principal: Principal, sql: string): Promise<number | string> {
  await client.query('begin')
  try {
    const user = principal === 'nobody' ? '' : userOf(side, principal)
    await client.query(`select set_config('app.user_id', $1, true), set_config('app.clinic_id', '', true)`, [
      user,
    ])
    await client.query(`set local role ${role}`)
    return (await client.query(sql)).rowCount ?? 0
  } catch (error) {
    return (error as { code: string }).code
  } finally {
    await client.query('rollback')
  }
}

const tables = Object.keys(rowOf) as Table[]
const refused = '42501'

async function copyInto(table: Table): Promise<string> {
  const { rows } = await client.query<{ column: string }>(
    `select attname as column from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
       and attidentity = '' and attgenerated = ''`,
    [`public.${table}`],
  )
  const columns = rows.map(({ column }) => column)
  const values = columns.map((column) =>
    column === 'id' ? 'gen_random_uuid()' : (fresh[table]?.[column] ?? `c.${column}`),
  )
  return `insert into public.${table} (${columns.join(', ')}) select ${values.join(', ')} from copies.${table} c where c.id = `
}

describe.each(tables)('%s, by the application', (table) => {
  test.each(principals)('%s', async (principal) => {
    const rights = application[table]
    const own = `'${rowOf[table]('a')}'`
    const other = `'${rowOf[table]('b')}'`
    const read = (which: string) =>
      as(roleOf(principal), 'a', principal, `select from ${table} where id = ${which}`)
    // The portal has no right at all to what no patient sees.
    const none = [0, ...(principal === 'patient' ? [refused] : [])]
    if (rights.select.includes(principal)) expect(await read(own)).toBe(1)
    else expect(none).toContain(await read(own))
    expect(none).toContain(await read(other))

    const write = (which: string) =>
      as(roleOf(principal), 'a', principal, `update ${table} set ${updates[table]} where id = ${which}`)
    const written = await write(own)
    if (rights.update.includes(principal)) expect(written).toBe(1)
    else expect([0, refused]).toContain(written)
    expect([0, refused]).toContain(await write(other))

    const copy = await copyInto(table)
    expect(await as(roleOf(principal), 'a', principal, copy + own)).toBe(
      rights.insert.includes(principal) ? 1 : refused,
    )
    expect(await as(roleOf(principal), 'a', principal, copy + other)).toBe(refused)

    expect(await as(roleOf(principal), 'a', principal, `delete from ${table} where id = ${own}`)).toBe(
      refused,
    )
    expect(await as(roleOf(principal), 'a', principal, `truncate ${table}`)).toBe(refused)
  })
})

describe.each(Object.keys(dashboards))('%s', (role) => {
  test.each(principals)('as %s', async (principal) => {
    for (const table of tables) {
      const readers = dashboards[role]?.[table]
      const read = (side: Side) =>
        as(role, 'a', principal, `select from ${table} where id = '${rowOf[table](side)}'`)
      expect([table, await read('a')]).toEqual([
        table,
        readers ? (readers.includes(principal) ? 1 : 0) : refused,
      ])
      expect([table, await read('b')]).toEqual([table, readers ? 0 : refused])
      for (const change of [
        `update ${table} set ${updates[table]}`,
        `delete from ${table}`,
        `truncate ${table}`,
      ])
        expect(await as(role, 'a', principal, change)).toBe(refused)
    }
  })
})

test('a patient is nobody to the staff’s role, and staff are nobody’s patient', async () => {
  const ofTheClinic = ['clinics', 'services', 'processing_activities', 'consent_terms']
  for (const table of tables) {
    const read = (role: string, principal: Principal) =>
      as(role, 'a', principal, `select from ${table} where id = '${rowOf[table]('a')}'`)
    expect([table, await read('app_rw', 'patient')]).toEqual([table, 0])
    for (const principal of memberRoles) {
      const seen = await read('app_patient', principal)
      if (ofTheClinic.includes(table)) expect([table, seen]).toEqual([table, 1])
      // A conversation is of whoever has it.
      else if (!table.startsWith('ai_chat'))
        expect([table, [0, refused].includes(seen)]).toEqual([table, true])
    }
  }
})

test('the login of the web process has nothing until it becomes a dashboard role', async () => {
  for (const table of tables) {
    expect(await as('tabellion_web', 'a', 'admin', `select from public.${table}`)).toBe(refused)
  }
})

test('who works in two clinics sees both in the list, and the rows of the one they choose', async () => {
  await client.query(`insert into clinic_members (clinic_id, user_id, role) values ($1, $2, 'admin')`, [
    clinicOf('b'),
    userOf('a', 'admin'),
  ])
  const seen = async (clinic: string, table: string) => {
    await client.query('begin')
    try {
      await client.query(
        `select set_config('app.user_id', $1, true), set_config('app.clinic_id', $2, true)`,
        [userOf('a', 'admin'), clinic],
      )
      await client.query('set local role app_rw')
      const { rows } = await client.query<{ clinic: string }>(
        `select ${table === 'clinics' ? 'id' : 'clinic_id'} as clinic from ${table} order by 1`,
      )
      return rows.map((row) => row.clinic)
    } finally {
      await client.query('rollback')
    }
  }
  const both = [clinicOf('a'), clinicOf('b')]
  for (const table of ['patients', 'services', 'appointments', 'incidents'])
    await expect(seen('', table), table).rejects.toMatchObject({
      code: '22023',
      message: 'this user works in several clinics, and none was chosen',
    })
  expect(await seen('', 'clinics')).toEqual(both)
  for (const clinic of both)
    for (const table of ['patients', 'services', 'clinics'])
      expect([table, await seen(clinic, table)]).toEqual([table, [clinic]])
  for (const table of ['patients', 'clinics'])
    expect(await seen('99999999-9999-4999-8999-999999999999', table)).toEqual([])
  await client.query(`delete from clinic_members where clinic_id = $1 and user_id = $2`, [
    clinicOf('b'),
    userOf('a', 'admin'),
  ])
})

test('no row moves to another clinic, and none points into one', async () => {
  const moved = await as('app_rw', 'a', 'admin', `update services set clinic_id = '${clinicOf('b')}'`)
  expect(['23000', refused]).toContain(moved)
  const linked = client.query(
    `insert into appointments (clinic_id, patient_id, professional_id, during)
     values ($1, $2, $3, tstzrange(now(), now() + interval '1 hour'))`,
    [clinicOf('a'), rowOf.patients('b'), rowOf.professionals('a')],
  )
  await expect(linked).rejects.toMatchObject({ code: '23503' })
})

test('memberships end when they say so, and nobody raises themselves', async () => {
  const promote = await as(
    'app_rw',
    'a',
    'reception',
    `update clinic_members set role = 'admin' where user_id = app.user_id()`,
  )
  expect(promote).toBe(0)
  const own = await as(
    'app_rw',
    'a',
    'admin',
    `update clinic_members set scopes = '{x}' where user_id = app.user_id()`,
  )
  expect(own).toBe(0)
  await client.query(
    `update clinic_members set valid_from = now() - interval '2 days', valid_until = now() - interval '1 day' where user_id = $1`,
    [userOf('a', 'reception')],
  )
  expect(await as('app_rw', 'a', 'reception', 'select from patients')).toBe(0)
  await client.query(`update clinic_members set valid_until = null where user_id = $1`, [
    userOf('a', 'reception'),
  ])
  await expect(
    client.query(`update clinic_members set is_active = false where clinic_id = $1 and role = 'admin'`, [
      clinicOf('a'),
    ]),
  ).rejects.toMatchObject({ code: '23000' })
})
