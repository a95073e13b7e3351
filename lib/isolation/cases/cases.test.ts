import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { factsOf } from '@/lib/rules/facts'
import { prove } from '../prove/prove'
import { databaseEvaluator } from '../prove/session'
import { setupOf } from '../setup/setup'
import type { Proof } from '../types'
import { checksOf, runCheck } from './checks'
import { readCase, type Expectation } from './read-case'

const files = readdirSync(import.meta.dirname).filter((name) => /^\d{3}-.*\.sql$/.test(name))

const plain = (name: string) => name.replaceAll(/["\s]/g, '')

/** What the prover says of a label: the worst over all principals. */
function saidOf(label: Expectation, proofs: readonly Proof[]): string {
  const mine = proofs.filter(
    (each) =>
      plain(each.relation) === plain(label.relation) &&
      each.command === label.command &&
      each.channel === label.channel,
  )
  return (
    ['model', 'unknown', 'proved', 'unreachable'].find((one) => mine.some((each) => each.outcome === one)) ??
    'not asked'
  )
}

/** All on the newest server, each sixth on the oldest as well; views with the rights of their reader and MERGE came with 15. */
const runs = files.flatMap((file, at) => {
  const text = readFileSync(join(import.meta.dirname, file), 'utf8')
  const [newest, oldest] = [Math.max(...majors()), Math.min(...majors())]
  const both = at % 6 === 0 && oldest < newest && !/security_invoker|\bmerge into\b/i.test(text)
  return (both ? [newest, oldest] : [newest]).map((major) => ({ file, major, text }))
})

describe.each(runs)('$file on $major', ({ major, text }) => {
  const each = readCase(text)
  let db: TestDatabase
  afterAll(() => db.drop())

  test('PostgreSQL agrees with its labels', async () => {
    db = await testDatabase(major)
    await db.run(each.sql)
    const checks = checksOf(each.sql)
    for (const label of each.expected) {
      const mine = checks.filter(
        (check) =>
          check.relation === label.relation &&
          check.command === label.command &&
          check.channel === label.channel,
      )
      const crossed: boolean[] = []
      for (const check of mine) crossed.push(await runCheck(db.url, each, check))
      expect(mine.length, `${label.relation} ${label.command} has a check`).toBeGreaterThan(0)
      expect(crossed.includes(true), `${label.relation} ${label.command} ${label.channel}`).toBe(
        label.verdict === 'leaks',
      )
    }
  })

  test('the prover never calls isolated what leaks', async () => {
    const snapshot = await readSnapshot(db.url)
    const { setup } = await setupOf(factsOf(snapshot, { isolation: each.isolation }))
    const proofs = await prove(snapshot, setup, databaseEvaluator(db.url, db.url))
    const wrong = each.expected
      .filter((label) => label.verdict === 'leaks')
      .map((label) => `${label.relation} ${label.command}: ${saidOf(label, proofs)}`)
      .filter((said) => /proved|unreachable/.test(said))
    expect(wrong).toEqual([])
    const missed = each.expected
      .filter((label) => label.verdict === 'isolated' && label.channel === 'row')
      .map((label) => `${label.relation} ${label.command}: ${saidOf(label, proofs)}`)
      .filter((said) => !said.endsWith('proved'))
    expect(missed).toEqual([])
  })
})
