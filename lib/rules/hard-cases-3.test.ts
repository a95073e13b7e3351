import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { access } from '@/lib/catalog/access'
import { readSnapshot } from '@/lib/catalog/read'
import type { Reading } from '@/lib/catalog/reading'
import type { RelationId } from '@/lib/catalog/types'
import { compareSnapshots } from '@/lib/drift/compare'
import { allRules } from './all'
import { exampleRoles } from './example-roles'
import { runRules } from './run'

// Cases 25, 32, 33 and 56 to 58, and that none of the 64 is missing.

const roles = exampleRoles()
const fill = (sql: string) => roles.fill(sql)
let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(async () => {
  for (const role of [...roles.used].sort().reverse()) {
    const [known] = await db.run('select from pg_roles where rolname = $1', [role])
    if (known) await db.run(`drop owned by ${role} cascade; drop role ${role}`)
  }
  await db.drop()
})

test('25: a column that a policy names cannot be dropped alone; a policy lost by CASCADE is told as drift', async () => {
  await db.run(`create schema c25; create table c25.patient (id int primary key, clinic_id int not null);
    alter table c25.patient enable row level security;
    create policy own on c25.patient using (clinic_id = nullif(current_setting('app.clinic_id', true), '')::int)`)
  await expect(db.run('alter table c25.patient drop column clinic_id')).rejects.toThrow(/depend/)
  const before = await readSnapshot(db.url)
  await db.run('alter table c25.patient drop column clinic_id cascade')
  const changes = compareSnapshots(before, await readSnapshot(db.url))
  expect(changes.map(({ change, kind, object }) => `${change} ${kind} ${object}`)).toContain(
    'removed policy c25.patient policy "own"',
  )
  await db.run('drop schema c25 cascade')
})

test('32: a member of pg_read_all_data reads without any entry in an access list', async () => {
  await db.run(
    fill(`create schema c32; create table c32.patient (id int primary key);
      create role :role_reader login; grant pg_read_all_data to :role_reader; create role :role_none login`),
  )
  const snapshot = await readSnapshot(db.url)
  const may = (role: string, command: 'SELECT' | 'UPDATE') =>
    access(snapshot, 'c32.patient' as RelationId, fill(role), command).verdict
  expect(may(':role_reader', 'SELECT')).toBe('open')
  expect(may(':role_reader', 'UPDATE')).toBe('no-grant')
  expect(may(':role_none', 'SELECT')).toBe('no-grant')
  await db.run('drop schema c32 cascade')
})

test('33: revoking a column does nothing while the whole table is granted', async () => {
  await db.run(
    fill(`create schema c33; create role :role_anon; grant usage on schema c33 to :role_anon;
      create table c33.patient (id int primary key, name text, diagnosis text);
      grant select on c33.patient to :role_anon; revoke select (diagnosis) on c33.patient from :role_anon`),
  )
  const overgranted = async () => {
    const result = await runRules(await readSnapshot(db.url), {
      schemas: ['c33'],
      unauthenticatedRoles: [fill(':role_anon')],
    })
    return result.findings.filter((finding) => finding.code === 'D04').map((finding) => finding.object.name)
  }
  expect(await overgranted()).toEqual(['patient'])
  await db.run(
    fill(
      `revoke select on c33.patient from :role_anon; grant select (id, name) on c33.patient to :role_anon`,
    ),
  )
  expect(await overgranted()).toEqual([])
  await db.run('drop schema c33 cascade')
})

/** What the others say of a table depends on how many others lack comments and classes too. */
const ofOneTable = allRules.filter((rule) => !['D02', 'N02'].includes(rule.code))

/** A whole, sound table: what a rule says of it would be said of a half. */
const sound = (n: number) => `begin;
  create table c56.visit_${n} (id bigint generated always as identity primary key,
    patient_id bigint not null references c56.patient, note text check (note <> ''), at timestamptz not null default now());
  create index visit_${n}_patient on c56.visit_${n} (patient_id);
  create index visit_${n}_note on c56.visit_${n} (lower(note)) where at is not null;
  create view c56.visits_${n} with (security_invoker = true) as select id, lower(note) as note from c56.visit_${n};
  commit`
const altered = (n: number) => `begin;
  alter table c56.visit_${n} add column seen boolean not null default false, add constraint seen_${n} check (seen is not null);
  alter table c56.visit_${n} enable row level security;
  create policy own on c56.visit_${n} using (patient_id = 1 and seen) with check (patient_id = 1);
  drop policy own on c56.visit_${n}; alter table c56.visit_${n} disable row level security;
  alter table c56.visit_${n} rename column note to remark; alter table c56.visit_${n} rename column remark to note;
  commit`

test(
  '56: tables made, altered, renamed and dropped beside fifty scans fail none, and no half is a finding',
  { timeout: 300_000 },
  async () => {
    const version = (await readSnapshot(db.url)).server.version
    await db.run(
      'create schema c56; create table c56.patient (id bigint generated always as identity primary key)',
    )
    for (let n = 0; n < 6; n++)
      await db.run(version < 150_000 ? sound(n).replace(/with \(.*?\) /, '') : sound(n))
    const about = async () => {
      const result = await runRules(await readSnapshot(db.url), { schemas: ['c56'] }, { rules: ofOneTable })
      const failed = result.outcomes
        .flatMap((o) => o.unknown)
        .filter((why) => why.en.startsWith('The rule itself'))
      expect(failed).toEqual([])
      return new Set(
        result.findings
          .filter((finding) => finding.object.name.startsWith('visit'))
          .map((finding) => finding.key.replaceAll(/(visit|visits|seen)_\d+/g, '$1_n')),
      )
    }
    const quiet = await about()
    const stop = { now: false }
    const storm = (async () => {
      const client = await db.connect()
      for (let n = 0; !stop.now; n = (n + 1) % 6) {
        await client.query(altered(n))
        await client.query(`drop view c56.visits_${n}; drop table c56.visit_${n}`)
        await client.query(sound(n))
        await sleep(20)
      }
      await client.end()
    })()
    const extra = new Set<string>()
    try {
      for (let n = 0; n < 50; n++) for (const key of await about()) if (!quiet.has(key)) extra.add(key)
    } finally {
      stop.now = true
      await storm
    }
    expect([...extra]).toEqual([])
    await db.run('drop schema c56 cascade')
  },
)

test('57, 58: neither a row nor the number of statements grows with the number of tables', async () => {
  const client = await db.connect()
  const read = async () => {
    let statements = 0
    let longest = 0
    await readSnapshot({
      query(query: Reading | string) {
        statements++
        if (typeof query === 'string') return client.query(query)
        const take = query.take.bind(query)
        query.take = (row) => {
          longest = Math.max(
            longest,
            row.reduce((sum, cell) => sum + (cell?.length ?? 0), 0),
          )
          take(row)
        }
        return client.query(query)
      },
    })
    return { statements, longest }
  }
  const tables = (from: number, to: number) =>
    db.run(`do $$ begin for n in ${from}..${to} loop
      execute format('create table c57.t%s (id int primary key, a int default 1 check (a > 0), b text)', n);
      execute format('create index on c57.t%s (b); create policy p on c57.t%s using (a = 1)', n, n);
      execute format('create view c57.v%s as select * from c57.t%s', n, n); end loop; end $$`)
  await db.run('create schema c57')
  await tables(1, 3)
  const few = await read()
  await tables(4, 150)
  const many = await read()
  expect(many.longest).toBeLessThan(few.longest * 2)
  // One more when another transaction ended meanwhile: then names are looked at again.
  expect(Math.abs(many.statements - few.statements)).toBeLessThanOrEqual(1)
  await client.end()
  await db.run('drop schema c57 cascade')
})

test('each of the 64 cases has a test that carries its number', () => {
  const folder = join(process.cwd(), 'lib', 'rules')
  const named = readdirSync(folder)
    .filter((name) => /^hard-cases.*\.test\.ts$/.test(name))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/'(\d[\d, andto]*?)(?: again)?: /g),
    ])
    .flatMap(([, list = '']) => {
      const range = /^(\d+) to (\d+)$/.exec(list)
      if (!range) return (list.match(/\d+/g) ?? []).map(Number)
      return Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, at) => Number(range[1]) + at)
    })
  expect([...new Set(named)].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, at) => at + 1))
})
