import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { measure } from '@/lib/operations/measure'
import { readOperations } from '@/lib/operations/operation'
import { loadParser } from '@/lib/sql/parse'
import { installReference } from '../reference/files'
import { testDatabase, type TestDatabase } from '../test-database'
import { CopyIn } from './copy'
import { finish, load } from './load'

const volume = { clinics: 2, patients: 300, visits: 8, years: 1, today: new Date('2026-11-20T12:00:00Z') }
const databases: TestDatabase[] = []
let plain: TestDatabase
let loaded: TestDatabase

async function made(): Promise<TestDatabase> {
  const database = await testDatabase()
  databases.push(database)
  const client = await database.connect()
  await installReference(client)
  await client.end()
  return database
}

beforeAll(async () => {
  plain = await made()
  loaded = await made()
  await load(loaded.url, volume, () => undefined)
  await finish(loaded.url, () => undefined)
}, 120_000)
afterAll(async () => {
  for (const database of databases) await database.drop()
})

test('triggers, indexes and constraints are afterwards as they were', async () => {
  // The partitions of the years that were loaded, and of the next one.
  await plain.run(`select app.make_partitions('2025-10-21', '2027-11-20')`)
  for (const sql of [
    `select tgrelid::regclass::text as at, tgname, tgenabled from pg_trigger t join pg_class c on c.oid = t.tgrelid
      where c.relnamespace = 'public'::regnamespace and not tgisinternal order by 1, 2`,
    `select tgrelid::regclass::text as at, tgenabled, count(*) from pg_trigger where tgisinternal group by 1, 2 order by 1, 2`,
    `select indexdef from pg_indexes where schemaname = 'public' order by 1`,
    `select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`,
    `select conrelid::regclass::text, conname from pg_constraint where confrelid::regclass::text !~ '^pg_' order by 1, 2`,
    `select evtname, evtenabled from pg_event_trigger order by 1`,
  ])
    expect(await loaded.run(sql)).toEqual(await plain.run(sql))
})

test('entries carry the proof that the sealing trigger would have made', async () => {
  const [row] = await loaded.run<{ all: number; differing: number }>(`
    set timezone = 'UTC'; set datestyle = 'ISO';
    select count(*)::int as all, (count(*) filter (where
      content_sha256 <> sha256(convert_to(jsonb_build_array(patient_id, professional_id, entry_type, visit_date, chief_complaint, history, exam,
        assessment, treatment_plan, icd_codes, version, author_name, author_council, author_license)::text, 'UTF8'))
      or chain_hash <> sha256(content_sha256)))::int as differing
    from medical_records`)
  expect(row?.all).toBeGreaterThan(100)
  expect(row?.differing).toBe(0)
  const [chart] = await loaded.run<{ unsaid: number }>(
    `select count(*)::int as unsaid from digital_signatures s join medical_records r on r.id = s.document_id where r.signature_id <> s.id or r.content_sha256 <> s.document_sha256`,
  )
  expect(chart?.unsaid).toBe(0)
})

test('the audit log says that the rows were not recorded', async () => {
  const entries = await loaded.run(
    `select action, purpose_of_use, count(*)::int as n from ledger.audit_logs group by 1, 2 order by 1`,
  )
  expect(entries).toEqual([
    { action: 'read', purpose_of_use: 'care', n: volume.patients },
    { action: 'backup', purpose_of_use: 'synthetic rows loaded by COPY with capture off', n: 1 },
  ])
  const [said] = await loaded.run<{ record_count: number }>(
    `select record_count from ledger.audit_logs where action = 'backup'`,
  )
  expect(said?.record_count).toBeGreaterThan(volume.patients * volume.visits)
})

test('the same volume and day give the same rows', async () => {
  const again = await made()
  await load(again.url, volume, () => undefined)
  const digest = `select md5(string_agg(t::text, '' order by id)) as sum from (select id, full_name, birth_date, cpf_bidx from patients) t
    union all select md5(string_agg(t::text, '' order by id)) from (select id, patient_id, during, status from appointments) t`
  expect(await again.run(digest)).toEqual(await loaded.run(digest))
})

test('every operation finds something to measure, under row security', async () => {
  await loadParser()
  await loaded.run(`alter role tabellion_meter password 'meter'`)
  const client = await loaded.connect(loaded.urlAs('tabellion_meter', 'meter'))
  const unknown: string[] = []
  for (const operation of readOperations(join(import.meta.dirname, '../reference/operations'))) {
    const { outcome, reason } = await measure(client, operation, { runs: 2 })
    if (outcome === 'unknown') unknown.push(`${operation.id}: ${reason}`)
  }
  await client.end()
  expect(unknown).toEqual([])
})

test('a load wants an empty schema, and says so', async () => {
  await expect(load(loaded.url, volume, () => undefined)).rejects.toThrow(/clinics in this database already/)
  await expect(finish(loaded.url, () => undefined)).rejects.toThrow(/No load was begun/)
})

test('COPY carries any text, and an error of the server ends it', async () => {
  await plain.run('create table texts (n int primary key, t text)')
  const client = await plain.connect()
  const odd = ['\\N', 'a\tb', 'line\nend\r', '\\.', 'back\\slash', 'ção', '']
  const copy = new CopyIn(client, 'texts', ['n', 't'])
  for (const [n, text] of odd.entries()) await copy.add([n, text])
  await copy.add([99, null])
  await copy.end()
  const rows = await plain.run<{ t: string | null }>('select t from texts order by n')
  expect(rows.map(({ t }) => t)).toEqual([...odd, null])
  const twice = new CopyIn(client, 'texts', ['n', 't'])
  await twice.add([1, 'again'])
  await expect(twice.end()).rejects.toMatchObject({ code: '23505' })
  const other: Client = client
  expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await client.end()
})
