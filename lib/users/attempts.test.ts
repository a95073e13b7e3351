import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '@/db/migrate'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { storeAt } from '@/lib/db/scope'
import { countAttempt, forgetAttempts, tooMany } from './attempts'

let database: TestDatabase
let store: ReturnType<typeof storeAt>
const login = `tries_${randomBytes(4).toString('hex')}`
const attempt = (email: string, address: string | null = null) =>
  store.system({ system: 'sign-in' }, (tx) => countAttempt(tx, email, address))

beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url)
  await database.run(
    `create role ${login} login noinherit password 'secret'; grant tabellion_system to ${login}`,
  )
  store = storeAt(database.urlAs(login, 'secret'))
})
afterAll(async () => {
  await closeConnections()
  await database.run(`drop owned by ${login}; drop role ${login}`)
  await database.drop()
})

test('ten attempts a person within a quarter of an hour, also when they come at once', async () => {
  const all = await Promise.all(Array.from({ length: 14 }, () => attempt('A@example.org')))
  expect(all.filter((one) => one.wait === 0)).toHaveLength(10)
  expect(all.filter((one) => one.first)).toHaveLength(1)
  expect((await attempt(' a@EXAMPLE.org')).wait).toBeGreaterThan(800)
  expect((await attempt('b@example.org')).wait).toBe(0)
  expect(tooMany(61).sentence.pt).toBe('Tentativas demais. Tente de novo em 2 minutos.')
})

test('getting in, or the end of the window, forgets them; what was typed is nowhere to be read', async () => {
  await store.system({ system: 'sign-in' }, (tx) => forgetAttempts(tx, 'a@example.org'))
  expect((await attempt('a@example.org')).wait).toBe(0)
  const keys = await database.run<{ key: string }>(`select key from tabellion."rateLimit"`)
  expect(keys.map((row) => row.key).join()).not.toMatch(/example/)
  await Promise.all(Array.from({ length: 12 }, () => attempt('c@example.org')))
  await database.run(`update tabellion."rateLimit" set "lastRequest" = "lastRequest" - 16 * 60 * 1000`)
  expect((await attempt('c@example.org')).wait).toBe(0)
})

test('one network address cannot try everybody', async () => {
  const all = await Promise.all(
    Array.from({ length: 62 }, (_, i) => attempt(`p${i}@example.org`, '203.0.113.9')),
  )
  expect(all.filter((one) => one.wait > 0)).toHaveLength(2)
})
