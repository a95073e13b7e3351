import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase } from '../test-database'
import { referenceDatabase } from '../test-reference'
import { activity, clinic, openDesk, type Desk } from './consent-desk'
import { makeTwoClinics, rowOf, userOf } from './two-clinics'

/** Two sessions at once, many times: TABELLION_RACE_ROUNDS, 50 where nothing else is said. */
const rounds = Number(process.env.TABELLION_RACE_ROUNDS ?? 50)

let database: TestDatabase
let client: Client
let left: Client
let right: Client
let desk: Desk
beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
  desk = openDesk(database, client)
  left = await database.connect()
  right = await database.connect()
})
afterAll(async () => {
  await Promise.all([client, left, right].map((each) => each.end()))
  await database.drop()
})

const outcomes = async (...work: Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map(({ status }) => status)
const grants = async (of: string) =>
  (
    await desk.one<{ n: number }>(
      `select count(*)::int as n from consent_records where patient_id = $1 and status = 'granted'`,
      [of],
    )
  ).n

test('two grants of one request: exactly one', { timeout: 120_000 }, async () => {
  for (let n = 0; n < rounds; n++) {
    const someone = await desk.patient()
    const id = await desk.request(someone)
    const found = await outcomes(
      desk.grant(id, { connection: left }),
      desk.grant(id, { who: 'dpo', connection: right }),
    )
    expect(found.sort()).toEqual(['fulfilled', 'rejected'])
    expect(await desk.eventsOf(id)).toEqual(['requested', 'granted'])
    expect(await grants(someone)).toBe(1)
  }
})

test('withdraw against the end of the period: the withdrawal is heard', { timeout: 120_000 }, async () => {
  for (let n = 0; n < rounds; n++) {
    const id = await desk.request(await desk.patient())
    await desk.elapse(id)
    const work = [
      () => desk.withdraw(id, 'reception', '', left),
      () => desk.end(id, 'admin', 'period_elapsed', right),
    ]
    const [first, second] = n % 2 ? work : work.reverse()
    await outcomes((first as () => Promise<unknown>)(), (second as () => Promise<unknown>)())
    expect(await desk.stateOf(id)).toEqual({ status: 'expired', reason: 'period_elapsed' })
    expect((await desk.eventsOf(id)).filter((type) => type === 'withdrawal_after_end')).toHaveLength(1)
  }
})

test(
  'withdraw against a newer grant: one order or the other, never both valid',
  { timeout: 120_000 },
  async () => {
    for (let n = 0; n < rounds; n++) {
      const someone = await desk.patient()
      const old = await desk.request(someone)
      await desk.grant(old)
      const next = await desk.request(someone)
      await outcomes(desk.withdraw(old, 'reception', '', left), desk.grant(next, { connection: right }))
      const state = await desk.stateOf(old)
      if (state.reason === 'superseded') expect(await desk.eventsOf(old)).toContain('withdrawal_after_end')
      else expect(state).toEqual({ status: 'withdrawn', reason: 'subject_request' })
      expect(await grants(someone)).toBe(1)
    }
  },
)

test('publish against withdraw: nothing stays published', { timeout: 120_000 }, async () => {
  const purpose = await desk.purpose('media.publication')
  const patient = rowOf.patients('a')
  for (let n = 0; n < rounds; n++) {
    const id = await desk.request(patient, undefined, 'admin', 'image', purpose)
    await desk.grant(id)
    const publish = () =>
      desk.as(
        'professional',
        `update clinical_photos set use_scope = 'publication', deidentified_by = app.user_id(), deidentified_at = now(),
           published_refs = jsonb_build_array('round ${n}') where id = $1`,
        [rowOf.clinical_photos('a')],
        left,
      )
    const [published, withdrawn] = await Promise.allSettled([
      publish(),
      desk.withdraw(id, 'reception', '', right),
    ])
    expect(withdrawn.status).toBe('fulfilled')
    const { scope } = await desk.one<{ scope: string }>(
      `select use_scope as scope from clinical_photos where id = $1`,
      [rowOf.clinical_photos('a')],
    )
    expect(scope).toBe('chart_only')
    // What did go out has its task; what did not was refused.
    if (published.status === 'fulfilled') {
      const tasks = await database.run(
        `select from consent_tasks where consent_id = $1 and kind = 'unpublish' and target = $2`,
        [id, `round ${n}`],
      )
      expect(tasks).toHaveLength(1)
    }
    expect(await desk.may(patient, purpose)).toBe(false)
  }
})

test('merge against grant: the stricter answer wins in any order', { timeout: 120_000 }, async () => {
  for (let n = 0; n < Math.ceil(rounds / 4); n++) {
    const [from, into] = [await desk.patient(), await desk.patient()]
    const old = await desk.request(from)
    await desk.grant(old)
    await desk.withdraw(old)
    const id = await desk.request(into)
    await outcomes(
      desk.as('dpo', `select app.merge_patients($1, $2, $3, 'x')`, [clinic, from, into], left),
      desk.grant(id, { connection: right }),
    )
    expect(await desk.may(into, activity)).toBe(false)
  }
})

test('who waited for the chain comes after all that was written meanwhile, and the chain goes on', async () => {
  const [one, two, three] = [
    await desk.request(await desk.patient()),
    await desk.request(await desk.patient()),
    await desk.request(await desk.patient()),
  ]
  const first = await database.connect()
  const second = await database.connect()
  try {
    for (const each of [first, second]) {
      await each.query('begin')
      await each.query(`select set_config('app.user_id', $1, true)`, [userOf('a', 'reception')])
      await each.query('set local role app_rw')
    }
    const refuse = 'select app.consent_refuse($1, $2)'
    await first.query(refuse, [clinic, one])
    const waiting = second.query(refuse, [clinic, two])
    // It waits for the lock of the chain, its number drawn.
    for (;;) {
      const [{ n } = { n: 0 }] = await database.run<{ n: number }>(
        `select count(*)::int as n from pg_locks l join pg_database d on d.oid = l.database
          where l.locktype = 'advisory' and not l.granted and d.datname = current_database()`,
      )
      if (n > 0) break
    }
    await first.query(refuse, [clinic, three])
    await first.query('commit')
    await waiting
    await second.query('commit')
  } finally {
    await first.end()
    await second.end()
  }
  await expect(desk.request(await desk.patient())).resolves.toBeTruthy()
  const broken = await database.run(
    `select e.seq from (select seq, prev_hash, lag(row_hash) over (order by seq) as expected from consent_events where clinic_id = $1) as e
      where e.expected is not null and e.prev_hash <> e.expected`,
    [clinic],
  )
  expect(broken).toEqual([])
})
