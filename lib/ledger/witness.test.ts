import { createHash, createHmac, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { checkpointText, signNote } from './note'
import { askWitnesses, sendToWitnesses } from './outside'
import { fileNameOf, witnesses } from './witness'
import { signed } from './witness-bucket'

const { privateKey } = generateKeyPairSync('ed25519')
const note = (size: number) =>
  signNote(
    checkpointText({
      origin: 'tabellion/log',
      size,
      root: Buffer.alloc(32, size),
      extensions: ['time 2026-01-01T00:00:00Z'],
    }),
    'tabellion/log',
    [privateKey],
  )

const servers: Server[] = []
const folder = mkdtempSync(join(tmpdir(), 'tabellion-witness-'))
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((done) => server.close(done))
  rmSync(folder, { recursive: true, force: true })
})
const listen = async (answer: RequestListener) => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  servers.push(server)
  await new Promise((done) => server.once('listening', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const bodyOf = async (request: IncomingMessage) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

test('a folder keeps each checkpoint whole, gives them back, and is not overwritten by a forgery of the same size', async () => {
  const [witness] = witnesses([{ kind: 'file', name: 'vault', path: folder }])
  expect(await witness?.held()).toEqual([])
  await witness?.keep(note(5))
  await witness?.keep(note(12))
  await witness?.keep(note(5).replace('time', 'tame'))
  expect(await witness?.held()).toEqual([note(5), note(12)])
  expect(readdirSync(folder)).toEqual([5, 12].map((size) => fileNameOf(note(size))))
  writeFileSync(join(folder, 'x.tmp'), 'half')
  expect(await witness?.held()).toHaveLength(2)
  const [nowhere] = witnesses([{ kind: 'file', name: 'nowhere', path: '/proc/tabellion/vault' }])
  await expect(nowhere?.keep(note(5))).rejects.toThrow('mkdir')
})

test('a webhook takes checkpoints with its token and gives the newest back', async () => {
  const taken: string[] = []
  const url = await listen((request, answer) => {
    void bodyOf(request).then((body) => {
      if (request.headers.authorization !== 'Bearer t0ken') return answer.writeHead(401).end()
      if (request.method === 'POST') taken.push(body)
      return answer
        .writeHead(taken.length === 0 ? 404 : 200)
        .end(request.method === 'GET' ? taken.at(-1) : '')
    })
  })
  const [good, bad] = witnesses(
    [
      { kind: 'webhook', name: 'good', url, token: '${WORD}' },
      { kind: 'webhook', name: 'bad', url },
    ],
    (text) => text.replace('${WORD}', 't0ken'),
  )
  if (!good || !bad) throw new Error('no witnesses')
  expect(await good.held()).toEqual([])
  expect(await sendToWitnesses([good, bad], note(7))).toEqual([
    { witness: 'good', problem: null },
    { witness: 'bad', problem: 'bad answered 401' },
  ])
  expect(await askWitnesses([good, bad])).toEqual({
    outside: [{ by: 'good', note: note(7) }],
    unreachable: ['bad'],
  })
})

test('requests are signed as the published example says', () => {
  // The example "GET Object" of AWS's documentation of Signature Version 4 has a Range header and this signature.
  const headers = signed(
    { accessKey: 'AKIAIOSFODNN7EXAMPLE', secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    'GET',
    new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
    '',
    { range: 'bytes=0-9' },
    new Date('2013-05-24T00:00:00Z'),
  )
  expect(headers.authorization).toMatch(
    /Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41$/,
  )
})

/** A small S3: objects by key, signatures checked by its own code, and object lock as the API says it. */
function smallS3(secret: string): RequestListener {
  const objects = new Map<string, { body: string; until: number }>()
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  return (request, answer) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://x')
      const [, scope, names, signature] =
        /Credential=\w+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)/.exec(
          request.headers.authorization ?? '',
        ) ?? []
      const lines = [request.method, url.pathname, url.search.slice(1).split('&').sort().join('&')]
      for (const name of (names ?? '').split(';')) lines.push(`${name}:${request.headers[name] as string}`)
      lines.push('', names ?? '', createHash('sha256').update(body).digest('hex'))
      const text = [
        'AWS4-HMAC-SHA256',
        request.headers['x-amz-date'],
        scope,
        createHash('sha256').update(lines.join('\n')).digest('hex'),
      ].join('\n')
      const keyed = (scope ?? '').split('/').reduce<string | Buffer>(mac, `AWS4${secret}`)
      if (mac(keyed, text).toString('hex') !== signature)
        return answer.writeHead(403).end('<Code>SignatureDoesNotMatch</Code>')
      const name = decodeURIComponent(url.pathname.split('/').slice(2).join('/'))
      if (request.method === 'PUT' || request.method === 'DELETE') {
        if ((objects.get(name)?.until ?? 0) > Date.now())
          return answer.writeHead(403).end('<Code>AccessDenied</Code>')
        objects.set(name, {
          body,
          until: Date.parse(String(request.headers['x-amz-object-lock-retain-until-date'])),
        })
        return answer.end()
      }
      if (name) return answer.end(objects.get(name)?.body)
      const after = url.searchParams.get('start-after') ?? ''
      const keys = [...objects.keys()]
        .sort()
        .filter((key) => key > after && key.startsWith(url.searchParams.get('prefix') ?? ''))
      return answer.end(
        `<R><IsTruncated>${keys.length > 2}</IsTruncated>${keys
          .slice(0, 2)
          .map((key) => `<Key>${key}</Key>`)
          .join('')}</R>`,
      )
    })
  }
}

test('a bucket keeps checkpoints under object lock, page by page, and lets nobody put another in their place', async () => {
  const endpoint = await listen(smallS3('s3cret'))
  const settings = {
    kind: 's3',
    name: 'bucket',
    endpoint,
    bucket: 'proofs',
    prefix: 'clinic a/',
    accessKey: 'K',
    secretKey: 's3cret',
    lockDays: 30,
  } as const
  const [witness, thief] = witnesses([settings, { ...settings, name: 'thief', secretKey: 'guess' }])
  if (!witness || !thief) throw new Error('no witnesses')
  for (const size of [3, 40, 500, 6000, 70000]) await witness.keep(note(size))
  expect(await witness.held()).toEqual([3, 40, 500, 6000, 70000].map(note))
  await expect(witness.keep(note(40).replace('time', 'tame'))).rejects.toThrow('bucket answered 403')
  await expect(thief.keep(note(8))).rejects.toThrow('thief answered 403')
  expect((await askWitnesses([thief])).unreachable).toEqual(['thief'])
  expect(await witness.held()).toHaveLength(5)
})
