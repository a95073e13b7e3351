import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import type { TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { isolationAsJson } from '@/lib/output/isolation'
import { factsOf, type Facts } from '@/lib/rules/facts'
import { runRules, type ScanResult } from '@/lib/rules/run'
import { settle } from '@/lib/rules/settle'
import { answersOf, answersOfJson } from './answers'
import { linesOf } from '../lines'
import { runIsolation } from '../run/run'
import { setupOf } from '../setup/setup'
import { relevantHash } from './stale'
import type { Finding, Setup } from '../types'

const role = `iso_settle_${randomBytes(4).toString('hex')}`
const mine = `clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid)`
let server: OwnServer
let db: TestDatabase
let facts: Facts
let setup: Setup
let scan: ScanResult
let findings: readonly Finding[]

beforeAll(async () => {
  server = await ownServer()
  db = await server.database()
  const table = (name: string, more = '') =>
    `create table ${name} (id uuid primary key default gen_random_uuid(), clinic_id uuid not null, shared boolean not null default false, note text not null default ''${more});
     create index on ${name} (clinic_id); alter table ${name} enable row level security; alter table ${name} force row level security;
     grant select on ${name} to ${role}`
  await db.run(`create role ${role};
    ${table('open_to_all')}; create policy p on open_to_all for select to ${role} using (true);
    ${table('never_shared', ', check (not shared)')}; create policy p on never_shared for select to ${role} using (shared);
    create policy own on never_shared for select to ${role} using (${mine});
    ${table('who_knows')}; create policy p on who_knows for select to ${role} using (md5(note) like 'zz%');
    create policy own on who_knows for select to ${role} using (${mine})`)
  const config = { applicationRoles: [role] }
  const snapshot = await readSnapshot(db.url)
  facts = factsOf(snapshot, config)
  setup = (await setupOf(facts)).setup
  scan = await runRules(snapshot, config, { facts })
  findings = (
    await runIsolation(snapshot, setup, {
      prove: true,
      probe: true,
      governed: db.url,
      scratch: { url: server.url, home: '' },
    })
  ).findings
}, 300_000)
afterAll(async () => {
  await db.drop()
  await server.stop()
})

const keys = ({ findings: all }: ScanResult) => all.map(({ key }) => key)
const guesses = {
  open: 'policy-always-true:public.open_to_all/p',
  shared: 'policy-ignores-tenant:public.never_shared/p',
  md5: 'policy-ignores-tenant:public.who_knows/p',
}

test('without answers all three are guesses of rules', () => {
  expect(keys(scan)).toEqual(expect.arrayContaining(Object.values(guesses)))
  expect(scan.settled).toEqual([])
})

test('a guess that a statement confirmed tells it, one that a proof refutes goes, one that stays open says so', () => {
  const result = settle(scan, facts, answersOf(findings, setup))
  const of = (key: string) => result.findings.find((each) => each.key === key)
  expect(of(guesses.open)?.message.en).toMatch(/Executed on a clone, it crosses: as iso_settle_\w+, select /)
  expect(of(guesses.open)?.evidence['isolation']).toMatchObject({ verdict: 'confirmed' })
  expect(of(guesses.shared)).toBeUndefined()
  expect(of(guesses.md5)?.message.pt).toContain('palpite')
  expect(result.settled.map(({ key, how }) => [key, how])).toEqual(
    expect.arrayContaining([
      [guesses.open, 'confirmed'],
      [guesses.shared, 'refuted'],
      [guesses.md5, 'open'],
    ]),
  )
  const outcome = (each: ScanResult) => each.outcomes.find(({ code }) => code === 'T15')
  expect(outcome(result)?.hits).toBe((outcome(scan)?.hits ?? 0) - 1)
  expect(result.counts.severities).not.toEqual(scan.counts.severities)
})

test('the JSON of the command line says the same, and nothing once a constraint it rests on is gone', async () => {
  const basis = relevantHash(facts.snapshot, setup)
  const json = isolationAsJson(linesOf(findings), setup, basis)
  const given = answersOfJson(json, basis.toString('hex'))
  expect(given).not.toBeNull()
  const result = given && settle(scan, facts, given)
  expect(result && keys(result)).not.toContain(guesses.shared)
  await db.run('alter table never_shared drop constraint never_shared_shared_check')
  const now = relevantHash(await readSnapshot(db.url), setup).toString('hex')
  expect(answersOfJson(json, now)).toBeNull()
  expect(() => answersOfJson('{}', now)).toThrow('not the JSON of isolation')
})

test('a role that was not asked keeps its guess', () => {
  const asked = answersOf(findings, setup)
  const others = { ...asked, answers: asked.answers.map((each) => ({ ...each, role: 'somebody_else' })) }
  expect(keys(settle(scan, facts, others))).toEqual(keys(scan))
})
