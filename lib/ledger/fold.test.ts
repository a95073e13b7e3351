import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installLedger } from '@/db/reference/files'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { makeCheckpoint } from './checkpoint'
import { ledgerKeys, trustedKeys } from './keys'
import type { Report } from './report'
import { seal } from './seal'
import { verify, type VerifyOptions } from './verify'

const home = mkdtempSync(join(tmpdir(), 'tabellion-fold-'))
const sizes: number[] = []
let db: TestDatabase

// A block that is wider than what one question reads, then some of a few entries, one of them of two transactions out of order.
beforeAll(async () => {
  db = await testDatabase()
  const client = await db.connect()
  await installLedger(client)
  await client.query(
    `create table public.notes (id bigint primary key, clinic_id uuid); select ledger.watch('public.notes')`,
  )
  await add(17_000)
  await add(1)
  const late = await db.connect()
  await late.query('begin')
  await late.query('insert into public.notes values (100001, null)')
  await add(2)
  await late.query('commit')
  await late.end()
  await add(1)
  await add(260)
  await client.end()
})
afterAll(async () => {
  await closeConnections()
  await db.drop()
  rmSync(home, { recursive: true })
})

async function add(count: number): Promise<void> {
  await db.run(
    `insert into public.notes select n, null from generate_series((select count(*) from public.notes) + 1, (select count(*) from public.notes) + ${count}) n`,
  )
  const { size } = await seal(db.url, 't')
  sizes.push(size ?? 0)
  await makeCheckpoint(db.url, 't', [ledgerKeys(home).current])
}

const verified = (over: Partial<VerifyOptions> = {}): Promise<Report> =>
  verify(db.url, 't', { trusted: trustedKeys(home), rows: false, ...over })
const problems = (report: Report) => report.checks.flatMap((check) => check.problems)

test('Blocks wider and narrower than what is read at once are intact, with one connection and with three', async () => {
  expect(sizes).toEqual([17_000, 17_001, 17_003, 17_005, 17_265])
  for (const workers of [1, 3]) {
    let reached = 0
    const report = await verified({ workers, onProgress: (done) => (reached = done) })
    expect(problems(report)).toEqual([])
    expect([report.verdict, report.from, report.to, reached]).toEqual(['intact', 0, 17_265, 17_265])
    expect(report.checks.slice(0, 4).map(({ id, looked }) => [id, looked])).toEqual([
      ['content', 17_265],
      ['tree', 5],
      ['membership', 17_265],
      ['checkpoints', 5],
    ])
  }
})

test('A part of the log begins and ends where blocks do', async () => {
  for (const from of sizes.slice(0, -1))
    for (const to of sizes.filter((size) => size > from)) {
      const report = await verified({ from, to })
      expect([report.verdict, report.from, report.to, problems(report)]).toEqual(['intact', from, to, []])
    }
  await expect(verified({ from: 16_384 })).rejects.toMatchObject({ kind: 'invalid' })
})

const found = async () =>
  problems(await verified())
    .filter(({ kind }) => kind !== 'guard')
    .map(({ kind, at, entry }) => [kind, at, entry])

test('What a superuser changed is found at its place, in the second part too, and without its first block nothing is', async () => {
  await db.run(`do $$ declare t regclass; begin
    for t in select oid::regclass from pg_class where relnamespace = 'ledger'::regnamespace and relkind in ('r', 'p') loop
      execute format('alter table %s disable trigger all', t); end loop; end $$`)
  await db.run(`update ledger.audit_logs set actor_role = 'x' where id in (16386, 17001)`)
  expect(await found()).toEqual([
    ['content', 16_385, '16386'],
    ['content', 17_000, '17001'],
  ])
  await db.run(`update ledger.audit_logs set actor_role = null where id in (16386, 17001)`)
  expect(await found()).toEqual([])
  await db.run('delete from ledger.block where number = 1')
  expect(await found()).toEqual(expect.arrayContaining([['chain', 17_000, null]]))
})
