import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTwoClinics } from '@/db/reference/two-clinics'
import { type TestDatabase } from '@/db/test-database'
import { referenceDatabase } from '@/db/test-reference'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeConnections } from '@/lib/db/client'
import { makeCheckpoint } from './checkpoint'
import { exportSegment } from './export'
import { ledgerKeys, trustedKeys } from './keys'
import { seal } from './seal'
import { verify } from './verify'

/** A word of this test's own, put into protected columns alone. */
const marker = 'qzxPLANTEDqzx'

let db: TestDatabase
const home = mkdtempSync(join(tmpdir(), 'tabellion-markers-'))

beforeAll(async () => {
  db = await referenceDatabase()
  const client = await db.connect()
  await makeTwoClinics(client)
  await client.query('reset role')
  // Every protected text column that takes free words gets the marker, one at a time; what a check refuses stays.
  const { rows } = await client.query<{ relation: string; name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as relation, a.attname as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_trigger t on t.tgrelid = c.oid and t.tgname = 'ledger_capture'
     where a.atttypid in ('text'::regtype, 'jsonb'::regtype) and a.attgenerated = '' and ledger.class_of(c.oid, a.attnum) in ('pers', 'sens', 'sec')
       and n.nspname = 'public'`)
  let planted = 0
  for (const { relation, name } of rows) {
    const changed = await client
      .query(`update ${relation} set ${name} = to_jsonb('${marker}' || '${name}'::text) #>> '{}'`)
      .catch(() => client.query(`update ${relation} set ${name} = to_jsonb('${marker}'::text)`))
      .catch(() => ({ rowCount: 0 }))
    if ((changed.rowCount ?? 0) > 0) planted++
  }
  expect(planted).toBeGreaterThan(8)
  await client.end()
}, 60_000)
afterAll(async () => {
  await closeConnections()
  await db.drop()
  rmSync(home, { recursive: true })
})

test('no planted value is anywhere in the schema of the log, its exports or its reports', async () => {
  await seal(db.url, 't')
  await makeCheckpoint(db.url, 't', [ledgerKeys(home).current])
  const lines: string[] = []
  await exportSegment(db.url, 't', {}, async (line) => void lines.push(line))
  expect(lines.length).toBeGreaterThan(50)
  const report = await verify(db.url, 't', { trusted: trustedKeys(home) })
  expect(report.checks.flatMap((check) => check.problems)).toEqual([])
  expect(report.verdict).toBe('intact')
  const tables = await db.run<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c where c.relnamespace = 'ledger'::regnamespace and c.relkind in ('r', 'p')`,
  )
  const leaks: string[] = []
  for (const { name } of tables) {
    const [row] = await db.run<{ n: number }>(
      `select count(*)::int as n from ${name} t where strpos(t::text, '${marker}') > 0 or strpos(encode(convert_to(t::text, 'UTF8'), 'hex'), encode(convert_to('${marker}', 'UTF8'), 'hex')) > 0`,
    )
    if (row?.n) leaks.push(name)
  }
  if (lines.some((line) => line.includes(marker))) leaks.push('export')
  if (JSON.stringify(report).includes(marker)) leaks.push('report')
  expect(leaks).toEqual([])
  // The marker was really written where it must not be read from.
  const [there] = await db.run<{ n: number }>(
    `select count(*)::int as n from public.patients p where p::text like '%${marker}%'`,
  )
  expect(there?.n).toBeGreaterThan(0)
})
