import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { recordsAt, type Principal } from '@/lib/db/scope'
import { noFilter, type EntryFilter } from './filter'
import { migrationScript } from './migration'
import { countEntries, listEntries } from './queries'
import { buckets, isCounted, isMonths, rollupOf, tallies, tallyActors, tallyClinics } from './rollup'

const login = `t_roll_${randomBytes(4).toString('hex')}`
const [aurora, brisa, cedro] = [randomUUID(), randomUUID(), randomUUID()]
const [ana, bia] = [randomUUID(), randomUUID()]

let db: TestDatabase
let records: ReturnType<typeof recordsAt>

/** Whoever asks; which clinics that gives stands in `t.members`. */
const who = (subject: string, role: Principal['role'] = 'compliance_officer'): Principal => ({
  userId: subject,
  subject,
  email: '',
  name: '',
  role,
  clinics: role === 'clinic_admin' ? [aurora] : [],
  clinicId: null,
  requestId: 'req-rollup',
  database: 'clinic',
  locale: 'en',
})
const [all, some, admin, nobody] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]

beforeAll(async () => {
  db = await testDatabase()
  await db.run(migrationScript('ledger', process.cwd()))
  await db.run(`
    create schema t;
    create table t.members (user_id uuid, role text, clinic_id uuid);
    create or replace function ledger.clinics_of(variadic roles text[]) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select coalesce(array_agg(distinct clinic_id), '{}') from t.members
          where user_id = nullif(current_setting('app.user_id', true), '')::uuid and role = any (roles) $$;
    alter function ledger.clinics_of(text[]) owner to current_user;
    grant execute on function ledger.clinics_of(text[]) to ledger_owner;
    create role ${login} login noinherit password 'x';
    grant dashboard_officer, dashboard_admin to ${login};
    create table public.visits (id uuid primary key default gen_random_uuid(), clinic_id uuid, status text);
    comment on column public.visits.status is 'Status. [int]';
    select ledger.watch('public.visits')`)
  await db.run(
    `insert into t.members values ($1, 'dpo', $4), ($1, 'dpo', $5), ($1, 'auditor', $6), ($2, 'dpo', $4), ($2, 'dpo', $5), ($3, 'admin', $4)`,
    [all, some, admin, aurora, brisa, cedro],
  )
  await visits(aurora, 5, ana)
  await visits(brisa, 3, bia)
  await visits(cedro, 2, bia)
  await db.run(`update public.visits set status = 'late' where clinic_id = '${aurora}'`)
  await db.run(`select ledger.record_event('login', 'denied')`)
  records = recordsAt('clinic', db.urlAs(login, 'x'))
})

afterAll(async () => {
  await closeConnections()
  await db.drop()
  const other = await testDatabase()
  await other.run(`drop role if exists ${login}`)
  await other.drop()
})

async function visits(clinic: string, count: number, actor: string) {
  const client = await db.connect()
  await client.query(`select set_config('app.user_id', $1, false)`, [actor])
  await client.query(
    `insert into public.visits (clinic_id, status) select $1, 'booked' from generate_series(1, $2::int)`,
    [clinic, count],
  )
  await client.end()
}

const rollUp = async () => (await db.run<{ n: string | null }>('select ledger_counts.roll_up() as n'))[0]?.n

/** What the counts say against what the log holds, each grouped alike; empty when they agree. */
const differences = () =>
  db.run(`
    with held as (
      select coalesce(clinic_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff') as scope, (recorded_at at time zone 'America/Sao_Paulo')::date as day,
        action, outcome, coalesce(table_name, '') as table_name, actor_user_id from ledger.audit_logs
      union all
      select '00000000-0000-0000-0000-000000000000', (recorded_at at time zone 'America/Sao_Paulo')::date, action, outcome, coalesce(table_name, ''), actor_user_id
        from ledger.audit_logs
    )
    select 'day' as what, * from (
      (select scope::text, day::text, action::text, outcome::text, count(*) from held group by 1, 2, 3, 4
       except select scope::text, day::text, action::text, outcome::text, entries from ledger_counts.day)
      union all
      (select scope::text, day::text, action::text, outcome::text, entries from ledger_counts.day
       except select scope::text, day::text, action::text, outcome::text, count(*) from held group by 1, 2, 3, 4)) d
    union all
    select 'month', * from (
      (select scope::text, date_trunc('month', day)::date::text, action::text, table_name, count(*) from held group by 1, 2, 3, 4
       except select scope::text, month::text, action::text, table_name, sum(entries) from ledger_counts.month group by 1, 2, 3, 4)) m
    union all
    select 'kind', * from (
      (select scope::text, outcome::text, action::text, table_name, count(*) from held group by 1, 2, 3, 4
       except select scope::text, outcome::text, action::text, table_name, entries from ledger_counts.kind)) k
    union all
    select 'actor', * from (
      (select scope::text, '', actor_user_id::text, '', count(*) from held where actor_user_id is not null group by 1, 3
       except select scope::text, '', actor_user_id::text, '', entries from ledger_counts.actor)) a
    union all
    select 'scope', * from (
      (select scope::text, '', '', '', count(*) from held group by 1 except select scope::text, '', '', '', entries from ledger_counts.scope)) s`)

test('The counts agree with the log, and counting again adds nothing', async () => {
  await rollUp()
  expect(await differences()).toEqual([])
  expect(await rollUp()).toBe('0')
  await visits(aurora, 4, ana)
  expect(await differences()).not.toEqual([])
  expect(await rollUp()).toBe('4')
  expect(await differences()).toEqual([])
})

test('What commits late is counted once, and what rolls back never', async () => {
  const late = await db.connect()
  const lost = await db.connect()
  await late.query(`begin; insert into public.visits (clinic_id, status) values ('${brisa}', 'late')`)
  await lost.query(`begin; insert into public.visits (clinic_id, status) values ('${brisa}', 'lost')`)
  await visits(brisa, 1, bia)
  expect(await rollUp()).toBe('1')
  await lost.query('rollback')
  await late.query('commit')
  expect(await rollUp()).toBe('1')
  expect(await rollUp()).toBe('0')
  expect(await differences()).toEqual([])
  await late.end()
  await lost.end()
})

test('Two at once: one counts, the other goes away, and nothing is counted twice', async () => {
  const first = await db.connect()
  await visits(cedro, 3, bia)
  await first.query('begin')
  await first.query('select ledger_counts.roll_up()')
  expect(await rollUp()).toBeNull()
  await first.query('commit')
  await first.end()
  expect(await rollUp()).toBe('0')
  expect(await differences()).toEqual([])
})

test('One that is killed has counted nothing', async () => {
  await visits(aurora, 2, ana)
  const killed = await db.connect()
  killed.on('error', () => undefined)
  await killed.query('begin')
  await killed.query('select ledger_counts.roll_up()')
  await killed.query('rollback')
  await killed.end()
  expect(await rollUp()).toBe('2')
  expect(await differences()).toEqual([])
})

test('After a restore into another server everything is counted anew', async () => {
  await db.run(
    `update ledger_counts.state set system_identifier = 1; update ledger_counts.day set entries = entries + 7`,
  )
  expect(await differences()).not.toEqual([])
  await rollUp()
  expect(await differences()).toEqual([])
})

test('When a month leaves for an archive everything is counted anew', async () => {
  await db.run(`update ledger_counts.month set entries = entries + 7`)
  await rollUp()
  expect(await differences()).not.toEqual([])
  await db.run(
    `insert into ledger.archive (part, ids, entries, file_hash, event_id) values ('audit_logs_2020_01', '{[1,2)}', 1, sha256('x'), gen_random_uuid())`,
  )
  await rollUp()
  expect(await differences()).toEqual([])
})

test('A reader is counted what the reader may list: all, two of three clinics, one clinic, none', async () => {
  await rollUp()
  const seen = (subject: string, role?: Principal['role']) =>
    records.read(who(subject, role), async (tx) => ({
      listed: await countEntries(tx, noFilter),
      tallied: (await tallies(tx, noFilter)).reduce((sum, each) => sum + each.entries, 0),
      byDay: (await buckets(tx, noFilter, 'day')).reduce((sum, each) => sum + each.entries, 0),
      byMonth: (await buckets(tx, noFilter, 'month')).reduce((sum, each) => sum + each.entries, 0),
      clinics: (await tallyClinics(tx)).reduce((sum, each) => sum + each.entries, 0),
      people: (await tallyActors(tx, 300)).map((each) => each.id).sort(),
    }))
  for (const [subject, role, people] of [
    [all, 'compliance_officer', [ana, bia]],
    [some, 'compliance_officer', [ana, bia]],
    [admin, 'clinic_admin', [ana]],
    [nobody, 'compliance_officer', []],
  ] as const) {
    const { listed, people: known, ...counts } = await seen(subject, role)
    expect(Object.values(counts)).toEqual([listed, listed, listed, listed])
    expect(known).toEqual([...people].sort())
  }
  expect((await seen(all)).listed).toBeGreaterThan((await seen(some)).listed)
  expect((await seen(some)).listed).toBeGreaterThan((await seen(admin, 'clinic_admin')).listed)
})

test('A clinic’s administrator gets no row of another clinic or of the whole log, not even by asking for it', async () => {
  const scopes = (await db.run<{ scope: string }>('select scope from ledger_counts.scope')).map(
    (row) => row.scope,
  )
  expect(scopes.length).toBe(5)
  await records.read(who(admin, 'clinic_admin'), async (tx) => {
    for (const clinic of scopes.filter((scope) => scope !== aurora)) {
      expect(await tallies(tx, { ...noFilter, clinic })).toEqual([])
      expect(await buckets(tx, { ...noFilter, clinic }, 'day')).toEqual([])
    }
    expect((await tallyClinics(tx)).map((each) => each.id)).toEqual([aurora])
  })
})

test('Nobody who reads the counts may change them', async () => {
  for (const table of ['day', 'month', 'kind', 'actor', 'scope', 'state'])
    for (const role of ['dashboard_officer', 'dashboard_admin', 'ledger_sealer', 'app_rw'])
      for (const right of ['insert', 'update', 'delete', 'truncate'])
        expect(
          await db.run(`select has_table_privilege('${role}', 'ledger_counts.${table}', '${right}') as may`),
        ).toEqual([{ may: false }])
})

test('Filters narrow the counts as they narrow the list', async () => {
  const today = (
    await db.run<{ day: string }>(
      `select to_char(now() at time zone 'America/Sao_Paulo', 'YYYY-MM-DD') as day`,
    )
  )[0]?.day
  const day = today ?? ''
  await records.read(who(all), async (tx) => {
    const at = await rollupOf(tx)
    expect(at?.zone).toBe('America/Sao_Paulo')
    for (const over of [
      { action: ['update'] },
      { outcome: 'denied' },
      { clinic: brisa },
      { since: day, until: day },
      { since: '2020-01-01', until: '2020-01-31' },
    ] as Partial<EntryFilter>[]) {
      const filter = { ...noFilter, ...over }
      expect(at && isCounted(filter, at)).toBe(true)
      const counted = (await buckets(tx, filter, 'day')).reduce((sum, each) => sum + each.entries, 0)
      expect(counted, JSON.stringify(over)).toBe(await countEntries(tx, filter))
    }
    const table = { ...noFilter, table: ['public.visits'] }
    expect((await buckets(tx, table, 'month')).reduce((sum, each) => sum + each.entries, 0)).toBe(
      await countEntries(tx, table),
    )
    expect(at && isCounted({ ...noFilter, actor: ana }, at)).toBe(false)
    expect(at && isCounted({ ...noFilter, since: day, zone: 'America/Manaus' }, at)).toBe(false)
  })
})

test.each([
  [null, null, true],
  ['2026-02-01', '2026-02-28', true],
  ['2026-02-01', '2026-02-27', false],
  ['2026-02-02', null, false],
  [null, '2024-02-29', true],
])('Days from %s to %s are whole months: %s', (since, until, whole) => {
  expect(isMonths({ ...noFilter, since, until })).toBe(whole)
})

test('The same list whatever way it is read: many clinics, few, one; sealed or not, clinic and purpose filters', async () => {
  const ids = (filter: Partial<EntryFilter>, subject = all) =>
    records.read(who(subject), async (tx) =>
      (await listEntries(tx, { ...noFilter, ...filter }, { after: null, before: null }, 1000)).rows.map(
        (row) => row.id,
      ),
    )
  const merged = await ids({})
  await db.run(`insert into t.members select $1, 'dpo', gen_random_uuid() from generate_series(1, 30)`, [all])
  expect(await ids({})).toEqual(merged)
  expect(await ids({ clinic: brisa })).toEqual(await ids({ clinic: brisa }, some))
  expect((await ids({ clinic: brisa })).length).toBeGreaterThan(0)
  expect(await ids({ clinic: cedro }, some)).toEqual([])
  expect(await ids({ sealed: true })).toEqual([])
  expect(await ids({ sealed: false })).toEqual(merged)
  expect(await ids({ purpose: 'TREAT' })).toEqual([])
})

test.each(majors())('The ledger with its counts installs on %i and counts', async (major) => {
  const other = await testDatabase(major)
  try {
    await other.run(migrationScript('ledger', process.cwd()))
    await other.run(`
      create table public.visits (id int primary key, clinic_id uuid);
      select ledger.watch('public.visits');
      insert into public.visits select n, null from generate_series(1, 3) n`)
    expect(await other.run('select ledger_counts.roll_up() as n')).toEqual([{ n: '3' }])
    expect(await other.run('select entries from ledger_counts.scope order by scope')).toEqual([
      { entries: '3' },
      { entries: '3' },
    ])
  } finally {
    await other.drop()
  }
})
