import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { migrate } from '@/db/migrate'
import { majors, testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { connected } from '@/lib/clone/with-clone'
import { closeConnections } from '@/lib/db/client'
import { storeAt, type Principal } from '@/lib/db/scope'
import { Conflict, Denied } from '@/lib/errors'
import { recordScan } from '@/lib/findings/record'
import type { Finding } from '@/lib/rules/rule'
import { runRules, type ScanResult } from '@/lib/rules/run'
import { proveFix } from './prove-fix'
import { endProof, getProof, noteStep, startProof } from './stored'

let database: TestDatabase
let governed: TestDatabase
let store: ReturnType<typeof storeAt>
let snapshot: Snapshot
let result: ScanResult
let finding: Finding
let dba: Principal
let viewer: Principal
const login = `proof_${randomBytes(4).toString('hex')}`
const server = { url: inject('servers')[Math.max(...majors())] ?? '', own: false }

beforeAll(async () => {
  database = await testDatabase()
  governed = await testDatabase()
  await migrate(database.url)
  await database.run(`create role ${login} login noinherit password 'secret';
                      grant tabellion_reader, tabellion_writer, tabellion_system to ${login}`)
  store = storeAt(database.urlAs(login, 'secret'))
  await governed.run(
    `create table bill (id int primary key, price real); create table visit (id int, at timestamp)`,
  )
  snapshot = await readSnapshot(governed.url)
  result = await runRules(snapshot, {})
  finding = result.findings.find(({ rule }) => rule === 'money-or-float-amount') as Finding
  dba = await person('dba')
  viewer = await person('viewer')
  await store.system({ system: 'scan' }, (tx) => recordScan(tx, 'x', { snapshot, result }))
})
afterAll(async () => {
  await closeConnections()
  await database.run(`drop owned by ${login}; drop role ${login}`)
  await database.drop()
  await governed.drop()
})

async function person(role: Principal['role']): Promise<Principal> {
  const [row] = await database.run<{ id: string }>(
    `insert into tabellion."user" (name, email, role) values ('${role}', '${role}@example.org', '${role}') returning id`,
  )
  const common = { subject: randomUUID(), email: '', clinics: [], clinicId: null, requestId: 'r' }
  return { ...common, database: 'x', userId: row?.id ?? '', name: role, role, locale: 'en' }
}

const start = (who: Principal) =>
  store.write(who, (tx) => startProof(tx, who, { key: finding.key, snapshot }))
/** Other tests make and drop roles of the same server meanwhile. */
const now = async (): Promise<Snapshot> => ({
  ...(await readSnapshot(governed.url)),
  roles: snapshot.roles,
  memberships: snapshot.memberships,
  roleSettings: snapshot.roleSettings,
})
const newest = (of = snapshot) => store.read(viewer, (tx) => getProof(tx, 'x', finding.key, of))

test('a proof is stored with the structure it holds for, step by step, once at a time', async () => {
  expect(await newest()).toBeNull()
  const id = await start(dba)
  await expect(start(dba)).rejects.toBeInstanceOf(Conflict)
  await store.write(dba, (tx) => noteStep(tx, id, 'fix'))
  expect(await newest()).toMatchObject({ state: 'running', step: 'fix', startedBy: 'dba', proof: null })
  const proof = await proveFix(snapshot, finding, {}, server)
  expect(proof.verdict).toBe('proved')
  await store.write(dba, (tx) => endProof(tx, id, { proof }))
  const stored = await newest()
  expect(stored).toMatchObject({ state: 'done', holds: true })
  expect(stored?.proof).toEqual(JSON.parse(JSON.stringify(proof)))
  await governed.run('analyze; insert into bill values (1, 1)')
  expect(await newest(await now())).toMatchObject({ holds: true })
  await governed.run('alter table bill add column note text')
  expect(await newest(await now())).toMatchObject({ holds: false })
})

test('whoever may not change findings starts no proof', async () => {
  await expect(start(viewer)).rejects.toBeInstanceOf(Denied)
})

test('a proof whose process has ended is said to be cut off, and the next one may begin', async () => {
  await start(dba)
  await database.run(
    `update tabellion.proof set beat_at = now() - interval '10 minutes' where state = 'running'`,
  )
  expect(await newest()).toMatchObject({ state: 'cut off', proof: null })
  const id = await start(dba)
  const problem = { en: 'The scratch server could not be used.', pt: 'O servidor não pôde ser usado.' }
  await store.write(dba, (tx) => endProof(tx, id, { problem }))
  expect(await newest()).toMatchObject({ state: 'failed', problem })
})

test('while somebody else uses the scratch server, it says so', async () => {
  const other = await connected(server.url)
  try {
    await other.query(`select pg_advisory_lock(hashtext('tabellion clone'))`)
    const proof = await proveFix(snapshot, finding, {}, server, { patience: 200 })
    expect(proof).toMatchObject({ verdict: 'cannot' })
    expect(proof.why.en).toContain('Another proof is running')
    expect(proof.why.pt).toContain('Outra prova')
  } finally {
    await other.end()
  }
})
