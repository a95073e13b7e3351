import { createHash, randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase } from '../test-database'
import { referenceDatabase } from '../test-reference'
import { activity, clinic, openDesk, sha, type Desk } from './consent-desk'
import { clinicOf, makeTwoClinics, rowOf, userOf } from './two-clinics'

/** Edge cases by their numbers, as far as a database decides them; the rest belongs to pages and people. */
let database: TestDatabase
let client: Client
let desk: Desk
beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
  desk = openDesk(database, client)
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const tasksOf = (id: string) =>
  database.run<{ kind: string; target: string | null; status: string }>(
    `select kind, target, status from consent_tasks where consent_id = $1 order by kind, target`,
    [id],
  )

interface Mark {
  readonly seq: number
  readonly hash: string
  readonly ended: readonly { readonly consent: string }[]
}
interface Batch {
  readonly id: string
  readonly items: readonly { readonly id: string; readonly outcome: string }[]
}

describe('edge cases', () => {
  test('E1 an old decision takes two persons and the same evidence, and is marked late', async () => {
    const id = await desk.request(await desk.patient())
    const at = `now() - interval '9 days'`
    await expect(desk.grant(id, { at })).rejects.toThrow(/second person/)
    await desk.as('admin', `select app.consent_propose($1, $2, ${sha})`, [clinic, id])
    await expect(desk.grant(id, { at })).rejects.toThrow(/second person/)
    await expect(desk.grant(id, { at, who: 'dpo', evidence: `sha256('other')` })).rejects.toThrow(
      /second person/,
    )
    await expect(
      desk.as('reception', `select app.consent_propose($1, $2, ${sha})`, [clinic, id]),
    ).rejects.toMatchObject({ code: '42501' })
    await desk.grant(id, { at, who: 'dpo' })
    expect(await desk.eventsOf(id)).toEqual(['requested', 'correction', 'granted', 'late_recorded'])
  })

  test('E1 a patient does not backdate in the portal', async () => {
    await expect(
      desk.grant(rowOf.consent_records('a'), {
        who: 'patient',
        method: 'portal',
        at: `now() - interval '2 hours'`,
      }),
    ).rejects.toThrow(/made now/)
  })

  test('E1 working days leave the weekend out', async () => {
    const { days, day } = await desk.one<{ days: number; day: string }>(
      `select app.workdays('2026-11-20', '2026-11-24') as days, app.after_workdays('2026-11-20', 3)::text as day`,
    )
    expect({ days, day }).toEqual({ days: 2, day: '2026-11-25' })
  })

  test('E2 a term signed after the act does not carry the act', async () => {
    const purpose = await desk.purpose('procedure.toxin', 'a11_ii_f')
    const id = await desk.request(rowOf.patients('a'), undefined, 'admin', 'procedure_tcle', purpose)
    await desk.grant(id)
    await database.run(
      `update services set requires_term_kinds = '{procedure_tcle}' where id = '${rowOf.services('a')}'`,
    )
    await database.run(
      `update professionals set license_status = 'regular' where id = '${rowOf.professionals('a')}'`,
    )
    await expect(
      desk.as(
        'professional',
        `update procedures set status = 'done', started_at = now() - interval '1 hour', ended_at = now(), medical_record_id = $2, consent_id = $3 where id = $1`,
        [rowOf.procedures('a'), rowOf.medical_records('a'), id],
      ),
    ).rejects.toThrow(/no consent to this procedure/)
  })

  test('E3 what was shared stays shared: each recipient is told, or it is impossible for a reason', async () => {
    const purpose = await desk.purpose(
      'sharing.labs',
      'a11_i',
      '{"recipients":[{"name":"Lab A"},{"name":"Lab B"}]}',
    )
    const id = await desk.request(await desk.patient(), undefined, 'admin', 'sharing', purpose)
    await desk.grant(id)
    await desk.withdraw(id)
    expect(await tasksOf(id)).toEqual([
      { kind: 'tell_recipient', target: 'Lab A', status: 'open' },
      { kind: 'tell_recipient', target: 'Lab B', status: 'open' },
    ])
    const [first, second] = await database.run<{ id: string }>(
      `select id from consent_tasks where consent_id = $1 order by target`,
      [id],
    )
    const close = (task: string | undefined, outcome: string, note: string | null) =>
      desk.as('admin', `select app.task_close($1, $2, $3, $4)`, [clinic, task, outcome, note])
    await close(first?.id, 'done', null)
    await expect(close(first?.id, 'done', null)).rejects.toMatchObject({ code: '55000' })
    await close(second?.id, 'impossible', 'closed down')
    expect((await desk.eventsOf(id)).slice(-2)).toEqual(['propagation_ack', 'propagation_impossible'])
  })

  test('E5 E6 a grant that ran out says no at once, and a withdrawal after it is heard', async () => {
    const someone = await desk.patient()
    const id = await desk.request(someone)
    await desk.elapse(id)
    expect(await desk.may(someone)).toBe(false)
    expect(await desk.withdraw(id)).toBe('recorded_after_end')
    expect(await desk.stateOf(id)).toEqual({ status: 'expired', reason: 'period_elapsed' })
    expect(await desk.eventsOf(id)).toContain('withdrawal_after_end')
  })

  test('E7 a withdrawal of a publication leaves one task for each place', async () => {
    const purpose = await desk.purpose('media.publication')
    const id = await desk.request(rowOf.patients('a'), undefined, 'admin', 'image', purpose)
    await desk.grant(id)
    await desk.as(
      'professional',
      `update clinical_photos set use_scope = 'publication', deidentified_by = app.user_id(), deidentified_at = now(),
         published_refs = '["https://example.org/a", {"url": "https://example.org/b"}]' where id = $1`,
      [rowOf.clinical_photos('a')],
    )
    await desk.withdraw(id)
    expect((await tasksOf(id)).map(({ kind, target }) => [kind, target])).toEqual([
      ['unpublish', 'https://example.org/a'],
      ['unpublish', 'https://example.org/b'],
    ])
  })

  test('E11 while representatives disagree only the officer’s decision counts', async () => {
    const child = await desk.patient('2020-01-01', 'minor')
    const by = await desk.representative(child)
    const other = await desk.representative(child, undefined, 'father')
    await expect(
      desk.as('admin', `update patient_representatives set disputed_since = current_date where id = $1`, [
        by,
      ]),
    ).rejects.toMatchObject({ code: '42501' })
    // Today is the clinic's day, not the server's.
    await desk.as(
      'dpo',
      `select app.representative_dispute($1, $2, (now() at time zone 'America/Sao_Paulo')::date, 'autos 1')`,
      [clinic, other],
    )
    const id = await desk.request(child)
    await expect(desk.grant(id, { signer: 'representative', by })).rejects.toThrow(/disagree/)
    await desk.grant(id, { signer: 'representative', by, who: 'dpo' })
  })

  test('E12 no marketing or images of an adolescent without the representative', async () => {
    const teen = await desk.patient(await desk.bornAgo('17 years'), 'minor')
    await expect(desk.grant(await desk.request(teen))).rejects.toThrow(/both sign/)
  })

  test('E14 a mandate that ends leaves what it gave and gives nothing new', async () => {
    const child = await desk.patient('2020-01-01', 'minor')
    const by = await desk.representative(child)
    const id = await desk.request(child)
    await desk.grant(id, { signer: 'representative', by })
    await desk.as('admin', `update patient_representatives set is_active = false where id = $1`, [by])
    expect(await desk.stateOf(id)).toEqual({ status: 'granted', reason: null })
    expect(await desk.may(child)).toBe(true)
    await expect(desk.grant(await desk.request(child), { signer: 'representative', by })).rejects.toThrow(
      /could not sign/,
    )
  })

  test('E17 E18 no row changes its clinic; a purpose’s end is the officer’s', async () => {
    const id = await desk.request(await desk.patient())
    await desk.grant(id)
    await expect(
      database.run(`update consent_records set clinic_id = $1 where id = $2`, [clinicOf('b'), id]),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^23/) })
    await expect(desk.end(id, 'admin', 'purpose_ended')).rejects.toMatchObject({ code: '42501' })
    expect(await desk.end(id, 'dpo', 'purpose_ended')).toBe('ended')
  })

  test('E20 legacy flags become questions, never consents', async () => {
    const someone = await desk.patient()
    const { number } = await desk.one<{ number: string }>(
      `select record_number as number from patients where id = $1`,
      [someone],
    )
    const load = (key: string) =>
      desk.as<{ record_number: string; outcome: string }>(
        'admin',
        `select * from app.import_legacy($1, $2, $3, $4)`,
        [clinic, activity, JSON.stringify([number, 'nobody']), key],
      )
    expect(await load('one')).toEqual([
      { record_number: number, outcome: 'pending' },
      { record_number: 'nobody', outcome: 'unknown' },
    ])
    expect((await load('two'))[0]?.outcome).toBe('present')
    const [made] = await database.run<{ status: string; id: string }>(
      `select status, id from consent_records where patient_id = $1`,
      [someone],
    )
    expect(made?.status).toBe('pending')
    expect(await desk.may(someone)).toBe(false)
    await expect(
      desk.as('reception', `select * from app.import_legacy($1, $2, '[]', 'x')`, [clinic, activity]),
    ).rejects.toMatchObject({ code: '42501' })
  })

  test('E24 a consent under pressure is vitiated by the officer, and its effects are told', async () => {
    const purpose = await desk.purpose('ai.training')
    const id = await desk.request(await desk.patient(), undefined, 'admin', 'ai', purpose)
    await desk.grant(id)
    await expect(desk.withdraw(id, 'admin', `, p_reason => 'vitiated'`)).rejects.toMatchObject({
      code: '42501',
    })
    expect(await desk.withdraw(id, 'dpo', `, p_reason => 'vitiated'`)).toBe('withdrawn')
    expect((await tasksOf(id)).map(({ kind }) => kind)).toEqual(['remove_copies'])
  })

  test('E27 evidence is checked again: intact, elsewhere, and a file of somebody else is refused', async () => {
    const someone = await desk.patient()
    const [kept] = await desk.as<{ id: string }>(
      'admin',
      `select app.file_keep($1, $2, 'scan', 'application/pdf', '%PDF-1.4') as id`,
      [clinic, someone],
    )
    const give = (id: string, evidence: string) =>
      desk.as(
        'admin',
        `select app.consent_grant($1, $2, now(), 'in_person_paper', 'patient', ${evidence}, $3)`,
        [clinic, id, `kept_files/${kept?.id}`],
      )
    const id = await desk.request(someone)
    await expect(give(id, sha)).rejects.toThrow(/not the evidence/)
    await expect(give(await desk.request(await desk.patient()), `sha256('%PDF-1.4')`)).rejects.toThrow(
      /not the evidence/,
    )
    await give(id, `sha256('%PDF-1.4')`)
    const proofOf = async (who: 'admin' | 'auditor') =>
      (
        await desk.as<{ proof: Record<string, unknown> }>(who, `select app.evidence_check($1, $2) as proof`, [
          clinic,
          id,
        ])
      )[0]?.proof
    expect(await proofOf('admin')).toMatchObject({ evidence: 'intact', mime: 'application/pdf', bytes: 8 })
    expect(await proofOf('auditor')).toMatchObject({ evidence: 'intact' })
    await expect(database.run(`update kept_files set content = 'x'`)).rejects.toThrow(/append-only/)
    // Whoever breaks every lock of the database is still found out by the hash.
    await database.run(`alter table kept_files disable trigger all;
      alter table kept_files drop constraint kept_files_sha_check;
      update kept_files set content = '%PDF-1.5' where id = '${kept?.id}';
      alter table kept_files enable always trigger refuse_change`)
    expect(await proofOf('admin')).toMatchObject({ evidence: 'differs', lostSince: expect.any(String) })
    await expect(desk.as('dpo', `select app.proof_say($1, $2, false)`, [clinic, id])).rejects.toThrow(
      /hashed again/,
    )
    await expect(
      desk.as('reception', `select * from app.file_open($1, $2)`, [clinic, kept?.id]),
    ).rejects.toMatchObject({
      code: 'P0002',
    })
    const [opened] = await desk.as<{ mime: string }>('admin', `select * from app.file_open($1, $2)`, [
      clinic,
      kept?.id,
    ])
    expect(opened?.mime).toBe('application/pdf')
    const [logged] = await database.run<{ n: number }>(
      `select count(*)::int as n from ledger.audit_logs where action = 'disclose' and record_id = $1`,
      [kept?.id],
    )
    expect(logged?.n).toBe(1)
  })

  test('E27 a consent whose proof is gone advertises and publishes nothing, the rest goes on, and it opens again', async () => {
    const someone = await desk.patient()
    const marketing = await desk.purpose('marketing.proof')
    const id = await desk.request(someone, undefined, 'admin', 'marketing', marketing)
    await desk.grant(id)
    const support = await desk.purpose('ai.proof')
    const other = await desk.request(someone, undefined, 'admin', 'ai', support)
    await desk.grant(other)
    const send = () =>
      desk.as(
        'reception',
        `insert into notifications (clinic_id, patient_id, kind, channel, address_masked, template_code, template_version,
          consent_id, body_sha256) values ($1, $2, 'marketing', 'email', 'a***@x', 'news', 1, $3, sha256('x'))`,
        [clinic, someone, id],
      )
    const say = (who: 'admin' | 'dpo' | 'reception', consent: string, lost: boolean) =>
      desk.as(who, `select app.proof_say($1, $2, $3)`, [clinic, consent, lost])
    await send()
    expect(await desk.may(someone, marketing)).toBe(true)
    await expect(say('reception', id, true)).rejects.toMatchObject({ code: '42501' })
    await say('admin', id, true)
    await say('admin', other, true)
    expect(await desk.may(someone, marketing)).toBe(false)
    expect(await desk.may(someone, support)).toBe(true)
    await expect(send()).rejects.toThrow(/no valid consent to marketing/)
    await expect(say('admin', id, false)).rejects.toMatchObject({ code: '42501' })
    await say('dpo', id, false)
    expect(await desk.may(someone, marketing)).toBe(true)
    await send()
    const events = await desk.as<{ reason: string }>(
      'admin',
      `select reason_code as reason from consent_events where consent_id = $1 and event_type = 'correction' order by seq`,
      [id],
    )
    expect(events.map(({ reason }) => reason)).toEqual(['proof_lost', 'proof_found'])
  })

  test('E28 an anonymised patient keeps the proof, under a name of this clinic alone', async () => {
    const someone = await desk.patient()
    const id = await desk.request(someone)
    await desk.grant(id)
    await desk.as(
      'admin',
      `update patients set full_name = 'Anonimizado', anonymized_at = now() where id = $1`,
      [someone],
    )
    const [receipt] = await desk.as<{ receipt: { payload: Record<string, string>; code: string } }>(
      'admin',
      `select app.receipt_issue($1, $2, 'https://h') as receipt`,
      [clinic, id],
    )
    expect(receipt?.receipt.payload.pii_principal_id).toMatch(/^pw-[0-9a-f]{24}$/)
    expect(JSON.stringify(receipt?.receipt.payload)).not.toContain('Anonimizado')
  })

  test('E21 a backup from before a withdrawal closes the gates until what ended is replayed', async () => {
    const bystander = await desk.patient()
    await desk.grant(await desk.request(bystander))
    const kept = async () =>
      (
        await desk.one<{ m: { seq: number } }>(
          `select max(seq)::int as seq, jsonb_build_object('seq', max(seq)) as m from consent_events where clinic_id = $1`,
          [clinic],
        )
      ).m.seq
    const before = await kept()
    const who = await desk.patient()
    const id = await desk.request(who)
    await desk.grant(id)

    // The future that the backup does not know: a withdrawal, and the mark that was kept outside after it.
    const lost = await database.connect()
    await lost.query('begin')
    await lost.query(`select set_config('app.user_id', $1, true)`, [userOf('a', 'dpo')])
    await lost.query('set local role app_rw')
    await lost.query(`select app.consent_withdraw($1, $2, now(), 'phone')`, [clinic, id])
    const { rows } = await lost.query<{ mark: Mark }>(`select app.consent_mark($1, $2) as mark`, [
      clinic,
      before,
    ])
    await lost.query('rollback')
    await lost.end()
    const mark = rows[0]?.mark as Mark
    expect(mark.ended).toEqual([{ consent: id, reason: 'subject_request', declaredAt: expect.any(String) }])

    const own = (await desk.as<{ mark: Mark }>('dpo', 'select app.consent_mark($1) as mark', [clinic]))[0]
      ?.mark as Mark
    const hold = (of: Mark, as: 'dpo' | 'reception' = 'dpo') =>
      desk.as<{ held: boolean }>(as, `select app.consent_hold($1, $2, decode($3, 'hex')) as held`, [
        clinic,
        of.seq,
        of.hash,
      ])
    expect(await hold(own)).toEqual([{ held: false }])
    expect(await desk.may(who)).toBe(true)
    await expect(hold(mark, 'reception')).rejects.toMatchObject({ code: '42501' })
    expect(await hold(mark)).toEqual([{ held: true }])

    // Closed for everybody, for whoever writes: nobody knows yet whose yes came back.
    expect([await desk.may(who), await desk.may(bystander)]).toEqual([false, false])
    await expect(
      desk.as(
        'reception',
        `insert into notifications (clinic_id, patient_id, kind, channel, address_masked, template_code, template_version, consent_id,
           body_sha256)
         select clinic_id, patient_id, 'marketing', 'email', 'a', 't', 1, id, sha256('x') from consent_records where id = $1`,
        [id],
      ),
    ).rejects.toThrow(/no valid consent/)
    await expect(desk.as('dpo', 'select app.consent_release($1)', [clinic])).rejects.toThrow(/not replayed/)
    await expect(
      desk.as('admin', 'select app.consent_replay($1, $2)', [clinic, JSON.stringify(mark.ended)]),
    ).rejects.toMatchObject({ code: '42501' })
    const replay = () =>
      desk.as<{ consent: string; outcome: string }>('dpo', 'select * from app.consent_replay($1, $2)', [
        clinic,
        JSON.stringify(mark.ended),
      ])
    expect(await replay()).toEqual([{ consent: id, outcome: 'ended' }])
    expect(await replay()).toEqual([{ consent: id, outcome: 'ended_already' }])
    await expect(desk.as('admin', 'select app.consent_release($1)', [clinic])).rejects.toMatchObject({
      code: '42501',
    })
    await desk.as('dpo', 'select app.consent_release($1)', [clinic])
    expect([await desk.may(who), await desk.may(bystander)]).toEqual([false, true])
    expect(await desk.stateOf(id)).toEqual({ status: 'withdrawn', reason: 'subject_request' })
    await expect(desk.as('dpo', `update consent_holds set released_at = now()`)).rejects.toMatchObject({
      code: '42501',
    })
  })

  test('E25 what the service cannot do without does not rest on consent, and a no costs no service', async () => {
    await expect(desk.purpose('care.condition', 'a11_i', '{"condition_of_service": true}')).rejects.toThrow(
      /condition_check/,
    )
    await expect(
      desk.as('admin', 'update processing_activities set condition_of_service = true where id = $1', [
        activity,
      ]),
    ).rejects.toThrow(/condition_check/)
    await expect(
      desk.purpose('care.condition', 'a11_ii_f', '{"condition_of_service": true}'),
    ).resolves.toBeTruthy()
    const who = await desk.patient()
    await desk.withdraw(await desk.request(who))
    await expect(
      database.run(
        `insert into appointments (clinic_id, patient_id, professional_id, during)
         values ($2, $1, $3, tstzrange(now() + interval '900 days', now() + interval '901 days')) returning id`,
        [who, clinic, rowOf.professionals('a')],
      ),
    ).resolves.toHaveLength(1)
  })

  test('E26 a grant in the portal wants a fresh sign-in, a withdrawal never does', async () => {
    const purpose = await desk.purpose('marketing.portal')
    const id = await desk.request(rowOf.patients('a'), undefined, 'patient', 'marketing', purpose)
    const grant = (signedIn: string) =>
      desk.as(
        'patient',
        `select app.consent_grant($1, $2, now(), 'portal', 'patient', ${sha})`,
        [clinic, id],
        client,
        { signedIn },
      )
    for (const signedIn of ["''", `now() - interval '11 minutes'`, `now() + interval '1 hour'`])
      await expect(grant(signedIn)).rejects.toThrow(/ten minutes/)
    expect(await desk.stateOf(id)).toMatchObject({ status: 'pending' })
    await grant(`now() - interval '5 minutes'`)
    await desk.as('patient', 'select app.consent_withdraw($1, $2)', [clinic, id], client, { signedIn: "''" })
    expect(await desk.stateOf(id)).toEqual({ status: 'withdrawn', reason: 'subject_request' })
  })

  test('E29 reading to somebody has its witness, a finger mark two and its paper', async () => {
    const id = await desk.request(await desk.patient())
    const read = (how: string, witnesses: number | null) =>
      desk.as('reception', 'select app.consent_read_to($1, $2, $3, $4)', [clinic, id, how, witnesses])
    await expect(read('read_aloud', 0)).rejects.toThrow(/witness/)
    await expect(read('interpreter', null)).rejects.toThrow(/witness/)
    await expect(read('finger_mark', 1)).rejects.toThrow(/witness/)
    await expect(read('whistled', 2)).rejects.toThrow(/witness/)
    await read('interpreter', 1)
    await read('finger_mark', 2)
    await expect(desk.grant(id)).rejects.toThrow(/on paper/)
    await desk.grant(id, { method: 'in_person_paper' })
    const told = await database.run<{ reason: string; note: string }>(
      `select reason_code as reason, note_ref as note from consent_events where consent_id = $1 and event_type = 'notice_shown' order by seq`,
      [id],
    )
    expect(told).toEqual([
      { reason: 'interpreter', note: '1 witnesses' },
      { reason: 'finger_mark', note: '2 witnesses' },
    ])
    await expect(read('read_aloud', 1)).rejects.toThrow(/already decided/)
  })

  test('E30 a certificate is judged at the time of the signature, not today', async () => {
    const sign = (at: string) =>
      database.run<{ id: string }>(
        `insert into digital_signatures (clinic_id, document_table, document_id, document_sha256, signer_user_id, signer_name, level,
           format, cert_serial, cert_issuer, cert_not_before, cert_not_after, signed_at)
         values ($1, 'public.consent_records', $2, ${sha}, gen_random_uuid(), 'S', 'qualified', 'CAdES', '1', 'i',
           now() - interval '3 years', now() - interval '1 year', ${at}) returning id`,
        [clinic, rowOf.consent_records('a')],
      )
    await expect(sign(`now() - interval '2 years'`)).resolves.toHaveLength(1)
    await expect(sign(`now() - interval '1 day'`)).rejects.toThrow(/time_check/)
    await expect(sign(`now() - interval '4 years'`)).rejects.toThrow(/time_check/)
  })

  test('a no is not asked again for 90 days, in neither of two merged records; whoever changes their mind may', async () => {
    const who = await desk.patient()
    await desk.as('reception', 'select app.consent_refuse($1, $2)', [clinic, await desk.request(who)])
    await expect(desk.request(who)).rejects.toThrow(/refused less than 90 days ago/)
    const again = await desk.as<{ id: string }>(
      'reception',
      `select app.consent_request($1, $2, $3, 'marketing', 'own', p_own_wish => true) as id`,
      [clinic, who, activity],
    )
    const note = await desk.one<{ note: string }>(
      `select note_ref as note from consent_events where consent_id = $1 and event_type = 'requested'`,
      [again[0]?.id],
    )
    expect(note).toEqual({ note: 'own_wish' })
    // A grant since then is the later word: its renewal may be asked for.
    await desk.grant(again[0]?.id ?? '')
    await expect(desk.request(who)).resolves.toBeTruthy()

    const other = await desk.patient()
    const same = await desk.patient()
    await desk.as('reception', 'select app.consent_refuse($1, $2)', [clinic, await desk.request(other)])
    await desk.as('admin', `select app.merge_patients($1, $2, $3, 'same')`, [clinic, other, same])
    await expect(desk.request(same)).rejects.toThrow(/refused less than 90 days ago/)
    const old = await desk.patient()
    const id = await desk.request(old)
    await database.run(
      `update consent_records set status = 'withdrawn', status_reason = 'refused', ended_at = now() - interval '91 days' where id = $1`,
      [id],
    )
    await expect(desk.request(old)).resolves.toBeTruthy()
  })

  test('many end at once only by two persons, are tried dry first, and nothing is ever granted', async () => {
    const purpose = await desk.purpose('media.batch')
    const made: string[] = []
    for (let at = 0; at < 22; at++) {
      const id = await desk.request(await desk.patient(), undefined, 'reception', 'image', purpose)
      if (at > 0) await desk.grant(id)
      made.push(id)
    }
    const propose = (
      who: 'dpo' | 'admin' | 'reception',
      ids: readonly string[],
      dry: boolean,
      kind = 'purpose_ended',
    ) =>
      desk
        .as<{ told: Batch }>(who, `select app.batch_propose($1, $2, $3::uuid[], 'over', $4) as told`, [
          clinic,
          kind,
          ids,
          dry,
        ])
        .then((rows) => rows[0]?.told as Batch)
    const count = async (status: string) =>
      (
        await desk.one<{ n: number }>(
          `select count(*)::int as n from consent_records where activity_id = $1 and status = $2`,
          [purpose, status],
        )
      ).n
    await expect(propose('admin', made, true)).rejects.toMatchObject({ code: '42501' })
    await expect(propose('reception', made, true, 'withdrawals')).rejects.toMatchObject({ code: '42501' })
    await expect(propose('dpo', [], true)).rejects.toThrow(/from 1 to 500/)
    const dry = await propose('dpo', [...made, clinic], true)
    expect(dry).toMatchObject({ status: 'dry_run', second: true })
    expect(dry.items.map(({ outcome }) => outcome).sort()).toEqual([
      'cancelled',
      ...Array(21).fill('ended'),
      'unknown',
    ])
    expect(await count('granted')).toBe(21)

    const waiting = await propose('dpo', made, false)
    expect(waiting).toMatchObject({ status: 'proposed', items: null })
    expect(await count('granted')).toBe(21)
    const decide = (who: 'dpo' | 'admin' | 'professional', approve = true) =>
      desk.as<{ told: Batch }>(who, 'select app.batch_decide($1, $2, $3) as told', [
        clinic,
        waiting.id,
        approve,
      ])
    await expect(decide('dpo')).rejects.toThrow(/another person/)
    await expect(decide('professional')).rejects.toMatchObject({ code: '42501' })
    await expect(
      database.run(
        `update consent_batches set status = 'done', decided_by = created_by, decided_at = now() where id = $1`,
        [waiting.id],
      ),
    ).rejects.toThrow(/second_check/)
    expect((await decide('admin'))[0]?.told.items).toHaveLength(22)
    await expect(decide('admin')).rejects.toThrow(/decided already/)
    expect([await count('granted'), await count('expired'), await count('withdrawn')]).toEqual([0, 21, 1])

    // Twenty and fewer are one person's work: withdrawals that were declared elsewhere.
    const id = await desk.request(await desk.patient())
    await desk.grant(id)
    expect(await propose('admin', [id], false, 'withdrawals')).toMatchObject({
      status: 'done',
      items: [{ id, outcome: 'withdrawn' }],
    })
    expect(await desk.stateOf(id)).toEqual({ status: 'withdrawn', reason: 'subject_request' })
  })
})

describe('links', () => {
  const secret = () => randomBytes(32).toString('base64url')
  const hashed = (text: string) => createHash('sha256').update(text).digest()
  const make = async (
    of: string,
    {
      device = 'own',
      valid = '1 hour',
      signer = 'patient',
      by = null as string | null,
      consents = [] as string[],
    } = {},
  ) => {
    const token = secret()
    const ids = consents.length > 0 ? consents : [await desk.request(of)]
    const [made] = await desk.as<{ id: string }>(
      'reception',
      `select app.link_make($1, $2, $3::uuid[], $4, $5, $6, $7, $8) as id`,
      [clinic, of, ids, device, hashed(token), valid, signer, by],
    )
    return { token, ids, link: made?.id ?? '' }
  }
  const look = async (token: string) =>
    (await desk.asGuest<{ at: { state: string } }>(`select app.link_look($1) as at`, [token]))[0]?.at.state
  const begin = async (token: string, sitting: string, birth: string | null = '1980-03-04') =>
    (
      await desk.asGuest<{ at: string }>(`select app.link_begin($1, $2, $3, 'pt-BR') as at`, [
        token,
        birth,
        hashed(sitting),
      ])
    )[0]?.at
  const decide = (sitting: string, consent: string, decision = 'grant', name = 'Ana Souza', other = '') =>
    desk.asGuest(`select app.link_decide($1, $2, $3, $4, $5, 'pt-BR', '10.0.0.1', 'test')`, [
      sitting,
      consent,
      decision,
      name,
      other,
    ])

  test('opened once by the right person, signed once, and closed', async () => {
    const someone = await desk.patient()
    const { token, ids } = await make(someone)
    expect(await look(token)).toBe('open')
    expect(await begin(token, secret(), '1980-03-05')).toBe('wrong')
    const sitting = secret()
    expect(await begin(token, sitting)).toBe('begun')
    expect(await begin(token, secret())).toBe('used')
    expect(await look(token)).toBe('used')
    await expect(decide(sitting, ids[0] ?? '', 'grant', 'A')).rejects.toMatchObject({ code: '22023' })
    await decide(sitting, ids[0] ?? '')
    await expect(decide(sitting, ids[0] ?? '')).rejects.toMatchObject({ code: '55000' })
    expect(await desk.may(someone)).toBe(true)
    const [row] = await database.run<{ method: string; witness: string | null; whole: boolean }>(
      `select c.collection_method as method, c.witness_user_id as witness,
              exists (select from kept_files f where 'kept_files/' || f.id = c.evidence_object_key and f.sha256 = c.evidence_sha256) as whole
       from consent_records c where c.id = $1`,
      [ids[0]],
    )
    expect(row).toEqual({ method: 'portal', witness: null, whole: true })
    const [receipt] = await desk.asGuest<{ receipt: { code: string } }>(
      `select app.link_receipt($1, $2, 'https://h') as receipt`,
      [sitting, ids[0]],
    )
    const [known] = await desk.asGuest<{ proof: Record<string, unknown> }>(
      `select app.receipt_verify($1) as proof`,
      [receipt?.receipt.code.toLowerCase()],
    )
    expect(known?.proof).toMatchObject({ intact: true, status: 'granted' })
    expect(JSON.stringify(known?.proof)).not.toContain(someone)
    const [nothing] = await desk.asGuest<{ proof: unknown }>(
      `select app.receipt_verify('0123456789ABCDEF') as proof`,
    )
    expect(nothing?.proof).toBeNull()
  })

  test('five wrong birth dates close it', async () => {
    const { token } = await make(await desk.patient())
    for (let n = 0; n < 4; n++) expect(await begin(token, secret(), '2001-01-01')).toBe('wrong')
    expect(await begin(token, secret(), '2001-01-01')).toBe('locked')
    expect(await begin(token, secret())).toBe('locked')
  })

  test('not after its time, not after it was revoked, and never for a week and a day', async () => {
    const { token, link } = await make(await desk.patient())
    await database.run(`set session_replication_role = replica;
      update consent_links set created_at = created_at - interval '2 hours', expires_at = now() - interval '1 second' where id = '${link}';
      reset session_replication_role`)
    expect(await begin(token, secret())).toBe('expired')
    const other = await make(await desk.patient())
    await desk.as('reception', `select app.link_revoke($1, $2)`, [clinic, other.link])
    expect(await begin(other.token, secret())).toBe('revoked')
    await expect(make(await desk.patient(), { valid: '8 days' })).rejects.toMatchObject({ code: '23514' })
  })

  test('a sitting signs what it shows and nothing else, and not for ever', async () => {
    const someone = await desk.patient()
    const { token } = await make(someone)
    const foreign = await desk.request(await desk.patient())
    const sitting = secret()
    await begin(token, sitting)
    await expect(decide(sitting, foreign)).rejects.toMatchObject({ code: 'P0002' })
    await expect(decide(secret(), foreign)).rejects.toMatchObject({ code: 'P0002' })
    await expect(decide(token, foreign)).rejects.toMatchObject({ code: 'P0002' })
    await expect(make(someone, { consents: [foreign] })).rejects.toThrow(/one patient/)
    await database.run(
      `update consent_links set sitting_until = now() - interval '1 second' where sitting_sha256 = $1`,
      [hashed(sitting)],
    )
    await expect(desk.asGuest(`select app.link_read($1)`, [sitting])).rejects.toMatchObject({ code: 'P0002' })
  })

  test('whoever keeps the receipt takes the consent back, with the birth date and nothing else', async () => {
    const [known] = await database.run<{ id: string }>(
      `select id from processing_activities where clinic_id = $1 and purpose_code = 'media.publication'`,
      [clinic],
    )
    const purpose = known?.id ?? (await desk.purpose('media.publication'))
    const who = await desk.patient()
    const id = await desk.request(who, undefined, 'reception', 'image', purpose)
    await desk.grant(id)
    const code =
      (
        await desk.as<{ code: string }>('admin', `select app.receipt_issue($1, $2, 'x') ->> 'code' as code`, [
          clinic,
          id,
        ])
      )[0]?.code ?? ''
    await database.run('update clinical_photos set patient_id = $1 where id = $2', [
      who,
      rowOf.clinical_photos('a'),
    ])
    await desk.as(
      'professional',
      `update clinical_photos set use_scope = 'publication', deidentified_by = app.user_id(), deidentified_at = now(),
         published_refs = '["https://x.example/1"]' where id = $1`,
      [rowOf.clinical_photos('a')],
    )
    const take = async (given: string, birth: string) =>
      (await desk.asGuest<{ told: string }>('select app.receipt_withdraw($1, $2) as told', [given, birth]))[0]
        ?.told
    expect(await take('0'.repeat(16), '1980-03-04')).toBe('unknown')
    expect(await take(code, '1980-03-05')).toBe('wrong')
    expect(await desk.stateOf(id)).toMatchObject({ status: 'granted' })
    expect(await take(code.toLowerCase().replace(/(.{4})/g, '$1-'), '1980-03-04')).toBe('withdrawn')
    expect(await desk.stateOf(id)).toEqual({ status: 'withdrawn', reason: 'subject_request' })
    // The gate and its effects, though nobody was signed in.
    expect(await desk.may(who, purpose)).toBe(false)
    expect(
      await database.run(`select use_scope from clinical_photos where id = $1`, [rowOf.clinical_photos('a')]),
    ).toEqual([{ use_scope: 'chart_only' }])
    expect(await tasksOf(id)).toContainEqual({
      kind: 'unpublish',
      target: 'https://x.example/1',
      status: 'open',
    })
    expect(await take(code, '1980-03-04')).toBe('recorded_after_end')

    const other = await desk.request(await desk.patient())
    await desk.grant(other)
    const second =
      (
        await desk.as<{ code: string }>('admin', `select app.receipt_issue($1, $2, 'x') ->> 'code' as code`, [
          clinic,
          other,
        ])
      )[0]?.code ?? ''
    for (let at = 0; at < 5; at++) expect(await take(second, '1999-01-01')).toBe('wrong')
    expect(await take(second, '1980-03-04')).toBe('locked')
    expect(await desk.stateOf(other)).toMatchObject({ status: 'granted' })
  })

  test('a guest has the link’s functions and nothing more', async () => {
    const { token } = await make(await desk.patient())
    const sitting = secret()
    await begin(token, sitting)
    for (const sql of [
      'select * from patients',
      'select * from consent_links',
      `select app.consent_check('${clinic}', '${rowOf.patients('a')}', '${activity}')`,
      `select app.receipt_issue('${clinic}', '${rowOf.consent_records('a')}', 'x')`,
    ])
      await expect(desk.asGuest(sql), sql).rejects.toMatchObject({
        code: expect.stringMatching(/42501|42P01/),
      })
    // Holding a live sitting opens no other function of the application either.
    await client.query('begin')
    await client.query(`select set_config('app.link_token', $1, true), set_config('app.user_id', '', true)`, [
      sitting,
    ])
    await client.query('set local role app_rw')
    const { rows } = await client.query('select count(*)::int as n from patients')
    await client.query('rollback')
    expect(rows[0]).toEqual({ n: 0 })
  })

  test('on the clinic’s device with a child: the mother signs, the desk is the witness', async () => {
    const child = await desk.patient('2020-01-01', 'minor')
    const by = await desk.representative(child)
    const { token, ids } = await make(child, { device: 'clinic', signer: 'representative', by })
    const sitting = secret()
    expect(await begin(token, sitting, null)).toBe('begun')
    await decide(sitting, ids[0] ?? '', 'grant', '', 'Mãe da Criança')
    const [row] = await database.run<{ method: string; witness: boolean }>(
      `select collection_method as method, witness_user_id is not null as witness from consent_records where id = $1`,
      [ids[0]],
    )
    expect(row).toEqual({ method: 'in_person_device', witness: true })
  })

  test('several purposes in one sitting, each with its own answer', async () => {
    const someone = await desk.patient()
    const research = await desk.purpose('research.sitting')
    const consents = [
      await desk.request(someone),
      await desk.request(someone, undefined, 'admin', 'research', research),
    ]
    const { token, link } = await make(someone, { consents })
    const sitting = secret()
    await begin(token, sitting)
    await decide(sitting, consents[0] ?? '')
    await decide(sitting, consents[1] ?? '', 'refuse')
    expect(await desk.stateOf(consents[1] ?? '')).toEqual({ status: 'withdrawn', reason: 'refused' })
    const [row] = await database.run<{ reason: string }>(
      `select closed_reason as reason from consent_links where id = $1`,
      [link],
    )
    expect(row?.reason).toBe('done')
  })
})
