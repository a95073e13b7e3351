import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { recordsAt, type Principal } from '@/lib/db/scope'
import { closeConnections } from '@/lib/db/client'
import { cursorText } from '@/lib/db/keyset'
import { csv } from '@/lib/output/csv'
import { readSnapshot } from '@/lib/catalog/read'
import { isDay, noFilter, type EntryFilter } from './filter'
import { listActors, listTables } from './known'
import { beginExport, everyEntry, exportHead, exportRow } from './export'
import { ledgerNeeds, missingFrom } from './installed'
import { maskFor } from './masking'
import { migrationScript } from './migration'
import { countEntries, getEntry, listEntries, type Entry } from './queries'
import { oncePerQuery, recordEvent, soleClinic } from './record'

const login = `t_audit_${randomBytes(4).toString('hex')}`
const ours = randomUUID()
const theirs = randomUUID()
const person = randomUUID()

let db: TestDatabase
let records: ReturnType<typeof recordsAt>

const principal = (over: Partial<Principal> = {}): Principal => ({
  userId: randomUUID(),
  subject: person,
  email: 'officer@example.org',
  name: 'Officer',
  role: 'compliance_officer',
  clinics: [],
  clinicId: null,
  requestId: 'req-audit-test',
  database: 'clinic',
  locale: 'en',
  ...over,
})

const start = { after: null, before: null }

beforeAll(async () => {
  db = await testDatabase()
  await db.run(migrationScript('ledger', process.cwd()))
  // The reference keeps memberships; here one person watches one clinic.
  await db.run(`create or replace function ledger.clinics_of(variadic roles text[]) returns uuid[]
    language sql stable as $$ select array['${ours}'::uuid] $$`)
  await db.run(`
    create table public.notes (id uuid primary key default gen_random_uuid(), clinic_id uuid, patient_id uuid,
      title text, body text, phone text);
    comment on column public.notes.title is 'Title. [int]';
    comment on column public.notes.body is 'Text. [sens free]';
    comment on column public.notes.phone is 'Telephone. [pers]';
    select ledger.watch('public.notes')`)
  await db.run(
    `create role ${login} login noinherit password 'x'; grant dashboard_officer, dashboard_admin, dashboard_viewer to ${login}`,
  )
  records = recordsAt('clinic', db.urlAs(login, 'x'))
})

afterAll(async () => {
  await closeConnections()
  await db.drop()
  const other = await testDatabase()
  await other.run(`drop role if exists ${login}`)
  await other.drop()
})

const note = (clinic: string, title: string, patient: string | null = null) =>
  db.run(
    `insert into public.notes (clinic_id, patient_id, title, body, phone) values ($1, $2, $3, 'secret text', '11 planted')`,
    [clinic, patient, title],
  )

const all = (filter: Partial<EntryFilter> = {}) =>
  records.read(principal(), (tx) => listEntries(tx, { ...noFilter, ...filter }, start, 1000))

test('The script that a page offers installs the ledger, and the catalog then says nothing is missing', async () => {
  const snapshot = await readSnapshot(db.url)
  expect(missingFrom(snapshot, ledgerNeeds)).toEqual([])
  const bare = await testDatabase()
  try {
    expect(missingFrom(await readSnapshot(bare.url), ledgerNeeds)).toEqual([
      'ledger.audit_logs',
      'ledger.record_event()',
      'ledger.clinics_of()',
      'ledger.same_patient()',
      'ledger.reach_of()',
      'ledger.page_of()',
    ])
  } finally {
    await bare.drop()
  }
})

test('Paging by keyset gives each entry once, forwards and backwards, though a transaction shares its instant', async () => {
  // Groups of seven share an instant, a microsecond from the next: the order must hold by number alone.
  await db.run(`insert into ledger.audit_logs (clinic_id, action, table_name, occurred_at, recorded_at)
    select '${ours}', 'read', 'public.notes', at, at
      from generate_series(1, 140) i, lateral (select timestamptz '2026-03-01 12:00Z' + (i / 7) * interval '1 microsecond') t (at)`)
  const seen: string[] = []
  const pages: { first: Entry; last: Entry }[] = []
  for (let after: string | null = null; ;) {
    const page = await records.read(principal(), (tx) =>
      listEntries(tx, { ...noFilter, table: ['public.notes'] }, { after, before: null }, 25),
    )
    seen.push(...page.rows.map((row) => row.id))
    const [first] = page.rows
    const last = page.rows.at(-1)
    if (!first || !last) break
    pages.push({ first, last })
    if (!page.older) break
    after = cursorText({ at: last.recordedAt, id: last.id })
  }
  expect(seen.length).toBeGreaterThanOrEqual(140)
  expect(new Set(seen).size).toBe(seen.length)
  const second = pages[1]!
  const back = await records.read(principal(), (tx) =>
    listEntries(
      tx,
      { ...noFilter, table: ['public.notes'] },
      { after: null, before: cursorText({ at: second.first.recordedAt, id: second.first.id }) },
      25,
    ),
  )
  expect(back.rows.map((row) => row.id)).toEqual(seen.slice(0, 25))
  expect(back).toMatchObject({ newer: false, older: true })
})

test('A cursor keeps microseconds, and a hostile one is the first page', async () => {
  const page = await all()
  expect(page.rows[0]?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  for (const after of [
    'x',
    "'; drop table",
    cursorText({ at: '2026-01-01', id: '1 or true' }),
    'a'.repeat(5000),
  ]) {
    const same = await records.read(principal(), (tx) =>
      listEntries(tx, noFilter, { after, before: null }, 5),
    )
    expect(same.rows.map((r) => r.id)).toEqual(page.rows.slice(0, 5).map((r) => r.id))
  }
})

test('Another clinic’s entries do not come, by list, by number, by count or by export', async () => {
  await note(theirs, 'theirs')
  const [hidden] = await db.run<{ id: string }>(
    `select id::text from ledger.audit_logs where clinic_id = '${theirs}' limit 1`,
  )
  expect((await all()).rows.every((row) => row.clinicId !== theirs)).toBe(true)
  expect(await records.read(principal(), (tx) => getEntry(tx, hidden!.id))).toBeNull()
  const exported = await exportAll(noFilter)
  expect(exported.some((row) => row.clinicId === theirs)).toBe(false)
  const counted = await records.read(principal(), (tx) => countEntries(tx, noFilter))
  expect(counted).toBe(exported.length)
})

/** Every entry of an export, as it is taken. */
async function exportAll(filter: EntryFilter): Promise<Entry[]> {
  const found: Entry[] = []
  for await (const rows of everyEntry((work) => records.read(principal(), work), filter)) found.push(...rows)
  return found
}

test('An export is recorded with its count before it leaves, has no limit, and holds what was there then', async () => {
  await db.run(
    `insert into public.notes (clinic_id, title) select $1, 'bulk ' || n from generate_series(1, 2500) n`,
    [ours],
  )
  const late = await db.connect()
  await late.query(
    `begin; insert into public.notes (clinic_id, title) values ('${ours}', 'not committed yet')`,
  )
  const taken = await records.write(principal(), (tx) =>
    beginExport(tx, noFilter, { bound: null, fields: ['q'] }),
  )
  await late.query('commit')
  await late.end()
  await note(ours, 'later')
  const [entry] = (await all({ action: ['export'] })).rows
  expect(entry).toMatchObject({
    action: 'export',
    recordCount: taken.count,
    changedFields: ['q'],
    clinicId: ours,
  })
  const found = await exportAll(taken.filter)
  expect(taken.count).toBeGreaterThan(2500)
  expect(found).toHaveLength(taken.count)
  expect(new Set(found.map((row) => row.id)).size).toBe(taken.count)
  expect(await exportAll(noFilter)).toHaveLength(taken.count + 3)
})

test('A DBA has no role to read with, and a viewer no right on the log', async () => {
  await expect(
    records.read(principal({ role: 'dba' }), (tx) => listEntries(tx, noFilter, start)),
  ).rejects.toMatchObject({
    kind: 'denied',
  })
  await expect(
    records.read(principal({ role: 'viewer' }), (tx) => listEntries(tx, noFilter, start)),
  ).rejects.toMatchObject({ kind: 'denied' })
})

test('Personal and sensitive values are never in an entry, nor in its export', async () => {
  await note(ours, '=1+1')
  const { rows } = await all({ q: 'notes' })
  const entry = rows[0]!
  expect(entry.newValues).not.toHaveProperty('phone')
  expect(JSON.stringify(rows)).not.toMatch(/secret text|planted/)
  const text = csv([exportHead, exportRow(entry, maskFor(await readSnapshot(db.url), entry.tableName))])
  expect(text).toContain('phone: •••• → ••••')
  expect(text).not.toMatch(/secret text|planted/)
})

test('A log that something else filled with values is masked by the columns’ classes', async () => {
  const isMasked = maskFor(await readSnapshot(db.url), 'public.notes')
  expect([isMasked('phone'), isMasked('body'), isMasked('title')]).toEqual([true, true, false])
  const [entry] = (await all({ q: 'notes' })).rows
  const leaking = { ...entry!, newValues: { phone: '11 planted', title: 'x' } }
  expect(csv([exportRow(leaking, isMasked)])).not.toContain('planted')
})

test('A cell that a spreadsheet would run is defused', async () => {
  expect(csv([['=HYPERLINK("http://x")', '@a', '+1', '-1', '\tx']])).toBe(
    `"'=HYPERLINK(""http://x"")",'@a,'+1,'-1,'\tx\r\n`,
  )
})

test('Filters narrow by table, action, outcome, field, row, patient, day, and mean the words as they stand', async () => {
  const patient = randomUUID()
  await note(ours, 'of a patient', patient)
  const about = await all({ patient })
  expect(about.rows).toHaveLength(1)
  const row = about.rows[0]!
  await db.run(`update public.notes set title = 'other' where id = $1`, [row.recordId])
  expect((await all({ row: row.recordId, table: ['public.notes'] })).rows.map((r) => r.action)).toEqual([
    'update',
    'create',
  ])
  expect((await all({ action: ['update'] })).rows.every((r) => r.action === 'update')).toBe(true)
  expect((await all({ outcome: 'denied' })).rows).toEqual([])
  expect((await all({ q: 'phone' })).rows.length).toBeGreaterThan(0)
  expect((await all({ q: '%' })).rows).toEqual([])
  expect((await all({ q: 'pub_ic' })).rows).toEqual([])
  expect((await all({ patient: 'not a uuid' })).rows).toEqual([])
  expect((await all({ since: '2999-01-01' })).rows).toEqual([])
  expect((await all({ since: '2001-01-01', until: '2998-12-31' })).rows.length).toBeGreaterThan(0)
  expect([isDay('2026-02-30'), isDay('2026-02-28'), isDay("2026-01-01'")]).toEqual([false, true, false])
})

test('Reading the log is an entry of the log, once, and reading that does not go on for ever', async () => {
  const before = await records.read(principal(), (tx) => countEntries(tx, noFilter))
  const readOnce = () =>
    records.write(principal(), async (tx) => {
      const page = await listEntries(tx, noFilter, start)
      await recordEvent(tx, {
        action: 'list',
        table: 'ledger.audit_logs',
        clinic: soleClinic(page.rows, null),
        count: page.rows.length,
        fields: ['q'],
      })
      return page
    })
  await readOnce()
  await readOnce()
  expect(await records.read(principal(), (tx) => countEntries(tx, noFilter))).toBe(before + 2)
  const [last] = (await all()).rows
  expect(last).toMatchObject({
    action: 'list',
    tableName: 'ledger.audit_logs',
    actorUserId: person,
    component: 'tabellion',
    requestId: 'req-audit-test',
    recordCount: 50,
    changedFields: ['q'],
    sessionRole: login,
  })
})

test('A read that cannot be recorded does not happen', async () => {
  await expect(
    records.read(principal(), async (tx) => {
      await listEntries(tx, noFilter, start)
      await recordEvent(tx as never, { action: 'list', table: 'ledger.audit_logs', clinic: ours })
    }),
  ).rejects.toMatchObject({ kind: 'denied' })
})

test('Asking for what is not one’s own leaves an entry that says denied', async () => {
  const asked = randomUUID()
  await records.write(principal(), (tx) =>
    recordEvent(tx, {
      action: 'read',
      outcome: 'denied',
      table: 'public.notes',
      clinic: ours,
      record: asked,
    }),
  )
  expect((await all({ outcome: 'denied' })).rows).toMatchObject([{ action: 'read', recordId: asked }])
})

test('Nobody makes up a change through the function that records reads', async () => {
  await expect(
    records.write(principal(), (tx) =>
      recordEvent(tx, { action: 'update' as never, table: 'public.notes', clinic: ours }),
    ),
  ).rejects.toThrow()
})

test('The tables and people on offer are those of the reader’s own entries', async () => {
  const [tables, actors] = await records.read(
    principal(),
    async (tx) => [await listTables(tx), await listActors(tx)] as const,
  )
  expect(tables).toEqual(['ledger.audit_logs', 'public.notes'])
  expect(actors).toEqual([person])
})

test('The same question within a minute is one read, and a failed one was not asked', async () => {
  const asked: boolean[] = []
  const ask = (now: number) => oncePerQuery('who', async (first) => void asked.push(first), now)
  await ask(1000)
  await ask(2000)
  await ask(70_000)
  await expect(oncePerQuery('failing', () => Promise.reject(new Error('no')), 1)).rejects.toThrow('no')
  await oncePerQuery('failing', async (first) => void asked.push(first), 2)
  expect(asked).toEqual([true, false, true, true])
})
