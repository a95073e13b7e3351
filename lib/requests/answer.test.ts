import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clinicOf, makeTwoClinics, rowOf, userOf } from '@/db/reference/two-clinics'
import { type TestDatabase } from '@/db/test-database'
import { referenceDatabase } from '@/db/test-reference'
import { keepScan, openFile } from '@/lib/consents/files'
import { closeConnections } from '@/lib/db/client'
import { recordsAt, type Principal } from '@/lib/db/scope'
import { close, makePackage, receive, verify, type Answer } from './commands'
import { getRequest } from './queries'
import type { RequestType } from './types'
import { countWaiting } from './waiting'

let database: TestDatabase
let records: ReturnType<typeof recordsAt>
const clinic = clinicOf('a')
const patient = rowOf.patients('a')
const scan = Buffer.from('%PDF-1.4\n%%EOF\n')
const admin: Principal = {
  userId: randomUUID(),
  subject: userOf('a', 'admin'),
  email: 'a@example.org',
  name: 'A',
  role: 'clinic_admin',
  clinics: [clinic],
  clinicId: null,
  requestId: 'answer-test',
  database: 'clinic',
  locale: 'en',
}

beforeAll(async () => {
  database = await referenceDatabase()
  const client = await database.connect()
  await makeTwoClinics(client)
  await client.end()
  // Of a clinic that names its chart in its record of processing.
  await database.run(
    `update processing_activities set tables_used = '{patients,medical_records}' where clinic_id = $1`,
    [clinic],
  )
  records = recordsAt('clinic', database.url)
})
afterAll(async () => {
  await closeConnections()
  await database.drop()
})

async function received(type: RequestType, receivedAt: string | null = null): Promise<string> {
  return records.write(admin, async (tx) => {
    const id = await receive(tx, {
      clinicId: clinic,
      patientId: patient,
      timeZone: 'America/Sao_Paulo',
      type,
      channel: 'email',
      receivedAt,
    })
    await verify(tx, id, true, 'document_seen')
    return id
  })
}
const answer = (id: string, over: Partial<Answer> = {}) =>
  records.write(admin, (tx) =>
    close(tx, {
      id,
      status: 'answered',
      reason: null,
      article: null,
      letter: 'Here they are.',
      copyFile: null,
      locale: 'en',
      ...over,
    }),
  )
const page = async (id: string) => {
  const request = await records.read(admin, (tx) => getRequest(tx, id))
  const file = await records.write(admin, (tx) => openFile(tx, clinic, request?.responseFile ?? ''))
  return { request, html: file.content.toString('utf8') }
}

test('the package says what is encrypted, and shows no cipher', async () => {
  const id = await received('access_full')
  const data = await records.write(admin, (tx) => makePackage(tx, id))
  const chart = data.tables.find(({ table }) => table === 'medical_records')
  expect(chart?.rows.map(({ history }) => history)).toEqual([{ encrypted: true }])
  expect(JSON.stringify(data)).not.toContain('enc:v1:')
  expect(JSON.stringify(data)).not.toContain('\\\\x')
})

test('a full answer wants the readable copy of what is encrypted here, kept and hashed beside it', async () => {
  const id = await received('access_full')
  await expect(answer(id)).rejects.toMatchObject({ fields: { copyFile: {} } })
  const theirs = await database.run<{ id: string }>(`select id from kept_files where clinic_id = $1`, [
    clinicOf('b'),
  ])
  await expect(answer(id, { copyFile: theirs[0]?.id ?? '' })).rejects.toMatchObject({
    fields: { copyFile: {} },
  })
  const copy = await records.write(admin, (tx) => keepScan(tx, patient, 'application/pdf', scan))
  const hash = await answer(id, { copyFile: copy.id })
  const { request, html } = await page(id)
  expect(request).toMatchObject({ status: 'answered', copyFile: copy.id, responseSha256: hash })
  expect(createHash('sha256').update(html).digest('hex')).toBe(hash)
  expect(html).toContain(copy.sha256)
  expect(html).toContain('in the readable copy handed over with this answer')
})

test('an answer in part says that the chart is not in it; a confirmation needs no copy', async () => {
  const part = await received('chart_copy')
  await answer(part, { status: 'partly', reason: 'third_party', article: 'art. 18' })
  expect((await page(part)).html).toContain('not in this answer')
  const simple = await received('confirm')
  await answer(simple)
  expect((await page(simple)).request).toMatchObject({ status: 'answered', copyFile: null })
})

test('what waits is counted for the reader’s own clinics, and what is past its time beside it', async () => {
  const before = await records.read(admin, countWaiting)
  await received('access_full', '2025-03-03T10:00')
  await received('access_full')
  const own = await database.run<{ kind: string; open: number }>(
    `select 'tasks' as kind, count(*)::int as open from consent_tasks where clinic_id = $1 and status = 'open'
     union all select 'incidents', count(*)::int from incidents where clinic_id = $1 and closed_at is null
     union all select 'openings', count(*)::int from app.chart_openings where clinic_id = $1 and justified is null`,
    [clinic],
  )
  const after = await records.read(admin, countWaiting)
  expect(after.requests).toEqual({ open: before.requests.open + 2, overdue: before.requests.overdue + 1 })
  for (const { kind, open } of own) expect(after[kind as 'tasks'].open, kind).toBe(open)
})
