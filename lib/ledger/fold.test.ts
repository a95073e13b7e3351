import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installLedger } from '@/db/reference/files'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { makeCheckpoint, readCheckpoint } from './checkpoint'
import { exportSegment } from './export'
import { ownCheckpoints } from './judge'
import { ledgerKeys, trustedKeys } from './keys'
import { checkpointText, signNote } from './note'
import { rangeRoot } from './range'
import type { Report } from './report'
import { seal } from './seal'
import { inLedger } from './session'
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
  expect(await verified({ from: 17_265 })).toMatchObject({ from: 17_265, to: 17_265, verdict: 'unknown' })
})

test('A part that is not there is no part without faults', async () => {
  for (const none of [{ from: 16_384 }, { from: 17_264 }, { from: 17_266 }, { from: 17_003, to: 17_001 }])
    await expect(verified(none), JSON.stringify(none)).rejects.toMatchObject({ kind: 'invalid' })
})

test('A checkpoint is compared with the tree of its size, wherever that lies in blocks and parts', async () => {
  const key = ledgerKeys(home).current
  const hold = async (size: number, root?: Buffer) => {
    const { origin, is } = await inLedger(db.url, 't', async (tx) => ({
      origin: readCheckpoint((await ownCheckpoints(tx, 0)).newest ?? '')?.origin ?? '',
      is: await rangeRoot(tx, 0, size),
    }))
    const note = signNote(checkpointText({ origin, size, root: root ?? is, extensions: [] }), origin, [key])
    await db.run(
      `insert into ledger.checkpoint (tree_size, root, note, configuration) values ($1, $2, $3, '')`,
      [size, is, note],
    )
  }
  for (const size of [1, 300, 16_384, 16_385, 17_002]) await hold(size)
  expect(problems(await verified())).toEqual([])
  for (const size of [300, 16_384, 17_001, 17_265]) await hold(size, Buffer.alloc(32))
  for (const workers of [1, 2]) {
    const { checks } = await verified({ workers })
    const { looked, problems: forked = [] } = checks.find(({ id }) => id === 'checkpoints') ?? {}
    expect([looked, forked.map(({ kind, at }) => `${kind} ${at}`).sort()]).toEqual([
      14,
      ['forked 16384', 'forked 17001', 'forked 17265', 'forked 300'],
    ])
  }
  expect(problems(await verified({ from: 17_001 })).map(({ at }) => at)).toEqual([17_265, 17_001])
  await unguarded('checkpoint')
  await db.run(`delete from ledger.checkpoint where configuration = ''`)
})

const unguarded = (table: string) => db.run(`alter table ledger.${table} disable trigger all`)

test('A stored subtree that is another, or gone, is found at its place', async () => {
  await unguarded('node')
  const changed = async (work: string) => {
    await db.run(`create table public.kept as table ledger.node; ${work}`)
    const { problems: wrong = [] } = (await verified()).checks.find(({ id }) => id === 'tree') ?? {}
    await db.run(`delete from ledger.node; insert into ledger.node table public.kept; drop table public.kept`)
    return wrong.map(({ kind, at }) => `${kind} ${at}`)
  }
  expect(await changed(`update ledger.node set hash = sha256('x') where position in (3, 63, 64)`)).toEqual([
    'node 768',
    'node 16128',
    'node 16384',
  ])
  expect(await changed('delete from ledger.node where position = 64')).toEqual(['node 16384'])
  expect(await changed('')).toEqual([])
})

test('Where hashes of the sealed tree are gone, nothing more is sealed until they are back', async () => {
  await db.run(
    `create table public.kept as table ledger.node; delete from ledger.node where position = 64; insert into public.notes values (200001, null)`,
  )
  await expect(seal(db.url, 't')).rejects.toMatchObject({ kind: 'conflict' })
  await db.run(
    `insert into ledger.node select * from public.kept where position = 64; drop table public.kept`,
  )
  expect(await seal(db.url, 't')).toMatchObject({ state: 'sealed', entries: 1, size: 17_266 })
  expect(await found()).toEqual([])
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

test('An export that nobody reads to its end is in the log all the same', async () => {
  const exports = async () =>
    (
      await db.run<{ n: number }>(`select count(*)::int as n from ledger.audit_logs where action = 'export'`)
    )[0]?.n ?? 0
  const before = await exports()
  const lines: string[] = []
  const count = await exportSegment(db.url, 't', {}, async (line) =>
    lines.push(line) < 9_000 ? undefined : false,
  )
  expect([count, lines.length, await exports()]).toEqual([8_998, 9_000, before + 1])
})
