import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import { main } from '@/lib/cli/main'
import { closeConnections } from '@/lib/db/client'
import { runRules } from '@/lib/rules/run'
import { seal } from './seal'
import { verify } from './verify'

let db: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'tabellion-install-'))
const out = join(folder, 'out')
beforeEach(async () => {
  db = await testDatabase()
  await db.run(`create schema "odd ""name"; create table "odd ""name"."Visits; drop" (id uuid primary key default gen_random_uuid(), note text);
    create table public.plain (note text)`)
})
afterEach(async () => {
  await closeConnections()
  await db.drop()
  rmSync(out, { force: true })
})
const run = (...args: string[]) =>
  main(['node', 'tabellion', 'audit', 'install', '--url', db.url, '--output', out, ...args])
const count = async () =>
  (await db.run<{ n: number }>('select count(*)::int as n from ledger.audit_logs'))[0]?.n

test('what it prints is what it would run, and it changes nothing by itself', async () => {
  expect(await run('--table', 'public.plain')).toBe(0)
  const script = readFileSync(out, 'utf8')
  expect(script).toMatch(/^begin;/)
  expect(script).toMatch(/lock_timeout[\s\S]*select ledger\.watch\('public\.plain'\);\ncommit;\n$/)
  expect(await db.run(`select from pg_namespace where nspname = 'ledger'`)).toEqual([])
  await db.run(script)
  await db.run(`insert into public.plain values ('x')`)
  expect(await count()).toBe(1)
})

test('applies to tables with any name, once more without harm, and takes capture away again without the log', async () => {
  const odd = '"odd ""name"."Visits; drop"'
  expect(await run('--table', odd, '--apply')).toBe(0)
  expect(readFileSync(out, 'utf8')).toBe(`Under audit: ${odd}.\n`)
  await db.run(`insert into ${odd} (note) values ('x')`)
  expect(await run('--table', odd, 'public.plain', '--apply')).toBe(0)
  await db.run(`insert into ${odd} (note) values ('y'); insert into plain values ('z')`)
  expect(await count()).toBe(3)
  expect(await run('--remove', '--apply')).toBe(0)
  await db.run(`insert into ${odd} (note) values ('y'); insert into plain values ('z')`)
  expect(await count()).toBe(3)
  expect(await run('--remove')).toBe(2)
})

test('what a scan misses in such a database is mended by its own fix', async () => {
  await db.run(
    `create table public.patients (id uuid primary key default gen_random_uuid(), clinic_id uuid not null, full_name text)`,
  )
  expect(await run('--table', 'public.plain', '--apply')).toBe(0)
  const hits = async () => {
    const { findings } = await runRules(await readSnapshot(db.url), {})
    return findings.filter(
      (finding) => finding.rule === 'no-audit-trigger' && finding.object.name === 'patients',
    )
  }
  const [finding] = await hits()
  expect(finding?.fix.sql).toEqual([`select ledger.watch('public.patients')`])
  await db.run(finding?.fix.sql[0] ?? '')
  expect(await hits()).toEqual([])
  await db.run(`insert into public.patients (clinic_id, full_name) values (gen_random_uuid(), 'x')`)
  expect(await count()).toBe(1)
})

test('a ledger of an earlier version becomes this one, its entries and what the database replaced stay', async () => {
  expect(await run('--table', 'public.plain', '--apply')).toBe(0)
  await db.run(readFileSync(join(process.cwd(), 'db/ledger/optional_ddl_guard.sql'), 'utf8'))
  const lines = async () =>
    (await db.run<{ lines: string[] }>('select ledger.configuration_lines() as lines'))[0]?.lines.map(
      (line) =>
        // Rights given back stand last.
        line.replaceAll(/\{([^{}]*)\}/g, (_, rights: string) => rights.split(',').sort().join(',')),
    )
  const mine = `create or replace function ledger.clinics_of(variadic roles text[]) returns uuid[] language sql stable parallel safe
    set search_path = pg_catalog, pg_temp as $$ select array['${'a'.repeat(8)}-0000-4000-8000-000000000001'::uuid] $$`
  const guarded = (state: string) =>
    `alter event trigger ledger_commands ${state}; alter event trigger ledger_drops ${state}`
  await db.run(`${guarded('disable')}; ${mine}; ${guarded('enable always')}`)
  await db.run(`insert into plain values ('x')`)
  expect(await seal(db.url, 'old')).toMatchObject({ state: 'sealed', entries: 1 })
  const wanted = await lines()
  await db.run(`${guarded('disable')}; alter table ledger.block add column frontier bytea, drop constraint block_root_check,
      add constraint block_root_check check (octet_length(root) = 32 and octet_length(frontier) % 32 = 0);
    alter table ledger.block disable trigger user; update ledger.block set frontier = root;
    alter table ledger.block alter column frontier set not null, enable always trigger refuse_row, enable always trigger refuse_statement,
      enable always trigger refuse_truncate; drop function ledger.seal(); drop schema ledger_counts cascade;
    drop index ledger.audit_logs_time_idx, ledger.audit_logs_rare_idx; drop function ledger.own_clinics() cascade;
    create function ledger.told() returns text language sql as 'select null::text';
    alter type ledger.capture_plan drop attribute hidden;
    create function ledger.pair_of(plan ledger.capture_plan, whole boolean) returns text language sql as 'select null::text';
    drop function ledger.unsealed_ids(), ledger.zone_of(uuid), ledger.staff_patients(), ledger.same_patient(uuid);
    create or replace function ledger.capture_public_plain() returns trigger language plpgsql as 'begin return null; end';
    ${guarded('enable always')}`)
  await expect(seal(db.url, 'old')).rejects.toMatchObject({ kind: 'conflict' })
  await db.run(`${guarded('disable')}; drop owned by ledger_job; ${guarded('enable always')}`)
  expect(await run('--apply')).toBe(0)
  expect(
    await db.run(
      `select has_schema_privilege('ledger_job', 'ledger', 'usage') as looks, bool_and(has_function_privilege('ledger_job', oid, 'execute')) as records
         from pg_proc where oid::regproc::text in ('ledger.record_event', 'ledger.record_read')`,
    ),
  ).toEqual([{ looks: true, records: true }])
  expect(await lines()).toEqual(wanted)
  await db.run(`update plain set note = 'y'`)
  expect(await count()).toBe(2)
  expect(await seal(db.url, 'old')).toMatchObject({ state: 'sealed', entries: 1 })
  expect((await verify(db.url, 'old', { trusted: [] })).checks.flatMap((check) => check.problems)).toEqual([])
})

test('a table that is not there is an error that changes nothing', async () => {
  expect(await run('--table', 'public.nothing', '--apply')).toBe(2)
  expect(await db.run(`select from pg_namespace where nspname = 'ledger'`)).toEqual([])
})

test('the log’s own tables and PostgreSQL’s come under no audit: each audited write would record what it records', async () => {
  expect(await run('--table', 'public.plain', '--apply')).toBe(0)
  for (const own of ['ledger.audit_logs', 'ledger.block', 'ledger_counts.day', 'pg_catalog.pg_class']) {
    expect(await run('--table', own, '--apply'), own).toBe(2)
    await expect(db.run(`select ledger.watch('${own}')`), own).rejects.toMatchObject({ code: '42P16' })
  }
  await db.run(`insert into plain values ('x')`)
  expect(await count()).toBe(1)
})

test('without a superuser it works in its general form, and says so', async () => {
  const role = `plain_${randomBytes(4).toString('hex')}`
  await db
    .run(
      `create role ${role} login createrole password 'x'; alter database ${db.name} owner to ${role}; alter table public.plain owner to ${role};
    grant usage, create on schema public to ${role}; grant ledger_owner to ${role} with admin option`,
    )
    .catch(() => undefined)
  const url = db.urlAs(role, 'x')
  try {
    expect(
      await main([
        'node',
        'tabellion',
        'audit',
        'install',
        '--url',
        url,
        '--table',
        'public.plain',
        '--apply',
        '--output',
        out,
      ]),
    ).toBe(0)
    await db.run(`insert into plain values ('x'); update plain set note = 'y'`)
    expect(await count()).toBe(2)
    const rows = await db.run(
      `select p.proname from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgname = 'ledger_capture'`,
    )
    expect(rows).toEqual([{ proname: 'capture' }])
  } finally {
    await db.run(`reassign owned by ${role} to postgres; drop owned by ${role}; drop role ${role}`)
  }
})
