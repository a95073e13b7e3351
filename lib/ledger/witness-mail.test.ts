import { generateKeyPairSync } from 'node:crypto'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, TLSSocket, type SecureContextOptions } from 'node:tls'
import { build } from 'esbuild'
import { afterAll, expect, test } from 'vitest'
import { issue, type Identity } from '@/lib/signatures/authority'
import { checkpointText, signNote } from './note'
import { askWitnesses, sendToWitnesses } from './outside'
import { witnesses } from './witness'

const folder = mkdtempSync(join(tmpdir(), 'tabellion-mail-'))
afterAll(() => rmSync(folder, { recursive: true }))

const origin = 'tabellion/log'
const letterOf = signNote(
  checkpointText({ origin, size: 12, root: Buffer.alloc(32, 7), extensions: [] }),
  origin,
  [generateKeyPairSync('ed25519').privateKey],
)

/** A mail server that takes letters, as much of RFC 5321 as one needs; says what it heard. */
async function mailServer({ refuses, tls }: { refuses?: string; tls?: SecureContextOptions } = {}) {
  const letters: string[] = []
  /** What was said, and whether it went encrypted. */
  const heard: string[] = []
  const serve = (socket: Socket, safe: boolean) => {
    let letter: string | null = null
    let rest = ''
    socket.on('error', () => undefined)
    const listen = (part: Buffer) => {
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
        heard.push(`${safe ? 'safe ' : ''}${line}`)
        if (refuses && line.startsWith(refuses)) socket.write('550 not here\r\n')
        else if (line.startsWith('EHLO'))
          socket.write(`250-test\r\n${tls && !safe ? '250-STARTTLS\r\n' : ''}250 SIZE 1000000\r\n`)
        else if (line.startsWith('AUTH')) socket.write('235 welcome\r\n')
        else if (line === 'STARTTLS' && tls) {
          socket.off('data', listen)
          socket.write('220 go on\r\n')
          serve(new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) }), true)
        } else if (line === 'DATA') {
          letter = ''
          socket.write('354 go on\r\n')
        } else socket.write(`${line === 'QUIT' ? 221 : 250} ok\r\n`)
      }
    }
    socket.on('data', listen)
  }
  const smtp = createServer((socket) => {
    socket.write('220 test ESMTP\r\n')
    serve(socket, false)
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
  const box = mailWitness(mail.port)
  expect(await sendToWitnesses(box, letterOf)).toEqual([{ witness: 'dpo', problem: null }])
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
  expect(Buffer.from(attached, 'base64').toString()).toBe(letterOf)
  expect(letter.split('\r\n').every((line) => line.length <= 998)).toBe(true)
  // No receipt either: nothing was delivered.
  expect(await sendToWitnesses(box, letterOf)).toEqual([])
  expect(mail.letters).toHaveLength(1)
  expect(await sendToWitnesses(mailWitness(mail.port, { every: 0 }), letterOf)).toEqual([
    { witness: 'dpo', problem: null },
  ])
  expect(await askWitnesses(box)).toEqual({ outside: [], unreachable: [] })
  mail.server.close()
})

test('A letter that is refused, a server that is not there and a password without encryption are problems', async () => {
  const mail = await mailServer({ refuses: 'RCPT' })
  const problems = async (box: ReturnType<typeof mailWitness>) =>
    (await sendToWitnesses(box, letterOf))[0]?.problem
  expect(await problems(mailWitness(mail.port))).toBe('the mail server answered 550 not here')
  expect(mail.letters).toEqual([])
  expect(
    await problems(mailWitness(mail.port, { server: `smtp://me:secret@127.0.0.1:${mail.port}` })),
  ).toMatch(/no encryption/)
  expect(mail.heard.some((line) => line.startsWith('AUTH'))).toBe(false)
  mail.server.close()
  expect(await problems(mailWitness(mail.port))).toMatch(/ECONNREFUSED|hung up/)
})

const pem = (label: string, bytes: ArrayBuffer) =>
  `-----BEGIN ${label}-----\n${Buffer.from(bytes)
    .toString('base64')
    .replaceAll(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`
const certificateOf = ({ certificate }: Identity) => pem('CERTIFICATE', certificate.toSchema().toBER())

const program = join(folder, 'send.mjs')

/** Sends the letter from a process of its own, which is told at its start whom to believe; what went wrong, or nothing. */
async function sent(port: number, authority: string): Promise<string> {
  const child = spawn(process.execPath, [program, String(port)], {
    cwd: process.cwd(),
    env: { ...process.env, NODE_PATH: join(process.cwd(), 'node_modules'), NODE_EXTRA_CA_CERTS: authority },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (part) => (said += String(part)))
  await new Promise((done) => child.once('close', done))
  return said
}

test('With STARTTLS password and letter go encrypted, and nothing goes to a server that cannot prove its name', async () => {
  await build({
    stdin: {
      contents: `import { mailbox } from './lib/ledger/witness-mail'
        const server = 'smtp://me:secret@localhost:' + process.argv[2]
        const box = mailbox({ name: 'dpo', server, from: 'a@b.example', to: ['c@d.example'], every: 1 })
        await box.keep(${JSON.stringify(letterOf)}).catch((error) => process.stdout.write(error.message))`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    alias: { '@': process.cwd() },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
  const [authority, stranger] = await Promise.all(
    ['ours', 'another'].map((name) => issue({ name, issuer: null, isAuthority: true, kind: 'ec' })),
  )
  if (!authority || !stranger) throw new Error('no authorities')
  const trusted = join(folder, 'ca.pem')
  writeFileSync(trusted, certificateOf(authority))
  const mailWith = async (issuer: Identity, name: string) => {
    const identity = await issue({ name, issuer, kind: 'ec' })
    const key = pem('PRIVATE KEY', await crypto.subtle.exportKey('pkcs8', identity.key))
    return mailServer({ tls: { key, cert: certificateOf(identity) } })
  }
  const good = await mailWith(authority, 'localhost')
  expect(await sent(good.port, trusted)).toBe('')
  expect(good.letters).toHaveLength(1)
  expect(good.heard.filter((line) => !line.startsWith('safe '))).toEqual([
    expect.stringMatching(/^EHLO /),
    'STARTTLS',
  ])
  expect(good.heard).toContain(`safe AUTH PLAIN ${Buffer.from('\0me\0secret').toString('base64')}`)
  for (const bad of [await mailWith(stranger, 'localhost'), await mailWith(authority, 'elsewhere')]) {
    expect(await sent(bad.port, trusted)).toMatch(/certificate|altnames|issuer/i)
    expect([bad.letters, bad.heard.filter((line) => line.startsWith('safe '))]).toEqual([[], []])
    bad.server.close()
  }
  good.server.close()
})
