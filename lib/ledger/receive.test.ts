import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer as createHttp, type Server as HttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { installLedger } from '@/db/reference/files'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { makeCheckpoint, readCheckpoint } from './checkpoint'
import { ledgerKeys } from './keys'
import { isConsistent } from './merkle'
import { checkpointText, rawPublicKey, signNote, verifierKey } from './note'
import { askWitnesses, sendToWitnesses } from './outside'
import { consistencyProof, provingIn, rangeRoot } from './range'
import { keptCheckpoints, logOf, receiveCheckpoint, type Received } from './receive'
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
  // The other Tabellion: what its route does, behind a real server.
  server = createHttp((request, answer) => {
    const found = logOf([log], request.headers.authorization ?? null)
    void (async () => {
      if (!found) return answer.writeHead(401).end()
      if (request.method === 'GET') return answer.end(JSON.stringify(await keptCheckpoints(other, found)))
      let body = ''
      for await (const part of request) body += String(part)
      const { status, text } = await receiveCheckpoint(other, found, body)
      return answer.writeHead(status).end(text)
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
  expect(logOf([log], null)).toBeNull()
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

/** A mail server that takes letters, as much of RFC 5321 as one needs; says what it heard. */
async function mailServer(
  refuses: string | null = null,
): Promise<{ port: number; letters: string[]; server: Server; heard: string[] }> {
  const letters: string[] = []
  const heard: string[] = []
  const smtp = createServer((socket) => {
    let letter: string | null = null
    let rest = ''
    socket.write('220 test ESMTP\r\n')
    socket.on('error', () => undefined)
    socket.on('data', (part) => {
      rest += part.toString()
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (letter !== null) {
          if (line !== '.') {
            letter += `${line.startsWith('..') ? line.slice(1) : line}\r\n`
            continue
          }
          letters.push(letter)
          letter = null
          socket.write('250 kept\r\n')
          continue
        }
        heard.push(line)
        if (refuses && line.startsWith(refuses)) socket.write('550 not here\r\n')
        else if (line.startsWith('EHLO')) socket.write('250-test\r\n250 SIZE 1000000\r\n')
        else if (line === 'DATA') {
          letter = ''
          socket.write('354 go on\r\n')
        } else socket.write(`${line === 'QUIT' ? 221 : 250} ok\r\n`)
      }
    })
  }).listen(0, '127.0.0.1')
  await new Promise((done) => smtp.once('listening', done))
  return { port: (smtp.address() as AddressInfo).port, letters, server: smtp, heard }
}
const mailWitness = (port: number, more: object = {}) =>
  witnesses([
    {
      kind: 'mail',
      name: 'dpo',
      server: `smtp://127.0.0.1:${port}`,
      from: 'log@clinic.example',
      to: ['dpo@clinic.example', 'auditor@example.org'],
      ...more,
    },
  ])

test('A mailbox gets the checkpoint as a letter with the note attached whole, and not one a minute', async () => {
  const mail = await mailServer()
  const note = await grow(1)
  const box = mailWitness(mail.port)
  expect(await sendToWitnesses(box, note)).toEqual([{ witness: 'dpo', problem: null }])
  expect(mail.heard.filter((line) => line.startsWith('RCPT'))).toEqual([
    'RCPT TO:<dpo@clinic.example>',
    'RCPT TO:<auditor@example.org>',
  ])
  const [letter = ''] = mail.letters
  const attached =
    letter
      .split('tabellion-checkpoint')
      .at(-2)
      ?.split('\r\n\r\n')[1]
      ?.replace(/\r\n--$/, '') ?? ''
  expect(Buffer.from(attached, 'base64').toString()).toBe(note)
  expect(letter.split('\r\n').every((line) => line.length <= 998)).toBe(true)
  // No receipt either: nothing was delivered.
  expect(await sendToWitnesses(box, note)).toEqual([])
  expect(mail.letters).toHaveLength(1)
  expect(await sendToWitnesses(mailWitness(mail.port, { every: 0 }), note)).toEqual([
    { witness: 'dpo', problem: null },
  ])
  expect(await askWitnesses(box)).toEqual({ outside: [], unreachable: [] })
  mail.server.close()
})

test('A letter that is refused, a server that is not there and a password without encryption are problems', async () => {
  const mail = await mailServer('RCPT')
  const note = await grow(1)
  const problems = async (box: ReturnType<typeof mailWitness>) =>
    (await sendToWitnesses(box, note))[0]?.problem
  expect(await problems(mailWitness(mail.port))).toBe('the mail server answered 550 not here')
  expect(mail.letters).toEqual([])
  expect(
    await problems(mailWitness(mail.port, { server: `smtp://me:secret@127.0.0.1:${mail.port}` })),
  ).toMatch(/no encryption/)
  expect(mail.heard.some((line) => line.startsWith('AUTH'))).toBe(false)
  mail.server.close()
  expect(await problems(mailWitness(mail.port))).toMatch(/ECONNREFUSED|hung up/)
})
