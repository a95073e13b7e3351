import fc from 'fast-check'
import type { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase } from '../test-database'
import { referenceDatabase } from '../test-reference'
import { activity, clinic, openDesk, sha, type Desk, type Who } from './consent-desk'
import { makeTwoClinics } from './two-clinics'

/**
 * Random people give random commands at random times; after each one the database is asked whether everything that must
 * always hold still does. TABELLION_MODEL_STEPS is how many commands (10,000 take about five minutes).
 */
const steps = Number(process.env.TABELLION_MODEL_STEPS ?? 500)
const perRun = 50

let database: TestDatabase
let client: Client
let desk: Desk
let people: string[] = []
let purposes: string[]
beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
  desk = openDesk(database, client)
  purposes = [activity, await desk.purpose('marketing.second', 'a7_i')]
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const person = fc.nat({ max: 3 })
const purpose = fc.nat({ max: 1 })
const who = fc.constantFrom<Who>(
  'admin',
  'admin',
  'dpo',
  'professional',
  'reception',
  'dpo',
  'auditor',
  'dba',
  'viewer',
  'patient',
)
const ago = fc.constantFrom('0', '0', '0', '1 minute', '1 day', '20 days', '400 days', '900 days', '-1 hour')
const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('request' as const),
      person,
      purpose,
      who,
      key: fc.oneof(fc.nat(5).map(String), fc.uuid()),
      own: fc.boolean(),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant('grant' as const),
      person,
      purpose,
      who,
      ago,
      signer: fc.constantFrom('right', 'right', 'right', 'right', 'patient', 'representative', 'both'),
      method: fc.constantFrom('in_person_device', 'in_person_device', 'in_person_paper', 'portal'),
      proof: fc.constantFrom(sha, sha, sha, `sha256('x')`, 'null'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('propose' as const), person, purpose, who }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('refuse' as const), person, purpose, who, ago }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('withdraw' as const),
      person,
      purpose,
      who,
      ago,
      reason: fc.constantFrom('subject_request', 'representative_request', 'vitiated', 'because'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('end' as const),
      person,
      purpose,
      who,
      reason: fc.constantFrom(
        'period_elapsed',
        'request_timeout',
        'deceased',
        'purpose_ended',
        'capacity_changed',
        'entered_in_error',
        'because',
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('sql' as const), person, purpose, who, at: fc.nat(4) }),
  },
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

/** The consent a command meets: mostly the living one, else the last that ended. */
async function target(of: string, what: string) {
  const { id } = await desk.one<{ id: string }>(
    `select coalesce((select id from consent_records where patient_id = $1 and activity_id = $2
       order by (status in ('pending', 'granted')) desc, recorded_at desc limit 1), gen_random_uuid()) as id`,
    [of, what],
  )
  return id
}

const raw = [
  `update consent_records set status = 'granted'`,
  `delete from consent_records`,
  `insert into consent_events (clinic_id) select clinic_id from consent_events`,
  `update consent_terms set body = 'x' where published_at is not null`,
  `update patient_representatives set valid_until = '2020-01-02'`,
]

/** Of the four: an adult, seventeen, a child, under curatela. */
const rightSigner = ['patient', 'both', 'representative', 'representative']

async function run(given: Command, by: readonly (string | null)[]): Promise<void> {
  const of = people[given.person] ?? ''
  const what = purposes[given.purpose] ?? ''
  if (given.act === 'request') {
    const key = `model-${of}-${given.key}`
    await desk.request(of, key, given.who, 'marketing', what, `, p_own_wish => ${given.own}`)
    return
  }
  if (given.act === 'sql') {
    // Of these only the last may succeed, for those who keep representatives; it is taken back.
    await desk.as(given.who, raw[given.at] ?? '')
    await database.run(
      `update patient_representatives set valid_until = null where valid_until = '2020-01-02'`,
    )
    return
  }
  const id = await target(of, what)
  const when = 'ago' in given ? `now() - interval '${given.ago}'` : 'now()'
  if (given.act === 'grant') {
    const signer = given.signer === 'right' ? (rightSigner[given.person] ?? '') : given.signer
    await desk.grant(id, {
      who: given.who,
      at: when,
      signer,
      by: signer === 'patient' ? null : (by[given.person] ?? null),
      method: given.method,
      evidence: given.proof === 'null' ? 'null::bytea' : given.proof,
    })
  }
  if (given.act === 'propose')
    await desk.as(given.who, `select app.consent_propose($1, $2, ${sha})`, [clinic, id])
  if (given.act === 'refuse')
    await desk.as(given.who, `select app.consent_refuse($1, $2, ${when})`, [clinic, id])
  if (given.act === 'withdraw')
    await desk.withdraw(id, given.who, `, p_declared_at => ${when}, p_reason => '${given.reason}'`)
  if (given.act === 'end') await desk.end(id, given.who, given.reason)
}

/** Everything that must always hold, as queries that find what breaks it. */
const laws = `
  with mine as (select * from consent_records where patient_id = any ($1)),
    told as (select e.* from consent_events e join mine on mine.id = e.consent_id)
  select 'two at once' as broken from mine where status in ('granted', 'pending')
    group by patient_id, activity_id, status having count(*) > 1
  union all select 'grant without proof' from mine where granted_at is not null
    and (evidence_sha256 is null or signer_kind is null or decided_at is null or collection_method is null)
  union all select 'decided outside the life of its text' from mine c join consent_terms t on t.id = c.term_id
    where c.granted_at is not null and (c.decided_at < t.published_at or c.decided_at >= t.retired_at)
  union all select 'decided in the future' from mine where decided_at > clock_timestamp() or end_declared_at > clock_timestamp()
  union all select 'wrong signer' from mine c join patients p on p.id = c.patient_id
    where c.granted_at is not null and case
      when p.legal_capacity = 'curatela' then c.signer_kind <> 'representative'
      when (c.decided_at at time zone 'America/Sao_Paulo')::date < app.birthday(p.birth_date, 16) then c.signer_kind <> 'representative'
      when (c.decided_at at time zone 'America/Sao_Paulo')::date < app.birthday(p.birth_date, 18) then c.signer_kind <> 'both'
      else c.signer_kind <> 'patient' end
  union all select 'minor beyond 18' from mine c join patients p on p.id = c.patient_id
    where c.granted_at is not null and p.legal_capacity = 'minor'
      and (c.expires_at is null or c.expires_at > app.local_midnight(app.birthday(p.birth_date, 18), 'America/Sao_Paulo'))
  union all select 'status without its event' from mine c
    where c.status is distinct from (select e.to_status from told e where e.consent_id = c.id and e.to_status is not null order by e.seq desc limit 1)
  union all select 'left an end' from told e where e.from_status in ('withdrawn', 'expired')
  union all select 'one person declared the error' from mine c where c.status_reason = 'entered_in_error'
    and not exists (select from told e where e.consent_id = c.id and e.reason_code = 'entered_in_error' and e.event_type = 'correction')
  union all select 'late by one person' from mine c
    where c.granted_at is not null and app.workdays((c.decided_at at time zone 'America/Sao_Paulo')::date, (c.granted_at at time zone 'America/Sao_Paulo')::date) > 2
      and not exists (select from told e where e.consent_id = c.id and e.reason_code = 'late_grant')
  union all select 'granted by the wrong role' from told e join clinic_members m on m.user_id = e.actor_user_id
    where e.event_type = 'granted' and m.role in ('reception', 'auditor', 'dba', 'viewer')
  union all select 'withdrawal without its tasks' from mine c where c.status = 'withdrawn' and c.granted_at is not null
    and not exists (select from consent_tasks t where t.consent_id = c.id)
  union all select 'asked again after a no' from mine c join told e on e.consent_id = c.id and e.event_type = 'requested'
    where e.note_ref is distinct from 'own_wish' and exists (
      select from mine r where r.patient_id = c.patient_id and r.activity_id = c.activity_id and r.status_reason = 'refused'
        and r.ended_at < c.recorded_at and not exists (
          select from mine g where g.patient_id = c.patient_id and g.activity_id = c.activity_id and g.granted_at between r.ended_at and c.recorded_at))
  union all select 'gate open' from mine c where c.status in ('withdrawn', 'expired')
    and app.consent_valid_at(c.clinic_id, c.patient_id, c.activity_id, clock_timestamp())
    and not exists (select from mine g where g.patient_id = c.patient_id and g.activity_id = c.activity_id and g.status = 'granted')`

/** Every event hangs on the one before it, of the whole clinic. */
const chain = `
  select 'chain' as broken from (
    select prev_hash, lag(row_hash) over (partition by clinic_id order by seq) as expected,
      row_number() over (partition by clinic_id order by seq) as n
    from consent_events) as e where n > 1 and prev_hash <> expected`

/** What a refusal may be; anything else is a defect that the model has found. */
const refusals = /^(22023|23\d{3}|42501|55000|P0002|21000)$/

/** An adult, somebody of seventeen, a child and somebody under curatela, each with who may sign for them. */
async function newWorld(): Promise<readonly string[]> {
  people = [
    await desk.patient(),
    await desk.patient(await desk.bornAgo('17 years'), 'minor'),
    await desk.patient('2020-01-01', 'minor'),
    await desk.patient('1950-01-01', 'curatela'),
  ]
  const by: string[] = []
  for (const [n, who] of people.entries())
    by.push(await desk.representative(who, undefined, n === 3 ? 'curator' : 'mother'))
  return by
}

test('random commands keep every invariant', { timeout: 900_000 }, async () => {
  const done = new Map<string, number>()
  const property = fc.asyncProperty(
    fc.array(command, { minLength: perRun, maxLength: perRun }),
    async (commands) => {
      const by = await newWorld()
      for (const each of commands) {
        try {
          await run(each, by)
          done.set(each.act, (done.get(each.act) ?? 0) + 1)
        } catch (error) {
          expect((error as { code?: string }).code ?? String(error), JSON.stringify(each)).toMatch(refusals)
        }
        expect(await database.run(laws, [people]), JSON.stringify(each)).toEqual([])
      }
      expect(await database.run(chain)).toEqual([])
    },
  )
  // Shrinking would run into a world that the failed run has already changed.
  await fc.assert(property, { numRuns: Math.ceil(steps / perRun), endOnFailure: true })
  // A model whose commands are all refused has shown nothing.
  expect(done.get('request') ?? 0).toBeGreaterThan(0)
  if (steps < 5000) return
  for (const act of ['request', 'grant', 'refuse', 'withdraw', 'end'] as const)
    expect(done.get(act) ?? 0, act).toBeGreaterThan(steps / 1000)
})
