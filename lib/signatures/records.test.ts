import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clinicOf, makeTwoClinics, rowOf, userOf, type Side } from '@/db/reference/two-clinics'
import { type TestDatabase } from '@/db/test-database'
import { referenceDatabase } from '@/db/test-reference'
import { main } from '@/lib/cli/main'
import { closeConnections } from '@/lib/db/client'
import { recordsAt, type Principal } from '@/lib/db/scope'
import { listOpenings, reviewOpening } from '../openings/queries'
import { listCoverage, listSignatures, listToVerify, recordVerification, verify } from './records'
import { issue, list, sign, type Identity } from './authority'
import type { TrustStore } from './trust'

let db: TestDatabase
let records: ReturnType<typeof recordsAt>
let trust: TrustStore
let doctor: Identity

const principal = (side: Side, role: Principal['role'] = 'compliance_officer'): Principal => ({
  userId: randomUUID(),
  subject: userOf(side, role === 'compliance_officer' ? 'dpo' : 'admin'),
  email: 'x@example.org',
  name: 'X',
  role,
  clinics: role === 'clinic_admin' ? [clinicOf(side)] : [],
  clinicId: null,
  requestId: 'signatures-test',
  database: 'clinic',
  locale: 'en',
})

const entry = rowOf.medical_records('a')

/** As the application, signed in as the professional of clinic a. */
async function author<Row>(statement: string, values: unknown[] = []): Promise<Row[]> {
  const client = await db.connect()
  try {
    await client.query('begin')
    await client.query(`select set_config('app.user_id', $1, true)`, [userOf('a', 'professional')])
    await client.query('set local role app_rw')
    const { rows } = await client.query(statement, values)
    await client.query('commit')
    return rows as Row[]
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  db = await referenceDatabase()
  const client = await db.connect()
  await makeTwoClinics(client)
  await client.query(`alter role tabellion_web password 'web'`)
  await client.end()
  records = recordsAt('clinic', db.urlAs('tabellion_web', 'web'))
  const root = await issue({ name: 'Raiz', issuer: null, isAuthority: true })
  doctor = await issue({ name: 'Doctor', issuer: root })
  trust = { roots: [root.certificate], lists: [await list(root, [])] }
  const [content] = await author<{ bytes: Buffer; kept: Buffer }>(
    `select app.canonical_content($1, 'public.medical_records', $2) as bytes, (select content_sha256 from medical_records where id = $2) as kept`,
    [clinicOf('a'), entry],
  )
  if (!content) throw new Error('no content')
  const digest = createHash('sha256').update(content.bytes).digest()
  expect(digest).toEqual(content.kept)
  await author(
    `select app.record_signature($1, 'public.medical_records', $2, $3, 'advanced', 'CAdES', p_cms => $4)`,
    [clinicOf('a'), entry, digest, await sign(doctor, digest)],
  )
})
afterAll(async () => {
  await closeConnections()
  await db.drop()
})

const run = () =>
  records.write(principal('a'), async (tx) => {
    const [one] = await listToVerify(tx, 10)
    if (!one) throw new Error('nothing to verify')
    const result = await verify(tx, one, trust)
    await recordVerification(tx, one, result)
    return result
  })
const stored = () =>
  records.read(principal('a'), async (tx) => (await listSignatures(tx)).find((one) => one.isKept))

test('the officer verifies what the professional signed, without reading the chart', async () => {
  expect(await run()).toMatchObject({ validation: 'valid', reason: 'valid' })
  expect(await stored()).toMatchObject({
    validation: 'valid',
    reason: 'valid',
    validatedAt: expect.any(String),
  })
  const entries = await db.run(
    `select outcome, changed_fields from ledger.audit_logs where action = 'signature' and 'verified' = any (changed_fields)`,
  )
  expect(entries).toEqual([{ outcome: 'success', changed_fields: ['verified'] }])
  await expect(
    records.read(principal('a'), (tx) =>
      tx
        .selectFrom('medical_records' as never)
        .selectAll()
        .execute(),
    ),
  ).rejects.toMatchObject({ cause: { code: '42501' } })
})

/** The command, with its exit code and what it printed. */
async function command(trusted: TrustStore, user: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tabellion-trust-'))
  const out = join(folder, 'out.json')
  for (const [at, root] of trusted.roots.entries())
    writeFileSync(join(folder, `${at}.cer`), Buffer.from(root.toSchema().toBER()))
  for (const [at, one] of trusted.lists.entries())
    writeFileSync(join(folder, `${at}.crl`), Buffer.from(one.toSchema().toBER()))
  const words = [
    'signatures',
    '--url',
    db.url,
    '--trust',
    folder,
    '--user',
    user,
    '--format',
    'json',
    '--output',
    out,
  ]
  try {
    const code = await main(['node', 'tabellion', ...words])
    return {
      code,
      counts: code === 2 ? null : (JSON.parse(readFileSync(out, 'utf8')) as { counts: unknown }).counts,
    }
  } finally {
    rmSync(folder, { recursive: true })
    // A command closes every pool of its process; here that is ours too.
    records = recordsAt('clinic', db.urlAs('tabellion_web', 'web'))
  }
}

test('the command line says the same, and ends with 1 when one does not hold', async () => {
  expect(await command(trust, userOf('a', 'dpo'))).toEqual({
    code: 0,
    counts: { valid: 1, invalid: 0, undetermined: 0 },
  })
  expect(await command({ ...trust, lists: [] }, userOf('a', 'dpo'))).toMatchObject({
    code: 0,
    counts: { undetermined: 1 },
  })
  const stranger = await issue({ name: 'Raiz', issuer: null, isAuthority: true })
  expect(await command({ roots: [stranger.certificate], lists: [] }, userOf('a', 'dpo'))).toMatchObject({
    code: 1,
    counts: { invalid: 1 },
  })
  expect((await command(trust, userOf('b', 'dpo'))).code).toBe(2)
})

test('a document that somebody changed behind everybody’s back no longer fits', async () => {
  await db.run(`alter table medical_records disable trigger seal_record;
    update medical_records set history = 'enc:v1:other' where id = '${entry}';
    alter table medical_records enable always trigger seal_record`)
  expect(await run()).toMatchObject({ validation: 'invalid', reason: 'content-differs' })
  expect((await records.read(principal('a'), (tx) => listSignatures(tx)))[0]).toMatchObject({
    validation: 'invalid',
  })
})

test('coverage counts what each reader’s clinics have to sign, and nobody else’s', async () => {
  const coverage = await records.read(principal('a'), listCoverage)
  expect(coverage).toContainEqual(
    expect.objectContaining({
      clinicId: clinicOf('a'),
      documentTable: 'public.medical_records',
      finished: 1,
      signed: 1,
      invalid: 1,
    }),
  )
  expect(coverage.every((one) => one.clinicId === clinicOf('a'))).toBe(true)
  expect(await records.read(principal('b'), (tx) => listToVerify(tx, 10))).toEqual([])
  expect(
    (await records.read(principal('b', 'clinic_admin'), listCoverage)).map((one) => one.clinicId),
  ).not.toContain(clinicOf('a'))
})

test('a prescription is signed as it stands, not as somebody says it stands', async () => {
  await expect(
    author(
      `select app.record_signature($1, 'public.prescriptions', $2, sha256('other'), 'advanced', 'PAdES', p_signer_name => 'D')`,
      [clinicOf('a'), rowOf.prescriptions('a')],
    ),
  ).rejects.toThrow(/not what is stored/)
})

test('an emergency opening is seen and judged once by the clinic’s officer, not by another’s', async () => {
  await author(`select app.break_glass($1, $2, 'desmaio na recepção da clínica', 30)`, [
    clinicOf('a'),
    rowOf.patients('a'),
  ])
  const [opening] = await records.read(principal('a'), (tx) => listOpenings(tx))
  expect(opening).toMatchObject({
    minutes: 30,
    isOpen: true,
    justified: null,
    patientId: rowOf.patients('a'),
  })
  expect(await records.read(principal('b'), (tx) => listOpenings(tx))).toEqual([])
  const judge = (side: Side) =>
    records.write(principal(side), (tx) => reviewOpening(tx, clinicOf('a'), opening?.id ?? '', false))
  await expect(judge('b')).rejects.toMatchObject({ cause: { code: '42501' } })
  await judge('a')
  expect((await records.read(principal('a'), (tx) => listOpenings(tx)))[0]).toMatchObject({
    justified: false,
  })
  await expect(judge('a')).rejects.toThrow()
})
