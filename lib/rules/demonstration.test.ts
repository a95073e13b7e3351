import { expect, test } from 'vitest'
import { installNeglected } from '../../db/reference/files'
import { majors, testDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import { runRules } from './run'

test.each(majors())(
  'on PostgreSQL %i the neglected database shows at least 25 different defects, and no comfort',
  async (major) => {
    const db = await testDatabase(major)
    try {
      const client = await db.connect()
      await installNeglected(client).finally(() => client.end())
      const result = await runRules(await readSnapshot(db.url), {})
      expect(new Set(result.findings.map((finding) => finding.code)).size).toBeGreaterThanOrEqual(25)
      expect(result.score.value).toBeLessThan(60)
    } finally {
      await db.drop()
    }
  },
)
