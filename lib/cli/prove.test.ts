import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import type { TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { withClone } from '@/lib/clone/with-clone'
import type { Proof } from '@/lib/proof/prove-fix'
import { buildCli } from '@/scripts/build-cli.mjs'

const root = process.cwd()
let server: OwnServer
let db: TestDatabase
let folder: string

beforeAll(async () => {
  await buildCli()
  folder = mkdtempSync(join(tmpdir(), 'tabellion-prove-'))
  server = await ownServer()
  db = await server.database()
  await db.run(`
    create table clinic (id uuid primary key default gen_random_uuid(), notes text);
    create table visit (id uuid primary key default gen_random_uuid(), clinic_id uuid not null references clinic)`)
})
afterAll(async () => {
  await db.drop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const start = (...args: string[]) => {
  const { DATABASE_URL: _, FORCE_COLOR: __, ...rest } = process.env
  return spawn(process.execPath, [join(root, 'bin/tabellion.mjs'), 'prove', ...args, '--url', db.url], {
    cwd: folder,
    env: { ...rest, TABELLION_HOME: join(folder, 'home'), TABELLION_SCRATCH_URL: server.url },
  })
}

const run = (...args: string[]): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = start(...args)
    let out = ''
    let err = ''
    child.stdout.on('data', (data: Buffer) => (out += data.toString()))
    child.stderr.on('data', (data: Buffer) => (err += data.toString()))
    child.on('close', (code) => resolve({ code, out, err }))
  })

const unindexed = 'fk-unindexed:public.visit/visit_clinic_id_fkey'

test('prove says in words and in JSON what the fix does, and exits 0', async () => {
  const text = await run(unindexed)
  expect(text).toMatchObject({ code: 0, err: '' })
  expect(text.out).toContain(`${unindexed}: proved`)
  expect(text.out).toMatch(/ShareUpdateExclusive {2}public\.visit {2}held [\d.]+ ms/)
  const pt = await run(unindexed, '--lang', 'pt')
  expect(pt.out).toContain(`${unindexed}: provada`)
  const json = await run(unindexed, '--format', 'json')
  const proof = JSON.parse(json.out) as Proof
  expect(proof).toMatchObject({ verdict: 'proved', key: unindexed, appeared: [], left: [] })
  expect(proof.disappeared).toContain(unindexed)
})

test('an unknown key and a finding without a statement exit 2', async () => {
  expect(await run('nothing:here')).toMatchObject({
    code: 2,
    err: expect.stringContaining('has no finding "nothing:here"'),
  })
  const undocumented = await run('undocumented:database')
  expect(undocumented).toMatchObject({ code: 2, out: expect.stringContaining('only a person can decide') })
})

test('a clone that a killed process left is removed by the next one', async () => {
  const clones = () =>
    db.run<{ name: string }>(
      `select datname as name from pg_database where datname like 'tabellion\\_clone\\_%'`,
    )
  const child = start(unindexed)
  const ended = new Promise((resolve) => child.once('close', resolve))
  while ((await clones()).length === 0) await sleep(5)
  const [left] = await clones()
  child.kill('SIGKILL')
  await ended
  const names = await withClone(await readSnapshot(db.url), { url: server.url, own: false }, clones)
  expect(names).toHaveLength(1)
  expect(names[0]?.name).not.toBe(left?.name)
  expect(await clones()).toEqual([])
  expect(await db.run(`select from pg_roles where rolname = 'tabellion_builder'`)).toEqual([])
})
