import { expect, test } from 'vitest'
import type { Snapshot } from '../catalog/types'
import type { Config } from '../config/schema'
import { identityOf, quote, relationObject, routineObject } from './identity'
import { defineRule, type Hit, type Severity, type Verdict } from './rule'
import { outcomeOf, runRules } from './run'

const empty: Snapshot = {
  format: 1,
  database: 'd',
  takenAt: '2026-11-22T12:00:00.000Z',
  tookMs: 1,
  server: {
    version: 180000,
    versionText: '18.0',
    currentUser: 'u',
    currentUserSuperuser: true,
    currentUserBypassesRls: true,
    databaseOwner: 'u',
    databaseGrants: [],
    encoding: 'UTF8',
    inRecovery: false,
    startedAt: null,
    statisticsResetAt: null,
    size: null,
    settings: {},
    pendingRestart: [],
  },
  schemas: [],
  relations: [],
  routines: [],
  sequences: [],
  enums: [],
  roles: [],
  memberships: [],
  defaultPrivileges: [],
  extensions: [],
  eventTriggers: [],
  publications: [],
  roleSettings: [],
  foreignServers: [],
  unreadable: [],
} as unknown as Snapshot

const hit = (name: string, severity?: Severity): Hit => ({
  object: { kind: 'table', schema: 'public', name, column: null, part: null },
  message: { en: 'x', pt: 'y' },
  evidence: {},
  fix: { sql: [], lock: '', advice: { en: 'x', pt: 'y' } },
  ...(severity ? { severity } : {}),
})

const rule = (id: string, code: string, verdict: () => Partial<Verdict>) =>
  defineRule({
    id,
    code,
    group: 'tenancy',
    severity: 'medium',
    title: { en: id, pt: id },
    why: { en: '', pt: '' },
    references: ['r'],
    check: () => ({ hits: [], checked: 0, unknown: [], ...verdict() }),
    example: { clean: '', broken: '', hits: [] },
  })

const run = (config: Config, ...rules: ReturnType<typeof rule>[]) => runRules(empty, config, { rules })

test('four outcomes: a hit fails, a doubt is unknown, nothing to look at is not applicable', () => {
  const why = [{ en: 'a', pt: 'b' }]
  expect(outcomeOf({ hits: [hit('t')], checked: 1, unknown: why })).toBe('fail')
  expect(outcomeOf({ hits: [], checked: 5, unknown: why })).toBe('unknown')
  expect(outcomeOf({ hits: [], checked: 0, unknown: [] })).toBe('notApplicable')
  expect(outcomeOf({ hits: [], checked: 1, unknown: [] })).toBe('pass')
})

test('a rule that throws is unknown with its reason, and the others go on', async () => {
  const broken = rule('broken', 'T98', () => {
    throw new Error('no such thing')
  })
  const result = await run(
    {},
    broken,
    rule('fine', 'T99', () => ({ checked: 1 })),
  )
  expect(result.outcomes.map((o) => o.outcome)).toEqual(['unknown', 'pass'])
  expect(result.unknowns[0]?.why.en).toContain('no such thing')
})

test('findings come by severity, then key, and the same twice', async () => {
  const rules = [
    rule('b', 'T98', () => ({ hits: [hit('z'), hit('a', 'critical')] })),
    rule('a', 'T97', () => ({ hits: [hit('m', 'low'), hit('m2')] })),
  ]
  const result = await run({}, ...rules)
  expect(result.findings.map((f) => f.key)).toEqual(['b:public.a', 'a:public.m2', 'b:public.z', 'a:public.m'])
  expect(await run({}, ...rules)).toEqual(result)
  expect(result.counts.severities).toEqual({ critical: 1, high: 0, medium: 2, low: 1 })
})

const waiver = (until: string, object?: string) => ({
  rule: 'T98',
  kind: 'accepted risk' as const,
  reason: 'because',
  approvedBy: 'A',
  until,
  ...(object ? { object } : {}),
})

test('a waiver holds for its object until its last day; the finding stays', async () => {
  const one = rule('r', 'T98', () => ({ hits: [hit('t'), hit('u')] }))
  const result = await run({ waivers: [waiver('2026-11-22', 'public.t')] }, one)
  expect(result.findings.map((f) => [f.key, f.waiver?.approvedBy ?? null])).toEqual([
    ['r:public.t', 'A'],
    ['r:public.u', null],
  ])
  expect(result.counts).toMatchObject({ severities: { medium: 1 }, waived: 1 })
  expect((await run({ waivers: [waiver('2026-11-21', 'public.t')] }, one)).counts.waived).toBe(0)
  expect((await run({ waivers: [waiver('2027-01-01')] }, one)).counts.waived).toBe(2)
})

test('a configured severity wins, by id or by code', async () => {
  const one = rule('r', 'T98', () => ({ hits: [hit('t', 'critical')] }))
  expect((await run({ severity: { r: 'low' } }, one)).findings[0]?.severity).toBe('low')
  expect((await run({ severity: { T98: 'high' } }, one)).findings[0]?.severity).toBe('high')
})

test('the score is held down while something serious is open, and a waiver lets it go', async () => {
  const of = (severity: Severity) => rule('r', 'T98', () => ({ hits: [hit('t', severity)] }))
  expect((await run({}, of('critical'))).score.cap?.at).toBe(79)
  expect((await run({}, of('high'))).score.cap?.at).toBe(89)
  expect((await run({}, of('low'))).score.cap).toBeNull()
  const waived = {
    waivers: [
      { rule: 'r', kind: 'by design' as const, reason: 'because', approvedBy: 'A', until: '2027-01-01' },
    ],
  }
  expect((await run(waived, of('critical'))).score.cap).toBeNull()
  expect(
    (
      await run(
        {},
        rule('u', 'T99', () => ({ unknown: [{ en: 'a', pt: 'b' }] })),
      )
    ).score.cap?.at,
  ).toBe(99)
})

test('a doubt about what is low holds the score down no more than the finding would', async () => {
  const doubt = rule('u', 'T99', () => ({ unknown: [{ en: 'a', pt: 'b' }] }))
  const result = await run({ severity: { u: 'low' } }, doubt)
  expect(result.outcomes[0]?.outcome).toBe('unknown')
  expect(result.score.cap).toBeNull()
})

test('identities are exact for any name', () => {
  const relation = { kind: 'table', schema: 'odd "name"', name: 'Notes; drop' } as Parameters<
    typeof relationObject
  >[0]
  expect(identityOf(relationObject(relation))).toBe('"odd ""name"""."Notes; drop"')
  expect(identityOf(relationObject(relation, { column: 'select' }))).toBe(
    '"odd ""name"""."Notes; drop"."select"',
  )
  expect(identityOf(relationObject(relation, { part: 'a/b' }))).toBe('"odd ""name"""."Notes; drop"/"a/b"')
  const routine = { schema: 's', name: 'f(x', id: 's."f(x"(uuid,"odd, type")' } as Parameters<
    typeof routineObject
  >[0]
  expect(routineObject(routine).part).toBe('(uuid,"odd, type")')
  expect(identityOf(routineObject(routine))).toBe('s."f(x"(uuid,"odd, type")')
  expect([quote('user'), quote('users'), quote('Ção'), quote('a b')]).toEqual([
    '"user"',
    'users',
    '"Ção"',
    '"a b"',
  ])
})
