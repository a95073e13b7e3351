import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '@/db/migrate'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { closeConnections } from '@/lib/db/client'
import { storeAt, type Principal } from '@/lib/db/scope'
import { Conflict, Invalid, NotFound } from '@/lib/errors'
import type { Finding, Severity } from '@/lib/rules/rule'
import type { RuleOutcome, ScanResult } from '@/lib/rules/run'
import { acceptRisk, approveAcceptance, withdrawAcceptance } from './acceptances'
import { getSnapshot, listStates } from '@/lib/drift/stored'
import { findingStates, listFindingEvents, listFindings, listTrend } from './findings'
import { recordScan } from './record'
import { structureHash } from './structure'

let database: TestDatabase
let store: ReturnType<typeof storeAt>
let snapshot: Snapshot
let officer: Principal
let dba: Principal
const login = `find_${randomBytes(4).toString('hex')}`

beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url)
  await database.run(`create role ${login} login noinherit password 'secret';
                      grant tabellion_reader, tabellion_writer, tabellion_system to ${login}`)
  store = storeAt(database.urlAs(login, 'secret'))
  const client = await database.connect()
  snapshot = await readSnapshot(client)
  await client.end()
  officer = await person('compliance_officer')
  dba = await person('dba')
})
afterAll(async () => {
  await closeConnections()
  await database.run(`drop owned by ${login}; drop role ${login}`)
  await database.drop()
})

async function person(role: Principal['role']): Promise<Principal> {
  const [row] = await database.run<{ id: string }>(
    `insert into tabellion."user" (name, email, role) values ('${role}', '${role}@example.org', '${role}') returning id`,
  )
  const common = {
    subject: randomUUID(),
    email: '',
    clinics: [],
    clinicId: null,
    requestId: 'r',
    database: 'x',
  }
  return { ...common, userId: row?.id ?? '', name: role, role, locale: 'en' }
}

const finding = (key: string, severity: Severity): Finding =>
  ({
    key: `rule-a:${key}`,
    rule: 'rule-a',
    code: 'T01',
    severity,
    object: { kind: 'table', schema: 'public', name: key, column: null, part: null },
    message: { en: `About ${key}.`, pt: `Sobre ${key}.` },
  }) as unknown as Finding

function scanAt(
  minute: number,
  findings: Finding[],
  unknown = false,
): { snapshot: Snapshot; result: ScanResult } {
  const outcome = {
    rule: 'rule-a',
    outcome: unknown ? 'unknown' : 'fail',
    unknown: unknown ? [{ en: '', pt: '' }] : [],
  }
  return {
    snapshot: { ...snapshot, takenAt: `2026-11-22T10:${String(minute).padStart(2, '0')}:00.123Z` },
    result: {
      findings,
      outcomes: [outcome as unknown as RuleOutcome],
      counts: { outcomes: {}, severities: { critical: 1 }, waived: 0 },
      score: { value: 50 + minute },
      unknowns: [],
    } as unknown as ScanResult,
  }
}

const record = (name: string, ...scan: Parameters<typeof scanAt>) =>
  store.system({ system: 'scan' }, (tx) => recordScan(tx, name, scanAt(...scan)))
const states = (name: string) =>
  store.read(officer, async (tx) => {
    const all = await listFindings(tx, name)
    // What is laid over a scan of tens of thousands is less, and says the same.
    const laid = await findingStates(tx, name)
    for (const { key, state, firstSeen, acceptance } of all)
      expect(laid.get(key)).toMatchObject({ state, firstSeen, acceptance })
    expect(laid.size).toBe(all.length)
    return Object.fromEntries(all.map((f) => [f.key.slice(7), f.state]))
  })

test('a finding is new, known, resolved, and returned, and its history says when', async () => {
  const [a, b] = [finding('a', 'critical'), finding('b', 'low')]
  expect(await record('one', 1, [a, b])).toEqual({ found: 2, known: 0, resolved: 0, returned: 0 })
  expect(await record('one', 2, [a, b])).toEqual({ found: 0, known: 2, resolved: 0, returned: 0 })
  expect(await record('one', 3, [a])).toEqual({ found: 0, known: 1, resolved: 1, returned: 0 })
  expect(await states('one')).toEqual({ a: 'open', b: 'resolved' })
  expect(await record('one', 4, [a, b])).toEqual({ found: 0, known: 1, resolved: 0, returned: 1 })
  expect(await record('one', 5, [a, b])).toEqual({ found: 0, known: 2, resolved: 0, returned: 0 })
  expect(await states('one')).toEqual({ a: 'open', b: 'returned' })
  const events = await store.read(officer, (tx) => listFindingEvents(tx, 'one', 'rule-a:b'))
  expect(events.map((event) => event.event)).toEqual(['found', 'resolved', 'returned'])
  const [first] = await store.read(officer, (tx) => listFindings(tx, 'one', ['rule-a:a']))
  expect(first).toMatchObject({ firstSeen: '2026-11-22T10:01:00.123Z', lastSeen: '2026-11-22T10:05:00.123Z' })
})

test('a rule that could not see everything resolves nothing', async () => {
  await record('two', 1, [finding('a', 'high')])
  expect(await record('two', 2, [], true)).toEqual({ found: 0, known: 0, resolved: 0, returned: 0 })
  expect(await states('two')).toEqual({ a: 'open' })
})

test('the same scan, or an older one, is recorded once; two at once wait for one another', async () => {
  const both = await Promise.all([
    record('three', 5, [finding('a', 'low')]),
    record('three', 5, [finding('a', 'low')]),
  ])
  expect(both.filter((one) => one === null)).toHaveLength(1)
  expect(await record('three', 4, [])).toBeNull()
  expect(await states('three')).toEqual({ a: 'open' })
})

test('one structure is stored once, however its sizes and times differ', async () => {
  await record('four', 1, [])
  await record('four', 2, [])
  const [stored] = await database.run<{ n: number }>(`select count(*)::int as n from tabellion.snapshot`)
  expect(stored?.n).toBe(1)
  const states = await store.read(officer, (tx) => listStates(tx, ['four']))
  expect(states.map(({ takenAt }) => takenAt)).toEqual(['2026-11-22T10:01:00.123Z'])
  const kept = await store.read(officer, (tx) => getSnapshot(tx, states[0]?.id ?? ''))
  expect(structureHash(kept).equals(structureHash(snapshot))).toBe(true)
  expect(kept.relations).toEqual(snapshot.relations)
  expect((await store.read(officer, (tx) => listTrend(tx, 'four'))).map((point) => point.score)).toEqual([
    51, 52,
  ])
})

test('a structure that nothing saw for long is let go, its score stays, and so does the newest of each database', async () => {
  const other = { ...snapshot, database: 'long ago' }
  const at = (takenAt: string, what: Snapshot) => ({ ...scanAt(1, []), snapshot: { ...what, takenAt } })
  const keep = (takenAt: string, what: Snapshot, days?: number) =>
    store.system({ system: 'scan' }, (tx) => recordScan(tx, 'kept', at(takenAt, what), days))
  await keep('2020-01-01T00:00:00Z', other)
  await keep('2020-01-02T00:00:00Z', snapshot)
  await keep('2020-01-03T00:00:00Z', { ...snapshot, database: 'newest' })
  expect(await store.read(officer, (tx) => listStates(tx, ['kept']))).toHaveLength(3)
  await keep('2020-01-04T00:00:00Z', { ...snapshot, database: 'newest' }, 30)
  const left = await store.read(officer, (tx) => listStates(tx, ['kept']))
  // The one in the middle is seen by other databases of these tests too.
  expect(left.map(({ takenAt }) => takenAt.slice(0, 10))).toEqual(['2020-01-03', '2020-01-02'])
  expect(await store.read(officer, (tx) => listTrend(tx, 'kept'))).toHaveLength(4)
  const [oldest] = await database.run<{ id: string }>(
    `select id from tabellion.scan where database = 'kept' order by taken_at limit 1`,
  )
  await expect(store.read(officer, (tx) => getSnapshot(tx, oldest?.id ?? ''))).rejects.toBeInstanceOf(
    NotFound,
  )
})

test('a low finding is accepted by one person, a critical one by two, and withdrawal opens it again', async () => {
  await record('five', 1, [finding('a', 'critical'), finding('b', 'low')])
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  const accept = (who: Principal, key: string, more = {}) =>
    store.write(who, (tx) =>
      acceptRisk(tx, who, {
        database: 'five',
        key: `rule-a:${key}`,
        scope: 'object',
        kind: 'accepted_risk',
        reason: 'The vendor mends it in May.',
        until,
        ...more,
      }),
    )
  expect((await accept(dba, 'b')).inForce).toBe(true)
  const grave = await accept(dba, 'a')
  expect(grave.inForce).toBe(false)
  expect(await states('five')).toEqual({ a: 'open', b: 'accepted' })
  await expect(store.write(dba, (tx) => approveAcceptance(tx, dba, grave.id))).rejects.toThrow(
    /Another person/,
  )
  await store.write(officer, (tx) => approveAcceptance(tx, officer, grave.id))
  expect(await states('five')).toEqual({ a: 'accepted', b: 'accepted' })
  await expect(accept(officer, 'a')).rejects.toBeInstanceOf(Conflict)
  await store.write(officer, (tx) =>
    withdrawAcceptance(tx, officer, { id: grave.id, reason: 'No longer true.' }),
  )
  expect(await states('five')).toEqual({ a: 'open', b: 'accepted' })
  await expect(
    store.write(officer, (tx) => withdrawAcceptance(tx, officer, { id: grave.id, reason: 'x' })),
  ).rejects.toBeInstanceOf(NotFound)
  await expect(accept(officer, 'a', { until: '2020-01-01' })).rejects.toBeInstanceOf(Invalid)
  await expect(accept(officer, 'a', { until: null })).rejects.toBeInstanceOf(Invalid)
  await expect(accept(officer, 'unheard-of')).rejects.toBeInstanceOf(NotFound)
  const events = await store.read(officer, (tx) => listFindingEvents(tx, 'five', 'rule-a:a'))
  expect(events.map((e) => [e.event, e.actorName])).toEqual([
    ['found', null],
    ['acceptance_requested', 'dba'],
    ['accepted', 'compliance_officer'],
    ['acceptance_withdrawn', 'compliance_officer'],
  ])
  const log = await database.run<{ action: string }>(
    `select action from tabellion.activity where database = 'five' order by id`,
  )
  expect(log.map((row) => row.action)).toEqual([
    'accepted',
    'acceptance-requested',
    'accepted',
    'acceptance-withdrawn',
  ])
})

test('an acceptance ends by itself when its last day is over, or when the object is no longer what it was', async () => {
  const table = (more: object) => ({ schema: 'public', name: 'a', comment: null, size: 1, rows: 2, ...more })
  const at = (minute: number, more: object = {}) => {
    const scan = scanAt(minute, [finding('a', 'low')])
    const relations = [table(more)] as unknown as Snapshot['relations']
    return store.system({ system: 'scan' }, (tx) =>
      recordScan(tx, 'six', { ...scan, snapshot: { ...scan.snapshot, relations } }),
    )
  }
  const accept = (until: string) =>
    store.write(dba, (tx) =>
      acceptRisk(tx, dba, {
        database: 'six',
        key: 'rule-a:a',
        scope: 'object',
        kind: 'by_design',
        reason: 'It is a list of cities.',
        until,
      }),
    )
  const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10)
  const acceptance = async () =>
    (await store.read(officer, (tx) => listFindings(tx, 'six', ['rule-a:a'])))[0]?.acceptance?.state
  await at(1)
  const { id } = await accept(day(30))
  await at(2, { size: 5_000, rows: 70 })
  expect(await states('six')).toEqual({ a: 'accepted' })
  await at(3, { comment: 'now with names' })
  expect([await states('six'), await acceptance()]).toEqual([{ a: 'open' }, 'changed'])
  await store.write(dba, (tx) => withdrawAcceptance(tx, dba, { id, reason: 'Ask again.' }))
  await accept(day(30))
  expect(await states('six')).toEqual({ a: 'accepted' })
  await database.run(
    `update tabellion.acceptance set until = current_date - 1 where database = 'six' and withdrawn_at is null`,
  )
  expect([await states('six'), await acceptance()]).toEqual([{ a: 'open' }, 'expired'])
})

test('a whole rule is accepted by two people, for findings of tomorrow too, and told on each of them', async () => {
  await record('seven', 1, [finding('a', 'low')])
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
  const asked = await store.write(dba, (tx) =>
    acceptRisk(tx, dba, {
      database: 'seven',
      key: 'rule-a:a',
      scope: 'rule',
      kind: 'false_positive',
      reason: 'The rule reads our names wrongly.',
      until,
    }),
  )
  expect(asked.inForce).toBe(false)
  expect(await states('seven')).toEqual({ a: 'open' })
  await expect(store.write(dba, (tx) => approveAcceptance(tx, dba, asked.id))).rejects.toThrow(
    /Another person/,
  )
  await store.write(officer, (tx) => approveAcceptance(tx, officer, asked.id))
  await record('seven', 2, [finding('a', 'low'), finding('b', 'critical')])
  expect(await states('seven')).toEqual({ a: 'accepted', b: 'accepted' })
  const events = await store.read(officer, (tx) => listFindingEvents(tx, 'seven', 'rule-a:a'))
  expect(events.map(({ event }) => event)).toEqual(['found', 'acceptance_requested', 'accepted'])
  await store.write(officer, (tx) =>
    withdrawAcceptance(tx, officer, { id: asked.id, reason: 'It reads them right now.' }),
  )
  expect(await states('seven')).toEqual({ a: 'open', b: 'open' })
})

test('ten thousand findings are recorded in one go', async () => {
  const many = Array.from({ length: 10_000 }, (_, i) => finding(`t${i}`, 'low'))
  const started = performance.now()
  expect(await record('many', 1, many)).toMatchObject({ found: 10_000 })
  expect(await record('many', 2, many.slice(1))).toMatchObject({ known: 9_999, resolved: 1 })
  expect(performance.now() - started).toBeLessThan(15_000)
})
