import { expect, test } from 'vitest'
import { installNeglected } from '../../db/reference/files'
import { majors, testDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import { allRules } from './all'
import { factsOf, type Facts } from './facts'
import type { Verdict } from './rule'
import { runRules } from './run'
import { verdictsOf } from './verdicts'

test.each(majors())(
  'on PostgreSQL %i the neglected database shows at least 25 different defects, and no comfort',
  async (major) => {
    const db = await testDatabase(major)
    try {
      const client = await db.connect()
      await installNeglected(client).finally(() => client.end())
      const snapshot = await readSnapshot(db.url)
      const result = await runRules(snapshot, {})
      expectSameOneByOne(factsOf(snapshot, {}))
      expect(new Set(result.findings.map((finding) => finding.code)).size).toBeGreaterThanOrEqual(25)
      expect(result.score.value).toBeLessThan(60)
    } finally {
      await db.drop()
    }
  },
)

/** What a rule that judges each table by itself says of them one by one is what it says of all at once. */
function expectSameOneByOne(facts: Facts) {
  for (const { rule, verdict } of verdictsOf(allRules, facts, { portion: 1 }))
    expect(said(verdict), rule.id).toEqual(
      said(rule.check(facts.snapshot, facts, rule.gather?.(facts) ?? [])),
    )
}

const said = ({ hits, ...verdict }: Verdict) => ({
  ...verdict,
  hits: hits.map(({ object, message, evidence, fix, severity }) => ({
    object,
    message,
    evidence,
    fix,
    severity,
  })),
})
