import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installLedger } from '@/db/reference/files'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { zip } from '@/lib/output/zip'
import { evidenceBasis, evidenceLines, type Basis, type Given, type Listed } from './evidence'
import { seal } from './seal'

const home = mkdtempSync(join(tmpdir(), 'tabellion-evidence-'))
let db: TestDatabase
let basis: Basis
let lines: string[]
const given: Given = { entries: 0, leftOut: 0 }

const listed = (where: string) =>
  db.run<Listed>(
    `select id::text as id, xact_id::text as "xactId" from ledger.audit_logs where ${where} order by id desc`,
  )
async function* inParts(all: readonly Listed[], size = 40) {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}
async function written(where: string, count?: Given): Promise<string[]> {
  let text = ''
  for await (const part of evidenceLines(db.url, 't', basis, inParts(await listed(where)), count))
    text += part
  return text.trimEnd().split('\n')
}
/** What the offline verifier says of such a file. */
function verify(of: readonly string[], key = basis.keys[0] ?? '') {
  const file = join(home, 'entries.ndjson')
  writeFileSync(file, of.map((line) => `${line}\n`).join(''))
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['docs/ledger/verify.mjs', file, '--key', key],
    {
      encoding: 'utf8',
    },
  )
  return { status, text: stdout + stderr }
}
const changed = (at: number, change: (line: Record<string, unknown>) => unknown) =>
  lines.map((line, index) =>
    index === at ? JSON.stringify(change(JSON.parse(line) as Record<string, unknown>)) : line,
  )

beforeAll(async () => {
  db = await testDatabase()
  const client = await db.connect()
  await installLedger(client)
  await client.query(`
    create table public.notes (id int primary key, clinic_id uuid, title text);
    comment on column public.notes.title is 'Title. [int]';
    select ledger.watch('public.notes')`)
  // Several blocks, so that proofs go through more than one tile.
  for (let block = 0; block < 4; block++) {
    await client.query(
      `insert into public.notes select n, null, 'n' || n from generate_series($1::int, $1 + 170) n`,
      [block * 1000],
    )
    await seal(db.url, 't')
  }
  await client.query(`update public.notes set title = 'other' where id % 7 = 0`)
  await client.end()
  basis = await evidenceBasis(db.url, 't', home)
  await db.run(`update public.notes set title = 'later' where id = 1`)
  lines = await written(`action = 'update' or id % 50 = 3`, given)
})
afterAll(async () => {
  await closeConnections()
  await db.drop()
  rmSync(home, { recursive: true })
})

test('The offline verifier accepts a selection, and hears what was not sealed yet', async () => {
  expect(given.leftOut).toBe(1)
  expect(given.entries).toBe(lines.length - 2)
  expect(given.entries).toBeGreaterThan(90)
  const said = verify(lines)
  expect(said.text).toContain(`Intact: ${given.entries} entries; 1 others matched`)
  expect(said.status).toBe(0)
  expect(verify(await written('false')).status).toBe(0)
})

test.each<[string, () => string[]]>([
  [
    'a value of an entry',
    () => changed(3, (one) => ({ ...one, entry: { ...(one.entry as object), table_name: 'public.other' } })),
  ],
  [
    'the person',
    () => changed(2, (one) => ({ ...one, entry: { ...(one.entry as object), session_role: 'somebody' } })),
  ],
  ['the position', () => changed(4, (one) => ({ ...one, position: (one.position as number) + 1 }))],
  [
    'a hash of a proof',
    () =>
      changed(5, (one) => ({
        ...one,
        hashes: [Buffer.alloc(32).toString('base64'), ...(one.hashes as string[]).slice(1)],
      })),
  ],
  ['a shorter proof', () => changed(5, (one) => ({ ...one, hashes: (one.hashes as string[]).slice(1) }))],
  ['an entry taken out', () => lines.filter((_, at) => at !== 6)],
  ['an entry twice', () => [...lines.slice(0, 7), lines[6] ?? '', ...lines.slice(7)]],
  ['an entry twice in place of another', () => lines.map((line, at) => (at === 8 ? (lines[7] ?? '') : line))],
  ['the last line cut off', () => lines.slice(0, -1)],
  [
    'another number at the end',
    () => changed(lines.length - 1, (one) => ({ ...one, end: (one.end as number) - 1 })),
  ],
  ['something after the end', () => [...lines, lines[1] ?? '']],
  ['one more field', () => changed(2, (one) => ({ ...one, note: 'checked' }))],
  [
    'another size in the checkpoint',
    () =>
      changed(0, (one) => ({
        ...one,
        checkpoint: (one.checkpoint as string).replace(/\n\d+\n/, '\n9999\n'),
      })),
  ],
  [
    'a value spelled twice',
    () => lines.map((line, at) => (at === 3 ? line.replace('{"entry":{', '{"entry":{"v":2,') : line)),
  ],
])('The offline verifier refuses %s', (_, forge) => {
  const said = verify(forge())
  expect(said.text).toMatch(/^Not intact: /)
  expect(said.status).toBe(1)
})

test('It refuses another key, and one who only has none is told that nothing was checked', async () => {
  const other = await evidenceBasis(db.url, 't', mkdtempSync(join(tmpdir(), 'tabellion-evidence-')))
  expect(verify(lines, other.keys[0]).status).toBe(1)
  const file = join(home, 'entries.ndjson')
  expect(spawnSync(process.execPath, ['docs/ledger/verify.mjs', file]).status).toBe(2)
})

test('The archive is one that others can read: names, sizes and content', async () => {
  async function* files() {
    yield { name: 'a.txt', content: 'ação '.repeat(5000) }
    yield {
      name: 'folder/b.ndjson',
      content: (async function* () {
        yield '1\n'
        yield Buffer.from('2\n')
      })(),
    }
    yield { name: 'empty', content: '' }
  }
  const parts: Uint8Array[] = []
  for await (const part of zip(files())) parts.push(part)
  const bytes = Buffer.concat(parts)
  const end = bytes.length - 22
  expect(bytes.readUInt32LE(end)).toBe(0x06054b50)
  let at = bytes.readUInt32LE(end + 16)
  const found: [string, string][] = []
  for (let n = 0; n < bytes.readUInt16LE(end + 10); n++) {
    const [packed, size, length, local] = [
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ]
    const name = bytes.toString('ascii', at + 46, at + 46 + length)
    const body = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const content = inflateRawSync(bytes.subarray(body, body + packed))
    expect(content.length).toBe(size)
    found.push([name, content.toString()])
    at += 46 + length
  }
  expect(at).toBe(end)
  expect(found).toEqual([
    ['a.txt', 'ação '.repeat(5000)],
    ['folder/b.ndjson', '1\n2\n'],
    ['empty', ''],
  ])
  writeFileSync(join(home, 'x.zip'), bytes)
  // The checksums as another program sees them, where there is one.
  const python = spawnSync('python3', [
    '-c',
    `import zipfile,sys; sys.exit(zipfile.ZipFile(${JSON.stringify(join(home, 'x.zip'))}).testzip() is not None)`,
  ])
  if (!python.error) expect(python.status).toBe(0)
})
