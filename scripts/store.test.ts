import { afterAll, beforeAll, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { parseSettings } from '@/lib/env'
import { prepareStore } from './store'

let database: TestDatabase
const settings = (more: Record<string, string> = {}) =>
  parseSettings({ TABELLION_STORE_URL: database.url, DATABASE_URL: database.url, ...more })

beforeAll(async () => {
  database = await testDatabase()
})

afterAll(() => database.drop())

it('makes a store where it was pointed at, and prints its first sign-in once', async () => {
  const first = await prepareStore(settings({ TABELLION_ADMIN_EMAIL: 'Me@Clinic.example' }), undefined, false)
  expect(first.url).toBe(database.url)
  expect(first.demonstration).toBe(false)
  expect(first.lines[0]).toMatch(
    /^Sign in as me@clinic\.example with the password \S+ \(printed this once\)$/,
  )

  const second = await prepareStore(settings(), undefined, false)
  expect(second.lines.filter((line) => line.startsWith('Sign in'))).toEqual([])
  expect(second.version).toBe(first.version)
})

it('never lets the demonstration into a store that was given', async () => {
  const store = await prepareStore(settings(), undefined, true)
  expect(store.demonstration).toBe(false)
  const people = await database.run<{ email: string }>(`select email from tabellion."user"`)
  expect(people).toEqual([{ email: 'me@clinic.example' }])
})

it('refuses a store that a newer Tabellion has written', async () => {
  await database.run(
    `insert into tabellion.migration (number, name, checksum) values (9999, '9999_later.sql', '')`,
  )
  await expect(prepareStore(settings(), undefined, false)).rejects.toThrow(
    'The store was written by a newer Tabellion (9999_later.sql): start that one.',
  )
})
