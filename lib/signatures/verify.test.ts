import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { issue, list, sign, type Identity } from './authority'
import { readTrustStore, type TrustStore } from './trust'
import { verifySignature, type DigestName } from './verify'

const content = Buffer.from('["paciente", "evolução"]')
const digestOf = (bytes: Buffer, algorithm: DigestName = 'sha256') =>
  createHash(algorithm).update(bytes).digest()
const signedAt = new Date('2026-06-01T12:00:00Z')

let root: Identity
let middle: Identity
let doctor: Identity
let trust: TrustStore

beforeAll(async () => {
  root = await issue({ name: 'Raiz de Teste', issuer: null, isAuthority: true })
  middle = await issue({ name: 'AC de Teste', issuer: root, isAuthority: true })
  doctor = await issue({ name: 'Dra. Teste:00000000191', issuer: middle })
  trust = { roots: [root.certificate], lists: [await list(root, []), await list(middle, [])] }
})

const verified = (cms: Uint8Array, over: { content?: Buffer; trust?: TrustStore; at?: Date } = {}) =>
  verifySignature({
    cms,
    digest: async (algorithm) => digestOf(over.content ?? content, algorithm),
    trust: over.trust ?? trust,
    signedAt: over.at ?? signedAt,
  })
const signed = (who: Identity, options?: Parameters<typeof sign>[2]) =>
  sign(who, digestOf(content), { sent: [who, middle], ...options })

test('a signature by a certificate of the test authority is valid, and says whose', async () => {
  expect(await verified(await signed(doctor))).toEqual({
    validation: 'valid',
    reason: 'valid',
    revocation: 'good',
    signer: {
      name: 'Dra. Teste:00000000191',
      serial: expect.stringMatching(/^[0-9A-F]+$/),
      issuer: 'AC de Teste',
    },
  })
})

test('an elliptic curve and a longer digest are as good', async () => {
  const curve = await issue({ name: 'EC', issuer: middle, kind: 'ec' })
  expect(await verified(await signed(curve))).toMatchObject({ validation: 'valid' })
  const cms = await sign(doctor, digestOf(content, 'sha512'), { sent: [doctor, middle], hash: 'SHA-512' })
  expect(await verified(cms)).toMatchObject({ validation: 'valid' })
})

test('one flipped byte of the document', async () => {
  const other = Buffer.from(content)
  other[3] = (other[3] ?? 0) ^ 1
  expect(await verified(await signed(doctor), { content: other })).toMatchObject({
    validation: 'invalid',
    reason: 'content-differs',
  })
})

test('a flipped byte of the signature is noticed, or lies where nothing is said', async () => {
  const cms = await signed(doctor)
  const whole = await verified(cms)
  let unnoticed = 0
  for (let at = 0; at < cms.length; at += 7) {
    const broken = Buffer.from(cms)
    broken[at] = (broken[at] ?? 0) ^ 4
    const outcome = await verified(broken)
    if (outcome.validation === 'invalid') continue
    // Version numbers and parameters around what is signed are bound by nothing (RFC 5652); they change no word of it.
    expect(outcome).toEqual(whole)
    unnoticed++
  }
  expect(unnoticed).toBeLessThan(6)
  for (const back of [1, 100, 250]) {
    const last = Buffer.from(cms)
    last[last.length - back] = (last[last.length - back] ?? 0) ^ 1
    expect(await verified(last)).toMatchObject({ validation: 'invalid', reason: 'signature-wrong' })
  }
})

describe('a chain', () => {
  test('that ends at a root nobody trusts', async () => {
    const stranger = await issue({ name: 'Raiz de Teste', issuer: null, isAuthority: true })
    const theirs = await issue({ name: 'AC de Teste', issuer: stranger, isAuthority: true })
    const impostor = await issue({ name: 'Dra. Teste', issuer: theirs })
    const cms = await sign(impostor, digestOf(content), { sent: [impostor, theirs, stranger] })
    expect(await verified(cms)).toMatchObject({ validation: 'invalid', reason: 'untrusted' })
  })
  test('with a link missing', async () => {
    expect(await verified(await signed(doctor, { sent: [doctor] }))).toMatchObject({ reason: 'untrusted' })
  })
  test('through somebody who is no authority', async () => {
    const forged = await issue({ name: 'Filha da Dra.', issuer: doctor })
    const cms = await sign(forged, digestOf(content), { sent: [forged, doctor, middle] })
    expect(await verified(cms)).toMatchObject({ validation: 'invalid', reason: 'wrong-issuer' })
  })
  test('through an authority that may not sign certificates', async () => {
    const weak = await issue({ name: 'AC só de listas', issuer: root, isAuthority: true, usage: 0b00000010 })
    const one = await issue({ name: 'X', issuer: weak })
    const cms = await sign(one, digestOf(content), { sent: [one, weak] })
    expect(await verified(cms)).toMatchObject({ validation: 'invalid', reason: 'wrong-issuer' })
  })
})

describe('a certificate outside its time', () => {
  test.each([
    ['expired', '2020-01-01', '2026-05-31'],
    ['not-yet-valid', '2026-06-02', '2030-01-01'],
  ])('is %s', async (reason, from, until) => {
    const one = await issue({ name: 'X', issuer: middle, from, until })
    expect(await verified(await signed(one))).toMatchObject({ validation: 'invalid', reason })
  })
  test('is judged when it was signed, not today', async () => {
    const one = await issue({ name: 'X', issuer: middle, until: '2026-06-02' })
    expect(await verified(await signed(one))).toMatchObject({ validation: 'valid' })
  })
  test('an issuer counts as well', async () => {
    const old = await issue({ name: 'AC antiga', issuer: root, isAuthority: true, until: '2026-01-01' })
    const one = await issue({ name: 'X', issuer: old })
    const cms = await sign(one, digestOf(content), { sent: [one, old] })
    expect(await verified(cms)).toMatchObject({ reason: 'expired' })
  })
})

describe('revocation', () => {
  test('before the signature ends it, after it does not', async () => {
    const lists = (at: string) => Promise.all([list(root, []), list(middle, [[doctor, at]])])
    const cms = await signed(doctor)
    const before = { roots: trust.roots, lists: await lists('2026-05-01') }
    expect(await verified(cms, { trust: before })).toMatchObject({
      validation: 'invalid',
      reason: 'revoked',
      revocation: 'revoked',
    })
    const after = { roots: trust.roots, lists: await lists('2026-07-01') }
    expect(await verified(cms, { trust: after })).toMatchObject({ validation: 'valid', revocation: 'good' })
  })
  test('without a list, with an old one or with somebody else’s it is undetermined', async () => {
    const cms = await signed(doctor)
    const other = await issue({ name: 'AC de Teste', issuer: null, isAuthority: true })
    for (const lists of [
      [],
      [await list(root, []), await list(middle, [], '2026-02-01')],
      [await list(root, []), await list(other, [])],
    ])
      expect(await verified(cms, { trust: { roots: trust.roots, lists } })).toMatchObject({
        validation: 'undetermined',
        reason: 'revocation-unknown',
        revocation: 'unknown',
      })
  })
  test('of the issuing authority counts', async () => {
    const lists = [await list(root, [[middle, '2026-05-01']]), await list(middle, [])]
    expect(await verified(await signed(doctor), { trust: { roots: trust.roots, lists } })).toMatchObject({
      reason: 'revoked',
    })
  })
})

test('a certificate for another use does not sign documents', async () => {
  const cipher = await issue({ name: 'X', issuer: middle, usage: 0b00100000 })
  expect(await verified(await signed(cipher))).toMatchObject({ validation: 'invalid', reason: 'wrong-usage' })
  const server = await issue({ name: 'X', issuer: middle, extendedUse: '1.3.6.1.5.5.7.3.1' })
  expect(await verified(await signed(server))).toMatchObject({ validation: 'invalid', reason: 'wrong-usage' })
})

test('weak digests and keys are not believed', async () => {
  const cms = await sign(doctor, createHash('sha1').update(content).digest(), {
    sent: [doctor, middle],
    hash: 'SHA-1',
  })
  expect(await verified(cms)).toMatchObject({ validation: 'invalid', reason: 'weak-algorithm' })
  const small = await issue({ name: 'X', issuer: middle, kind: 'small rsa' })
  expect(await verified(await signed(small))).toMatchObject({
    validation: 'invalid',
    reason: 'weak-algorithm',
  })
})

test('a signature bound to another certificate of the same key’s owner is not taken', async () => {
  const other = await issue({ name: 'X', issuer: middle })
  expect(await verified(await signed(doctor, { boundTo: other }))).toMatchObject({
    reason: 'other-certificate',
  })
})

test('bytes that are no signature, or more than one document', async () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('text'),
    Buffer.concat([await signed(doctor), Buffer.from([0])]),
  ])
    expect(await verified(bytes)).toMatchObject({ validation: 'invalid', reason: 'not-cms', signer: null })
  expect(await verified(await signed(doctor, { sent: [middle] }))).toMatchObject({ reason: 'no-signer' })
})

test('a trust store is a folder of roots and lists; without a root it is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tabellion-trust-'))
  try {
    expect(() => readTrustStore(folder)).toThrow(/no certificate/)
    writeFileSync(join(folder, 'root.der'), Buffer.from(root.certificate.toSchema().toBER()))
    const pem = (label: string, der: ArrayBuffer) =>
      `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`
    writeFileSync(
      join(folder, 'lists.pem'),
      trust.lists.map((one) => pem('X509 CRL', one.toSchema().toBER())).join(''),
    )
    const read = readTrustStore(folder)
    expect([read.roots.length, read.lists.length]).toEqual([1, 2])
    expect(await verified(await signed(doctor), { trust: read })).toMatchObject({ validation: 'valid' })
    writeFileSync(join(folder, 'bad.crt'), 'nothing')
    expect(() => readTrustStore(folder)).toThrow(/bad\.crt.*neither/)
    expect(() => readTrustStore(join(folder, 'none'))).toThrow(/no trust store/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
