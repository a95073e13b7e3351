import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase } from '../test-database'
import { referenceDatabase } from '../test-reference'
import { activity, clinic, openDesk, sha, term, type Desk } from './consent-desk'
import { clinicOf, makeTwoClinics, rowOf, userOf } from './two-clinics'

/**
 * The invariants of a consent by their numbers, each tried through the application's role and, where a table can be
 * written past it, by direct SQL of a superuser whom only constraints and triggers stop.
 */
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

const direct = (sql: string, values: unknown[] = []) => expect(database.run(sql, values), sql).rejects
const asAdmin = (sql: string, values: unknown[] = []) => expect(desk.as('admin', sql, values), sql).rejects
const insertDirect = (of: string, more = '', values = '', key = Math.random().toString(36)) =>
  database.run(
    `insert into consent_records (clinic_id, patient_id, activity_id, term_id, kind, capture_key${more}) values ($1, $2, $3, $4, 'marketing', '${key}'${values})`,
    [clinic, of, activity, term],
  )
const granted = async (of?: string) => {
  const id = await desk.request(of ?? (await desk.patient()))
  await desk.grant(id)
  return id
}

describe('invariants', () => {
  test('I1 sensitive data rests on article 11', async () => {
    const change = `update processing_activities set sensitive_data = true where id = '${activity}'`
    await direct(change).toMatchObject({ code: '23514' })
    await asAdmin(change).toMatchObject({ code: '23514' })
  })

  test('I2 a consent only where the purpose rests on it, and no kind gets around it', async () => {
    const chart = await desk.purpose('care.chart', 'a7_ii')
    for (const kind of ['marketing', 'data_processing', 'image', 'procedure_tcle', 'telemedicine'])
      await expect(
        desk.request(await desk.patient(), undefined, 'admin', kind, chart),
        kind,
      ).rejects.toMatchObject({
        code: '23514',
      })
    const someone = await desk.patient()
    await direct(
      `insert into consent_records (clinic_id, patient_id, activity_id, term_id, kind, capture_key)
       select $1, $2, $3, t.id, 'procedure_tcle', 'i2' from consent_terms t where t.activity_id = $3`,
      [clinic, someone, chart],
    ).toMatchObject({ code: '23514' })
  })

  test('I3 a published text is frozen and its hash is the database’s own', async () => {
    for (const change of [
      `body = 'x'`,
      `version = 9`,
      `activity_id = gen_random_uuid()`,
      `published_at = null`,
      `reviewed_by = null`,
    ]) {
      await direct(`update consent_terms set ${change} where id = '${term}'`).toThrow(/frozen|foreign key/)
      await asAdmin(`update consent_terms set ${change} where id = '${term}'`).toThrow(/frozen|foreign key/)
    }
    const { same } = await desk.one<{ same: boolean }>(
      `select body_sha256 = sha256(convert_to(jsonb_build_array(language, title, body, plain_summary, refusal_consequence)::text, 'UTF8')) as same
       from consent_terms where id = '${term}'`,
    )
    expect(same).toBe(true)
    await direct(`delete from consent_terms where id = '${term}'`).toThrow(/stays/)
    await direct(`truncate consent_terms cascade`).toThrow(/append-only/)
  })

  test('I4 I5 term, purpose, patient and clinic belong together', async () => {
    const other = await desk.purpose('media.teaching')
    const { id: otherTerm } = await desk.one<{ id: string }>(
      `select id from consent_terms where activity_id = '${other}'`,
    )
    const someone = await desk.patient()
    for (const [patient, purpose, text] of [
      [someone, activity, otherTerm],
      [someone, activity, rowOf.consent_terms('b')],
      [rowOf.patients('b'), activity, term],
      [someone, rowOf.processing_activities('b'), rowOf.consent_terms('b')],
    ]) {
      await direct(
        `insert into consent_records (clinic_id, patient_id, activity_id, term_id, kind, capture_key) values ($1, $2, $3, $4, 'marketing', gen_random_uuid()::text)`,
        [clinic, patient, purpose, text],
      ).toThrow(/foreign key|not active|does not rest|not in use/)
      await asAdmin(`select app.consent_request($1, $2, $3, 'marketing', gen_random_uuid()::text, $4)`, [
        clinic,
        patient,
        purpose,
        text,
      ]).toThrow(/foreign key|not active|does not rest|not in use/)
    }
  })

  test('I6 born pending, only the listed ways, ends are final', async () => {
    const someone = await desk.patient()
    await expect(insertDirect(someone, ', status', `, 'expired'`)).rejects.toThrow(/born pending/)
    const id = await granted()
    await direct(`update consent_records set status = 'pending', granted_at = null where id = $1`, [
      id,
    ]).toMatchObject({
      code: expect.stringMatching(/^23/),
    })
    await desk.withdraw(id)
    for (const status of ['pending', 'granted', 'expired'])
      await direct(`update consent_records set status = $2::consent_status where id = $1`, [
        id,
        status,
      ]).toThrow(/ended/)
    await expect(desk.grant(id)).rejects.toMatchObject({ code: '55000' })
    await expect(desk.end(id, 'dpo', 'purpose_ended')).rejects.toMatchObject({ code: '55000' })
  })

  test.each(['evidence_sha256', 'signer_kind', 'decided_at', 'collection_method'])(
    'I7 no grant without %s',
    async (column) => {
      const id = await desk.request(await desk.patient())
      const values: Record<string, string> = {
        evidence_sha256: sha,
        signer_kind: `'patient'`,
        decided_at: 'now()',
        collection_method: `'portal'`,
      }
      const set = Object.entries(values).map(
        ([name, value]) => `${name} = ${name === column ? 'null' : value}`,
      )
      await direct(
        `update consent_records set status = 'granted', granted_at = now(), ${set.join(', ')} where id = $1`,
        [id],
      ).toMatchObject({ code: expect.stringMatching(/^23/) })
    },
  )

  test('I8 nobody decides in the future or before the text; E22 only the server’s clock counts', async () => {
    const id = await desk.request(await desk.patient())
    await expect(desk.grant(id, { at: `now() + interval '1 minute'` })).rejects.toThrow(/future/)
    await expect(desk.grant(id, { at: `now() - interval '801 days'` })).rejects.toThrow(/not in use/)
    await direct(
      `update consent_records set status = 'granted', granted_at = now(), decided_at = now() + interval '1 day',
         collection_method = 'portal', signer_kind = 'patient', evidence_sha256 = ${sha} where id = $1`,
      [id],
    ).toThrow(/future/)
    await desk.grant(id)
    await expect(
      desk.withdraw(id, 'reception', `, p_declared_at => now() + interval '1 hour'`),
    ).rejects.toThrow(/future/)
  })

  test('I9 evidence, dates and signer are frozen after the grant', async () => {
    const id = await granted()
    for (const change of [
      `evidence_sha256 = sha256('x')`,
      `evidence_object_key = 'x'`,
      `decided_at = decided_at - interval '1 day'`,
      `expires_at = null`,
      `signer_kind = 'both'`,
      `ip = '10.0.0.1'`,
      `witness_user_id = null`,
      `capture_key = 'x'`,
    ]) {
      await direct(`update consent_records set ${change} where id = $1`, [id]).toThrow(/frozen|never change/)
      await asAdmin(`update consent_records set ${change} where id = $1`, [id]).toMatchObject({
        code: '42501',
      })
    }
  })

  test('I10 one granted and one pending for a purpose, however it is written', async () => {
    const someone = await desk.patient()
    await desk.request(someone)
    await expect(desk.request(someone)).rejects.toMatchObject({ code: '23505' })
    await expect(insertDirect(someone)).rejects.toMatchObject({ code: '23505' })
    const other = await desk.patient()
    await granted(other)
    const second = await desk.request(other)
    await direct(
      `update consent_records set status = 'granted', granted_at = now(), decided_at = now(), collection_method = 'portal',
         signer_kind = 'patient', evidence_sha256 = ${sha} where id = $1`,
      [second],
    ).toMatchObject({ code: '23505' })
  })

  test('I11 the same capture counts once (E4 double click, offline sync)', async () => {
    const someone = await desk.patient()
    const id = await desk.request(someone, 'i11')
    expect(await desk.request(someone, 'i11')).toBe(id)
    await expect(desk.request(await desk.patient(), 'i11')).rejects.toMatchObject({ code: '23505' })
  })

  test.each([
    ['minor', '15 years 11 months', 'representative'],
    ['minor', '16 years', 'both'],
    ['minor', '17 years 11 months', 'both'],
    ['minor', '18 years', 'patient'],
    ['full', '30 years', 'patient'],
    ['emancipated', '16 years', 'patient'],
    ['emancipated', '15 years', 'representative'],
    ['assisted', '17 years', 'both'],
    ['assisted', '30 years', 'patient'],
    ['curatela', '30 years', 'representative'],
  ])('I12 E9 E10 %s of %s signs: %s', async (capacity, ago, signer) => {
    const someone = await desk.patient(await desk.bornAgo(ago), capacity)
    const relation = capacity === 'curatela' ? 'curator' : 'mother'
    const by = await desk.representative(someone, undefined, relation)
    for (const wrong of ['patient', 'representative', 'both'].filter((each) => each !== signer)) {
      const id = await desk.request(someone)
      await expect(
        desk.grant(id, { signer: wrong, by: wrong === 'patient' ? null : by }),
        wrong,
      ).rejects.toThrow(/sign/)
      await desk.as('admin', `select app.consent_refuse($1, $2, p_reason => 'request_cancelled')`, [
        clinic,
        id,
      ])
    }
    await desk.grant(await desk.request(someone), { signer, by: signer === 'patient' ? null : by })
  })

  test('I12 born on 29 February, of age on 1 March', async () => {
    const { day } = await desk.one<{ day: string }>(`select app.birthday('2008-02-29', 18)::text as day`)
    expect(day).toBe('2026-03-01')
  })

  test('I13 a minor’s consent ends at local midnight of the 18th birthday, whatever the purpose allows', async () => {
    const born = await desk.bornAgo('17 years 11 months')
    const someone = await desk.patient(born, 'minor')
    const [made] = await desk.grant(await desk.request(someone), {
      signer: 'both',
      by: await desk.representative(someone),
    })
    const { end } = await desk.one<{ end: Date }>(
      `select ($1::date + interval '18 years')::timestamp at time zone 'America/Sao_Paulo' as end`,
      [born],
    )
    expect(made?.until?.toISOString()).toBe(end.toISOString())
  })

  test('I14 E8 the dead grant nothing, and what is alive ends', async () => {
    const someone = await desk.patient()
    const id = await granted(someone)
    await direct(`update patients set deceased_at = current_date where id = $1`, [someone]).toThrow(
      /in whose name/,
    )
    await desk.as('reception', `update patients set deceased_at = current_date where id = $1`, [someone])
    expect(await desk.stateOf(id)).toEqual({ status: 'expired', reason: 'deceased' })
    await expect(desk.grant(await desk.request(someone))).rejects.toThrow(/died/)
  })

  test('I15 an end has its time and its reason; a refusal was never a grant', async () => {
    const id = await granted()
    for (const set of [
      `status = 'withdrawn'`,
      `status = 'withdrawn', ended_at = now()`,
      `status = 'withdrawn', ended_at = now(), status_reason = 'refused'`,
      `status = 'expired', ended_at = now(), status_reason = 'request_timeout'`,
      `status = 'expired', ended_at = now(), status_reason = 'because'`,
    ])
      await direct(`update consent_records set ${set} where id = $1`, [id]).toMatchObject({ code: '23514' })
  })

  test('I16 a declared end lies between the decision and its record', async () => {
    const id = await granted()
    await expect(
      desk.withdraw(id, 'reception', `, p_declared_at => now() - interval '1 day'`),
    ).rejects.toMatchObject({
      code: '23514',
    })
    expect(await desk.withdraw(id)).toBe('withdrawn')
  })

  test('I17 E5 the window is half-open, and over the instant it is over', async () => {
    const someone = await desk.patient()
    const id = await desk.request(someone)
    await desk.elapse(id)
    const at = async (when: string) =>
      (
        await desk.one<{ valid: boolean | null }>(
          `select app.consent_valid_at($1, $2, $3, (select ${when} from consent_records where id = $4)) as valid`,
          [clinic, someone, activity, id],
        )
      ).valid
    expect(await at(`decided_at - interval '1 microsecond'`)).toBe(false)
    expect(await at('decided_at')).toBe(true)
    expect(await at(`expires_at - interval '1 microsecond'`)).toBe(true)
    expect(await at('expires_at')).toBe(false)
    expect(await desk.may(someone)).toBe(false)
    const [row] = await desk.as<{ shown: string }>(
      'admin',
      `select effective_status as shown from v_consent_effective where id = $1`,
      [id],
    )
    expect(row?.shown).toBe('expired')
  })

  test('I18 events only grow, and each clinic’s chain is whole', async () => {
    const id = await granted()
    for (const sql of [
      `update consent_events set note_ref = 'x'`,
      `delete from consent_events`,
      `truncate consent_events`,
    ])
      await direct(sql).toThrow(/append-only/)
    await asAdmin(`delete from consent_events`).toMatchObject({ code: '42501' })
    const [proof] = await desk.as<{ proof: { broken: number; events: number } }>(
      'admin',
      `select app.evidence_check($1, $2) as proof`,
      [clinic, id],
    )
    expect(proof?.proof).toMatchObject({ broken: 0, events: 2, term: 'intact', evidence: 'elsewhere' })
  })

  test('I19 a patient with consents is not deleted, nor is a consent', async () => {
    const someone = await desk.patient()
    const id = await granted(someone)
    await direct(`delete from patients where id = $1`, [someone]).toMatchObject({
      code: expect.stringMatching(/^23/),
    })
    await direct(`delete from consent_records where id = $1`, [id]).toThrow(/never deleted/)
    await direct(`truncate consent_records cascade`).toThrow(/append-only/)
  })

  test('I20 without a user nobody sees a row; a patient sees their own; the owner is bound too', async () => {
    const count = async (role: string, user: string) => {
      await client.query('begin')
      await client.query(
        `select set_config('app.user_id', $1, true), set_config('app.clinic_id', '', true)`,
        [user],
      )
      await client.query(`set local role ${role}`)
      const { rows } = await client.query(
        'select count(*)::int as n, count(distinct patient_id)::int as people from consent_records',
      )
      await client.query('rollback')
      return rows[0]
    }
    expect(await count('app_rw', '')).toEqual({ n: 0, people: 0 })
    expect(await count('neonpro_owner', '')).toEqual({ n: 0, people: 0 })
    expect((await count('app_patient', userOf('a', 'patient'))).people).toBe(1)
    expect((await count('app_rw', userOf('b', 'admin'))).n).toBe(1)
  })

  test('I21 the application writes through functions alone', async () => {
    for (const sql of [
      `insert into consent_records (clinic_id) values (null)`,
      `update consent_records set status = 'withdrawn'`,
      `delete from consent_records`,
      `insert into consent_events (clinic_id) values (null)`,
      `insert into kept_files (clinic_id) values (null)`,
      `insert into consent_receipts (clinic_id) values (null)`,
      `update consent_links set closed_at = null`,
      `select content from kept_files`,
      `select token_sha256 from consent_links`,
      `alter table consent_records disable trigger all`,
      `set session_replication_role = replica`,
      `select app.lock_consent(null, null)`,
      `select app.put_grant(null, null, null, null, null, null, null, null, null, null, null)`,
      `select app.put_receipt(null, null, null)`,
    ])
      await asAdmin(sql).toMatchObject({ code: '42501' })
  })

  test('I22 a representative is active, of the right relation, in their time, for this kind', async () => {
    const child = await desk.patient('2020-01-01', 'minor')
    const id = await desk.request(child)
    for (const relation of ['heir', 'supporter', 'proxy', 'curator'])
      await expect(
        desk.grant(id, {
          signer: 'representative',
          by: await desk.representative(child, undefined, relation),
        }),
        relation,
      ).rejects.toThrow(/could not sign/)
    await expect(
      desk.grant(id, {
        signer: 'representative',
        by: await desk.representative(child, '{health,images,financial}'),
      }),
    ).rejects.toThrow(/does not answer for/)
    const by = await desk.representative(child)
    for (const change of [
      `is_active = false`,
      `valid_until = '2021-01-01'`,
      `valid_from = current_date + 1, valid_until = null`,
    ]) {
      const one = await desk.representative(child)
      await database.run(`update patient_representatives set ${change} where id = $1`, [one])
      await expect(desk.grant(id, { signer: 'representative', by: one }), change).rejects.toThrow(
        /could not sign/,
      )
    }
    await expect(
      desk.grant(await desk.request(await desk.patient('2020-01-01', 'minor')), {
        signer: 'representative',
        by,
      }),
    ).rejects.toThrow(/could not sign|foreign key/)
    await desk.grant(id, { signer: 'representative', by })
  })

  test('I22 an adult’s proxy with a document signs; a supporter signs beside, never instead (E13)', async () => {
    const adult = await desk.patient()
    await desk.grant(await desk.request(adult), {
      signer: 'representative',
      by: await desk.representative(adult, undefined, 'proxy'),
    })
    const assisted = await desk.patient('1990-01-01', 'assisted')
    const supporter = await desk.representative(assisted, undefined, 'supporter')
    const id = await desk.request(assisted)
    await expect(desk.grant(id, { signer: 'representative', by: supporter })).rejects.toThrow(/sign/)
    await desk.grant(id, { signer: 'both', by: supporter })
  })

  test('I23 E23 nobody collects from themselves, in nobody else’s name either; an error takes two', async () => {
    const someone = await desk.patient()
    await database.run(`update patients set user_id = $1 where id = $2`, [
      userOf('a', 'professional'),
      someone,
    ])
    const id = await desk.request(someone, undefined, 'admin')
    await expect(desk.grant(id, { who: 'professional' })).rejects.toThrow(/own consent/)
    await expect(
      desk.as(
        'professional',
        `select app.consent_grant($1, $2, now(), 'in_person_paper', 'patient', ${sha}, p_witness => $3)`,
        [clinic, id, userOf('a', 'admin')],
      ),
    ).rejects.toThrow(/own consent/)
    await expect(desk.grant(id, { who: 'admin', method: 'portal' })).rejects.toThrow(/portal/)
    await desk.grant(id)
    expect(await desk.end(id, 'admin', 'entered_in_error')).toBe('proposed')
    expect(await desk.end(id, 'admin', 'entered_in_error')).toBe('proposed')
    expect(await desk.end(id, 'dpo', 'entered_in_error')).toBe('ended')
  })

  test('I27 a request may outlive its term, a decision may not', async () => {
    const purpose = await desk.purpose('sharing.family')
    const [early, late] = [
      await desk.request(await desk.patient(), undefined, 'admin', 'sharing', purpose),
      await desk.request(await desk.patient(), undefined, 'admin', 'sharing', purpose),
    ]
    await database.run(
      `update consent_terms set retired_at = now() - interval '1 hour' where activity_id = $1`,
      [purpose],
    )
    await expect(desk.grant(late)).rejects.toThrow(/not in use when/)
    await desk.grant(early, { at: `now() - interval '2 hours'` })
    await expect(
      desk.request(await desk.patient(), undefined, 'admin', 'sharing', purpose),
    ).rejects.toMatchObject({
      code: 'P0002',
    })
  })
})

describe('I24 gates', () => {
  test('marketing, publication and procedures ask, for whoever writes', async () => {
    await direct(
      `insert into notifications (clinic_id, patient_id, kind, channel, address_masked, template_code, template_version, consent_id, body_sha256)
       values ($1, $2, 'marketing', 'email', 'a', 't', 1, $3, sha256('x'))`,
      [clinic, rowOf.patients('a'), rowOf.consent_records('a')],
    ).toThrow(/no valid consent/)
    await direct(
      `update clinical_photos set use_scope = 'publication', deidentified_by = gen_random_uuid(), deidentified_at = now() where id = $1`,
      [rowOf.clinical_photos('a')],
    ).toThrow(/no valid consent/)
  })
})

describe('I25 material changes', () => {
  const tasksOf = async (id: string) =>
    (
      await database.run<{ kind: string; cause: string }>(
        `select kind, cause from consent_tasks where consent_id = $1 order by kind`,
        [id],
      )
    ).map(({ kind, cause }) => `${kind} ${cause}`)

  test('E15 E16 of a text: a notice to each if it is material, none if it is not', async () => {
    const purpose = await desk.purpose('research.one')
    const ask = async () => {
      const id = await desk.request(await desk.patient(), undefined, 'admin', 'research', purpose)
      await desk.grant(id)
      return id
    }
    const old = await ask()
    const publish = async (version: number, material: boolean) => {
      const [draft] = await desk.as<{ id: string }>(
        'admin',
        `select app.term_save($1, $2, null, 't', $3, 's', 'r', $4, 'x', true) as id`,
        [clinic, purpose, `b${version}`, material],
      )
      await expect(
        desk.as('dpo', `select app.term_publish($1, $2)`, [clinic, draft?.id]),
      ).rejects.toMatchObject({
        code: '55000',
      })
      await expect(
        desk.as('admin', `select app.term_publish($1, $2)`, [clinic, draft?.id]),
      ).rejects.toMatchObject({
        code: '42501',
      })
      await expect(
        desk.as('admin', `update consent_terms set reviewed_by = app.user_id() where id = $1`, [draft?.id]),
      ).rejects.toMatchObject({ code: '42501' })
      await desk.as('dpo', `select app.term_review($1, $2)`, [clinic, draft?.id])
      await desk.as('dpo', `select app.term_publish($1, $2)`, [clinic, draft?.id])
    }
    await publish(2, false)
    expect(await tasksOf(old)).toEqual([])
    expect(await desk.stateOf(old)).toEqual({ status: 'granted', reason: null })
    const newer = await ask()
    await publish(3, true)
    expect(await tasksOf(old)).toEqual(['notice term_changed'])
    expect(await tasksOf(newer)).toEqual(['notice term_changed'])
    expect(await tasksOf(await ask())).toEqual([])
  })

  test('a draft changed after its review is to be reviewed again', async () => {
    const purpose = await desk.purpose('research.two')
    const [draft] = await desk.as<{ id: string }>(
      'dpo',
      `select app.term_save($1, $2, null, 't', 'b', 's', 'r', false, null, true) as id`,
      [clinic, purpose],
    )
    await desk.as('dpo', `select app.term_review($1, $2)`, [clinic, draft?.id])
    await desk.as('admin', `select app.term_save($1, $2, $3, 't', 'B', 's', 'r', false, null, true)`, [
      clinic,
      purpose,
      draft?.id,
    ])
    await expect(
      desk.as('dpo', `select app.term_publish($1, $2)`, [clinic, draft?.id]),
    ).rejects.toMatchObject({
      code: '55000',
    })
  })

  test('E17 E18 of recipient, purpose, basis or controller, by plain SQL', async () => {
    const purpose = await desk.purpose('sharing.lab')
    const id = await desk.request(await desk.patient(), undefined, 'admin', 'sharing', purpose)
    await desk.grant(id)
    await desk.as('admin', `update processing_activities set owner = 'x' where id = $1`, [purpose])
    expect(await tasksOf(id)).toEqual([])
    await desk.as('admin', `update processing_activities set recipients = '[{"name":"Lab"}]' where id = $1`, [
      purpose,
    ])
    expect(await tasksOf(id)).toEqual(['notice purpose_changed'])
    await desk.as(
      'admin',
      `update processing_activities set legal_basis = 'a7_ix', basis_note = 'x' where id = $1`,
      [purpose],
    )
    expect(await tasksOf(id)).toEqual(['basis_changed basis_changed', 'notice purpose_changed'])
    const other = await granted()
    await desk.as('admin', `update clinics set tax_id = '19131243000197' where id = $1`, [clinic])
    expect(await tasksOf(other)).toEqual(['notice purpose_changed'])
    const [open] = await database.run<{ id: string }>(`select id from consent_tasks where consent_id = $1`, [
      other,
    ])
    await expect(
      desk.as('reception', `select app.task_close($1, $2, 'impossible', ' ')`, [clinic, open?.id]),
    ).rejects.toMatchObject({ code: '22023' })
    await desk.as('reception', `select app.task_close($1, $2, 'done', null)`, [clinic, open?.id])
    expect((await desk.eventsOf(other)).at(-1)).toBe('propagation_sent')
  })
})

describe('I26 E19 merged records', () => {
  const merge = (from: string, into: string) =>
    desk.as<{ ended: number }>('admin', `select app.merge_patients($1, $2, $3, 'same CPF') as ended`, [
      clinic,
      from,
      into,
    ])

  test('the stricter answer wins, both ledgers stay, and one no ends both', async () => {
    const [from, into] = [await desk.patient(), await desk.patient()]
    const old = await granted(from)
    await desk.withdraw(old)
    const other = await granted(into)
    expect(await desk.may(into)).toBe(true)
    expect((await merge(from, into))[0]?.ended).toBe(1)
    expect(await desk.stateOf(other)).toEqual({ status: 'expired', reason: 'merged' })
    expect(await desk.may(into)).toBe(false)
    expect((await desk.eventsOf(old)).slice(0, 3)).toEqual(['requested', 'granted', 'withdrawn'])
    await expect(desk.request(from)).rejects.toThrow(/merged/)
    await expect(merge(into, from)).rejects.toMatchObject({ code: '55000' })
    await direct(`delete from patient_merges`).toThrow(/append-only/)

    const [one, two] = [await desk.patient(), await desk.patient()]
    const [left, right] = [await granted(one), await granted(two)]
    await merge(one, two)
    expect(await desk.may(two)).toBe(true)
    await desk.withdraw(right)
    expect(await desk.stateOf(left)).toEqual({ status: 'withdrawn', reason: 'subject_request' })
    expect(await desk.may(one)).toBe(false)
  })

  test('a refusal in one record closes the other', async () => {
    const [from, into] = [await desk.patient(), await desk.patient()]
    await desk.as('reception', `select app.consent_refuse($1, $2)`, [clinic, await desk.request(from)])
    const id = await granted(into)
    await merge(from, into)
    expect(await desk.stateOf(id)).toEqual({ status: 'expired', reason: 'merged' })
  })

  test('only an administrator or the officer merges, and only within the clinic', async () => {
    const [from, into] = [await desk.patient(), await desk.patient()]
    await expect(
      desk.as('reception', `select app.merge_patients($1, $2, $3, 'x')`, [clinic, from, into]),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(
      desk.as('admin', `select app.merge_patients($1, $2, $3, 'x')`, [
        clinicOf('b'),
        rowOf.patients('b'),
        rowOf.patients('b'),
      ]),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(
      desk.as('admin', `select app.merge_patients($1, $2, $3, 'x')`, [clinic, rowOf.patients('b'), into]),
    ).rejects.toMatchObject({ code: '23503' })
  })
})
