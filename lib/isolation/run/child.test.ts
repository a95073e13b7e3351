import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import type { TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { factsOf } from '@/lib/rules/facts'
import { buildCli } from '@/scripts/build-cli.mjs'
import { askAgain } from './ask-again'
import { runInChild } from './child'
import type { RunRequest } from './run-message'
import { setupOf } from '../setup/setup'

const role = `iso_child_${randomBytes(4).toString('hex')}`
const folder = mkdtempSync(join(tmpdir(), 'tabellion-child-'))
let server: OwnServer
let db: TestDatabase
let request: RunRequest

beforeAll(async () => {
  await buildCli()
  server = await ownServer()
  vi.stubEnv('TABELLION_SCRATCH_URL', server.url)
  vi.stubEnv('TABELLION_HOME', folder)
  db = await server.database()
  await db.run(`
    create role ${role};
    create table rooms (id uuid primary key default gen_random_uuid(), clinic_id uuid not null, name text);
    alter table rooms enable row level security;
    create policy own on rooms using (true);
    grant select on rooms to ${role}`)
  const snapshot = await readSnapshot(db.url)
  const { setup } = await setupOf(factsOf(snapshot, { applicationRoles: [role] }))
  request = { snapshot, setup, governed: db.url, fix: [] }
})
afterAll(async () => {
  await db.drop()
  await server.stop()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const line = { relation: 'public.rooms', role, command: 'SELECT', channel: 'row' } as const

test('a process of its own says how far it is and what it found', async () => {
  const steps = new Set<string>()
  const result = await runInChild(request, { progress: ({ step }) => steps.add(step) })
  expect([...steps]).toEqual(expect.arrayContaining(['clone', 'prove', 'probe', 'judge']))
  expect('findings' in result && result.findings.find(({ command }) => command === 'SELECT')).toMatchObject({
    verdict: 'leaks',
  })
})

test('an abort is answered at once, and the child drops its clone', async () => {
  const stop = new AbortController()
  const running = runInChild(request, {
    signal: stop.signal,
    progress: ({ step }) => step === 'prove' && stop.abort(),
  })
  expect(await running).toEqual({ problem: { en: 'It was cancelled.', pt: 'Foi cancelado.' } })
  const clones = async () =>
    (await db.run(`select from pg_database where shobj_description(oid, 'pg_database') like '%"pid"%'`))
      .length
  for (let waited = 0; (await clones()) > 0 && waited < 15_000; waited += 200) await sleep(200)
  expect(await clones()).toBe(0)
})

test('a run that waits for another clone goes on when that ends, and is gone at once when it is not wanted', async () => {
  const keeper = await db.connect(server.url)
  await keeper.query(`select pg_advisory_lock(hashtext('tabellion clone'))`)
  const waiting = async () => {
    const { rows } = await keeper.query(
      `select pid from pg_stat_activity where application_name = 'tabellion clone'`,
    )
    return rows.length > 0
  }
  const until = async (wanted: boolean) => {
    while ((await waiting()) !== wanted) await sleep(50)
  }
  const stop = new AbortController()
  const unwanted = runInChild(request, { signal: stop.signal })
  await until(true)
  stop.abort()
  expect(await unwanted).toEqual({ problem: { en: 'It was cancelled.', pt: 'Foi cancelado.' } })
  await until(false)
  const wanted = runInChild(request)
  await until(true)
  await keeper.end()
  expect(await wanted).toHaveProperty('findings')
})

const asked = (...fix: string[]) => askAgain(line, { ...request, fix })

test('a fix that leaves the hole, and one that does not run, are told', async () => {
  expect(await asked('alter policy own on public.rooms using (clinic_id is not null)')).toMatchObject({
    mends: false,
    sentence: { en: expect.stringContaining('It still leaks with this fix') },
  })
  expect(await asked('alter policy nothing on public.rooms using (true)')).toMatchObject({
    mends: false,
    sentence: { en: expect.stringContaining('The fix does not run on a clone') },
  })
})

test('a fix that closes the hole mends, and so does one that takes the grant away', async () => {
  const own = `clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid`
  expect(await asked(`alter policy own on public.rooms using (${own})`)).toMatchObject({ mends: true })
  expect(await asked(`revoke select on public.rooms from ${role}`)).toMatchObject({ mends: true })
})
