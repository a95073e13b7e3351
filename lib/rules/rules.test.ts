import { describe, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '../../db/test-database'
import { readSnapshot } from '../catalog/read'
import { checkConfig } from '../config/config'
import { allRules } from './all'
import { exampleRoles } from './example-roles'
import { factsOf } from './facts'
import type { Rule } from './rule'
import { runRules, type ScanResult } from './run'
import { verdictsOf } from './verdicts'

const keys = (result: ScanResult, rule?: Rule) =>
  result.findings.filter((finding) => !rule || finding.rule === rule.id).map((finding) => finding.key)

async function scan(db: TestDatabase, rule: Rule, fill: (text: string) => string) {
  const config = checkConfig(JSON.parse(fill(JSON.stringify(rule.example.config ?? {}))))
  const snapshot = await readSnapshot(db.url)
  const result = await runRules(snapshot, config)
  // That two readings are the same too is seen on whole databases, in scanner-rights.test.ts.
  const again = await runRules(snapshot, config)
  expect(JSON.stringify(again.findings)).toBe(JSON.stringify(result.findings))
  const outcome = result.outcomes.find((each) => each.rule === rule.id)
  const [one] = verdictsOf([rule], factsOf(snapshot, config), { portion: 1 })
  expect({ ...one?.verdict, hits: one?.verdict.hits.length }, 'table by table').toEqual({
    hits: outcome?.hits,
    checked: outcome?.checked,
    unknown: outcome?.unknown,
  })
  return result
}

async function proveExample(rule: Rule, major: number) {
  const db = await testDatabase(major)
  const roles = exampleRoles()
  try {
    await db.run(roles.fill(rule.example.clean))
    const clean = await scan(db, rule, roles.fill)
    // What a rule about the server says of the tests' own server is no part of its example.
    const own = rule.group === 'settings' ? keys(clean, rule) : []
    expect(keys(clean, rule), 'clean').toEqual(own)
    await db.run(roles.fill(rule.example.broken))
    const broken = await scan(db, rule, roles.fill)
    expect(keys(broken, rule).sort(), 'broken').toEqual(
      [...own, ...rule.example.hits.map((hit) => `${rule.id}:${roles.fill(hit)}`)].sort(),
    )
    // Without hits to show (a rule about time, or about the scanner's rights) it must stay silent on both.
    if (rule.example.hits.length > 0)
      expect(broken.outcomes.find((outcome) => outcome.rule === rule.id)?.outcome).toBe('fail')
    const findings = broken.findings.filter(
      (finding) => finding.rule === rule.id && !own.includes(finding.key),
    )
    for (const finding of findings) {
      expect(finding.message.en, 'English').not.toBe('')
      expect(finding.message.pt, 'Portuguese').not.toBe(finding.message.en)
      if (finding.fix.sql.length === 0) expect(finding.fix.advice.en, 'advice').not.toBe('')
    }
    if (findings.some((finding) => finding.fix.sql.length === 0)) return
    for (const finding of findings) {
      for (const statement of finding.fix.sql) {
        expect(statement, 'a statement ends without semicolon').not.toMatch(/;\s*$/)
        await db.run(statement)
      }
    }
    const fixed = await scan(db, rule, roles.fill)
    expect(keys(fixed, rule), 'fixed').toEqual(own)
    expect(
      keys(fixed).filter((key) => !keys(broken).includes(key)),
      'newly hit by the fix',
    ).toEqual([])
  } finally {
    // `broken` may have left a role set.
    await db.run('reset role')
    for (const role of roles.used) {
      const [known] = await db.run('select from pg_roles where rolname = $1', [role])
      if (known) await db.run(`drop owned by ${role} cascade`)
    }
    for (const role of roles.used) await db.run(`drop role if exists ${role}`)
    await db.drop()
  }
}

describe.each(majors())('on PostgreSQL %i', (major) => {
  test.concurrent.each(
    allRules
      .filter((rule) => major >= (rule.example.since ?? 0))
      .map((rule) => [rule.code, rule.id, rule] as const),
  )('%s %s: silent, hit, fixed by its own fix, silent', (_code, _id, rule) => proveExample(rule, major))
})

test('ids and codes are unique, and every rule speaks both languages', () => {
  expect(new Set(allRules.map((rule) => rule.id)).size).toBe(allRules.length)
  expect(new Set(allRules.map((rule) => rule.code)).size).toBe(allRules.length)
  for (const rule of allRules) {
    expect(rule.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(rule.code).toMatch(/^[A-Z]{1,2}\d\d$/)
    expect(rule.references.length, rule.id).toBeGreaterThan(0)
    for (const text of [rule.title, rule.why]) {
      expect(text.en, rule.id).not.toBe('')
      expect(text.pt, rule.id).not.toBe('')
    }
  }
})
