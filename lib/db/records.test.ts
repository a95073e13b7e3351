import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clinicIds, demoPeople } from '@/db/seed/people'
import { seedClinic } from '@/db/seed/clinic'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { referenceDatabase } from '@/db/test-reference'
import { readSnapshot } from '@/lib/catalog/read'
import { Denied, Invalid, MissingRights } from '@/lib/errors'
import { closeConnections } from './client'
import { ledgerAt } from './ledger'
import { recordsAt, type Principal, type UserRole } from './scope'
import type { RecordsTables } from './types'

let database: TestDatabase
let web: string
let records: ReturnType<typeof recordsAt>
const login = `records_${randomBytes(4).toString('hex')}`
const outsider = `${login}_out`
const signer = `${login}_web`

const as = (role: UserRole, change: Partial<Principal> = {}): Principal => {
  const person = demoPeople.find((each) => each.role === role)
  if (!person) throw new Error(`there is no ${role} in the demonstration`)
  return {
    ...person,
    userId: randomUUID(),
    clinicId: null,
    requestId: 'r-1',
    database: 'clinic',
    locale: 'en',
    ...change,
  }
}

beforeAll(async () => {
  database = await referenceDatabase()
  const client = await database.connect()
  await seedClinic(client)
  await client.end()
  await database.run(`
    create role ${login} login noinherit password 'secret';
    grant dashboard_officer, dashboard_admin, dashboard_viewer to ${login};
    create role ${signer} login password 'secret'; grant tabellion_web to ${signer};
    create role ${outsider} login password 'secret';
    grant connect on database ${database.name} to ${login}, ${outsider}`)
  web = database.urlAs(login, 'secret')
  records = recordsAt('clinic', web)
}, 300_000)
afterAll(async () => {
  await closeConnections()
  await database.run(
    `drop owned by ${login}, ${outsider}, ${signer}; drop role ${login}, ${outsider}, ${signer}`,
  )
  await database.drop()
})

const clinicsSeen = (who: Principal) =>
  records.read(who, async (tx) => {
    const { rows } = await sql<{ clinic_id: string }>`select distinct clinic_id from consent_records`.execute(
      tx,
    )
    return rows.map((row) => row.clinic_id).sort()
  })

test('an officer sees every clinic, one clinic when bound to one, an admin only theirs', async () => {
  expect(await clinicsSeen(as('compliance_officer'))).toEqual(Object.values(clinicIds).sort())
  expect(await clinicsSeen(as('compliance_officer', { clinicId: clinicIds.vitta }))).toEqual([
    clinicIds.vitta,
  ])
  expect(await clinicsSeen(as('clinic_admin'))).toEqual([clinicIds.aurora])
})

test('a binding to a clinic one is no member of gives nothing, whatever the store says', async () => {
  expect(await clinicsSeen(as('clinic_admin', { clinics: [clinicIds.peleViva] }))).toEqual([])
  expect(await clinicsSeen(as('clinic_admin', { subject: randomUUID() }))).toEqual([])
})

test('ids of another clinic lead nowhere, read or written', async () => {
  const [other] = await database.run<{ id: string; patient_id: string }>(
    `select id, patient_id from public.consent_records where clinic_id = '${clinicIds.peleViva}' limit 1`,
  )
  const admin = as('clinic_admin')
  await records
    .read(admin, async (tx) => {
      const found = await sql`select from consent_records where id = ${other?.id}`.execute(tx)
      const patient = await sql`select from patients where id = ${other?.patient_id}`
        .execute(tx)
        .catch((e: unknown) => e)
      expect(found.rows).toEqual([])
      expect(patient instanceof Error || (patient as { rows: unknown[] }).rows.length === 0).toBe(true)
    })
    .catch((error: unknown) => {
      // The dashboard's role may have no right on patients at all: that is a refusal as well.
      expect(error).toBeInstanceOf(Denied)
    })
  const write = records.write(admin, (tx) =>
    sql`update consent_records set legal_basis_note = 'x' where id = ${other?.id}`.execute(tx),
  )
  await expect(write.then((done) => Number(done.numAffectedRows))).rejects.toThrow()
})

test('a DBA has no role for records, and a login without the roles is told which right is missing', async () => {
  await expect(clinicsSeen(as('dba'))).rejects.toBeInstanceOf(Denied)
  const refused = recordsAt('clinic', database.urlAs(outsider, 'secret')).read(
    as('compliance_officer'),
    (tx) => sql`select 1`.execute(tx),
  )
  await expect(refused).rejects.toBeInstanceOf(MissingRights)
})

test('nothing of one person is left on the connection for the next', async () => {
  await clinicsSeen(as('compliance_officer'))
  const unknown = as('clinic_admin', { subject: randomUUID() })
  const all = await Promise.all(
    Array.from({ length: 30 }, (_, i) => clinicsSeen(i % 2 ? as('clinic_admin') : unknown)),
  )
  all.forEach((seen, i) => expect(seen).toEqual(i % 2 ? [clinicIds.aurora] : []))
  await expect(clinicsSeen(as('clinic_admin', { subject: "x' or true" }))).rejects.toBeInstanceOf(Invalid)
})

test('sign-ins are copied into the ledger, and a database without one is no error', async () => {
  const event = {
    action: 'login',
    outcome: 'success',
    requestId: 'r-2',
    subject: as('dba').subject,
    role: 'dba',
    address: '203.0.113.7',
  } as const
  const url = database.urlAs(signer, 'secret')
  expect(await ledgerAt('clinic', url)(event)).toBe(true)
  const [entry] = await database.run(
    `select action::text, actor_user_id, actor_role, component, host(ip) as ip from ledger.audit_logs where request_id = 'r-2'`,
  )
  expect(entry).toEqual({
    action: 'login',
    actor_user_id: event.subject,
    actor_role: 'dba',
    component: 'tabellion',
    ip: '203.0.113.7',
  })
  const bare = await testDatabase()
  expect(await ledgerAt('bare', bare.url)({ ...event, address: 'not an address' })).toBe(false)
  await closeConnections()
  await bare.drop()
})

type Columns = { [T in keyof RecordsTables]: { [C in keyof RecordsTables[T]]: string } }

test('lib/db/types.ts says what the reference schema says', async () => {
  const client = await database.connect()
  const snapshot = await readSnapshot(client)
  await client.end()
  for (const [table, columns] of Object.entries(expected)) {
    const found = snapshot.relations.find(
      (relation) => relation.schema === 'public' && relation.name === table,
    )
    const types = Object.fromEntries(
      (found?.columns ?? [])
        .filter((c) => c.name in columns)
        .map((c) => [c.name, c.type + (c.notNull ? '' : '?')]),
    )
    expect(types).toEqual(columns)
  }
})

const expected: Columns = {
  clinics: { id: 'uuid', name: 'text', is_active: 'boolean' },
  clinic_members: {
    id: 'uuid',
    clinic_id: 'uuid',
    user_id: 'uuid',
    role: 'public.member_role',
    is_active: 'boolean',
  },
}
