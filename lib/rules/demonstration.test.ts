import { describe, expect, test } from 'vitest'
import { installNeglected, installReference } from '../../db/reference/files'
import { majors, testDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import { runRules, type ScanResult } from './run'

async function scanOf(major: number, install: typeof installReference): Promise<ScanResult> {
  const db = await testDatabase(major)
  try {
    const client = await db.connect()
    await install(client).finally(() => client.end())
    return await runRules(await readSnapshot(db.url), {})
  } finally {
    await db.drop()
  }
}

describe.each(majors())('on PostgreSQL %i', (major) => {
  test('the reference schema has nothing above low', async () => {
    const result = await scanOf(major, installReference)
    // The server is the test's, not the schema's.
    const loud = result.findings.filter(
      (finding) => finding.severity !== 'low' && finding.group !== 'settings',
    )
    expect(loud.map((finding) => `${finding.severity} ${finding.key}`)).toEqual([])
    expect(result.score.value).toBeGreaterThanOrEqual(90)
  })

  test('the neglected one shows at least 25 different defects, and no comfort', async () => {
    const result = await scanOf(major, installNeglected)
    expect(new Set(result.findings.map((finding) => finding.code)).size).toBeGreaterThanOrEqual(25)
    expect(result.score.value).toBeLessThan(60)
  })
})
