import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import type { TestDatabase } from '@/db/test-database'
import { installNeglected } from '@/db/reference/files'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { withScratchServer, type ScratchServer } from '@/lib/clone/scratch-server'
import { withClone } from '@/lib/clone/with-clone'
import { compareSnapshots } from '@/lib/drift/compare'
import { plain } from '@/lib/rules/found'
import type { Finding } from '@/lib/rules/rule'
import { runRules } from '@/lib/rules/run'
import { proveFix } from './prove-fix'

let db: TestDatabase
let snapshot: Snapshot
let findings: readonly Finding[]
let around: OwnServer
let server: ScratchServer
const folder = mkdtempSync('/tmp/tabellion-scratch-')

beforeAll(async () => {
  around = await ownServer()
  server = { url: around.url, own: false }
  db = await around.database()
  const client = await db.connect()
  await installNeglected(client)
  await client.end()
  snapshot = await readSnapshot(db.url)
  findings = (await runRules(snapshot, {})).findings
})
afterAll(async () => {
  await db.drop()
  await around.stop()
  rmSync(folder, { recursive: true, force: true })
})

const finding = (key: string) => findings.find((each) => each.key === key) as Finding
const withSql = (key: string, ...sql: string[]): Finding => ({
  ...plain(finding(key)),
  fix: { ...finding(key).fix, sql },
})
const forced = 'rls-not-forced:public.pacientes'

test('a fix that works is proved, with its lock', async () => {
  const proof = await proveFix(snapshot, finding(forced), {}, server)
  expect(proof).toMatchObject({ verdict: 'proved', appeared: [] })
  expect(proof.left.filter(({ object }) => !object.startsWith('role '))).toEqual([])
  expect(proof.disappeared).toContain(forced)
  expect(proof.locks).toEqual([
    { relation: 'public.pacientes', mode: 'AccessExclusive', heldMs: expect.any(Number) },
  ])
})

test('an index built concurrently is built outside a transaction, and its locks are seen', async () => {
  const proof = await proveFix(
    snapshot,
    finding('fk-unindexed:public.exames/exames_paciente_id_fkey'),
    {},
    server,
  )
  expect(proof.verdict).toBe('proved')
  expect(proof.locks).toMatchObject([{ relation: 'public.exames', mode: 'ShareUpdateExclusive' }])
  const drop = await proveFix(
    snapshot,
    finding('duplicate-index:public.consultas/consultas_clinica_inicio_idx'),
    {},
    server,
  )
  expect(drop.verdict).toBe('proved')
  expect(drop.locks.map(({ relation }) => relation)).toContain('public.consultas')
})

test('several statements are one transaction: all of them or none', async () => {
  const half = withSql(
    forced,
    'alter table public.pacientes force row level security',
    'alter table public.nowhere force row level security',
  )
  const proof = await proveFix(snapshot, half, {}, server)
  expect(proof).toMatchObject({ verdict: 'notProved', disappeared: [] })
  expect(proof.why.en).toContain('relation "public.nowhere" does not exist')
  expect(proof.locks).toMatchObject([{ relation: 'public.pacientes', mode: 'AccessExclusive' }])
})

test('a fix that changes nothing, and one that brings another finding, are not proved', async () => {
  const idle = await proveFix(
    snapshot,
    withSql(forced, 'comment on table public.pacientes is null'),
    {},
    server,
  )
  expect(idle).toMatchObject({ verdict: 'notProved' })
  expect(idle.why.en).toContain('still there')
  const worse = await proveFix(
    snapshot,
    withSql(
      forced,
      'alter table public.pacientes force row level security',
      'alter table public.consultas disable row level security',
    ),
    {},
    server,
  )
  expect(worse).toMatchObject({ verdict: 'notProved' })
  expect(worse.disappeared).toContain(forced)
  expect(worse.appeared.map(({ object }) => object.name)).toContain('consultas')
})

test('what nobody can prove says why', async () => {
  const person = findings.find(({ fix }) => fix.sql.length === 0) as Finding
  expect(await proveFix(snapshot, person, {}, server)).toMatchObject({ verdict: 'cannot', version: null })
  const role = withSql(forced, 'alter role neg_app nosuperuser')
  expect((await proveFix(snapshot, role, {}, server)).why.en).toContain('shares both')
  const named = withSql(forced, `revoke connect on database ${snapshot.database} from public`)
  expect((await proveFix(snapshot, named, {}, server)).why.en).toContain('shares both')
  const rows = withSql(forced, 'update public.pacientes set id = id')
  expect((await proveFix(snapshot, rows, {}, server)).verdict).toBe('cannot')
  const gone: Finding = { ...plain(finding(forced)), key: 'rls-not-forced:public.elsewhere' }
  expect((await proveFix(snapshot, gone, {}, server)).why.en).toContain('does not show this finding')
})

test('the governed database is not touched and no clone is left', async () => {
  const written = async () => {
    await db.run(`select pg_stat_clear_snapshot()`)
    return db.run(
      `select tup_inserted, tup_updated, tup_deleted from pg_stat_database where datname = current_database()`,
    )
  }
  const before = await written()
  await proveFix(snapshot, finding(forced), {}, server)
  expect(await written()).toEqual(before)
  expect(await db.run(`select from pg_database where datname like 'tabellion_clone%'`)).toEqual([])
  expect(await db.run(`select from pg_roles where rolname = 'tabellion_builder'`)).toEqual([])
})

test('a server of our own gets the roles, proves what concerns them, runs nothing of others as a superuser, and is left clean', async () => {
  const role = `proof_${randomBytes(4).toString('hex')}`
  const other = await around.database()
  try {
    await other.run(
      `
      create role ${role} login bypassrls; create role ${role}_group; grant ${role}_group to ${role};
      create schema clinic authorization ${role}_group;
      create table clinic.patients (id uuid primary key, clinic_id uuid not null, age int);
      alter table clinic.patients owner to ${role}_group;
      create function clinic.evil(int) returns boolean language plpgsql immutable as
        $f$ begin return pg_read_file('PG_VERSION') <> ''; end $f$;
      alter function clinic.evil owner to ${role}_group;
      create table clinic.visits (id int primary key);
      alter table clinic.visits add constraint evil check (clinic.evil(id)) not valid;
      alter table clinic.visits owner to ${role}_group`,
    )
    const original = await readSnapshot(other.url)
    const found = (await runRules(original, {})).findings
    await withScratchServer({ home: folder }, async (own) => {
      const bypass = found.find(({ rule, key }) => rule === 'rls-exempt-login' && key.includes(role))
      if (bypass) expect((await proveFix(original, bypass, {}, own)).verdict).toBe('proved')
      const late = found.find(
        ({ rule, key }) => rule === 'constraint-not-validated' && key.includes('evil'),
      ) as Finding
      const folding = {
        ...late,
        fix: { ...late.fix, sql: ['alter table clinic.visits add constraint now check (clinic.evil(1))'] },
      }
      const proof = await proveFix(original, folding, {}, own)
      expect(proof.why.en).toContain('permission denied')
      expect(proof.why.en).toContain('permission denied')
      const inside = await withClone(original, own, async (clone) => {
        const copy = await readSnapshot(clone.url)
        const strangers = [...clone.strangers]
        return {
          left: clone.left,
          database: copy.database,
          roles: copy.roles.map(({ name }) => name),
          differences: compareSnapshots(original, copy)
            .filter(({ kind }) => /^(role|membership|role setting)$/.test(kind))
            .filter(({ object }) => !strangers.some((name) => object.includes(name))),
        }
      })
      expect(inside.left).toEqual([])
      expect(inside.differences).toEqual([])
      expect(inside.database).toBe(other.name)
      expect(inside.roles).toContain(role)
      const after = await readSnapshot(own.url)
      expect(after.roles.filter(({ predefined }) => !predefined).map(({ name }) => name)).toEqual([
        'postgres',
      ])
    })
    expect(existsSync(join(folder, 'scratch/data/postmaster.pid'))).toBe(false)
  } finally {
    await other.run(`drop owned by ${role}, ${role}_group cascade; drop role ${role}, ${role}_group`)
    await other.drop()
  }
})
