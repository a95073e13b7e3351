import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installLedger } from '@/db/reference/files'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { main } from '@/lib/cli/main'
import { closeConnections } from '@/lib/db/client'
import { archive } from './archive'
import { makeCheckpoint, readCheckpoint } from './checkpoint'
import { ledgerKeys, trustedKeys } from './keys'
import { rawPublicKey, verifierKey } from './note'
import { seal } from './seal'
import { verify } from './verify'

let db: TestDatabase
const home = mkdtempSync(join(tmpdir(), 'tabellion-archive-'))
const files = join(home, 'files')
const sign = async () => {
  await seal(db.url, 't')
  return (await makeCheckpoint(db.url, 't', [ledgerKeys(home).current]))?.note ?? ''
}
const judge = () => verify(db.url, 't', { trusted: trustedKeys(home) })

beforeAll(async () => {
  db = await testDatabase()
  const client = await db.connect()
  await installLedger(client)
  // A month that is past, as a log of some age has it: its entries are written now, and say they were then.
  await client.query(`
    set role ledger_owner; create table ledger.audit_logs_2025_01 partition of ledger.audit_logs for values from ('2025-01-01Z') to ('2025-02-01Z');
    select ledger.close_partition('ledger.audit_logs_2025_01'); reset role;
    insert into ledger.audit_logs (action, recorded_at, occurred_at) select 'read', timestamptz '2025-01-05Z' + n * interval '1 hour', timestamptz '2025-01-05Z' from generate_series(1, 500) n;
    select ledger.record_event('login') from generate_series(1, 50)`)
  await client.end()
  await sign()
})
afterAll(async () => {
  await closeConnections()
  await db.drop()
  rmSync(home, { recursive: true })
})

test('a month leaves for a file that anybody can check, and the log stays whole without it', async () => {
  expect((await judge()).verdict).toBe('intact')
  const [gone] = await archive(db.url, 't', '2025-02', files)
  expect(gone).toMatchObject({ part: 'audit_logs_2025_01', entries: 500 })
  const text = readFileSync(gone?.file ?? '')
  expect(createHash('sha256').update(text).digest('hex')).toBe(gone?.sha256)
  const note = await sign()
  const said = readCheckpoint(note)
  const key = verifierKey(said?.origin ?? '', rawPublicKey(ledgerKeys(home).current))
  expect(spawnSync(process.execPath, ['docs/ledger/verify.mjs', gone?.file ?? '', '--key', key]).status).toBe(
    0,
  )

  const report = await judge()
  expect(report.checks.flatMap((check) => check.problems)).toEqual([])
  expect(report.verdict).toBe('intact')
  expect(report.checks[0]?.notes).toEqual([
    { kind: 'archived', about: `audit_logs_2025_01 (500) sha256:${gone?.sha256}` },
  ])
  const rows = await db.run(
    `select action::text, record_count, recipient from ledger.audit_logs where action = 'backup'`,
  )
  expect(rows).toEqual([{ action: 'backup', record_count: 500, recipient: `sha256:${gone?.sha256}` }])
  expect(await db.run(`select from ledger.audit_logs where recorded_at < '2026-01-01'`)).toEqual([])
  expect(readdirSync(files)).toEqual(['audit_logs_2025_01.ndjson'])
})

test('an archive that was made up to hide a deletion is found', async () => {
  await db.run(`alter table ledger.archive disable trigger all;
    insert into ledger.archive (part, ids, entries, file_hash, event_id) values ('audit_logs_2025_03', '{[501,505)}', 4, sha256('x'), gen_random_uuid());
    alter table ledger.archive enable always trigger refuse_row, enable always trigger refuse_statement, enable always trigger refuse_truncate;
    do $$ declare p regclass; begin select tableoid::regclass into p from ledger.audit_logs where id = 501;
      execute format('alter table %s disable trigger all', p); alter table ledger.audit_logs disable trigger all; delete from ledger.audit_logs where id between 501 and 504;
      execute format('alter table %s enable always trigger audit_logs_refuse_row, enable always trigger audit_logs_refuse_statement, enable always trigger audit_logs_refuse_truncate', p);
      alter table ledger.audit_logs enable always trigger audit_logs_refuse_row, enable always trigger audit_logs_refuse_statement, enable always trigger audit_logs_refuse_truncate; end $$`)
  const report = await judge()
  expect(report.checks.flatMap((check) => check.problems)).toEqual([
    { kind: 'archive', at: null, entry: null, about: 'audit_logs_2025_03' },
  ])
  expect(report.verdict).toBe('broken')
})

test('what is not past, or nobody may take, stays', async () => {
  const [now] = await db.run<{ part: string }>(
    `select tableoid::regclass::text as part from ledger.audit_logs order by id desc limit 1`,
  )
  await expect(db.run(`select ledger.archive_partition('${now?.part}', sha256('x'))`)).rejects.toMatchObject({
    code: '55000',
  })
  await expect(
    db.run(`set role ledger_sealer; select ledger.archive_partition('${now?.part}', sha256('x'))`),
  ).rejects.toMatchObject({ code: '42501' })
  await db.run('reset role')
  expect(
    await main([
      'node',
      'tabellion',
      'audit',
      'archive',
      '--url',
      db.url,
      '--before',
      'soon',
      '--folder',
      files,
    ]),
  ).toBe(2)
})
