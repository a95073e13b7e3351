import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase } from '../test-database'
import { referenceDatabase } from '../test-reference'
import { activity, clinic, openDesk, sha, term, type Desk, type Who } from './consent-desk'
import { clinicOf, makeTwoClinics, rowOf, userOf } from './two-clinics'

let database: TestDatabase
let client: Client
let as: Desk['as']
let patient: Desk['patient']
let representative: Desk['representative']
let request: Desk['request']
let grant: Desk['grant']
let withdraw: Desk['withdraw']
let stateOf: Desk['stateOf']
let eventsOf: Desk['eventsOf']
let purpose: Desk['purpose']
beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
  ;({ as, patient, representative, request, grant, withdraw, stateOf, eventsOf, purpose } = openDesk(
    database,
    client,
  ))
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const refusedWith = (sql: string, values: unknown[] = []) => expect(database.run(sql, values), sql).rejects
const settled = async (...work: Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map(({ status }) => status)

describe('commands', () => {
  test('ask, grant, withdraw: each leaves its event, and the end is final', async () => {
    const id = await request(await patient())
    await grant(id)
    expect(await withdraw(id, 'reception', `, p_channel => 'phone'`)).toBe('withdrawn')
    expect(await stateOf(id)).toEqual({ status: 'withdrawn', reason: 'subject_request' })
    expect(await withdraw(id)).toBe('recorded_after_end')
    expect(await eventsOf(id)).toEqual(['requested', 'granted', 'withdrawn', 'withdrawal_after_end'])
    await expect(grant(id)).rejects.toMatchObject({ code: '55000' })
    await expect(
      database.run(`update consent_records set status = 'granted' where id = $1`, [id]),
    ).rejects.toThrow(/ended/)
  })

  test('ask, refuse: never granted, no reason asked', async () => {
    const id = await request(await patient())
    await as('reception', `select app.consent_refuse($1, $2)`, [clinic, id])
    expect(await stateOf(id)).toEqual({ status: 'withdrawn', reason: 'refused' })
    expect(await eventsOf(id)).toEqual(['requested', 'refused'])
  })

  test('the same key asks once; another patient may not take it', async () => {
    const someone = await patient()
    const id = await request(someone, 'same')
    expect(await request(someone, 'same')).toBe(id)
    await expect(request(await patient(), 'same')).rejects.toMatchObject({ code: '23505' })
  })

  test('a newer grant supersedes; one that ran out ended by itself', async () => {
    const someone = await patient()
    const first = await request(someone)
    await grant(first)
    await grant(await request(someone))
    expect(await stateOf(first)).toEqual({ status: 'expired', reason: 'superseded' })

    const other = await patient()
    const old = await request(other)
    await database.run(
      `update consent_records set status = 'granted', decided_at = now() - interval '400 days', granted_at = now() - interval '400 days',
         expires_at = now() - interval '30 days', collection_method = 'portal', signer_kind = 'patient', evidence_sha256 = ${sha} where id = $1`,
      [old],
    )
    const asked =
      'select effective_status as status, days_left as days from v_consent_effective where id = $1'
    const shown = [{ status: 'expired', days: null }]
    expect(await as('admin', asked, [old])).toEqual(shown)
    // A superuser whom nobody signed in: before 15 the view itself names whom it lets in.
    const [server] = await database.run<{ modern: boolean }>(
      `select current_setting('server_version_num')::int >= 150000 as modern`,
    )
    expect(await database.run(asked, [old])).toEqual(server?.modern ? shown : [])
    await grant(await request(other))
    expect(await stateOf(old)).toEqual({ status: 'expired', reason: 'period_elapsed' })
  })

  test('who may do what', async () => {
    const someone = await patient()
    for (const who of ['auditor', 'dba', 'viewer', 'patient'] as const)
      await expect(request(someone, `no${who}`, who), who).rejects.toMatchObject({ code: '42501' })
    const id = await request(someone)
    for (const who of ['reception', 'auditor', 'dba', 'viewer'] as const)
      await expect(grant(id, { who }), who).rejects.toMatchObject({
        code: expect.stringMatching(/42501|P0002/),
      })
    await grant(id, { who: 'professional' })
    for (const who of ['auditor', 'dba', 'viewer'] as const)
      await expect(withdraw(id, who), who).rejects.toMatchObject({
        code: expect.stringMatching(/42501|P0002/),
      })
    await expect(withdraw(id, 'admin', `, p_reason => 'vitiated'`)).rejects.toMatchObject({ code: '42501' })
    expect(await withdraw(id, 'dpo', `, p_reason => 'vitiated'`)).toBe('withdrawn')
  })

  test('a patient asks, grants and withdraws their own, and nobody else’s', async () => {
    const id = rowOf.consent_records('a')
    await expect(grant(id, { who: 'patient' })).rejects.toThrow(/portal/)
    await grant(id, { who: 'patient', method: 'portal' })
    expect(await withdraw(id, 'patient')).toBe('withdrawn')
    const other = await request(await patient())
    await expect(grant(other, { who: 'patient' })).rejects.toMatchObject({ code: '42501' })
  })

  test('another clinic’s consent does not exist', async () => {
    const other = rowOf.consent_records('b')
    await expect(
      as('admin', `select app.consent_withdraw($1, $2)`, [clinicOf('b'), other]),
    ).rejects.toMatchObject({ code: 'P0002' })
    await expect(as('admin', `select app.consent_withdraw($1, $2)`, [clinic, other])).rejects.toMatchObject({
      code: 'P0002',
    })
    await expect(
      as('admin', `select app.consent_request($1, $2, $3, 'marketing', 'x')`, [
        clinicOf('b'),
        rowOf.patients('b'),
        activity,
      ]),
    ).rejects.toMatchObject({ code: '42501' })
    await expect(
      as('admin', `select app.consent_request($1, $2, $3, 'marketing', 'y')`, [
        clinic,
        rowOf.patients('b'),
        activity,
      ]),
    ).rejects.toMatchObject({ code: '23503' })
  })

  test('an error is declared by two persons', async () => {
    const id = await request(await patient())
    await grant(id)
    const end = async (who: Who) =>
      (
        await as<{ outcome: string }>(who, `select app.consent_end($1, $2, 'entered_in_error') as outcome`, [
          clinic,
          id,
        ])
      )[0]?.outcome
    await expect(end('reception')).rejects.toMatchObject({ code: '42501' })
    expect([await end('admin'), await end('admin'), await end('dpo')]).toEqual([
      'proposed',
      'proposed',
      'ended',
    ])
    expect(await stateOf(id)).toEqual({ status: 'expired', reason: 'entered_in_error' })
  })

  test('the gate answers for now and is remembered', async () => {
    const someone = await patient()
    const ask = async () =>
      (
        await as<{ ok: boolean }>('professional', `select app.consent_check($1, $2, $3) as ok`, [
          clinic,
          someone,
          activity,
        ])
      )[0]?.ok
    expect(await ask()).toBe(false)
    const id = await request(someone)
    await grant(id)
    expect(await ask()).toBe(true)
    await withdraw(id)
    expect(await ask()).toBe(false)
    expect(await eventsOf(id)).toEqual(['requested', 'granted', 'checked', 'withdrawn', 'blocked'])
  })

  test('death ends what is alive', async () => {
    const someone = await patient()
    const id = await request(someone)
    await grant(id)
    await as('admin', `update patients set deceased_at = current_date where id = $1`, [someone])
    expect(await stateOf(id)).toEqual({ status: 'expired', reason: 'deceased' })
    await expect(grant(await request(someone))).rejects.toThrow(/died/)
  })
})

describe('invariants, for whoever writes', () => {
  test('sensitive data rests on article 11; consent only where the purpose rests on it', async () => {
    await refusedWith(`update processing_activities set sensitive_data = true where id = $1`, [
      activity,
    ]).toMatchObject({ code: '23514' })
    const chart = await purpose('care.chart', 'a7_ii')
    const ask = async (kind: string, of = chart) =>
      as('admin', `select app.consent_request($1, $2, $3, $4, $5)`, [
        clinic,
        await patient(),
        of,
        kind,
        `x${kind}${of}`,
      ])
    await expect(ask('marketing')).rejects.toThrow(/does not rest on consent/)
    await expect(ask('procedure_tcle')).rejects.toThrow(/not that of the purpose/)
    await ask('procedure_tcle', await purpose('procedure.peel', 'a11_ii_f'))
  })

  test('a published term is frozen, its hash made here', async () => {
    await refusedWith(`update consent_terms set body = 'other' where id = $1`, [term]).toThrow(/frozen/)
    await refusedWith(`update consent_terms set published_at = null where id = $1`, [term]).toThrow(/frozen/)
    await refusedWith(`delete from consent_terms where id = $1`, [term]).toThrow(/stays/)
    await refusedWith(
      `insert into consent_terms (clinic_id, activity_id, version, title, body, plain_summary, refusal_consequence, body_sha256, published_at)
       values ($1, $2, 9, 't', 'b', 's', 'r', '', now())`,
      [clinic, activity],
    ).toMatchObject({ code: '23514' })
  })

  test('a term of another purpose or clinic does not fit', async () => {
    await refusedWith(
      `insert into consent_records (clinic_id, patient_id, activity_id, term_id, kind, capture_key) values ($1, $2, $3, $4, 'marketing', 'z')`,
      [clinic, await patient(), activity, rowOf.consent_terms('b')],
    ).toThrow()
  })

  test('born pending, with proof when granted, never in the future, never before the text', async () => {
    await refusedWith(
      `insert into consent_records (clinic_id, patient_id, activity_id, term_id, kind, capture_key, status, granted_at, decided_at)
       values ($1, $2, $3, $4, 'marketing', 'q', 'granted', now(), now())`,
      [clinic, await patient(), activity, term],
    ).toThrow(/born pending/)
    const id = await request(await patient())
    await expect(grant(id, { evidence: 'null::bytea' })).rejects.toMatchObject({ code: '23514' })
    await expect(grant(id, { at: `now() + interval '1 hour'` })).rejects.toThrow(/future/)
    await expect(grant(id, { at: `now() - interval '900 days'` })).rejects.toThrow(
      /term was not in use|period was over/,
    )
    await expect(grant(id, { at: `now() - interval '790 days'` })).rejects.toThrow(/second person/)
    await as('admin', `select app.consent_propose($1, $2, ${sha})`, [clinic, id])
    await expect(grant(id, { at: `now() - interval '790 days'`, who: 'dpo' })).rejects.toThrow(
      /period was over/,
    )
  })

  test('evidence, dates and signer are frozen; nothing is deleted', async () => {
    const id = await request(await patient())
    await grant(id)
    for (const change of [
      `evidence_sha256 = sha256('x')`,
      `decided_at = now()`,
      `signer_kind = 'both'`,
      `expires_at = null`,
      `patient_id = gen_random_uuid()`,
    ])
      await refusedWith(`update consent_records set ${change} where id = $1`, [id]).toThrow(
        /frozen|never change/,
      )
    await refusedWith(`delete from consent_records where id = $1`, [id]).toThrow(/never deleted/)
    await refusedWith('truncate consent_records cascade').toThrow(/append-only/)
    await refusedWith('update consent_events set note_ref = null').toThrow(/append-only/)
    await refusedWith('delete from consent_events where false').toThrow(/append-only/)
    await refusedWith(`delete from patients where id = $1`, [rowOf.patients('a')]).toThrow()
  })

  test('one pending and one granted for each purpose', async () => {
    const someone = await patient()
    await request(someone)
    await expect(request(someone)).rejects.toMatchObject({ code: '23505' })
  })

  test('the application writes only through the commands', async () => {
    for (const sql of [
      `update consent_records set status = 'withdrawn'`,
      `insert into consent_records (clinic_id) values (null)`,
      `insert into consent_events (clinic_id) values (null)`,
      `select app.lock_consent(null, null)`,
    ])
      await expect(as('admin', sql), sql).rejects.toMatchObject({ code: '42501' })
  })

  test.each([
    ['1 day before 16', `16 years' + interval '1 day`, 'representative'],
    ['on the 16th birthday', '16 years', 'both'],
    ['1 day before 18', `18 years' + interval '1 day`, 'both'],
    ['on the 18th birthday', '18 years', 'patient'],
  ])('who signs %s', async (_, ago, signer) => {
    const [row] = await database.run<{ born: string }>(
      `select ((now() at time zone 'America/Sao_Paulo')::date - interval '${ago}')::date::text as born`,
    )
    const someone = await patient(row?.born, 'minor')
    const by = signer === 'patient' ? null : await representative(someone)
    for (const wrong of ['patient', 'both', 'representative'].filter((one) => one !== signer)) {
      const id = await request(someone, undefined, 'admin')
      await expect(
        grant(id, {
          signer: wrong,
          by: wrong === 'patient' ? null : (by ?? (await representative(someone))),
        }),
      ).rejects.toThrow(/sign/)
      await as('admin', `select app.consent_refuse($1, $2, p_reason => 'request_cancelled')`, [clinic, id])
    }
    await grant(await request(someone, undefined, 'admin'), { signer, by })
  })

  test('a minor’s consent ends at local midnight of the 18th birthday', async () => {
    const [row] = await database.run<{ born: string; end: Date }>(
      `select d::date::text as born, ((d + interval '18 years')::date::timestamp at time zone 'America/Sao_Paulo') as end
       from (select now() - interval '17 years 10 months') as t (d)`,
    )
    const someone = await patient(row?.born, 'minor')
    const [made] = await grant(await request(someone), { signer: 'both', by: await representative(someone) })
    expect(made?.until?.toISOString()).toBe(row?.end.toISOString())
  })

  test('a representative answers for what the document says, in its time', async () => {
    const child = await patient('2020-01-01', 'minor')
    const id = await request(child)
    for (const by of [
      await representative(child, '{financial}'),
      await representative(child, '{data}', 'supporter'),
    ])
      await expect(grant(id, { signer: 'representative', by })).rejects.toThrow(/representative/)
    const past = await representative(child)
    await database.run(`update patient_representatives set valid_until = '2021-01-01' where id = $1`, [past])
    await expect(grant(id, { signer: 'representative', by: past })).rejects.toThrow(/could not sign/)
  })

  test.each([
    ['America/Sao_Paulo', '03:00'],
    ['America/Manaus', '04:00'],
    ['America/Rio_Branco', '05:00'],
    ['America/Noronha', '02:00'],
  ])('the last day is whole in %s', async (zone, hour) => {
    const [row] = await database.run<{ end: Date }>(
      `select app.local_midnight(((timestamptz '2028-02-29 15:00Z' at time zone $1)::date + interval '12 months')::date + 1, $1) as end`,
      [zone],
    )
    expect(row?.end.toISOString()).toBe(`2029-03-01T${hour}:00.000Z`)
  })

  test('the chain of events is whole', async () => {
    const broken = await database.run(
      `select from (
         select prev_hash, lag(row_hash) over (partition by clinic_id order by seq) as expected, row_number() over (partition by clinic_id order by seq) as n
         from consent_events) as e where n > 1 and prev_hash <> expected`,
    )
    expect(broken).toEqual([])
  })
})

describe('races', () => {
  const rounds = 30
  let left: Client
  let right: Client
  beforeAll(async () => {
    left = await database.connect()
    right = await database.connect()
  })
  afterAll(async () => {
    await left.end()
    await right.end()
  })

  test('two grants of one request: one wins', async () => {
    for (let n = 0; n < rounds; n++) {
      const id = await request(await patient())
      const outcome = await settled(
        grant(id, { connection: left }),
        grant(id, { who: 'dpo', connection: right }),
      )
      expect(outcome.sort()).toEqual(['fulfilled', 'rejected'])
      expect(await eventsOf(id)).toEqual(['requested', 'granted'])
    }
  })

  test('withdraw against the end of the period: the withdrawal is heard either way', async () => {
    for (let n = 0; n < rounds; n++) {
      const id = await request(await patient())
      await database.run(
        `update consent_records set status = 'granted', decided_at = now() - interval '400 days', granted_at = now() - interval '400 days',
           expires_at = now() - interval '1 day', collection_method = 'portal', signer_kind = 'patient', evidence_sha256 = ${sha} where id = $1`,
        [id],
      )
      await settled(
        withdraw(id, 'reception', '', left),
        as('admin', `select app.consent_end($1, $2, 'period_elapsed')`, [clinic, id], right),
      )
      expect(await stateOf(id)).toEqual({ status: 'expired', reason: 'period_elapsed' })
      expect((await eventsOf(id)).sort()).toEqual(
        ['expired', 'granted', 'late_recorded', 'requested', 'withdrawal_after_end'].filter(
          (type) => type !== 'late_recorded',
        ),
      )
    }
  })

  test('a gate that said yes holds a withdrawal back until its work is done', async () => {
    const someone = await patient()
    const id = await request(someone)
    await grant(id)
    await left.query('begin')
    await left.query(`select set_config('app.user_id', $1, true)`, [userOf('a', 'professional')])
    await left.query('set local role app_rw')
    const { rows } = await left.query(`select app.consent_check($1, $2, $3) as ok`, [
      clinic,
      someone,
      activity,
    ])
    expect(rows[0]).toEqual({ ok: true })
    let done = false
    const waiting = withdraw(id, 'reception', '', right).then(() => (done = true))
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(done).toBe(false)
    await left.query('commit')
    await waiting
    expect(await stateOf(id)).toEqual({ status: 'withdrawn', reason: 'subject_request' })
  })
})
