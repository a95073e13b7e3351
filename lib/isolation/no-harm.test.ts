import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import type { TestDatabase } from '@/db/test-database'
import { buildCli } from '@/scripts/build-cli.mjs'

/** What a run leaves in the governed database and on the scratch server, however it ends. */
const folder = mkdtempSync(join(tmpdir(), 'tabellion-no-harm-'))
let server: OwnServer
let db: TestDatabase
let watch: TestDatabase

beforeAll(async () => {
  await buildCli()
  server = await ownServer()
  watch = await server.database()
  db = await server.database()
  await watch.run('alter system set autovacuum = off')
  await watch.run('select pg_reload_conf()')
  const maker = await db.connect()
  await maker.query(`
    create role app;
    create table clinics (id uuid primary key);
    create table members (user_id uuid, clinic_id uuid references clinics, primary key (user_id, clinic_id));
    create table rooms (id bigserial primary key, clinic_id uuid not null references clinics, name text unique);
    create function stamp() returns trigger language plpgsql as $$ begin perform nextval('rooms_id_seq'); return new; end $$;
    create trigger stamp before insert on rooms for each row execute function stamp();
    alter table rooms enable row level security; alter table members enable row level security;
    create policy own on rooms using (clinic_id in (select m.clinic_id from members m where m.user_id = nullif(current_setting('app.user_id', true), '')::uuid));
    create policy own on members using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
    grant select, insert, update, delete on rooms, members to app; grant usage on sequence rooms_id_seq to app;
    insert into clinics values ('a0000000-0000-4000-8000-00000000000a');
    insert into members values ('10000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-00000000000a');
    insert into rooms (clinic_id, name) values ('a0000000-0000-4000-8000-00000000000a', 'one')`)
  await maker.end()
  // A session tells what it wrote when it ends.
  for (let told = false; !told; await sleep(20))
    [{ told }] = (await db.run(
      `select n_tup_ins = 1 as told from pg_stat_user_tables where relname = 'rooms'`,
    )) as [{ told: boolean }]
  writeFileSync(join(folder, 'app.json'), JSON.stringify({ applicationRoles: ['app'] }))
})
afterAll(async () => {
  await watch.drop()
  await db.drop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})

const database = () => new URL(db.url).pathname.slice(1)

function start() {
  const { DATABASE_URL: _, FORCE_COLOR: __, ...rest } = process.env
  const child = spawn(
    process.execPath,
    [
      join(process.cwd(), 'bin/tabellion.mjs'),
      'isolation',
      '--config',
      'app.json',
      '--url',
      db.url,
      '--format',
      'json',
    ],
    { cwd: folder, env: { ...rest, TABELLION_HOME: folder, TABELLION_SCRATCH_URL: server.url } },
  )
  let [out, err] = ['', '']
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (err += data.toString()))
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out, err })),
  )
  return { child, ended }
}

const clones = async () =>
  (
    await watch.run<{ name: string }>(
      `select datname as name from pg_database where shobj_description(oid, 'pg_database') like '{"tabellion":"clone"%'`,
    )
  ).map(({ name }) => name)

/** Resolves when a clone is there. */
async function cloned(): Promise<void> {
  for (let tries = 0; (await clones()).length === 0; tries++) {
    if (tries > 3_000) throw new Error('No clone was made.')
    await sleep(10)
  }
}

/** Everything that would tell of a write: tuples, sequences, and transactions that got an id. */
async function written() {
  const [row] = await watch.run<{ counted: unknown }>(
    `select json_build_array(tup_inserted, tup_updated, tup_deleted, temp_bytes, deadlocks) as counted
       from pg_stat_database where datname = $1`,
    [database()],
  )
  const inside = await db.run(`
    select (select json_agg(json_build_array(c.relname, n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd) order by c.relname)
              from pg_stat_all_tables join pg_class c on c.oid = relid where not c.relisshared) as tables,
           (select json_agg(json_build_array(last_value, is_called)) from rooms_id_seq) as sequence,
           (select json_agg(json_build_array(relname, pg_relation_size(oid), age(relfrozenxid) >= 0) order by relname) from pg_class where relkind = 'r') as sizes`)
  return { counted: row?.counted, inside }
}

test('a run writes nothing, moves no sequence and takes no lock beyond those of reading', async () => {
  const before = await written()
  const { child, ended } = start()
  const modes = new Set<string>()
  let looks = 0
  for (; child.exitCode === null; looks++) {
    for (const { mode } of await watch.run<{ mode: string }>(
      `select distinct l.mode from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'relation' and l.database = (select oid from pg_database where datname = $1) and a.application_name like 'tabellion%'`,
      [database()],
    ))
      modes.add(mode)
    await sleep(5)
  }
  const { code, err } = await ended
  expect({ code, err }).toEqual({ code: 1, err: '' })
  expect(looks).toBeGreaterThan(0)
  expect([...modes].filter((mode) => mode !== 'AccessShareLock')).toEqual([])
  expect(await written()).toEqual(before)
}, 120_000)

test('a run that was killed leaves a clone, and the next one removes it', async () => {
  const before = await written()
  const killed = start()
  await cloned()
  killed.child.kill('SIGKILL')
  await killed.ended
  expect(await clones()).toHaveLength(1)
  const next = await start().ended
  expect({ code: next.code, err: next.err }).toEqual({ code: 1, err: '' })
  expect(await clones()).toEqual([])
  expect(await written()).toEqual(before)
}, 120_000)

test('Ctrl-C ends a run with 2 and one sentence, and its clone is gone', async () => {
  const { child, ended } = start()
  await cloned()
  child.kill('SIGINT')
  expect(await ended).toEqual({ code: 2, out: '', err: 'It was interrupted.\n' })
  expect(await clones()).toEqual([])
}, 120_000)
