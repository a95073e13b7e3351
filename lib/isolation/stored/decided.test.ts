import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '@/db/migrate'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { writeStore, type Principal as Person } from '@/lib/db/scope'
import { currentScan } from '@/lib/rules/current'
import { decidedScan } from './decided'
import { setupOf } from '../setup/setup'
import { relevantHash } from './stale'
import { endRun, startRun } from './stored'
import { storePrincipals } from './stored-principals'
import type { Finding } from '../types'

let store: TestDatabase
let governed: TestDatabase
let dba: Person
const role = `decided_${randomBytes(4).toString('hex')}`
const login = `decided_store_${randomBytes(4).toString('hex')}`
const home = mkdtempSync(join(tmpdir(), 'tabellion-decided-'))
const configFile = join(home, 'tabellion.config.json')
const guess = 'policy-always-true:public.rooms/open'

beforeAll(async () => {
  store = await testDatabase()
  governed = await testDatabase()
  await migrate(store.url)
  await store.run(`create role ${login} login noinherit password 'secret';
                   grant tabellion_reader, tabellion_writer to ${login}`)
  await governed.run(`create role ${role} login;
    create table rooms (id int primary key, clinic_id uuid not null); alter table rooms enable row level security;
    create policy open on rooms for select to ${role} using (true); grant select on rooms to ${role}`)
  process.env.TABELLION_DATABASES = JSON.stringify([{ name: 'x', scanUrl: governed.url }])
  process.env.TABELLION_STORE_URL = store.urlAs(login, 'secret')
  process.env.TABELLION_CONFIG = configFile
  process.env.TABELLION_SECRET = 'x'.repeat(32)
  const [user] = await store.run<{ id: string }>(
    `insert into tabellion."user" (name, email, role) values ('dba', 'dba@example.org', 'dba') returning id`,
  )
  const common = {
    subject: randomUUID(),
    email: '',
    clinics: [],
    clinicId: null,
    requestId: 'r',
    name: 'dba',
  }
  dba = { ...common, database: 'x', userId: user?.id ?? '', role: 'dba', locale: 'en' }
})
afterAll(async () => {
  await closeConnections()
  await store.run(`drop owned by ${login}; drop role ${login}`)
  await store.drop()
  await governed.run(`drop owned by ${role}; drop role ${role}`)
  await governed.drop()
  rmSync(home, { recursive: true })
})

/** Stores what a run about the database as it is now found: a statement that crossed. */
async function stored() {
  const scan = await currentScan('x', { fresh: true })
  const { setup } = await setupOf(scan.facts)
  const about = { basis: relevantHash(scan.snapshot, setup), setup, notes: [] }
  const crossed: Finding = {
    relation: 'public.rooms',
    principal: `${role}/A`,
    role,
    command: 'SELECT',
    channel: 'row',
    verdict: 'leaks',
    by: 'both',
    counterexample: {
      steps: [{ as: role, sql: 'select * from public.rooms', effect: '' }],
      row: {},
      tenant: null,
    },
    doors: [],
    assumptions: [],
    because: [],
  }
  await writeStore(dba, async (tx) => endRun(tx, await startRun(tx, dba, about), { findings: [crossed] }))
}

const settled = async () => (await decidedScan(dba, { fresh: true })).result.settled.map(({ key }) => key)

test('answers settle the guesses of rules as long as what they rest on stays', async () => {
  expect((await decidedScan(dba)).result.findings.map(({ key }) => key)).toContain(guess)
  expect(await settled()).toEqual([])
  await stored()
  expect(await settled()).toEqual([guess])
  // The same answers for the same scan are worked out once.
  const [one, two] = await Promise.all([decidedScan(dba), decidedScan(dba)])
  expect(one.result).toBe(two.result)

  await governed.run('create policy also on rooms for select using (false)')
  expect(await settled()).toEqual([])
  await governed.run('drop policy also on rooms')
  expect(await settled()).toEqual([guess])
})

test('and as long as the same is asked: other principals, or another login that may become the role', async () => {
  const { setup } = await setupOf((await currentScan('x')).facts)
  const other = setup.principals.map((each) => ({ ...each, settings: { 'app.clinic_id': 'z' } }))
  await writeStore(dba, (tx) => storePrincipals(tx, dba, other))
  expect(await settled()).toEqual([])
  await writeStore(dba, (tx) => storePrincipals(tx, dba, []))
  expect(await settled()).toEqual([guess])

  await governed.run(`create role ${role}_too login; grant ${role} to ${role}_too`)
  try {
    expect(await settled()).toEqual([])
  } finally {
    await governed.run(`drop role ${role}_too`)
  }
})

test('a configuration that names what the database no longer has settles nothing, and the findings stay', async () => {
  expect(await settled()).toEqual([guess])
  const gone = { relation: 'public.gone', column: 'clinic_id' }
  writeFileSync(configFile, JSON.stringify({ isolation: { tenants: [gone] } }))
  try {
    const { result } = await decidedScan(dba, { fresh: true })
    expect(result.findings.map(({ key }) => key)).toContain(guess)
    expect(result.settled).toEqual([])
  } finally {
    rmSync(configFile)
  }
})
