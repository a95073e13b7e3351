import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { referenceDatabase } from '@/db/test-reference'
import { missingFrom } from '@/lib/audit/installed'
import { migrationScript } from '@/lib/audit/migration'
import { readSnapshot } from '@/lib/catalog/read'
import { closeConnections } from '@/lib/db/client'
import { cursorText } from '@/lib/db/keyset'
import { recordsAt, type Principal } from '@/lib/db/scope'
import { getPatient, getTerm, listChoices, listRepresentatives, searchPatients } from './choices'
import { record, withdraw, type Decision } from './commands'
import { getConsent, listEvents } from './detail'
import { consentNeeds } from './needs'
import { effectsOf } from './effects'
import { countConsents, getRow, listConsents, listPurposes, type ConsentFilter } from './queries'
import { stateAt, type Instants } from './state'
import { ageOn, canBecome, isFinal, kindOf, shownStatus, signerFor, statuses, transitions } from './types'

const login = `t_consents_${randomBytes(4).toString('hex')}`
const [ours, theirs] = [randomUUID(), randomUUID()]
const [admin, officer, watcher, stranger] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
const [adult, child, teen, foreigner] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
const [photos, messages, care, foreignPhotos] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
const [photoTerm, messageTerm, foreignTerm] = [randomUUID(), randomUUID(), randomUUID()]
const [mother, theirMother] = [randomUUID(), randomUUID()]
const hash = 'ab'.repeat(32)

let db: TestDatabase
let records: ReturnType<typeof recordsAt>

const principal = (over: Partial<Principal> = {}): Principal => ({
  userId: randomUUID(),
  subject: admin,
  email: 'someone@example.org',
  name: 'Someone',
  role: 'clinic_admin',
  clinics: [ours],
  clinicId: null,
  requestId: 'req-consents-test',
  database: 'clinic',
  locale: 'en',
  ...over,
})
const asOfficer = principal({ role: 'compliance_officer', subject: officer, clinics: [] })
const asViewer = principal({ role: 'viewer', subject: watcher, clinics: [] })
const asStranger = principal({ subject: stranger, clinics: [theirs] })

const everything: ConsentFilter = { q: '', purpose: [], status: [], expiring: null }
const start = { after: null, before: null }

const decision = (over: Partial<Decision> = {}): Decision => ({
  patientId: adult,
  activityId: photos,
  termId: photoTerm,
  pendingId: null,
  captureKey: randomUUID(),
  decision: 'grant',
  signer: 'patient',
  representativeId: null,
  method: 'in_person_paper',
  decidedAt: null,
  evidenceSha256: hash,
  evidenceKey: 'file/0001',
  readTo: null,
  // Most tests here decide about one purpose of one patient again and again.
  ownWish: true,
  ...over,
})
const decide = (over: Partial<Decision> = {}, who = principal()) =>
  records.write(who, (tx) => record(tx, decision(over)))
const end = (id: string, who = principal()) =>
  records.write(who, (tx) => withdraw(tx, { id, channel: 'phone', who: 'subject_request', declaredAt: null }))
const list = (filter: Partial<ConsentFilter> = {}, who = principal()) =>
  records.read(who, (tx) => listConsents(tx, { ...everything, ...filter }, start, 1000))

const activity = (id: string, clinic: string, code: string, basis: string, validity: string) => `
  ('${id}', '${clinic}', '${code}', 'Finalidade ${code}', 'Descrição', '${basis}', ${basis.startsWith('a11')},
   '{imagem}', '{pacientes}', '{clinical_photos}', '5 anos', 'revogação', 'I', ${validity}, '{rls}', 'DPO', '2030-01-01', 'active')`

beforeAll(async () => {
  db = await referenceDatabase()
  await db.run(`
    insert into public.clinics (id, name, tax_id, time_zone) values
      ('${ours}', 'Clínica Nossa', '11222333000181', 'America/Manaus'),
      ('${theirs}', 'Clínica Deles', '11444777000161', 'America/Sao_Paulo');
    insert into public.clinic_members (clinic_id, user_id, role) values
      ('${ours}', '${admin}', 'admin'), ('${ours}', '${officer}', 'dpo'), ('${ours}', '${watcher}', 'viewer'),
      ('${theirs}', '${stranger}', 'admin');
    insert into public.patients (id, clinic_id, record_number, full_name, birth_date, legal_capacity) values
      ('${adult}', '${ours}', 'P-0001', 'Ana 100% Souza', '1980-05-05', 'full'),
      ('${child}', '${ours}', 'P-0002', 'Bia Lima', (now() - interval '10 years')::date, 'minor'),
      ('${teen}', '${ours}', 'P-0003', 'Caio Reis', (now() - interval '17 years')::date, 'minor'),
      ('${foreigner}', '${theirs}', 'P-0001', 'Davi Nunes', '1970-01-01', 'full');`)
  await db.run(`
    insert into public.processing_activities (id, clinic_id, purpose_code, title, description, legal_basis, sensitive_data,
      data_categories, subject_categories, tables_used, retention_rule, end_rule, art16_item, max_validity,
      security_measures, owner, next_review, status) values
      ${activity(photos, ours, 'media.publication', 'a11_i', "interval '12 months'")},
      ${activity(messages, ours, 'marketing.general', 'a7_i', 'null')},
      ${activity(care, ours, 'care.treatment', 'a11_ii_f', 'null')},
      ${activity(foreignPhotos, theirs, 'media.publication', 'a11_i', 'null')};
    insert into public.consent_terms (id, clinic_id, activity_id, version, title, body, plain_summary, refusal_consequence,
      highlighted_clause, reviewed_by, published_at, body_sha256) values
      ('${photoTerm}', '${ours}', '${photos}', 1, 'Fotos', 'Texto inteiro', 'Resumo', 'Nada muda', true, '${officer}', '2026-01-01', '\\x00'),
      ('${messageTerm}', '${ours}', '${messages}', 1, 'Mensagens', 'Texto', 'Resumo', 'Nada muda', true, '${officer}', '2026-01-01', '\\x00'),
      ('${foreignTerm}', '${theirs}', '${foreignPhotos}', 1, 'Fotos', 'Texto', 'Resumo', 'Nada muda', true, '${stranger}', '2026-01-01', '\\x00');
    insert into public.patient_representatives (id, clinic_id, patient_id, full_name, cpf_enc, cpf_bidx, relation, scope, valid_from) values
      ('${mother}', '${ours}', '${child}', 'Mãe da Bia', '\\x01', '\\x01', 'mother', '{data,images,health}', '2020-01-01'),
      ('${theirMother}', '${ours}', '${teen}', 'Mãe do Caio', '\\x02', '\\x02', 'mother', '{data,images,health}', '2020-01-01');
    create role ${login} login noinherit password 'x';
    grant connect on database ${db.name} to ${login};
    grant dashboard_officer, dashboard_admin, dashboard_viewer to ${login};`)
  records = recordsAt('clinic', db.urlAs(login, 'x'))
})

afterAll(async () => {
  await closeConnections()
  await db.drop()
  const other = await testDatabase()
  await other.run(`drop role if exists ${login}`)
  await other.drop()
})

test('The script that a page offers brings everything the pages need, in one transaction, with or without the log', async () => {
  const bare = await testDatabase()
  const logged = await testDatabase()
  try {
    await bare.run(migrationScript('reference'))
    expect(missingFrom(await readSnapshot(bare.url), consentNeeds)).toEqual([])
    await logged.run(migrationScript('ledger'))
    expect(missingFrom(await readSnapshot(logged.url), consentNeeds)).not.toContain('ledger.record_event()')
    await logged.run(migrationScript('tables'))
    expect(missingFrom(await readSnapshot(logged.url), consentNeeds)).toEqual([])
  } finally {
    await bare.drop()
    await logged.drop()
  }
})

test('A grant is recorded with its term, evidence and whole last day in the clinic’s zone', async () => {
  const made = await decide()
  expect(made.outcome).toBe('granted')
  const consent = await records.read(principal(), (tx) => getConsent(tx, made.id))
  expect(consent).toMatchObject({
    status: 'granted',
    purposeCode: 'media.publication',
    kind: 'image',
    patientName: 'Ana 100% Souza',
    evidenceSha256: hash,
    termVersion: 1,
    termRefusal: 'Nada muda',
    collectorId: admin,
    clinicName: 'Clínica Nossa',
  })
  expect(consent?.expiresAt).toMatch(/T04:00:00\.000000Z$/)
  const events = await records.read(principal(), (tx) => listEvents(tx, consent!))
  expect(events.map((event) => event.type)).toEqual(['granted', 'notice_shown', 'requested'])
})

test('The same form sent twice records once, one after the other and at the same time', async () => {
  const key = { captureKey: randomUUID(), activityId: messages, termId: messageTerm }
  const results = await Promise.all([decide(key), decide(key), decide(key)])
  results.push(await decide(key))
  expect(new Set(results.map((result) => result.id)).size).toBe(1)
  expect(results.map((result) => result.outcome).sort()).toEqual([
    'granted',
    'repeated',
    'repeated',
    'repeated',
  ])
  await expect(decide({ ...key, decision: 'refuse' })).rejects.toMatchObject({ kind: 'conflict' })
})

test('A refusal is recorded without evidence and without a reason, and never counts as a withdrawal', async () => {
  const { id } = await decide({
    activityId: photos,
    patientId: adult,
    decision: 'refuse',
    evidenceSha256: null,
  })
  const consent = await records.read(principal(), (tx) => getRow(tx, id))
  expect([consent?.status, consent?.reason]).toEqual(['withdrawn', 'refused'])
  expect((await list({ status: ['refused'] })).rows.map((row) => row.id)).toContain(id)
  expect((await list({ status: ['withdrawn'] })).rows.map((row) => row.id)).not.toContain(id)
})

test('A grant without the hash of its evidence is refused on its field', async () => {
  await expect(decide({ evidenceSha256: null })).rejects.toMatchObject({
    kind: 'invalid',
    fields: { evidenceSha256: {} },
  })
})

test('Who signs follows age: under 16 the representative, at 17 both, and the refusal says so in both languages', async () => {
  await expect(decide({ patientId: child })).rejects.toMatchObject({
    kind: 'invalid',
    sentence: { pt: 'Antes dos 16 anos quem assina é o responsável legal.' },
    fields: { signer: {} },
  })
  const granted = await decide({ patientId: child, signer: 'representative', representativeId: mother })
  expect(granted.outcome).toBe('granted')
  await expect(decide({ patientId: teen, signer: 'both', representativeId: mother })).rejects.toMatchObject({
    kind: 'invalid',
    fields: { representative: {} },
  })
  expect((await decide({ patientId: teen, signer: 'both', representativeId: theirMother })).outcome).toBe(
    'granted',
  )
})

test('After a refusal the clinic asks again only whoever comes of their own wish', async () => {
  const other = 'b0000000-0000-4000-8000-000000000090'
  await db.run(
    `insert into public.patients (id, clinic_id, record_number, full_name, birth_date) values ('${other}', '${ours}', 'P-0090', 'Eva', '1980-05-05')`,
  )
  await decide({ patientId: other, decision: 'refuse' })
  await expect(decide({ patientId: other, ownWish: false })).rejects.toMatchObject({
    fields: { ownWish: {} },
  })
  const choices = await records.read(principal(), (tx) => listChoices(tx, { id: other, clinicId: ours }))
  expect(choices.find(({ activityId }) => activityId === photos)?.refusedUntil).toMatch(/^\d{4}-\d\d-\d\d$/)
  expect(await decide({ patientId: other })).toMatchObject({ outcome: 'granted' })
})

test('What was read to the person has its witnesses; a finger mark stands on paper', async () => {
  const other = 'b0000000-0000-4000-8000-000000000091'
  await db.run(
    `insert into public.patients (id, clinic_id, record_number, full_name, birth_date) values ('${other}', '${ours}', 'P-0091', 'Rui', '1980-05-05')`,
  )
  const mark = { how: 'finger_mark', witnesses: 2 } as const
  await expect(decide({ patientId: other, readTo: { ...mark, witnesses: 1 } })).rejects.toMatchObject({
    fields: { witnesses: {} },
  })
  await expect(decide({ patientId: other, readTo: mark, method: 'in_person_device' })).rejects.toMatchObject({
    fields: { method: {} },
  })
  expect(await decide({ patientId: other, readTo: mark })).toMatchObject({ outcome: 'granted' })
})

test('A decision in the future, or older than its term, is refused on its field', async () => {
  await expect(decide({ decidedAt: '2999-01-01T10:00' })).rejects.toMatchObject({ fields: { decidedAt: {} } })
  await expect(decide({ decidedAt: '2020-01-01T10:00' })).rejects.toMatchObject({ fields: { decidedAt: {} } })
})

test('A purpose that does not rest on consent takes none', async () => {
  await expect(decide({ activityId: care, termId: photoTerm })).rejects.toMatchObject({
    kind: expect.stringMatching(/conflict|invalid/),
  })
})

test('A withdrawal takes effect at once; of two at the same moment one wins and the other is told', async () => {
  const { id } = await decide()
  const results = await Promise.allSettled([end(id), end(id)])
  expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
  const lost = results.find((result) => result.status === 'rejected')
  expect(lost).toMatchObject({
    reason: { kind: 'conflict', sentence: { en: expect.stringContaining('already withdrawn') } },
  })
  const row = await records.read(principal(), (tx) => getRow(tx, id))
  expect(row?.status).toBe('withdrawn')
  const events = await records.read(principal(), (tx) => listEvents(tx, row!))
  expect(events.filter((event) => event.type.startsWith('withdraw'))).toHaveLength(1)
  expect(events[0]).toMatchObject({
    type: 'withdrawn',
    note: 'phone',
    actorKind: 'patient',
    actorUserId: admin,
  })
})

test('A withdrawal that comes after the end is kept in the timeline', async () => {
  const first = await decide()
  await decide()
  expect(await end(first.id)).toBe('after-end')
  const row = await records.read(principal(), (tx) => getRow(tx, first.id))
  expect([row?.status, row?.reason]).toEqual(['expired', 'superseded'])
  const events = await records.read(principal(), (tx) => listEvents(tx, row!))
  expect(events[0]?.type).toBe('withdrawal_after_end')
})

test('A withdrawal declared before the consent is refused on its field', async () => {
  const { id } = await decide()
  await expect(
    records.write(principal(), (tx) =>
      withdraw(tx, { id, channel: 'letter', who: 'subject_request', declaredAt: '2026-01-02T08:00' }),
    ),
  ).rejects.toMatchObject({ fields: { declaredAt: {} } })
})

test('Nothing of another clinic is read, found or written, by any id', async () => {
  const mine = await decide()
  const foreign = await decide(
    { patientId: foreigner, activityId: foreignPhotos, termId: foreignTerm },
    asStranger,
  )
  expect((await list()).rows.every((row) => row.clinicId === ours)).toBe(true)
  expect((await list({}, asStranger)).rows.map((row) => row.id)).toEqual([foreign.id])
  await records.read(principal(), async (tx) => {
    expect(await getConsent(tx, foreign.id)).toBeNull()
    expect(await getPatient(tx, foreigner)).toBeNull()
    expect(await searchPatients(tx, 'Davi')).toEqual([])
    expect(await listEvents(tx, { clinicId: theirs, id: foreign.id })).toEqual([])
    expect(await listChoices(tx, { id: foreigner, clinicId: theirs })).toEqual([])
    expect(await getTerm(tx, theirs, { termId: foreignTerm, pendingId: foreign.id })).toBeNull()
    expect((await listConsents(tx, { ...everything, q: foreign.id }, start)).rows).toEqual([])
  })
  await expect(end(foreign.id)).rejects.toMatchObject({ kind: 'not-found' })
  await expect(decide({ patientId: foreigner })).rejects.toMatchObject({ kind: 'not-found' })
  await expect(decide({ activityId: foreignPhotos, termId: foreignTerm })).rejects.toMatchObject({
    kind: 'not-found',
  })
  await expect(decide({ pendingId: foreign.id })).rejects.toMatchObject({ kind: 'not-found' })
  await expect(decide({ termId: foreignTerm })).rejects.toMatchObject({
    kind: expect.stringMatching(/invalid|conflict/),
  })
  expect((await records.read(principal(), (tx) => getRow(tx, mine.id)))?.status).toBe('granted')
})

test('A signed-in admin who asks for a clinic that is not theirs is refused before any query', async () => {
  await expect(list({}, principal({ clinicId: theirs }))).rejects.toMatchObject({ kind: 'denied' })
  await expect(list({}, principal({ clinics: [] }))).rejects.toMatchObject({ kind: 'denied' })
  expect((await list({}, principal({ clinics: [theirs] }))).rows).toEqual([])
})

test('A DBA has no way in, a viewer reads purposes and no person, an officer no name', async () => {
  const dba = principal({ role: 'dba', clinics: [] })
  await expect(list({}, dba)).rejects.toMatchObject({ kind: 'denied' })
  await expect(decide({}, dba)).rejects.toMatchObject({ kind: 'denied' })
  await expect(list({}, asViewer)).rejects.toMatchObject({ kind: 'denied' })
  expect((await records.read(asViewer, (tx) => listPurposes(tx))).map((purpose) => purpose.code)).toEqual([
    'care.treatment',
    'marketing.general',
    'media.publication',
  ])
  const { rows } = await list({}, asOfficer)
  expect(rows.length).toBeGreaterThan(0)
  expect(rows.every((row) => row.patientName === null && row.recordNumber === null)).toBe(true)
  await expect(decide({}, asOfficer)).rejects.toMatchObject({ kind: 'denied' })
  await expect(records.read(asOfficer, (tx) => searchPatients(tx, 'Ana'))).rejects.toMatchObject({
    kind: 'denied',
  })
})

test('Nobody writes a consent but through the functions', async () => {
  for (const statement of [
    `update public.consent_records set status_reason = 'x'`,
    `delete from public.consent_records`,
    `insert into public.consent_events (clinic_id, consent_id, event_type, occurred_at, actor_kind) select clinic_id, id, 'granted', now(), 'patient' from public.consent_records`,
  ]) {
    const client = await db.connect(db.urlAs(login, 'x'))
    await client.query('begin')
    await client.query(`set local role dashboard_admin; set local app.user_id = '${admin}'`)
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' })
    await client.end()
  }
})

test('Filters mean the words as they stand, and expired is decided by the clock, not by the row', async () => {
  expect((await list({ q: '100%' })).rows.length).toBeGreaterThan(0)
  expect((await list({ q: '%' })).rows.every((row) => row.patientName?.includes('%'))).toBe(true)
  expect((await list({ q: 'P_0001' })).rows).toEqual([])
  expect(
    (await list({ purpose: ['marketing.general'] })).rows.every(
      (row) => row.purposeCode === 'marketing.general',
    ),
  ).toBe(true)
  expect((await list({ expiring: 30 })).rows).toEqual([])
  expect(
    (await list({ expiring: 400 })).rows.every((row) => row.status === 'granted' && row.daysLeft !== null),
  ).toBe(true)
  expect(await records.read(principal(), (tx) => countConsents(tx, everything))).toBe(
    (await list()).rows.length,
  )
})

test('Paging by keyset gives each consent once, and back again', async () => {
  const everyId = (await list()).rows.map((row) => row.id)
  const seen: string[] = []
  let back: readonly string[] = []
  for (let after: string | null = null; ;) {
    const page = await records.read(principal(), (tx) =>
      listConsents(tx, everything, { after, before: null }, 2),
    )
    seen.push(...page.rows.map((row) => row.id))
    const [first] = page.rows
    const last = page.rows.at(-1)
    if (!first || !last || !page.older) break
    if (seen.length === 4) {
      const before = cursorText({ at: first.changedAt, id: first.id })
      const previous = await records.read(principal(), (tx) =>
        listConsents(tx, everything, { after: null, before }, 2),
      )
      back = previous.rows.map((row) => row.id)
    }
    after = cursorText({ at: last.changedAt, id: last.id })
  }
  expect(seen).toEqual(everyId)
  expect(back).toEqual(everyId.slice(0, 2))
})

test('The form offers purposes with how the patient stands, and only those who may sign', async () => {
  await records.read(principal(), async (tx) => {
    const [found] = await searchPatients(tx, 'bia')
    expect(found).toMatchObject({ id: child, capacity: 'minor', clinicName: 'Clínica Nossa' })
    const choices = await listChoices(tx, found!)
    expect(choices.map((choice) => [choice.code, choice.termId !== null, choice.grantedId !== null])).toEqual(
      [
        ['care.treatment', false, false],
        ['marketing.general', true, false],
        ['media.publication', true, true],
      ],
    )
    const term = await getTerm(tx, ours, { termId: photoTerm, pendingId: null })
    expect(term).toMatchObject({ summary: 'Resumo', refusal: 'Nada muda', version: 1 })
    expect((await listRepresentatives(tx, found!, 'images')).map((each) => each.name)).toEqual(['Mãe da Bia'])
    expect(await listRepresentatives(tx, found!, 'financial')).toEqual([])
  })
})

const at = (hour: number) => `2026-03-0${hour}T12:00:00.000000Z`

test('The state at an instant knows two clocks: when the person spoke and when the clinic knew', () => {
  const consent: Instants = {
    storedStatus: 'withdrawn',
    reason: 'subject_request',
    recordedAt: at(3),
    decidedAt: at(2),
    grantedAt: at(3),
    expiresAt: null,
    endDeclaredAt: at(5),
    endedAt: at(6),
  }
  const says = (hour: number) => stateAt(consent, at(hour))
  expect(says(1)).toEqual({ answer: 'none', known: null })
  expect(says(2)).toEqual({ answer: 'late', known: null })
  expect(says(3)).toEqual({ answer: 'valid', known: 'granted' })
  expect(says(4)).toEqual({ answer: 'valid', known: 'granted' })
  expect(says(5)).toEqual({ answer: 'not', known: 'granted' })
  expect(says(6)).toEqual({ answer: 'not', known: 'withdrawn' })
})

test('The machine is the one the law asks for: final states stay final, a refusal is not a withdrawal', () => {
  expect(statuses.filter(isFinal)).toEqual(['withdrawn', 'expired'])
  expect(canBecome('withdrawn', 'granted')).toBe(false)
  expect(transitions.filter((t) => t.from === null)).toHaveLength(1)
  expect(shownStatus('withdrawn', 'refused')).toBe('refused')
  expect([
    signerFor(15, 'minor'),
    signerFor(16, 'minor'),
    signerFor(18, 'full'),
    signerFor(40, 'curatela'),
  ]).toEqual(['representative', 'both', 'patient', 'representative'])
  expect([ageOn('2008-02-29', '2026-02-28'), ageOn('2008-02-29', '2026-03-01')]).toEqual([17, 18])
  expect([kindOf('media.teaching'), kindOf('care.telemedicine'), kindOf('unheard.of')]).toEqual([
    'image',
    'telemedicine',
    'data_processing',
  ])
})

test('Every purpose’s withdrawal closes its gate and keeps its proof', () => {
  for (const code of ['marketing.general', 'media.publication', 'unheard.of']) {
    const effects = effectsOf(code)
    expect(effects.atOnce[0]?.en).toContain('gate closes')
    expect(effects.stays.length).toBeGreaterThan(1)
  }
})
