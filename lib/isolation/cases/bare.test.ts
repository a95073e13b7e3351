import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { factsOf } from '@/lib/rules/facts'
import { prove } from '../prove/prove'
import { databaseEvaluator } from '../prove/session'
import { setupOf } from '../setup/setup'
import { readCase } from './read-case'

/** Leaks that a request as it was made up, without a configuration, does not reach. */
const beyondMadeUp = /^(117|137|143|318|432|438|450|489|573|574|575|576)-/
/** Some of these have tables that are proved without one all the same. */
const provable = /^(432|489)-/

const files = readdirSync(import.meta.dirname).filter((name) => /^\d{3}-.*\.sql$/.test(name))

async function outcomes(db: TestDatabase, text: string) {
  await db.run(text)
  const snapshot = await readSnapshot(db.url)
  const { setup } = await setupOf(factsOf(snapshot, {}))
  const proofs = await prove(snapshot, setup, databaseEvaluator(db.url, db.url), { channels: ['row'] })
  return readCase(text).expected.flatMap((label) => {
    const mine = proofs.filter(
      ({ relation, command }) => relation === label.relation && command === label.command,
    )
    const said = ['model', 'unknown', 'proved'].find((one) => mine.some(({ outcome }) => outcome === one))
    return said === undefined ? [] : [{ ...label, said }]
  })
}

describe.each(files.filter((name) => beyondMadeUp.test(name)))('%s without a configuration', (file) => {
  let db: TestDatabase
  afterAll(() => db.drop())

  test('proves nothing that leaks', async () => {
    db = await testDatabase()
    const labels = await outcomes(db, readFileSync(join(import.meta.dirname, file), 'utf8'))
    expect(labels.length).toBeGreaterThan(0)
    expect(labels.filter(({ verdict, said }) => verdict === 'leaks' && said === 'proved')).toEqual([])
    if (provable.test(file)) expect(labels.map(({ said }) => said)).toContain('proved')
  })
})
