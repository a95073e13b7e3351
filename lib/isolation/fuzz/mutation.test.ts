import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTwoClinics } from '@/db/reference/two-clinics'
import { sessionsOfA } from '@/db/reference/two-sessions'
import { type TestDatabase } from '@/db/test-database'
import { referenceDatabase } from '@/db/test-reference'
import { Mutation } from './mutation'

/** All mutants are tried by `bench/isolation/mutants.ts`; these are one of each of some kinds. */
const kinds = [
  ['always true', 'public.services', ' using '],
  ['or any tenant', 'public.professionals', ' using '],
] as const

let database: TestDatabase
let mutation: Mutation

beforeAll(async () => {
  database = await referenceDatabase()
  const client = await database.connect()
  await makeTwoClinics(client)
  await client.end()
  mutation = await Mutation.on(database.url, sessionsOfA)
})
afterAll(async () => {
  await mutation.end()
  await database.drop()
})

test('damage that lets a row cross is never called isolated', async () => {
  const chosen = kinds.map(([kind, table, part]) => {
    const all = mutation.mutants.filter((each) => each.kind === kind && each.tables.includes(table))
    return all.find(({ apply }) => apply.includes(part))!
  })
  let crossing = 0
  for (const mutant of chosen) {
    const found = await mutation.try(mutant)
    if (found === 'refused') throw new Error(`PostgreSQL refuses ${mutant.apply}`)
    crossing += Number(found.length > 0)
    const wrong = found.filter(({ said }) => said !== 'model' && said !== 'unknown')
    expect(wrong.map(({ command, sql, said }) => ({ mutant: mutant.name, command, sql, said }))).toEqual([])
  }
  expect(crossing).toBe(kinds.length)
})
