import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clinicOf, makeTwoClinics, rowOf, userOf } from '@/db/reference/two-clinics'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { referenceDatabase } from '@/db/test-reference'
import { closeConnections } from '@/lib/db/client'
import { recordsAt, type Principal } from '@/lib/db/scope'
import { noFilter, type EntryFilter } from './filter'
import { listEntries } from './queries'
import { doersOf, isAssessable, presets, samePatient, type Report } from './reports'

const login = `t_rep_${randomBytes(4).toString('hex')}`
const [ours, theirs] = [clinicOf('a'), clinicOf('b')]
const patient = rowOf.patients('a')
const doctor = userOf('a', 'professional')
const reception = userOf('a', 'reception')

let db: TestDatabase
let records: ReturnType<typeof recordsAt>

const dpo = (side: 'a' | 'b' = 'a', role: Principal['role'] = 'compliance_officer'): Principal => ({
  userId: randomUUID(),
  subject: userOf(side, role === 'clinic_admin' ? 'admin' : 'dpo'),
  email: '',
  name: '',
  role,
  clinics: role === 'clinic_admin' ? [clinicOf(side)] : [],
  clinicId: null,
  requestId: 'req-reports',
  database: 'clinic',
  locale: 'en',
})
const filterOf = (report: Report, over: Partial<EntryFilter> = {}): EntryFilter => ({
  ...noFilter,
  ...presets[report],
  ...over,
})
const found = (report: Report, over: Partial<EntryFilter> = {}, who = dpo()) =>
  records.read(who, async (tx) => ({
    doers: await doersOf(tx, filterOf(report, over)),
    ids: (await listEntries(tx, filterOf(report, over), { after: null, before: null }, 500)).rows.map(
      (row) => row.id,
    ),
  }))

/** What somebody did, as the application records it; its number. */
async function did(who: string, clinic: string, event: string): Promise<string> {
  const client = await db.connect()
  await client.query('begin')
  await client.query(
    `select set_config('app.user_id', $1, true), set_config('app.clinic_id', $2, true), set_config('role', 'app_rw', true)`,
    [who, clinic],
  )
  const { rows } = await client.query<{ id: string }>(
    `select ledger.record_event(p_clinic => '${clinic}', ${event}) as id`,
  )
  await client.query('commit')
  await client.end()
  return (
    await db.run<{ id: string }>(`select id::text as id from ledger.audit_logs where event_id = $1`, [
      rows[0]?.id,
    ])
  )[0]!.id
}
/** Puts an entry at another moment, as only a superuser can who takes the guard away: tests have no other clock. */
async function at(id: string, moment: string) {
  await db.run(`alter table ledger.audit_logs disable trigger user`)
  await db.run(`update ledger.audit_logs set recorded_at = $2 where id = $1`, [id, moment])
}

beforeAll(async () => {
  db = await referenceDatabase()
  const client = await db.connect()
  await makeTwoClinics(client)
  await client.end()
  await db.run(
    `create role ${login} login noinherit password 'x'; grant dashboard_officer, dashboard_admin to ${login}; grant connect on database ${db.name} to ${login}`,
  )
  records = recordsAt('clinic', db.urlAs(login, 'x'))
})
afterAll(async () => {
  await closeConnections()
  await db.drop()
  const other = await testDatabase()
  await other.run(`drop role if exists ${login}`)
  await other.drop()
})

test('Who saw a patient: everything about the patient, merged records too, and nobody else’s', async () => {
  const other = randomUUID()
  await db.run(
    `insert into patients (id, clinic_id, record_number, full_name, birth_date) values ($1, $2, '77', 'Ana', '1990-05-06')`,
    [other, ours],
  )
  await db.run(
    `insert into patient_merges (clinic_id, from_patient_id, into_patient_id, reason) values ($1, $2, $3, 'o mesmo CPF')`,
    [ours, other, patient],
  )
  const read = await did(
    doctor,
    ours,
    `p_action => 'read', p_table => 'public.medical_records', p_patient => '${patient}', p_purpose => 'TREAT'`,
  )
  const merged = await did(
    reception,
    ours,
    `p_action => 'list', p_table => 'public.patients', p_patient => '${other}', p_count => 1`,
  )
  const strange = await did(
    userOf('b', 'professional'),
    theirs,
    `p_action => 'read', p_patient => '${rowOf.patients('b')}'`,
  )
  const { doers, ids } = await found('patient', { patient })
  expect(ids).toEqual(expect.arrayContaining([read, merged]))
  expect(ids).not.toContain(strange)
  expect(doers.find((one) => one.actorUserId === doctor)).toMatchObject({ purposes: ['TREAT'] })
  expect(doers.find((one) => one.actorUserId === reception)).toMatchObject({ actions: ['list'], records: 1 })
  expect(doers.reduce((sum, one) => sum + one.entries, 0)).toBe(ids.length)
  expect(await records.read(dpo(), (tx) => samePatient(tx, patient))).toEqual(
    expect.arrayContaining([patient, other]),
  )
  // Somebody of another clinic learns nothing by asking for that number.
  expect((await found('patient', { patient }, dpo('b'))).ids).toEqual([])
  expect(await records.read(dpo('b'), (tx) => samePatient(tx, patient))).toEqual([patient])
})

test('Emergencies: the opening, and what was read for that purpose', async () => {
  const opened = await did(doctor, ours, `p_action => 'break_glass', p_patient => '${patient}'`)
  const under = await did(doctor, ours, `p_action => 'read', p_patient => '${patient}', p_purpose => 'BTG'`)
  const usual = await did(doctor, ours, `p_action => 'read', p_patient => '${patient}', p_purpose => 'TREAT'`)
  const { ids } = await found('emergency')
  expect(ids).toEqual(expect.arrayContaining([opened, under]))
  expect(ids).not.toContain(usual)
})

test('Exports: how many records went out with whom', async () => {
  await did(reception, ours, `p_action => 'export', p_table => 'public.patients', p_count => 120`)
  await did(reception, ours, `p_action => 'print', p_table => 'public.patients', p_count => 3`)
  const { doers, ids } = await found('exports')
  expect(ids).toHaveLength(2)
  expect(doers).toMatchObject([
    { actorUserId: reception, entries: 2, records: 123, actions: ['export', 'print'] },
  ])
})

test('After hours: on the clinic’s clock, whatever the server’s and the reader’s', async () => {
  await db.run(`update clinics set time_zone = 'America/Rio_Branco' where id = $1`, [theirs])
  const event = `p_action => 'read', p_table => 'public.medical_records'`
  // Friday 20 March 2026. São Paulo is three hours behind UTC, Rio Branco five.
  const moments = [
    '2026-03-20 09:59Z',
    '2026-03-20 10:00Z',
    '2026-03-20 22:59Z',
    '2026-03-20 23:00Z',
    '2026-03-22 15:00Z',
    '2026-03-21 15:00Z',
  ] as const
  const placed = new Map<string, string>()
  for (const moment of moments) {
    const id = await did(doctor, ours, event)
    await at(id, moment)
    placed.set(id, moment)
  }
  const [early, evening] = [
    await did(userOf('b', 'professional'), theirs, event),
    await did(userOf('b', 'professional'), theirs, event),
  ]
  await at(early, '2026-03-20 11:30Z')
  await at(evening, '2026-03-21 00:30Z')
  const days = { since: '2026-03-01', until: '2026-03-31' }
  const { ids } = await found('afterHours', days)
  expect(ids.map((id) => placed.get(id)).sort()).toEqual([
    '2026-03-20 09:59Z',
    '2026-03-20 23:00Z',
    '2026-03-22 15:00Z',
  ])
  expect((await found('afterHours', days, dpo('b'))).ids).toEqual([early])
})

test('Colleagues as patients: by the user or by the CPF, and only of one’s own clinics', async () => {
  expect((await found('colleagues')).ids).toEqual([])
  const [byUser, byCpf] = [randomUUID(), randomUUID()]
  await db.run(
    `insert into patients (id, clinic_id, user_id, record_number, full_name, birth_date) values ($1, $2, $3, '78', 'Bia', '1990-05-06')`,
    [byUser, ours, reception],
  )
  await db.run(`update professionals set cpf_enc = '\\x02', cpf_bidx = '\\x02' where clinic_id = $1`, [ours])
  await db.run(
    `insert into patients (id, clinic_id, record_number, full_name, birth_date, cpf_enc, cpf_bidx) values ($1, $2, '79', 'Davi', '1980-05-06', '\\x02', '\\x02')`,
    [byCpf, ours],
  )
  const seen = [
    await did(doctor, ours, `p_action => 'read', p_patient => '${byUser}'`),
    await did(doctor, ours, `p_action => 'read', p_patient => '${byCpf}'`),
  ]
  const { ids } = await found('colleagues')
  expect(ids).toEqual(expect.arrayContaining(seen))
  expect((await found('colleagues', {}, dpo('b'))).ids).toEqual([])
  expect((await found('colleagues', {}, dpo('a', 'clinic_admin'))).ids).toEqual(ids)
})

test('Refused: what was denied or failed, and nothing that went well', async () => {
  const denied = await did(
    reception,
    ours,
    `p_action => 'read', p_outcome => 'denied', p_patient => '${patient}'`,
  )
  const failed = await did(reception, ours, `p_action => 'login_failed', p_outcome => 'failure'`)
  const { ids, doers } = await found('refused')
  expect(ids).toEqual([failed, denied])
  expect(doers).toMatchObject([{ actorUserId: reception, entries: 2, refused: 2 }])
})

test('A clinic’s administrator gets each report of her clinic alone', async () => {
  await did(userOf('b', 'reception'), theirs, `p_action => 'export', p_count => 9`)
  await did(userOf('b', 'reception'), theirs, `p_action => 'read', p_outcome => 'denied'`)
  for (const report of ['exports', 'refused', 'emergency'] as const) {
    const mine = await found(report, {}, dpo('a', 'clinic_admin'))
    expect(mine.doers.some((one) => one.actorUserId?.startsWith('b'))).toBe(false)
    const rows = await records.read(dpo('a', 'clinic_admin'), (tx) =>
      listEntries(tx, filterOf(report), { after: null, before: null }, 500),
    )
    expect(new Set(rows.rows.map((row) => row.clinicId))).toEqual(new Set([ours]))
  }
  expect((await found('exports', { clinic: theirs }, dpo('a', 'clinic_admin'))).ids).toEqual([])
})

test('Where nobody has said who works in the clinic, that report is not assessable instead of empty', async () => {
  expect(await records.read(dpo(), (tx) => isAssessable(tx, 'colleagues'))).toBe(true)
  await db.run(
    `create or replace function ledger.staff_patients() returns uuid[] language sql stable as 'select null::uuid[]'`,
  )
  expect(await records.read(dpo(), (tx) => isAssessable(tx, 'colleagues'))).toBe(false)
  expect(await records.read(dpo(), (tx) => isAssessable(tx, 'refused'))).toBe(true)
})
