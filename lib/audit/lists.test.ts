import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { cursorText } from '@/lib/db/keyset'
import { recordsAt, type Principal } from '@/lib/db/scope'
import { all, conditions, noFilter, type EntryFilter } from './filter'
import { migrationScript } from './migration'
import { listEntries } from './queries'

/*
 * Every page of every list, down and up again, against the one plain question that it stands for: all that the policies let
 * the reader see and the filter matches, by time and number. Entries of several months, of the same instant, and with
 * numbers that go against their times.
 */
const login = `t_lists_${randomBytes(4).toString('hex')}`
const clinics = Array.from({ length: 30 }, () => randomUUID())
const people = Array.from({ length: 4 }, () => randomUUID())
const patients = Array.from({ length: 3 }, () => randomUUID())
const rows = Array.from({ length: 3 }, () => randomUUID())
const [many, few, admin] = [randomUUID(), randomUUID(), randomUUID()]

let db: TestDatabase
let records: ReturnType<typeof recordsAt>

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
    grant dashboard_officer, dashboard_admin to ${login}`)
  await db.run(
    `insert into t.members select $1::uuid, 'dpo', c from unnest($4::uuid[]) c
     union all select $2, 'auditor', c from unnest($4[1:2]) c union all select $3, 'admin', $4[1]`,
    [many, few, admin, clinics],
  )
  for (const back of [5, 4, 3, 1])
    await db.run(`
      do $$ declare month timestamptz := date_trunc('month', now(), 'UTC') - interval '${back} months'; name text := 'audit_logs_' || to_char(month, 'YYYY_MM');
      begin
        execute format('create table ledger.%I partition of ledger.audit_logs for values from (%L) to (%L)', name, month, month + interval '1 month');
        execute format('alter table ledger.%I owner to ledger_owner', name);
        perform ledger.close_partition(format('ledger.%I', name)::regclass);
      end $$`)
  // Quarter hours, so that many share an instant; the last month is in the partition of the rest.
  await db.run(
    `insert into ledger.audit_logs (clinic_id, recorded_at, actor_user_id, action, outcome, table_name, record_id, patient_ref, purpose_of_use)
     select case when h % 11 > 0 then ($1::uuid[])[1 + case when h % 3 = 0 then 0 else h % 30 end] end,
            date_trunc('month', now(), 'UTC') + interval '1 day' - interval '15 minutes' * (h % 15000) - interval '20 days' * (h % 5),
            ($2::uuid[])[1 + h % 5], (array['read', 'update', 'create', 'export', 'list'])[1 + h / 7 % 5]::ledger.action,
            case when h % 40 = 0 then 'denied' else 'success' end::ledger.outcome, 'public.' || (array['a', 'b', 'c'])[1 + h / 3 % 3],
            ($4::uuid[])[1 + h % 60], case when h % 11 > 0 then ($3::uuid[])[1 + h % 9] end, case when h % 4 = 0 then 'TREAT' end
       from generate_series(1, 1500) n, lateral (select abs(hashint4(n)) as h) as drawn`,
    [clinics, people, patients, rows],
  )
  await db.run('select ledger_counts.rebuild(); analyze')
  records = recordsAt('clinic', db.urlAs(login, 'x'))
}, 60_000)

afterAll(async () => {
  await closeConnections()
  await db.drop()
  const other = await testDatabase()
  await other.run(`drop role if exists ${login}`)
  await other.drop()
})

const who = (subject: string): Principal => ({
  userId: subject,
  subject,
  email: '',
  name: '',
  role: subject === admin ? 'clinic_admin' : 'compliance_officer',
  clinics: subject === admin ? [clinics[0] as string] : [],
  clinicId: null,
  requestId: 'req-lists',
  database: 'clinic',
  locale: 'en',
})

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
const filters: Record<string, Partial<EntryFilter>> = {
  nothing: {},
  clinic: { clinic: clinics[0] as string },
  'a clinic with little': { clinic: clinics[7] as string },
  'clinic and action': { clinic: clinics[0] as string, action: ['update'] },
  'rare action': { action: ['export'] },
  refused: { outcome: 'denied' },
  person: { actor: people[1] as string },
  'person and table': { actor: people[1] as string, table: ['public.b'] },
  patient: { patient: patients[0] as string },
  'patient and purpose': { patient: patients[1] as string, purpose: 'TREAT' },
  row: { row: rows[0] as string },
  'row of a table': { row: rows[1] as string, table: ['public.a'] },
  'row, table and action': { row: rows[1] as string, table: ['public.b'], action: ['read'] },
  'person and few of many': { actor: people[1] as string, action: ['list'], table: ['public.a'] },
  'action of everyone': { action: ['list'] },
  table: { table: ['public.c'] },
  'two tables and reads': { table: ['public.a', 'public.c'], action: ['read', 'list'] },
  text: { q: 'public.b' },
  days: { since: daysAgo(100), until: daysAgo(20) },
  'clinic and days': { clinic: clinics[0] as string, since: daysAgo(70), until: daysAgo(40) },
  'after hours': { only: 'afterHours' },
  'no one’s clinic': { clinic: randomUUID() },
  'no patient': { patient: 'none' },
}

const readers: [string, string][] = [
  ['an officer of many clinics', many],
  ['an officer of two', few],
  ['an administrator', admin],
]

test.each(
  Object.entries(filters).flatMap(([name, over]) =>
    readers.map((reader) => [name, ...reader, over] as const),
  ),
)('pages by %s of %s are the whole list, down and up', async (_name, _reader, subject, over) => {
  const filter: EntryFilter = { ...noFilter, ...over }
  const [plain, down, up] = await records.read(who(subject), async (tx) => {
    const { rows: found } = await sql<{ id: string }>`
        select l.id::text as id from ledger.audit_logs l where ${all(conditions(filter))} order by l.recorded_at desc, l.id desc`.execute(
      tx,
    )
    const pages = async (turn: 'after' | 'before', start: string | null) => {
      const seen: string[][] = []
      for (let at = start; ;) {
        const one = await listEntries(tx, filter, { after: null, before: null, [turn]: at }, 23)
        seen.push(one.rows.map((row) => row.id))
        const edge = turn === 'after' ? one.rows.at(-1) : one.rows[0]
        if (!edge || !(turn === 'after' ? one.older : one.newer)) return { seen, last: one.rows.at(-1) }
        at = cursorText({ at: edge.recordedAt, id: edge.id })
      }
    }
    const first = await pages('after', null)
    const back = first.last
      ? await pages('before', cursorText({ at: first.last.recordedAt, id: first.last.id }))
      : { seen: [] }
    return [found.map((row) => row.id), first.seen.flat(), back.seen.toReversed().flat()]
  })
  expect(down).toEqual(plain)
  expect(up).toEqual(plain.slice(0, -1))
})
