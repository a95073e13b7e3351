import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster, type Cluster } from '@/db/cluster'
import { installLedger } from '@/db/reference/files'
import { closeConnections } from '@/lib/db/client'
import { auditedOf, fromCsv, fromJson } from './line'
import { ingest } from './ingest'
import { csvFields, csvPiece } from './records'

/* A server of its own that writes both kinds of log; the lines are the server's, what pgaudit says in them is written by
   its documented format, for the extension does not come with the embedded server. */
const home = mkdtempSync(join(tmpdir(), 'tabellion-pgaudit-'))
let cluster: Cluster
let client: Client
let url: string

beforeAll(async () => {
  chmodSync(home, 0o755)
  cluster = await startCluster({
    binaries: embeddedBinaries(process.cwd()),
    home,
    settings: {
      logging_collector: 'on',
      log_destination: 'csvlog,jsonlog',
      log_directory: 'logs',
      log_filename: 'day-%H%M%S.log',
      log_timezone: 'America/Sao_Paulo',
      log_min_messages: 'log',
      fsync: 'off',
    },
  })
  url = cluster.url('postgres')
  client = new Client({ connectionString: url })
  await client.connect()
  await installLedger(client)
})
afterAll(async () => {
  await client.end()
  await closeConnections()
  await cluster.stop()
  rmSync(home, { recursive: true, force: true })
})

const says = (message: string) =>
  client.query(`do $do$ begin raise log '%', $msg$AUDIT: ${message}$msg$; end $do$`)
const logs = () => join(cluster.dataDir, 'logs')
const newest = (kind: 'csv' | 'json') =>
  join(
    logs(),
    readdirSync(logs())
      .filter((file) => file.endsWith(`.${kind}`))
      .sort()
      .at(-1) ?? '',
  )
/** A copy that no server writes on, when the server's collector has written it down. */
async function copy(kind: 'csv' | 'json', holds: string): Promise<string> {
  const file = join(home, `copy-${Math.random().toString(36).slice(2)}.${kind}`)
  await expect.poll(() => readFileSync(newest(kind), 'utf8'), { timeout: 20_000 }).toContain(holds)
  writeFileSync(file, readFileSync(newest(kind)))
  return file
}
const entries = async () =>
  (
    await client.query(
      `select action::text, table_name, changed_fields, session_role, actor_role, actor_proof, component, host(ip) as ip, record_count, request_id
         from ledger.audit_logs where component = 'pgaudit' order by id`,
    )
  ).rows as Record<string, unknown>[]
const secret = '123.456.789-09'

test('Reads, rights and definitions of both formats become entries; statements and parameters do not', async () => {
  await says(
    `SESSION,1,1,READ,SELECT,TABLE,public.patients,"select ""name"", 'a,b'\nfrom patients where cpf = '${secret}'",<not logged>`,
  )
  await says(`OBJECT,2,1,READ,SELECT,TABLE,public.medical_records,select 1,"${secret},x",17`)
  await says(`SESSION,3,1,WRITE,UPDATE,TABLE,public.patients,update patients set x = 1,<none>`)
  await says(`SESSION,4,1,ROLE,GRANT,TABLE,,grant select on patients to x,<none>`)
  await says(`SESSION,5,1,DDL,CREATE INDEX,INDEX,public.patients_idx,"create index on patients (cpf)",<none>`)
  await client.query(`do $$ begin raise log 'nothing of pgaudit, select ''${secret}'''; end $$`)
  const done = await ingest(url, 't', [await copy('csv', 'patients_idx')])
  expect(done).toMatchObject({ entries: 4, unreadable: 0, unfinished: 0 })
  const found = await entries()
  expect(found).toMatchObject([
    { action: 'read', table_name: 'public.patients', changed_fields: ['SELECT'], record_count: null },
    { action: 'read', table_name: 'public.medical_records', record_count: 17 },
    { action: 'permission', table_name: null, changed_fields: ['GRANT'] },
    { action: 'permission', table_name: 'public.patients_idx', changed_fields: ['CREATE INDEX'] },
  ])
  for (const entry of found)
    expect(entry).toMatchObject({ session_role: 'postgres', actor_proof: 'login', ip: '127.0.0.1' })
  const whole = JSON.stringify((await client.query('select * from ledger.audit_logs')).rows)
  expect(whole).not.toContain(secret)
  // The same lines in the other format are the same lines.
  expect(await ingest(url, 't', [await copy('json', 'patients_idx')])).toMatchObject({
    entries: 0,
    unreadable: 0,
  })
  await says(`SESSION,6,1,READ,COPY,TABLE,public.only_in_json,copy only_in_json to stdout,<none>`)
  expect(await ingest(url, 't', [await copy('json', 'only_in_json')])).toMatchObject({ entries: 1 })
  expect((await entries()).at(-1)).toMatchObject({
    action: 'read',
    table_name: 'public.only_in_json',
    session_role: 'postgres',
  })
})

test('It goes on where it stopped: half a line waits, renaming and copying repeat nothing, a new file begins anew', async () => {
  await says(`SESSION,7,1,READ,SELECT,TABLE,public.first_half,"select 1\n, 2",<none>`)
  await says(`SESSION,8,1,READ,SELECT,TABLE,public.second_half,select 2,<none>`)
  const file = await copy('csv', 'second_half')
  const whole = readFileSync(file)
  // Cut inside the quoted statement of the last but one, where a line break stands.
  const cut = whole.indexOf('\n, 2', whole.indexOf('first_half')) + 2
  truncateSync(file, cut)
  const before = (await entries()).length
  expect(await ingest(url, 't', [file])).toMatchObject({ entries: 0, unreadable: 0 })
  appendFileSync(file, whole.subarray(cut, whole.length - 3))
  expect(await ingest(url, 't', [file])).toMatchObject({ entries: 1 })
  expect((await ingest(url, 't', [file])).unfinished).toBeGreaterThan(0)
  appendFileSync(file, whole.subarray(whole.length - 3))
  const moved = `${file}.1`
  renameSync(file, moved)
  expect(await ingest(url, 't', [moved])).toMatchObject({ entries: 1, lines: 1, unfinished: 0 })
  expect(await ingest(url, 't', [moved, await copy('csv', 'second_half')])).toMatchObject({ entries: 0 })
  const files = () => readdirSync(logs()).filter((name) => name.endsWith('.csv')).length
  const had = files()
  // Files are named by the second: a rotation in the second of the last one goes on in its file.
  const rotated = async () => {
    await client.query('select pg_rotate_logfile()')
    return files()
  }
  await expect.poll(rotated, { timeout: 30_000, interval: 1_100 }).toBeGreaterThan(had)
  await says(`SESSION,9,1,READ,SELECT,TABLE,public.rotated,select 3,<none>`)
  await copy('csv', 'rotated')
  const taken = await ingest(url, 't', [logs()])
  expect(taken.entries).toBeGreaterThan(0)
  expect(await ingest(url, 't', [logs()])).toMatchObject({ entries: 0 })
  expect((await entries()).length).toBe(before + 2 + taken.entries)
  expect(new Set((await entries()).map((entry) => entry['request_id'])).size).toBe((await entries()).length)
})

test('Lines of other databases are not this one’s, and what is not understood is counted, not passed over', async () => {
  await client.query('create database other')
  const other = new Client({ connectionString: cluster.url('other') })
  await other.connect()
  await other.query(
    `do $do$ begin raise log '%', 'AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.elsewhere,select 1,<none>'; end $do$`,
  )
  await other.end()
  await says('SESSION,x,1,READ')
  const done = await ingest(url, 't', [await copy('csv', 'SESSION,x,1,READ')])
  expect(done).toMatchObject({ entries: 0, elsewhere: 1, unreadable: 1 })
  await expect(ingest(url, 't', ['/nowhere/at/all'])).rejects.toMatchObject({ kind: 'invalid' })
})

test('Nobody ingests without the right to', async () => {
  const { rows } = await client.query(
    `select r as role from unnest(array['app_rw', 'dashboard_officer', 'dashboard_admin', 'ledger_sealer', 'tabellion_web']) r
      where has_function_privilege(r, 'ledger_ingest.pgaudit(bytea, text, bigint, jsonb)', 'execute')`,
  )
  expect(rows).toEqual([])
})

test('CSV as PostgreSQL and pgaudit write it', () => {
  expect(csvFields('a,"b ""c"", d",,"e\nf"')).toEqual(['a', 'b "c", d', '', 'e\nf'])
  expect(csvPiece(Buffer.from('1,"x\ny"\n2,z\n3,"half'))).toEqual({
    records: [
      ['1', 'x\ny'],
      ['2', 'z'],
    ],
    consumed: 12,
  })
  const line = (over: object) => ({
    at: 'x',
    login: 'u',
    database: 'd',
    address: null,
    session: 's',
    line: 1,
    program: '',
    message: '',
    ...over,
  })
  expect(auditedOf(line({ message: 'AUDIT: SESSION,1,1,MISC,SET,,,set x = 1,<none>' }))).toBeNull()
  expect(auditedOf(line({ message: 'AUDIT: nonsense' }))).toBe('unreadable')
  expect(fromCsv(['too', 'short'])).toBeNull()
  expect(fromJson({ timestamp: 't', session_id: 's' })).toBeNull()
  expect(
    fromJson({ timestamp: 't', session_id: 's', line_num: 1, remote_host: '2001:db8::7' })?.address,
  ).toBe('2001:db8::7')
})
