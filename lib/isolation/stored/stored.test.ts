import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '@/db/migrate'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { closeConnections } from '@/lib/db/client'
import { storeAt, type Principal as Person } from '@/lib/db/scope'
import { Conflict, Denied } from '@/lib/errors'
import { factsOf } from '@/lib/rules/facts'
import { setupOf } from '../setup/setup'
import { relevantHash } from './stale'
import { cancelRun, endRun, isRunning, latestRuns, noteProgress, runAhead, startRun } from './stored'
import { wishOf } from '../run/first-run'
import { isolationAsCsv, isolationAsJson } from '@/lib/output/isolation'
import { linesOf, truncateLines } from '../lines'
import { readFile } from './stored-files'
import { listLines, listReached, listResults, listTruncates, readSummary } from './stored-results'
import { summaryOf } from './summary'
import { lockPrincipals, markOf, storedPrincipals, storePrincipals } from './stored-principals'
import type { Finding, Principal } from '../types'

let database: TestDatabase
let governed: TestDatabase
let store: ReturnType<typeof storeAt>
let dba: Person
let officer: Person
let viewer: Person
const login = `iso_${randomBytes(4).toString('hex')}`

beforeAll(async () => {
  database = await testDatabase()
  governed = await testDatabase()
  await migrate(database.url)
  await database.run(`create role ${login} login noinherit password 'secret';
                      grant tabellion_reader, tabellion_writer, tabellion_system to ${login}`)
  store = storeAt(database.urlAs(login, 'secret'))
  await governed.run('create table rooms (id int primary key, clinic_id uuid not null)')
  dba = await person('dba')
  officer = await person('compliance_officer')
  viewer = await person('viewer')
})
afterAll(async () => {
  await closeConnections()
  await database.run(`drop owned by ${login}; drop role ${login}`)
  await database.drop()
  await governed.drop()
})

async function person(role: Person['role']): Promise<Person> {
  const [row] = await database.run<{ id: string }>(
    `insert into tabellion."user" (name, email, role) values ('${role}', '${role}@example.org', '${role}') returning id`,
  )
  const common = { subject: randomUUID(), email: '', clinics: [], clinicId: null, requestId: 'r' }
  return { ...common, database: 'x', userId: row?.id ?? '', name: role, role, locale: 'en' }
}

async function basis() {
  const snapshot = await readSnapshot(governed.url)
  const { setup } = await setupOf(factsOf(snapshot, {}))
  return { setup, basis: relevantHash(snapshot, setup), notes: [] }
}
const start = async (who: Person) => {
  const about = await basis()
  return store.write(who, (tx) => startRun(tx, who, about))
}
const latest = () => store.read(viewer, (tx) => latestRuns(tx, 'x'))

const leak: Finding = {
  relation: 'public.rooms',
  principal: 'app/A',
  role: 'app',
  command: 'SELECT',
  channel: 'row',
  verdict: 'leaks',
  by: 'probe',
  counterexample: {
    steps: [{ as: 'app/A', sql: 'select * from public.rooms', effect: '' }],
    row: { id: '2' },
    tenant: 'b',
  },
  doors: [],
  assumptions: [],
  because: [{ en: 'It is open.', pt: 'Está aberta.' }],
}

test('a run is stored with what it found and what that rests on; one at a time', async () => {
  expect(await latest()).toEqual({ newest: null, finished: null })
  const id = await start(dba)
  await expect(start(officer)).rejects.toBeInstanceOf(Conflict)
  expect(await store.write(dba, (tx) => noteProgress(tx, id, { step: 'prove', done: 3, all: 9 }))).toBe(true)
  expect((await latest()).newest).toMatchObject({ state: 'running', step: 'prove', done: 3, all: 9 })
  // Who asks about another database meanwhile waits for this one; nobody waits for itself.
  const ahead = (of: string) => store.read(viewer, (tx) => runAhead(tx, of))
  expect([await ahead('y'), await ahead('x')]).toEqual(['x', null])
  await store.write(dba, (tx) =>
    endRun(tx, id, { findings: [leak, { ...leak, command: 'DELETE', verdict: 'isolated' }] }),
  )
  expect(await ahead('y')).toBeNull()
  const { newest, finished } = await latest()
  expect(newest).toEqual(finished)
  expect(finished).toMatchObject({
    state: 'done',
    startedBy: 'dba',
    counts: { leaks: 1, isolated: 1, unknown: 0, unreachable: 0 },
  })
  expect((await store.read(viewer, (tx) => listResults(tx, id)))[0]).toEqual(leak)
  expect(await store.read(viewer, (tx) => listResults(tx, id, { relations: ['public.other'] }))).toEqual([])
})

test('lines, what is reached and the summary are read as they would be made of all findings', async () => {
  const because = [{ en: 'Too much.', pt: 'Demais.' }]
  const found: Finding[] = [
    { ...leak, principal: 'app/B', verdict: 'isolated', by: 'both' },
    leak,
    { ...leak, principal: 'app/none', by: 'both' },
    { ...leak, role: 'report', command: 'INSERT', verdict: 'isolated', by: 'both' },
    { ...leak, role: 'report', command: 'INSERT', verdict: 'isolated', by: 'proof', principal: 'r/B' },
    { ...leak, command: 'TRUNCATE', verdict: 'unknown', because },
    { ...leak, command: 'DELETE', verdict: 'isolated' },
    { ...leak, command: 'TRUNCATE', verdict: 'unreachable', role: 'report' },
    { ...leak, channel: 'covert', command: 'UPDATE', verdict: 'unknown', because },
    { ...leak, relation: 'public.f(text)', command: 'EXECUTE', verdict: 'unknown', because },
  ]
  const findings = found.map((each) => ({
    ...each,
    counterexample: each.verdict === 'leaks' ? leak.counterexample : null,
  }))
  const id = await start(dba)
  await store.write(dba, (tx) => endRun(tx, id, { findings }))
  const read = <T>(work: Parameters<typeof store.read<T>>[1]) => store.read(viewer, work)
  expect(await read((tx) => listLines(tx, id))).toEqual(linesOf(findings))
  const mine = { relations: ['public.rooms'], roles: ['report'] }
  expect(await read((tx) => listLines(tx, id, mine))).toEqual(
    linesOf(findings.filter(({ role }) => role === 'report')),
  )
  const emptied = await read((tx) => listTruncates(tx, id))
  expect(emptied).toEqual([findings[5]])
  const run = (await latest()).finished
  const file = async (form: 'csv' | 'json') =>
    new TextDecoder().decode((await read((tx) => readFile(tx, id, form))) ?? undefined)
  const lines = await read((tx) => listLines(tx, id))
  expect(await file('csv')).toBe(isolationAsCsv(lines))
  expect(run && (await file('json'))).toBe(
    run && isolationAsJson([...lines, ...truncateLines(emptied)], run.setup, run.basis),
  )
  expect(await read((tx) => listReached(tx, id))).toEqual([
    { relation: 'public.f(text)', role: 'app', command: 'SELECT' },
    { relation: 'public.rooms', role: 'app', command: 'SELECT' },
    { relation: 'public.rooms', role: 'app', command: 'DELETE' },
    { relation: 'public.rooms', role: 'report', command: 'INSERT' },
  ])
  const { finished } = await latest()
  if (!finished) throw new Error('It is done.')
  const expected = summaryOf(finished.setup, findings)
  expect(expected.causes).toMatchObject([{ because: because[0], others: 1 }])
  // A run of an earlier version has none stored.
  await database.run('create table kept as select id, summary from tabellion.isolation_run')
  expect((await database.run(`select summary from kept where id = '${id}'`))[0]?.summary).toEqual(expected)
  await database.run(`drop table kept; update tabellion.isolation_run set summary = null where id = '${id}'`)
  expect(await read((tx) => readSummary(tx, finished))).toEqual(expected)
})

test('the demonstration asks by itself once: not where somebody asked, not where its answers hold', async () => {
  const about = await basis()
  const own = { database: 'demo', userId: null }
  const inStore = <T>(work: Parameters<typeof store.system<T>>[1]) =>
    store.system({ system: 'isolation' }, work)
  const wish = (hash = about.basis) => inStore((tx) => wishOf(tx, own, hash))
  expect(await wish()).toBe('ask')
  const both = await Promise.allSettled([1, 2].map(() => inStore((tx) => startRun(tx, own, about))))
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await wish()).toBe('wait')
  await database.run(
    `update tabellion.isolation_run set beat_at = now() - interval '5 minutes' where database = 'demo'`,
  )
  expect(await wish()).toBe('ask')
  const id = await inStore((tx) => startRun(tx, own, about))
  expect(await inStore((tx) => noteProgress(tx, id, { step: 'prove', done: 1, all: 2 }))).toBe(true)
  await inStore((tx) => endRun(tx, id, { findings: [leak] }))
  const { finished } = await store.read(viewer, (tx) => latestRuns(tx, 'demo'))
  expect(finished).toMatchObject({ id, startedBy: null, counts: { leaks: 1 } })
  expect(await wish()).toBe('none')
  // The demonstration was made anew.
  expect(await wish(Buffer.alloc(32))).toBe('ask')
  await store.write(dba, (tx) => startRun(tx, { ...dba, database: 'demo' }, about))
  await store.write(officer, (tx) => cancelRun(tx, { ...officer, database: 'demo' }))
  await database.run(`delete from tabellion.isolation_run where database = 'demo' and state = 'done'`)
  await database.run(
    `update tabellion.isolation_run set state = 'cancelled', finished_at = now() where database = 'demo' and state = 'running'`,
  )
  expect(await wish(Buffer.alloc(32))).toBe('none')
})

test('what was found holds until something it rests on changes', async () => {
  const before = (await latest()).finished?.basis
  await governed.run(
    `insert into rooms values (1, gen_random_uuid()); analyze rooms; comment on table rooms is 'x'`,
  )
  expect((await basis()).basis.equals(before ?? Buffer.of())).toBe(true)
  await governed.run('alter table rooms enable row level security')
  const after = (await basis()).basis
  expect(after.equals(before ?? Buffer.of())).toBe(false)
  await governed.run('create policy open on rooms using (true)')
  expect((await basis()).basis.equals(after)).toBe(false)
})

test('somebody else may cancel it, and the run hears of it', async () => {
  const id = await start(dba)
  expect(await store.write(officer, (tx) => cancelRun(tx, officer))).toBe(true)
  expect(await store.write(dba, (tx) => noteProgress(tx, id, { step: 'probe', done: 0, all: 0 }))).toBe(false)
  expect(await store.read(viewer, (tx) => isRunning(tx, viewer.database))).toBe(true)
  await store.write(dba, (tx) => endRun(tx, id, { cancelled: true }))
  expect(await store.read(viewer, (tx) => isRunning(tx, viewer.database))).toBe(false)
  const { newest, finished } = await latest()
  expect(newest).toMatchObject({ state: 'cancelled', cancelledBy: 'compliance_officer' })
  expect(finished?.id).not.toBe(id)
  expect(await store.read(viewer, (tx) => listResults(tx, id))).toEqual([])
  expect(await store.write(officer, (tx) => cancelRun(tx, officer))).toBe(false)
})

test('a run whose process has ended is said to be cut off, and the next one may begin', async () => {
  const id = await start(dba)
  await database.run(
    `update tabellion.isolation_run set beat_at = now() - interval '5 minutes' where state = 'running'`,
  )
  expect((await latest()).newest).toMatchObject({ id, state: 'cut off' })
  const next = await start(officer)
  // What the first one brings after all comes too late.
  await store.write(dba, (tx) => endRun(tx, id, { findings: [leak] }))
  expect(await store.read(viewer, (tx) => listResults(tx, id))).toEqual([])
  await store.write(officer, (tx) => endRun(tx, next, { problem: { en: 'No server.', pt: 'Sem servidor.' } }))
  expect((await latest()).newest).toMatchObject({ state: 'failed', problem: { en: 'No server.' } })
})

test('whoever may not change findings starts nothing, cancels nothing and stores no principal', async () => {
  await expect(start(viewer)).rejects.toBeInstanceOf(Denied)
  const id = await start(dba)
  expect(await store.write(viewer, (tx) => cancelRun(tx, viewer))).toBe(false)
  await store.write(dba, (tx) => endRun(tx, id, { cancelled: true }))
  await expect(store.write(viewer, (tx) => storePrincipals(tx, viewer, [someone]))).rejects.toBeInstanceOf(
    Denied,
  )
})

const someone: Principal = {
  name: 'A',
  tenants: ['a0', 'a1'],
  login: null,
  role: 'app',
  settings: { 'app.clinic_id': 'a0' },
  claims: { sub: 'u', app_metadata: { clinics: ['a0'] } },
}

test('principals are stored whole, and none means detection again', async () => {
  const read = () => store.read(viewer, (tx) => storedPrincipals(tx, 'x'))
  expect(await read()).toBeNull()
  await store.write(dba, (tx) => storePrincipals(tx, dba, [someone, { ...someone, name: 'B', claims: null }]))
  expect(await read()).toEqual([someone, { ...someone, name: 'B', claims: null }])
  await store.write(officer, (tx) => storePrincipals(tx, officer, [{ ...someone, name: 'B' }]))
  expect((await read())?.map(({ name }) => name)).toEqual(['B'])
  await store.write(officer, (tx) => storePrincipals(tx, officer, []))
  expect(await read()).toBeNull()
})

test('who changes the list at the same time loses nothing of the other, and a changed principal has another mark', async () => {
  const add = (who: Person, name: string) =>
    store.write(who, async (tx) => {
      await lockPrincipals(tx, 'x')
      const list = (await storedPrincipals(tx, 'x')) ?? []
      await storePrincipals(tx, who, [...list, { ...someone, name }])
    })
  await Promise.all([add(dba, 'A'), add(officer, 'B'), add(dba, 'C')])
  const list = (await store.read(viewer, (tx) => storedPrincipals(tx, 'x'))) ?? []
  expect(list.map(({ name }) => name).sort()).toEqual(['A', 'B', 'C'])
  const claims = { app_metadata: { clinics: ['a0'] }, sub: 'u' }
  expect(markOf({ ...someone, claims })).toBe(markOf(list.find(({ name }) => name === 'A') ?? someone))
  expect(markOf({ ...someone, role: 'other' })).not.toBe(markOf(someone))
  await store.write(officer, (tx) => storePrincipals(tx, officer, []))
})

test('only the newest twenty finished runs are kept', async () => {
  for (let at = 0; at < 22; at++) {
    const id = await start(dba)
    await store.write(dba, (tx) => endRun(tx, id, { findings: [leak] }))
  }
  const [row] = await database.run<{ count: number }>(
    `select count(*)::int as count from tabellion.isolation_run where state <> 'running' and database = 'x'`,
  )
  expect(row?.count).toBe(21)
})
