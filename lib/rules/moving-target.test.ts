import { expect, test } from 'vitest'
import { testDatabase } from '@/db/test-database'
import { readSnapshot } from '../catalog/read'
import { doctorWords } from '../cli/doctor-words'
import { runRules } from './run'

/** A table with all that rules look at, in one transaction: whoever sees it sees it whole. */
const table = (n: number) => `
  create table s.t${n} (id uuid primary key default gen_random_uuid(), clinic_id uuid not null references s.clinics, code text not null,
    state text not null check (state in ('open', 'closed')), created_at timestamptz not null default now());
  create index on s.t${n} (clinic_id, created_at);
  alter table s.t${n} enable row level security; alter table s.t${n} force row level security;
  create policy own on s.t${n} using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
  comment on table s.t${n} is 'Kept. [int keep=5y]';
  ${['id', 'clinic_id', 'code', 'state', 'created_at'].map((name) => `comment on column s.t${n}.${name} is 'Said. [int]';`).join(' ')}
  create view s.v${n} with (security_invoker = true) as select id, code from s.t${n};`

test('whatever moved under the scan keeps this rule from passing, and is named in both languages', async () => {
  const db = await testDatabase()
  const snapshot = await readSnapshot(db.url)
  await db.drop()
  for (const what of ['changing', 'changing names', 'changing routines']) {
    const names = what === 'changing routines' ? undefined : ['public.a', 'public."b c"']
    const spot = {
      what,
      why: 'public.a, public."b c" moved.',
      grant: null,
      count: 2,
      ...(names && { names }),
    }
    const { outcomes } = await runRules({ ...snapshot, unreadable: [spot] }, {})
    const outcome = outcomes.find(({ rule }) => rule === 'moving-target')
    expect([what, outcome?.outcome]).toEqual([what, 'unknown'])
    expect(outcome?.unknown[0]?.pt).toContain(names ? 'public.a, public."b c"' : 'de fora: 2')
    if (names) expect(doctorWords.pt.why(spot)).toContain(names.join(', '))
  }
})

test('scans beside a loop of DDL: none fails, and none finds what a scan at rest does not', async () => {
  const db = await testDatabase()
  const tables = Array.from({ length: 6 }, (_, n) => n)
  await db.run(`create schema s; create table s.clinics (id uuid primary key); ${tables.map(table).join('')}`)
  const found = async () => (await runRules(await readSnapshot(db.url), {})).findings.map(({ key }) => key)
  const atRest = new Set(await found())
  expect([...atRest].some((key) => key.includes('s.t3'))).toBe(true)
  const stop = { now: false }
  let rounds = 0
  const storm = async () => {
    const client = await db.connect()
    for (; !stop.now; rounds++) {
      const n = rounds % tables.length
      await client.query(`begin; drop view s.v${n}; drop table s.t${n}; ${table(n)} commit`)
      await client.query(`drop view s.v${n}; drop table s.t${n}`)
      await client.query(`begin; ${table(n)} commit`)
    }
    await client.end()
  }
  const storming = storm()
  try {
    for (let scan = 0; scan < 20; scan++) {
      expect((await found()).filter((key) => !atRest.has(key))).toEqual([])
    }
  } finally {
    stop.now = true
    await storming
  }
  expect(rounds).toBeGreaterThan(20)
  await db.drop()
}, 120_000)
