import { randomBytes, randomUUID } from 'node:crypto'
import { verifyPassword } from 'better-auth/crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '@/db/migrate'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { storeAt, type Principal } from '@/lib/db/scope'
import { Conflict, Denied, Invalid, NotFound } from '@/lib/errors'
import { listActivity } from './activity'
import { bootstrapUsers, seedDemoUsers } from './first-users'
import { readablePassword } from './password'
import {
  addUser,
  changeRole,
  disableUser,
  enableUser,
  getUser,
  listUsers,
  removeSecondFactor,
  resetPassword,
} from './users'

let database: TestDatabase
let url: string
let store: ReturnType<typeof storeAt>
let officer: Principal
const login = `users_${randomBytes(4).toString('hex')}`
const clinic = randomUUID()

const principal = (userId: string, role: Principal['role']): Principal => ({
  userId,
  subject: randomUUID(),
  email: '',
  name: '',
  role,
  clinics: [],
  clinicId: null,
  requestId: 'r',
  database: 'clinic',
  locale: 'en',
})

beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url)
  await database.run(`create role ${login} login noinherit password 'secret';
                      grant tabellion_reader, tabellion_writer, tabellion_system, tabellion_auth to ${login}`)
  url = database.urlAs(login, 'secret')
  store = storeAt(url)
})
afterAll(async () => {
  await closeConnections()
  await database.run(`drop owned by ${login}; drop role ${login}`)
  await database.drop()
})

const actions = async (about: string) =>
  (await store.read(officer, (tx) => listActivity(tx, { user: about })))
    .map((entry) => entry.action)
    .reverse()

test('the first officer is made once, with a password that is told once', async () => {
  const runs = await Promise.all([
    bootstrapUsers(url, { email: 'Olga@Example.org' }),
    bootstrapUsers(url, { email: 'olga@example.org' }),
  ])
  const made = runs.filter((run) => run !== null)
  expect(made).toHaveLength(1)
  expect(made[0]?.password).toMatch(/^([a-z]{4}-){4}[a-z]{4}$/)
  const [row] = await database.run<{ id: string; password: string }>(
    `select u.id, a.password from tabellion."user" u join tabellion.account a on a."userId" = u.id`,
  )
  expect(await verifyPassword({ hash: row?.password ?? '', password: made[0]?.password ?? '' })).toBe(true)
  officer = principal(row?.id ?? '', 'compliance_officer')
})

test('demonstration sign-ins are made once, and follow the password', async () => {
  const people = (['dba', 'viewer'] as const).map((role) => ({
    email: `${role}@tabellion.example`,
    name: `Demo ${role}`,
    role,
    subject: randomUUID(),
    clinics: [],
  }))
  await seedDemoUsers(url, people, 'one-password')
  await seedDemoUsers(url, people, 'another-password')
  const users = (await store.read(officer, listUsers)).filter((user) =>
    user.email.endsWith('@tabellion.example'),
  )
  expect(users.map((user) => [user.role, user.subject]).sort()).toEqual(
    people.map((p) => [p.role, p.subject]).sort(),
  )
  const hashes = await database.run<{ password: string }>(
    `select a.password from tabellion.account a join tabellion."user" u on u.id = a."userId" where u.email like '%@tabellion.example'`,
  )
  for (const { password } of hashes) {
    expect(await verifyPassword({ hash: password, password: 'another-password' })).toBe(true)
  }
})

test('a user is added, changed, disabled, enabled and given a new password, and the log tells it all', async () => {
  const added = await store.write(officer, (tx) =>
    addUser(tx, { name: 'Ana', email: 'ANA@example.org', role: 'viewer', clinics: [] }),
  )
  await database.run(
    `insert into tabellion.session (token, "expiresAt", "userId") values ('t', now() + interval '1 hour', '${added.id}')`,
  )
  const changed = await store.write(officer, (tx) =>
    changeRole(tx, officer, { id: added.id, role: 'clinic_admin', clinics: [clinic] }),
  )
  expect(changed).toMatchObject({
    email: 'ana@example.org',
    role: 'clinic_admin',
    clinics: [clinic],
    sessions: 0,
  })
  expect((await store.write(officer, (tx) => disableUser(tx, officer, added.id))).disabled).toBe(true)
  expect((await store.write(officer, (tx) => enableUser(tx, added.id))).disabled).toBe(false)
  const { password } = await store.write(officer, (tx) => resetPassword(tx, added.id))
  expect(password).not.toBe(added.password)
  const [{ hash } = { hash: '' }] = await database.run<{ hash: string }>(
    `select password as hash from tabellion.account where "userId" = '${added.id}'`,
  )
  expect(await verifyPassword({ hash, password })).toBe(true)
  await database.run(`insert into tabellion."twoFactor" (secret, "backupCodes", "userId") values ('s', 'b', '${added.id}');
                      update tabellion."user" set "twoFactorEnabled" = true where id = '${added.id}'`)
  expect((await store.write(officer, (tx) => removeSecondFactor(tx, added.id))).twoFactor).toBe(false)
  expect(await actions(added.id)).toEqual([
    'user-added',
    'sign-in',
    'role-changed',
    'clinics-changed',
    'session-ended',
    'user-disabled',
    'user-enabled',
    'password-reset',
    'two-factor-on',
    'two-factor-off',
  ])
})

const write = <T>(work: Parameters<typeof store.write<T>>[1]) => store.write(officer, work)

test('what is refused is refused with a sentence', async () => {
  await expect(
    write((tx) => addUser(tx, { name: 'B', email: 'ana@example.org', role: 'viewer', clinics: [] })),
  ).rejects.toBeInstanceOf(Invalid)
  await expect(
    write((tx) => addUser(tx, { name: 'B', email: 'b@example.org', role: 'clinic_admin', clinics: [] })),
  ).rejects.toThrow(/at least one clinic/)
  await expect(write((tx) => disableUser(tx, officer, officer.userId))).rejects.toBeInstanceOf(Conflict)
  await expect(
    write((tx) => changeRole(tx, officer, { id: officer.userId, role: 'viewer', clinics: [] })),
  ).rejects.toThrow(/your own role/)
  await expect(write((tx) => getUser(tx, randomUUID()))).rejects.toBeInstanceOf(NotFound)
})

test('a DBA reads the list and changes nothing, whatever the program asks for', async () => {
  const users = await store.read(officer, listUsers)
  const dba = principal(users.find((user) => user.role === 'dba')?.id ?? '', 'dba')
  const ana = users.find((user) => user.name === 'Ana')?.id ?? ''
  expect(await store.read(dba, listUsers)).toHaveLength(users.length)
  await expect(
    store.write(dba, (tx) => addUser(tx, { name: 'C', email: 'c@example.org', role: 'viewer', clinics: [] })),
  ).rejects.toBeInstanceOf(Denied)
  await expect(store.write(dba, (tx) => resetPassword(tx, ana))).rejects.toBeInstanceOf(Denied)
  await store.write(dba, (tx) => disableUser(tx, dba, ana)).catch(() => undefined)
  expect((await store.read(officer, (tx) => getUser(tx, ana))).disabled).toBe(false)
})

test('passwords do not repeat', () => {
  expect(new Set(Array.from({ length: 500 }, readablePassword)).size).toBe(500)
})
