import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { GET, POST } from '@/app/witness/route'
import { installLedger } from '@/db/reference/files'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { makeCheckpoint, readCheckpoint } from './checkpoint'
import { ledgerKeys } from './keys'
import { isConsistent } from './merkle'
import { checkpointText, rawPublicKey, signNote, verifierKey } from './note'
import { askWitnesses, sendToWitnesses } from './outside'
import { consistencyProof, provingIn, rangeRoot } from './range'
import { keptCheckpoints, receiveCheckpoint, type Received } from './receive'
import { seal } from './seal'
import { inLedger } from './session'
import { witnesses } from './witness'

const home = mkdtempSync(join(tmpdir(), 'tabellion-sender-'))
const other = mkdtempSync(join(tmpdir(), 'tabellion-receiver-'))
const { current } = ledgerKeys(home)
let db: TestDatabase
let server: HttpServer
let url: string
let log: Received
const sizes: number[] = []

async function grow(by: number): Promise<string> {
  await db.run(
    `insert into public.notes select n, null from generate_series((select count(*) from public.notes) + 1, (select count(*) from public.notes) + ${by}) n`,
  )
  await seal(db.url, 't')
  const made = await makeCheckpoint(db.url, 't', [current])
  sizes.push(made?.size ?? 0)
  return made?.note ?? ''
}

beforeAll(async () => {
  db = await testDatabase()
  const client = await db.connect()
  await installLedger(client)
  await client.query(
    `create table public.notes (id bigint primary key, clinic_id uuid); select ledger.watch('public.notes')`,
  )
  await client.end()
  const first = await grow(3)
  log = { key: verifierKey(readCheckpoint(first)?.origin ?? '', rawPublicKey(current)), token: 't0ken' }
  // The other Tabellion: its own route, with its own configuration and home, behind a real server.
  const configFile = join(other, 'tabellion.config.json')
  writeFileSync(
    configFile,
    JSON.stringify({ ledger: { receives: [{ ...log, token: '${RECEIVED_TOKEN}' }] } }),
  )
  vi.stubEnv('TABELLION_HOME', other)
  vi.stubEnv('TABELLION_CONFIG', configFile)
  vi.stubEnv('RECEIVED_TOKEN', log.token)
  server = createHttp((request, answer) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const { method = 'GET', headers } = request
      const asked = new Request(`http://other${request.url}`, {
        method,
        headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
        ...(method === 'POST' ? { body: Buffer.concat(parts) } : {}),
      })
      const given = await (method === 'POST' ? POST : GET)(asked)
      answer.writeHead(given.status, Object.fromEntries(given.headers)).end(await given.text())
    })()
  }).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/witness`
})
afterAll(async () => {
  await new Promise((done) => server.close(done))
  await closeConnections()
  await db.drop()
  rmSync(home, { recursive: true })
  rmSync(other, { recursive: true })
  vi.unstubAllEnvs()
})

const tabellion = () => witnesses([{ kind: 'tabellion', name: 'other', url, token: 't0ken' }])

test('Another Tabellion keeps each checkpoint that goes on from the last, and gives them back', async () => {
  const notes: string[] = []
  for (const by of [1, 300, 7, 512, 1]) {
    notes.push(await grow(by))
    expect(await sendToWitnesses(tabellion(), notes.at(-1) ?? '', provingIn(db.url, 't'))).toEqual([
      { witness: 'other', problem: null },
    ])
  }
  expect(await askWitnesses(tabellion())).toEqual({
    outside: notes.map((note) => ({ by: 'other', note })),
    unreachable: [],
  })
  // The same again changes nothing.
  expect(await sendToWitnesses(tabellion(), notes.at(-1) ?? '', provingIn(db.url, 't'))).toMatchObject([
    { problem: null },
  ])
  expect((await askWitnesses(tabellion())).outside).toHaveLength(notes.length)
})

test('A log that was rewritten is refused, and what it signed is kept as the proof of it', async () => {
  const before = await keptCheckpoints(other, log)
  const last = readCheckpoint(before.at(-1) ?? '')
  if (!last) throw new Error('nothing was kept')
  const forged = signNote(
    checkpointText({ origin: last.origin, size: last.size + 5, root: Buffer.alloc(32, 7), extensions: [] }),
    last.origin,
    [current],
  )
  const longer = await receiveCheckpoint(
    other,
    log,
    `old ${last.size}\n${Buffer.alloc(32).toString('base64')}\n\n${forged}`,
  )
  expect(longer.status).toBe(422)
  const fork = signNote(
    checkpointText({ origin: last.origin, size: last.size, root: Buffer.alloc(32, 7), extensions: [] }),
    last.origin,
    [current],
  )
  expect((await receiveCheckpoint(other, log, `old ${last.size}\n\n${fork}`)).status).toBe(422)
  expect(await keptCheckpoints(other, log)).toEqual(before)
  const [place = ''] = readdirSync(join(other, 'witnessed'))
  expect(readdirSync(join(other, 'witnessed', place, 'refused'))).toHaveLength(2)
})

test('Nothing is taken from who is not known: another key, another log, another place, another token', async () => {
  const before = await keptCheckpoints(other, log)
  const last = readCheckpoint(before.at(-1) ?? '')
  const { privateKey: stranger } = generateKeyPairSync('ed25519')
  const text = (origin: string) =>
    checkpointText({ origin, size: 9_999, root: Buffer.alloc(32), extensions: [] })
  const size = last?.size ?? 0
  const tried = async (note: string, old = size) =>
    (await receiveCheckpoint(other, log, `old ${old}\n\n${note}`)).status
  expect(await tried(signNote(text(last?.origin ?? ''), last?.origin ?? '', [stranger]))).toBe(403)
  expect(await tried(signNote(text('tabellion/else'), 'tabellion/else', [current]))).toBe(404)
  expect(await tried(await grow(2), size - 1)).toBe(409)
  expect(await tried('nonsense')).toBe(400)
  expect((await receiveCheckpoint(other, log, '')).status).toBe(400)
  expect(await keptCheckpoints(other, log)).toEqual(before)
  const [wrong] = witnesses([{ kind: 'tabellion', name: 'other', url, token: 'guess' }])
  expect(await sendToWitnesses(wrong ? [wrong] : [], await grow(1))).toEqual([
    { witness: 'other', problem: 'other answered 401' },
  ])
  expect(await askWitnesses(wrong ? [wrong] : [])).toEqual({ outside: [], unreachable: ['other'] })
  const bare = { method: 'POST', body: `old ${size}\n\n${await grow(1)}` }
  expect((await fetch(url)).status).toBe(401)
  expect((await fetch(url, bare)).status).toBe(401)
  const authorization = `Bearer ${log.token}`
  const long = await fetch(url, { method: 'POST', body: 'x'.repeat(70_000), headers: { authorization } })
  expect([long.status, await long.text()]).toEqual([413, 'too long\n'])
  expect(await keptCheckpoints(other, log)).toEqual(before)
  expect(existsSync(join(other, 'witnessed'))).toBe(true)
})

test('Consistency proofs of the sealed tree hold between all its sizes, and no other root passes', async () => {
  await inLedger(db.url, 't', async (tx) => {
    const roots = new Map<number, Buffer>()
    for (const size of sizes) roots.set(size, await rangeRoot(tx, 0, size))
    for (const first of sizes)
      for (const second of sizes.filter((size) => size >= first)) {
        const proof = await consistencyProof(tx, first, second)
        const [a, b] = [roots.get(first) as Buffer, roots.get(second) as Buffer]
        expect(isConsistent(first, a, second, b, proof), `${first} ${second}`).toBe(true)
        expect(isConsistent(first, Buffer.alloc(32), second, b, proof)).toBe(false)
        expect(isConsistent(first, a, second, Buffer.alloc(32), proof)).toBe(false)
        expect(isConsistent(first, a, second, b, [...proof, Buffer.alloc(32)])).toBe(false)
        if (proof.length > 0) expect(isConsistent(first, a, second, b, proof.slice(1))).toBe(false)
      }
  })
})
