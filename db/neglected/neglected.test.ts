import { afterAll, describe, expect, test } from 'vitest'
import { readSnapshot } from '@/lib/catalog/read'
import { allRules } from '@/lib/rules/all'
import { runRules } from '@/lib/rules/run'
import { installNeglected } from '../reference/files'
import { majors, testDatabase, type TestDatabase } from '../test-database'
import { plantedDefects } from './planted'

const opened: TestDatabase[] = []
afterAll(async () => {
  for (const database of opened) await database.drop()
})

test('plants many kinds of defects, each once in the list', () => {
  expect(new Set(plantedDefects.map(({ rule }) => rule)).size).toBeGreaterThanOrEqual(40)
  expect(new Set(plantedDefects.map(({ key }) => key)).size).toBe(plantedDefects.length)
})

describe.each(majors().map((major) => [major]))('PostgreSQL %i', (major) => {
  test('a scan names every planted defect that has a rule', async () => {
    const database = await testDatabase(major)
    opened.push(database)
    const client = await database.connect()
    await installNeglected(client)
    await client.end()

    const found = await runRules(await readSnapshot(database.url), {})
    const keys = new Set(found.findings.map(({ key }) => key))
    const rules = new Set(allRules.map(({ id }) => id))
    const missed = plantedDefects.filter(({ rule, key }) => rules.has(rule) && !keys.has(key))
    expect(missed.map(({ key }) => key)).toEqual([])
  })

  test('the failed index build leaves its invalid index', async () => {
    const [row] = await (opened.at(-1) as TestDatabase).run<{ names: string[] }>(
      `select array_agg(indexrelid::regclass::text) as names from pg_index where not indisvalid`,
    )
    expect(row?.names).toEqual(['importacao_pacientes_cpf_idx'])
  })
})
