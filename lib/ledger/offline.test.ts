import { spawnSync } from 'node:child_process'
import { createHash, createPublicKey, randomBytes, verify as verifySignature } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installLedger } from '@/db/reference/files'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { main } from '@/lib/cli/main'

/*
 * A second implementation of the checks, from docs/ledger.md alone and in another way than verify.mjs: the tree by its
 * recursive definition, the record by a table of type letters. What the two say of any file must be the same.
 */
const types = 'slLLTTlLbbLbbbbLbLbbbhhBbbLLbbbbbbih'.replaceAll('L', 'u')
const names =
  `v id event_id clinic_id occurred_at recorded_at xact_id actor_user_id actor_role actor_proof on_behalf_of session_role
  action outcome table_name record_id record_key patient_ref changed_fields old_values new_values before_hash after_hash phi_accessed
  purpose_of_use legal_basis consent_id activity_id recipient ip user_agent component request_id session_ref record_count salt_hash`.split(
    /\s+/,
  )
const digest = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
const number = (value: bigint, size: number) =>
  Buffer.from(
    BigInt.asUintN(size * 8, value)
      .toString(16)
      .padStart(size * 2, '0'),
    'hex',
  )

function field(letter: string, value: unknown): [oid: number, body: Buffer] {
  const text = String(value)
  switch (letter) {
    case 's':
      return [21, number(BigInt(text), 2)]
    case 'i':
      return [23, number(BigInt(text), 4)]
    case 'l':
      return [20, number(BigInt(text), 8)]
    case 'u':
      return [2950, Buffer.from(text.split('-').join(''), 'hex')]
    case 'B':
      return [16, Buffer.from([value === true ? 1 : 0])]
    case 'h':
      return [17, Buffer.from(text, 'hex')]
    case 'T':
      return [
        1184,
        number(
          (BigInt(Date.parse(`${text.slice(0, 19)}Z`)) - 946684800000n) * 1000n + BigInt(text.slice(20, 26)),
          8,
        ),
      ]
    default:
      return [17, Buffer.from(text)]
  }
}
const oids: Record<string, number> = { s: 21, i: 23, l: 20, u: 2950, B: 16, h: 17, T: 1184, b: 17 }

function leaf(line: string): Buffer {
  const entry = JSON.parse(line) as Record<string, unknown>
  if (JSON.stringify(entry) !== line || Object.keys(entry).length !== 36) throw new Error('spelling')
  const parts = names.map((name, at) => {
    if (!(name in entry)) throw new Error('field')
    const letter = types[at] as string
    if (entry[name] === null)
      return Buffer.concat([number(BigInt(oids[letter] ?? 0), 4), Buffer.from('ffffffff', 'hex')])
    const [oid, body] = field(letter, entry[name])
    return Buffer.concat([number(BigInt(oid), 4), number(BigInt(body.length), 4), body])
  })
  return digest(Buffer.from([0]), number(36n, 4), ...parts)
}

type Piece = { height: number; hash: Buffer }
/** Root of pieces from left to right, by splitting at the largest power of two below their number of leaves. */
function rootOfPieces(pieces: Piece[]): Buffer {
  if (pieces.length === 1) return (pieces[0] as Piece).hash
  const size = pieces.reduce((sum, piece) => sum + 2 ** piece.height, 0)
  let split = 1
  while (split * 2 < size) split *= 2
  let [at, count] = [0, 0]
  while (count < split) count += 2 ** (pieces[at++] as Piece).height
  if (count !== split) throw new Error('pieces')
  return digest(Buffer.from([1]), rootOfPieces(pieces.slice(0, at)), rootOfPieces(pieces.slice(at)))
}

function signedRoot(note: string, key: string): { size: number; root: Buffer } {
  const [text, signatures] = note.split('\n\n') as [string, string]
  const [name, , base64] = key.split('+') as [string, string, string]
  const raw = Buffer.from(key.slice(name.length + 10), 'base64')
  if (base64 === undefined) throw new Error('key')
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') },
    format: 'jwk',
  })
  const good = signatures.split('\n').some((line) => {
    const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64')
    return (
      line.startsWith(`— ${name} `) &&
      bytes.length === 68 &&
      verifySignature(null, Buffer.from(`${text}\n`), publicKey, bytes.subarray(4))
    )
  })
  const [origin, size, root] = text.split('\n') as [string, string, string]
  if (!good || origin !== name) throw new Error('signature')
  return { size: Number(size), root: Buffer.from(root, 'base64') }
}

function second(text: string, key: string): boolean {
  try {
    const given = JSON.parse(text.includes('"proof/1"') ? text : (text.split('\n')[0] ?? '')) as never
    return text.includes('"proof/1"') ? secondProof(given, text, key) : secondSegment(given, text, key)
  } catch {
    return false
  }
}

interface Header {
  first: number
  count: number
  left: [number, string][]
  right: [number, string][]
  checkpoint: string
}
function secondSegment(header: Header, text: string, key: string): boolean {
  const signed = signedRoot(header.checkpoint, key)
  const piece = ([height, hash]: [number, string]): Piece => ({ height, hash: Buffer.from(hash, 'base64') })
  const lines = text.split('\n').slice(1, -1)
  const pieces = [
    ...header.left.map(piece),
    ...lines.map((line) => ({ height: 0, hash: leaf(line) })),
    ...header.right.map(piece),
  ]
  const width = (list: [number, string][]) => list.reduce((sum, [height]) => sum + 2 ** height, 0)
  return (
    lines.length === header.count &&
    width(header.left) === header.first &&
    width(header.left) + lines.length + width(header.right) === signed.size &&
    rootOfPieces(pieces).equals(signed.root)
  )
}

interface Proof {
  entry: object
  position: number
  size: number
  hashes: string[]
  checkpoint: string
}
function secondProof(proof: Proof, text: string, key: string): boolean {
  const { entry, position, size, hashes, checkpoint } = proof
  if (JSON.stringify(proof, null, 2) !== text.trimEnd() || Object.keys(proof).length !== 6) return false
  const signed = signedRoot(checkpoint, key)
  const rest = hashes.map((hash) => Buffer.from(hash, 'base64'))
  const up = (at: number, width: number): Buffer => {
    if (width === 1) return leaf(JSON.stringify(entry))
    let split = 1
    while (split * 2 < width) split *= 2
    const other = rest.pop()
    if (!other) throw new Error('short')
    return at < split
      ? digest(Buffer.from([1]), up(at, split), other)
      : digest(Buffer.from([1]), other, up(at - split, width - split))
  }
  return (
    size === signed.size && position < size && up(position, size).equals(signed.root) && rest.length === 0
  )
}

let db: TestDatabase
let key = ''
const folder = mkdtempSync(join(tmpdir(), 'tabellion-offline-'))
const at = (name: string) => join(folder, name)
const run = async (...args: string[]) => main(['node', 'tabellion', 'audit', ...args, '--url', db.url])

beforeAll(async () => {
  db = await testDatabase()
  const client = await db.connect()
  await installLedger(client)
  await client.query(`create table public.notes (id int primary key, clinic_id uuid, kind text, doses numeric, at timestamptz, body text);
    comment on column public.notes.id is 'Key. [int]'; comment on column public.notes.kind is 'Kind. [pub]';
    comment on column public.notes.doses is 'Doses. [int]'; comment on column public.notes.at is 'When. [int]';
    select ledger.watch('public.notes');
    set app.user_id = '00000000-0000-4000-8000-00000000000a'; set app.ip = '10.1.2.3'; set app.user_agent = 'Navegador “ação” ✓';
    insert into public.notes select n, gen_random_uuid(), 'né "' || n, n * 1.10, now(), 'secret' from generate_series(1, 600) n;
    update public.notes set kind = null, doses = 1.100 where id < 30; delete from public.notes where id > 590; truncate public.notes`)
  await client.end()
  expect(await run('checkpoint', '--output', at('note'))).toBe(0)
  expect(await run('key', '--output', at('key'))).toBe(0)
  key = readFileSync(at('key'), 'utf8').trim()
  expect(await run('export', '--output', at('whole'))).toBe(0)
  expect(await run('export', '--from', '100', '--to', '333', '--output', at('part'))).toBe(0)
  const [entry] = await db.run<{ id: string }>(
    `select id::text from ledger.audit_logs where action = 'update' order by id limit 1`,
  )
  expect(await run('prove', entry?.id ?? '', '--output', at('proof'))).toBe(0)
}, 60_000)
afterAll(async () => {
  await db.drop()
  rmSync(folder, { recursive: true })
})

const first = (file: string, ...more: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['docs/ledger/verify.mjs', file, ...more], {
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

test.each(['whole', 'part', 'proof'])('both take the real %s', (name) => {
  const { status, said } = first(at(name), '--key', key, '--checkpoint', at('note'))
  expect([status, said]).toEqual([0, expect.stringMatching(/^Intact: /)])
  expect(second(readFileSync(at(name), 'utf8'), key)).toBe(true)
})

test('without a key it says that nobody’s signature was checked', () => {
  expect(first(at('whole')).status).toBe(2)
  expect(first(at('nothing')).status).toBe(2)
})

const lines = (text: string, change: (all: string[]) => string[]) =>
  `${change(text.trimEnd().split('\n')).join('\n')}\n`
const head = (text: string, change: (header: Header) => object) =>
  lines(text, ([header, ...rest]) => [
    JSON.stringify({ ...JSON.parse(header ?? ''), ...change(JSON.parse(header ?? '') as Header) }),
    ...rest,
  ])
const other = randomBytes(32).toString('base64')

/** Each forgery of an export. */
const forged: [name: string, change: (text: string) => string][] = [
  ['a value is another', (text) => lines(text, (all) => all.with(7, (all[7] ?? '').replace('né', 'ne')))],
  [
    'an instant moved by a microsecond',
    (text) =>
      lines(text, (all) =>
        all.with(
          7,
          (all[7] ?? '').replace(
            /"recorded_at":"([^"]+)\dZ"/,
            (m, a: string) => `"recorded_at":"${a}${m.endsWith('0Z"') ? 1 : 0}Z"`,
          ),
        ),
      ),
  ],
  [
    'another actor',
    (text) => lines(text, (all) => all.with(7, (all[7] ?? '').replace('00000000000a', '00000000000b'))),
  ],
  [
    'a number written otherwise',
    (text) => lines(text, (all) => all.with(7, (all[7] ?? '').replace(/(doses[^0-9]+[0-9.]+)/, '$10'))),
  ],
  ['a line is left out', (text) => lines(text, (all) => all.toSpliced(7, 1))],
  [
    'a line is left out and the count fits',
    (text) =>
      head(
        lines(text, (all) => all.toSpliced(7, 1)),
        (header) => ({ count: header.count - 1 }),
      ),
  ],
  ['a line stands twice', (text) => lines(text, (all) => all.toSpliced(7, 0, all[7] ?? ''))],
  [
    'two lines change places',
    (text) => lines(text, (all) => all.with(7, all[8] ?? '').with(8, all[7] ?? '')),
  ],
  ['the tail is cut off', (text) => lines(text, (all) => all.slice(0, -3))],
  [
    'a name stands twice',
    (text) =>
      lines(text, (all) => all.with(7, (all[7] ?? '').replace('"action":', '"action":"read","action":'))),
  ],
  [
    'a field is added',
    (text) => lines(text, (all) => all.with(7, (all[7] ?? '').replace('"v":1,', '"v":1,"remark":"x",'))),
  ],
  [
    'a field is missing',
    (text) => lines(text, (all) => all.with(7, (all[7] ?? '').replace(/"session_ref":null,/, ''))),
  ],
  [
    'the checkpoint says another size',
    (text) =>
      head(text, (header) => ({
        checkpoint: header.checkpoint.replace(/\n(\d+)\n/, (_, n: string) => `\n${Number(n) + 1}\n`),
      })),
  ],
  [
    'the checkpoint says another root',
    (text) =>
      head(text, (header) => ({
        checkpoint: header.checkpoint.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${other}\n`),
      })),
  ],
  [
    'the signature is another',
    (text) =>
      head(text, (header) => ({
        checkpoint: header.checkpoint.replace(/(— \S+ \S{20})\S{8}/, '$1AAAAAAAA'),
      })),
  ],
  [
    'what is left out is another',
    (text) => head(text, (header) => ({ right: [...header.right, [0, other]] })),
  ],
]

test.each(forged)('both refuse an export where %s', (_name, change) => {
  for (const name of ['whole', 'part']) {
    const text = readFileSync(at(name), 'utf8')
    const changed = change(text)
    expect(changed).not.toBe(text)
    writeFileSync(at('forged'), changed)
    const { status, said } = first(at('forged'), '--key', key)
    expect([name, status, said]).toEqual([name, 1, expect.stringMatching(/^Not intact: /)])
    expect(second(changed, key)).toBe(false)
  }
})

const forgedProofs: [name: string, change: (proof: Proof) => object][] = [
  ['position', (proof) => ({ position: proof.position + 1 })],
  ['size', (proof) => ({ size: proof.size - 1 })],
  ['entry', (proof) => ({ entry: { ...proof.entry, action: 'read' } })],
  ['missing hash', (proof) => ({ hashes: proof.hashes.slice(1) })],
  ['added hash', (proof) => ({ hashes: [...proof.hashes, other] })],
  ['other hash', (proof) => ({ hashes: proof.hashes.with(2, other) })],
]

test.each(forgedProofs)('both refuse a proof with another %s', (_name, change) => {
  const proof = JSON.parse(readFileSync(at('proof'), 'utf8')) as Proof
  const changed = `${JSON.stringify({ ...proof, ...change(proof) }, null, 2)}\n`
  writeFileSync(at('forged'), changed)
  expect(first(at('forged'), '--key', key).status).toBe(1)
  expect(second(changed, key)).toBe(false)
})

const respelled: [name: string, change: (text: string) => string][] = [
  ['a name that stands twice', (text) => text.replace('"action":', '"action": "read",\n    "action":')],
  ['a part that is added', (text) => text.replace(/\n}\n$/, ',\n  "remark": "x"\n}\n')],
  ['letters written as numbers', (text) => text.replace('"v":', String.raw`"\u0076":`)],
  ['other spaces', (text) => JSON.stringify(JSON.parse(text))],
]

test.each(respelled)('both refuse a proof with %s', (_name, change) => {
  const text = readFileSync(at('proof'), 'utf8')
  const changed = change(text)
  expect(changed).not.toBe(text)
  writeFileSync(at('forged'), changed)
  const { status, said } = first(at('forged'), '--key', key)
  expect([status, said]).toEqual([1, expect.stringMatching(/^Not intact: /)])
  expect(second(changed, key)).toBe(false)
})

test('another key, and a checkpoint of somebody else, are refused', () => {
  const [name, , base64] = key.split('+') as [string, string, string]
  const raw = Buffer.concat([Buffer.from([1]), randomBytes(32)])
  const id = createHash('sha256').update(`${name}\n`).update(raw).digest('hex').slice(0, 8)
  const stranger = `${name}+${id}+${raw.toString('base64')}`
  expect(base64).not.toBe(raw.toString('base64'))
  expect(first(at('whole'), '--key', stranger).status).toBe(1)
  // What is no key says nothing about the log.
  for (const none of ['rubbish', `${name}+00000000+${base64}`])
    expect(first(at('whole'), '--key', none).status).toBe(2)
  expect(second(readFileSync(at('whole'), 'utf8'), stranger)).toBe(false)
  writeFileSync(
    at('forged'),
    readFileSync(at('note'), 'utf8').replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${other}\n`),
  )
  expect(first(at('whole'), '--key', key, '--checkpoint', at('forged')).status).toBe(1)
})

test('no protected value is in an export', () => {
  expect(readFileSync(at('whole'), 'utf8')).not.toContain('secret')
  expect(readFileSync(at('whole'), 'utf8')).toContain('né')
})

test('an export is itself in the log, with its count', async () => {
  const [row] = await db.run(
    `select record_count from ledger.audit_logs where action = 'export' order by id limit 1`,
  )
  expect(row).toEqual({ record_count: 600 + 29 + 10 + 1 })
})
