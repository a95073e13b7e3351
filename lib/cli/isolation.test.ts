import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { connected, withClone } from '@/lib/clone/with-clone'
import { scriptOf } from '@/lib/isolation/export/script'
import type { Counterexample } from '@/lib/isolation/types'
import { buildCli } from '@/scripts/build-cli.mjs'

const root = process.cwd()
const server = { url: inject('servers')[Math.max(...majors())] ?? '', own: false }
const role = `iso_cli_${randomBytes(4).toString('hex')}`
let db: TestDatabase
let folder: string

beforeAll(async () => {
  await buildCli()
  folder = mkdtempSync(join(tmpdir(), 'tabellion-isolation-'))
  db = await testDatabase()
  await db.run(`
    create role ${role};
    create table rooms (id uuid primary key default gen_random_uuid(), clinic_id uuid not null, name text);
    create table "Odd Beds" (id uuid primary key default gen_random_uuid(), clinic_id uuid not null);
    alter table rooms enable row level security; alter table "Odd Beds" enable row level security;
    create policy open on rooms using (true);
    create policy own on "Odd Beds" using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid);
    grant select on rooms, "Odd Beds" to ${role}`)
  writeFileSync(join(folder, 'roles.json'), JSON.stringify({ applicationRoles: [role] }))
})
afterAll(async () => {
  await db.run(`drop owned by ${role}; drop role ${role}`)
  await db.drop()
  rmSync(folder, { recursive: true, force: true })
})

const run = (...args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
  const { DATABASE_URL: _, FORCE_COLOR: __, ...rest } = process.env
  const child = spawn(
    process.execPath,
    [join(root, 'bin/tabellion.mjs'), 'isolation', '--config', 'roles.json', '--url', db.url, ...args],
    {
      cwd: folder,
      env: { ...rest, TABELLION_HOME: join(folder, 'home'), TABELLION_SCRATCH_URL: server.url },
    },
  )
  let [out, err] = ['', '']
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (err += data.toString()))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

interface Entry {
  readonly schema: string
  readonly table: string
  readonly role: string
  readonly command: string
  readonly verdict: string
  readonly by: string
  readonly channel: string
  readonly counterexample: Counterexample | null
  readonly reason: string
  readonly principal: string
  readonly relation: string
}

test('JSON has the keys of the contract, a leak exits 1, and its script crosses on a clone', async () => {
  const { code, out, err } = await run('--format', 'json')
  expect(err).toBe('')
  expect(code).toBe(1)
  const entries = JSON.parse(out) as Entry[]
  expect(new Set(entries.flatMap((each) => Object.keys(each)))).toEqual(
    new Set(
      'schema table role command verdict by channel counterexample reason principal relation nobody basis'.split(
        ' ',
      ),
    ),
  )
  const leak = entries.find(({ table, command }) => table === 'rooms' && command === 'SELECT')
  expect(leak).toMatchObject({ schema: 'public', role, verdict: 'leaks', channel: 'row' })
  expect(leak?.reason).not.toBe('')
  const sound = entries.find(({ table, command }) => table === 'Odd Beds' && command === 'SELECT')
  expect(sound?.verdict).not.toBe('leaks')
  expect(sound?.relation).toBe('public."Odd Beds"')
  const rows = await withClone(await readSnapshot(db.url), server, async (clone) => {
    const client = await connected(clone.url)
    try {
      const results = (await client.query(scriptOf(leak?.counterexample as Counterexample))) as unknown as {
        command: string
        rows: { clinic_id?: string }[]
      }[]
      return results.findLast(({ command }) => command === 'SELECT')?.rows
    } finally {
      await client.end()
    }
  })
  expect(rows?.[0]?.clinic_id).toBe(leak?.counterexample?.tenant)
})

test('text tells the leak with its statements, in both languages', async () => {
  const en = await run()
  expect(en.code).toBe(1)
  expect(en.out).toMatch(/✕ leaks {2}public\.rooms {2}SELECT/)
  expect(en.out).toContain('select * from public.rooms')
  expect((await run('--lang', 'pt')).out).toMatch(/✕ vaza {2}public\.rooms {2}SELECT/)
})

test('without the probe no clone is made and nothing is called a leak', async () => {
  const { code, out } = await run('--prove', '--format', 'json')
  const entries = JSON.parse(out) as Entry[]
  expect(entries.filter(({ verdict }) => verdict === 'leaks')).toEqual([])
  expect(entries.every(({ by }) => by === 'proof')).toBe(true)
  expect(code).toBe(0)
})

test('what cannot be asked exits 2 with one sentence', async () => {
  writeFileSync(join(folder, 'none.json'), JSON.stringify({ tenant: { column: null } }))
  const none = await run('--config', 'none.json')
  expect(none).toMatchObject({ code: 2, out: '' })
  expect(none.err).toMatch(/^There is nothing to ask.*\n$/)
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ isolation: { tenants: [{ relation: 'c.x' }] } }))
  const wrong = await run('--config', 'wrong.json')
  expect(wrong.code).toBe(2)
  expect(wrong.err).toContain('wrong.json: isolation.tenants[0].relation: there is no c.x')
})
