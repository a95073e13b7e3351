import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activity, clinic, openDesk, type Desk } from '@/db/reference/consent-desk'
import { makeTwoClinics, rowOf, userOf } from '@/db/reference/two-clinics'
import { type TestDatabase } from '@/db/test-database'
import { referenceDatabase } from '@/db/test-reference'
import { closeConnections } from '@/lib/db/client'
import { recordsAt, type Principal } from '@/lib/db/scope'
import {
  countOutcomes,
  decideBatch,
  listBatches,
  livingByNumber,
  livingOf,
  proposeBatch,
  tryBatch,
} from './batches'
import { listGuardians, noteDispute } from './guardians'
import { mergePatients, previewMerge } from './merge'
import { compareMark, listHolds, releaseHold, takeMarks, type Mark } from './restore'
import { countOrphans } from './work'

/** What the pages for many consents at once do, as the dashboard's own roles. */
let database: TestDatabase
let client: Client
let desk: Desk
let records: ReturnType<typeof recordsAt>
const who = (role: 'clinic_admin' | 'compliance_officer'): Principal => ({
  userId: randomUUID(),
  subject: userOf('a', role === 'clinic_admin' ? 'admin' : 'dpo'),
  email: 'a@example.org',
  name: 'A',
  role,
  clinics: role === 'clinic_admin' ? [clinic] : [],
  clinicId: null,
  requestId: 'many-test',
  database: 'clinic',
  locale: 'en',
})
const admin = who('clinic_admin')
const officer = who('compliance_officer')

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

async function granted(purpose = activity, kind = 'marketing') {
  const patient = await desk.patient()
  const id = await desk.request(patient, undefined, 'reception', kind, purpose)
  await desk.grant(id)
  const { number } = await desk.one<{ number: string }>(
    `select record_number as number from patients where id = $1`,
    [patient],
  )
  return { patient, id, number }
}

test('a purpose’s end is tried by the officer, and ended once an administrator agrees', async () => {
  const purpose = await desk.purpose('media.over')
  for (let at = 0; at < 21; at++) await granted(purpose, 'image')
  const ids = await records.read(officer, (tx) => livingOf(tx, clinic, purpose))
  expect(ids).toHaveLength(21)
  const tried = await records.read(officer, (tx) => tryBatch(tx, clinic, 'purpose_ended', ids))
  expect([tried.status, tried.second, countOutcomes(tried.items)]).toEqual(['dry_run', true, [['ended', 21]]])
  await records.write(officer, (tx) => proposeBatch(tx, clinic, 'purpose_ended', ids, 'Study over'))
  const [waiting] = await records.read(admin, listBatches)
  expect(waiting).toMatchObject({
    status: 'proposed',
    size: 21,
    reason: 'Study over',
    madeBy: officer.subject,
  })
  await expect(
    records.write(officer, (tx) => decideBatch(tx, clinic, waiting?.id ?? '', true)),
  ).rejects.toMatchObject({ kind: 'denied' })
  await expect(
    records.write(admin, (tx) => proposeBatch(tx, clinic, 'purpose_ended', ids, 'x')),
  ).rejects.toMatchObject({ kind: 'denied' })
  const items = await records.write(admin, (tx) => decideBatch(tx, clinic, waiting?.id ?? '', true))
  expect(countOutcomes(items)).toEqual([['ended', 21]])
  expect(await records.read(officer, (tx) => livingOf(tx, clinic, purpose))).toEqual([])
})

test('withdrawals from a list go by record number; who has none is named', async () => {
  const one = await granted()
  const found = await records.read(admin, (tx) =>
    livingByNumber(tx, clinic, activity, [one.number, 'nobody']),
  )
  expect(found).toEqual({ ids: [one.id], without: ['nobody'] })
  const told = await records.write(admin, (tx) =>
    proposeBatch(tx, clinic, 'withdrawals', found.ids, 'Unsubscribed'),
  )
  expect(told).toMatchObject({ status: 'done', items: [{ id: one.id, outcome: 'withdrawn' }] })
})

test('what a merge is said to do is what it does', async () => {
  const yes = await granted()
  const no = await granted()
  await desk.withdraw(no.id)
  // Cancelled afterwards: no answer, so the withdrawal before it still counts.
  const asked = await desk.request(no.patient)
  await desk.as('admin', `select app.consent_refuse($1, $2, p_reason => 'request_cancelled')`, [
    clinic,
    asked,
  ])
  const lines = await records.read(admin, (tx) => previewMerge(tx, clinic, no.patient, yes.patient))
  expect(lines).toMatchObject([
    { from: { status: 'withdrawn' }, into: { status: 'granted', reason: null }, ends: true },
  ])
  await expect(
    records.write(admin, (tx) => mergePatients(tx, clinic, yes.patient, yes.patient, 'same')),
  ).rejects.toMatchObject({ kind: 'conflict' })
  expect(await records.write(admin, (tx) => mergePatients(tx, clinic, no.patient, yes.patient, 'same'))).toBe(
    1,
  )
  expect(await desk.stateOf(yes.id)).toEqual({ status: 'expired', reason: 'merged' })
  await expect(
    records.write(admin, (tx) => mergePatients(tx, clinic, no.patient, yes.patient, 'again')),
  ).rejects.toMatchObject({ kind: 'conflict' })
})

test('the officer records and settles a dispute without names; an administrator does not', async () => {
  const all = { q: '', disputed: false }
  const [seen] = (await records.read(officer, (tx) => listGuardians(tx, all))).rows
  expect(seen).toMatchObject({ relation: 'mother', name: null, recordNumber: null, disputedSince: null })
  const named = await records.read(admin, (tx) => listGuardians(tx, all))
  expect(named.rows.find(({ id }) => id === seen?.id)?.name).toMatch(/^Mãe/)
  const id = rowOf.patient_representatives('a')
  await expect(
    records.write(admin, (tx) => noteDispute(tx, clinic, id, '2026-11-01', 'Order 1')),
  ).rejects.toMatchObject({ kind: 'denied' })
  await records.write(officer, (tx) => noteDispute(tx, clinic, id, '2026-11-01', 'Order 1'))
  const disputed = await records.read(officer, (tx) => listGuardians(tx, { q: '', disputed: true }))
  expect(disputed.rows).toMatchObject([{ id, disputedSince: '2026-11-01', disputeDocument: 'Order 1' }])
  await records.write(officer, (tx) => noteDispute(tx, clinic, id, null, null))
  expect((await records.read(officer, (tx) => listGuardians(tx, { q: '', disputed: true }))).rows).toEqual([])
})

test('a mark that is here changes nothing; one that is not closes the gates until the officer opens them', async () => {
  const one = await granted()
  const [mark] = await records.read(officer, takeMarks)
  expect(await records.write(officer, (tx) => compareMark(tx, mark as Mark))).toMatchObject({ held: false })
  const lost: Mark = {
    ...(mark as Mark),
    seq: 999_999,
    hash: 'ab'.repeat(32),
    ended: [{ consent: one.id, reason: 'subject_request', declaredAt: new Date().toISOString() }],
  }
  expect(await records.write(officer, (tx) => compareMark(tx, lost))).toEqual({
    held: true,
    ended: 1,
    unknown: 0,
  })
  expect(await records.read(admin, listHolds)).toMatchObject([{ clinicId: clinic, replayed: true }])
  expect(await desk.stateOf(one.id)).toEqual({ status: 'withdrawn', reason: 'subject_request' })
  await records.write(officer, (tx) => releaseHold(tx, clinic))
  expect(await records.read(admin, listHolds)).toEqual([])
})

test('images outside the chart are counted for those who see none', async () => {
  expect(await records.read(officer, countOrphans)).toMatchObject({ outside: 0, images: 0 })
  const purpose = await desk.purpose('media.teaching')
  const { patient, id } = await granted(purpose, 'image')
  await database.run('update clinical_photos set patient_id = $1 where id = $2', [
    patient,
    rowOf.clinical_photos('a'),
  ])
  await desk.as(
    'professional',
    `update clinical_photos set use_scope = 'teaching', deidentified_by = app.user_id(), deidentified_at = now() where id = $1`,
    [rowOf.clinical_photos('a')],
  )
  expect(await records.read(officer, countOrphans)).toMatchObject({ outside: 1, images: 0 })
  // Over since a moment, and no job has run yet: counted at once. The period is past only for a superuser.
  await database.run(`alter table consent_records disable trigger check_consent`)
  await database.run(
    `update consent_records set expires_at = decided_at + interval '1 millisecond' where id = $1`,
    [id],
  )
  await database.run(`alter table consent_records enable always trigger check_consent`)
  expect(await records.read(admin, countOrphans)).toMatchObject({ outside: 1, images: 1 })
})
