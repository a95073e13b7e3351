import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installReference } from '@/db/reference/files'
import { clinicOf, makeTwoClinics, rowOf, userOf } from '@/db/reference/two-clinics'
import { ownServer, type OwnServer } from '@/db/own-server'
import type { TestDatabase } from '@/db/test-database'
import { loadParser } from '@/lib/sql/parse'
import { measure, quantile } from './measure'
import { numbered, parseOperation, readOperations } from './operation'
import { planTree, shapeOf, withoutConstants } from './plan'
import { topStatements } from './statements'

const folder = join(import.meta.dirname, '../../db/reference/operations')
let server: OwnServer
let database: TestDatabase
let meter: Client

beforeAll(async () => {
  await loadParser()
  // pg_stat_statements counts for the whole server and forgets the rarest: other files' statements drive ours out.
  server = await ownServer()
  database = await server.database()
  const client = await database.connect()
  await installReference(client)
  await makeTwoClinics(client)
  await client.query(`alter role tabellion_meter password 'meter'`)
  await client.end()
  meter = await database.connect(database.urlAs('tabellion_meter', 'meter'))
})
afterAll(async () => {
  await meter.end()
  await database.drop()
  await server.stop()
})

describe('an operation', () => {
  const head = '-- title: T\n-- role: app_rw\n-- day: select 1\n-- limit: 20 ms\n'

  test('is a head and one query; parameters keep their order, casts and strings stay', () => {
    const one = parseOperation('x', `${head}select ':no' from t where d = :day::date and c = :clinic;`)
    expect(one).toMatchObject({
      id: 'x',
      role: 'app_rw',
      limit: 20,
      parameters: [{ name: 'day', sql: 'select 1' }],
    })
    expect(numbered(one.sql)).toEqual({
      text: `select ':no' from t where d = $1::date and c = $2`,
      names: ['day', 'clinic'],
    })
  })

  test.each([
    'update t set a = 1',
    'select 1; select 2',
    'with d as (delete from t returning a) select a from d',
    'select a from t for update',
    'select a from t for no key update',
    'select a into b from t',
    'truncate t',
    'call p()',
  ])('that is `%s` is not measured', (sql) => {
    expect(() => parseOperation('x', head + sql)).toThrow(/only a single SELECT/)
  })

  test('needs a role and a limit', () => {
    expect(() => parseOperation('x', 'select 1')).toThrow(/names no role/)
    expect(() => parseOperation('x', '-- role: r\n-- limit: soon\nselect 1')).toThrow(/limit/)
    expect(() => readOperations('/nowhere')).toThrow(/no folder/)
  })
})

test('the reference has about twenty, each for at most 100 ms, and none more than its role may read', async () => {
  const operations = readOperations(folder)
  expect(operations).toHaveLength(readdirSync(folder).length)
  expect(operations.length).toBeGreaterThanOrEqual(20)
  const unable: string[] = []
  for (const operation of operations) {
    expect([operation.id, operation.role, operation.limit]).toEqual([operation.id, 'app_rw', 100])
    const measured = await measure(meter, operation, { runs: 2 })
    if (measured.outcome === 'unknown' && measured.reason !== 'empty')
      unable.push(`${operation.id}: ${measured.reason}`)
    if (measured.plan) {
      const text = JSON.stringify(measured.plan)
      for (const value of [clinicOf('a'), clinicOf('b'), rowOf.patients('a'), userOf('a', 'reception')])
        expect(text).not.toContain(value)
    }
  }
  expect(unable).toEqual([])
})

test('an operation runs under row security: who asks from another clinic finds nothing', async () => {
  const operation = (clinic: string) =>
    parseOperation(
      'x',
      `-- role: app_rw\n-- session: select '${userOf('a', 'reception')}' as "app.user_id", '${clinic}' as clinic\nselect id from patients where clinic_id = :clinic::uuid`,
    )
  expect((await measure(meter, operation(clinicOf('a')), { runs: 1 })).rows).toBe(1)
  expect((await measure(meter, operation(clinicOf('b')), { runs: 1 })).rows).toBe(0)
})

test('what cannot be measured is unknown, with the reason; the connection stays usable', async () => {
  const run = (role: string, sql: string, session = 'select 1 as one') =>
    measure(meter, parseOperation('x', `-- role: ${role}\n-- session: ${session}\n${sql}`), {
      runs: 1,
      timeout: 300,
    })
  expect(await run('neonpro_owner', 'select 1')).toMatchObject({
    outcome: 'unknown',
    reason: expect.stringMatching(/^42501 /),
  })
  expect(await run('app_rw', 'select pg_sleep(2)')).toMatchObject({ outcome: 'unknown', reason: 'timeout' })
  expect(await run('app_rw', 'select nothing from nowhere')).toMatchObject({
    outcome: 'unknown',
    reason: expect.stringMatching(/^42P01 /),
  })
  expect(await run('app_rw', 'select 1', 'select 1 where false')).toMatchObject({
    outcome: 'unknown',
    reason: 'empty',
  })
  expect(
    await run(
      'app_rw',
      `select app.break_glass('${clinicOf('a')}', '${rowOf.patients('a')}', 'uma razão bem longa')`,
      `select '${userOf('a', 'professional')}' as "app.user_id"`,
    ),
  ).toMatchObject({
    outcome: 'unknown',
    reason: expect.stringMatching(/^25006 /),
  })
  expect(await run('app_rw', 'select 1')).toMatchObject({ outcome: 'pass' })
  expect((await database.run('select from app.chart_openings')).length).toBe(0)
})

test('over the limit is a failure', async () => {
  const slow = parseOperation('x', '-- role: app_rw\n-- limit: 5 ms\nselect pg_sleep(0.02)')
  expect(await measure(meter, slow, { runs: 2 })).toMatchObject({ outcome: 'fail' })
})

test('a superuser also runs it as nobody binds them, and says whether the way is the same', async () => {
  const client = await database.connect()
  const [operation] = readOperations(folder).filter(({ id }) => id === 'patient_by_cpf')
  if (!operation) throw new Error('no such operation')
  const measured = await measure(client, operation, { runs: 3, login: 'tabellion_meter' })
  await client.end()
  expect(measured.unbound).toMatchObject({ runs: 3, samePlan: true })
  expect((await measure(meter, operation, { runs: 1 })).unbound).toBeNull()
})

test('the meter reads only, and nobody but it is told whom to measure as', async () => {
  await expect(meter.query(`set role app_rw; create table t (a int)`)).rejects.toMatchObject({
    code: '25006',
  })
  await meter.query('reset role')
  expect((await meter.query(`select from app.measured_session('admin')`)).rowCount).toBe(2)
  await meter.query('set role app_rw')
  await expect(meter.query(`select from app.measured_session('admin')`)).rejects.toMatchObject({
    code: '42501',
  })
  await meter.query('reset role')
  await expect(meter.query('select from public.clinic_members')).rejects.toMatchObject({ code: '42501' })
})

describe('a plan', () => {
  test('is told without its constants', () => {
    expect(
      withoutConstants(`((clinic_id = 'a0-1'::uuid) AND (n > 12) AND (s = $1) AND (t ~~ 'it''s%'::text))`),
    ).toBe('((clinic_id = ?) AND (n > ?) AND (s = $1) AND (t ~~ ?))')
  })

  test('has in each step its own time, and every loop counted', () => {
    const raw = {
      'Node Type': 'Nested Loop',
      'Join Type': 'Inner',
      'Actual Total Time': 10,
      'Actual Loops': 1,
      'Actual Rows': 4,
      'Plan Rows': 2,
      Plans: [
        {
          'Node Type': 'Index Scan',
          'Index Name': 'i',
          'Actual Total Time': 2,
          'Actual Loops': 3,
          'Actual Rows': 1,
          'Plan Rows': 1,
        },
        {
          'Node Type': 'Result',
          'Parent Relationship': 'InitPlan',
          'Actual Total Time': 1,
          'Actual Loops': 1,
          'Actual Rows': 1,
          'Plan Rows': 1,
        },
      ],
    }
    const tree = planTree(raw)
    expect(tree).toMatchObject({ own: 3, total: 10, actual: 4 })
    expect(tree.children[0]).toMatchObject({ total: 6, actual: 3, estimated: 3, on: 'i' })
    expect(shapeOf(raw)).toBe('(Nested Loop (Index Scan i))')
  })

  test('calls an estimate far off only where the planner could have known better', () => {
    const ran = (planned: number, rows: number, loops: number) =>
      planTree({ 'Node Type': 'Seq Scan', 'Plan Rows': planned, 'Actual Rows': rows, 'Actual Loops': loops })
    expect(ran(1, 0.01, 72)).toMatchObject({ actual: 1, estimated: 72, isFarOff: false })
    expect(ran(2, 0, 72).isFarOff).toBe(true)
    expect(ran(1, 50, 1).isFarOff).toBe(true)
    expect(ran(100, 11, 1).isFarOff).toBe(false)
    expect(ran(100, 0, 0)).toMatchObject({ actual: null, isFarOff: false })
  })

  test.each([
    ['InitPlan 1', '(InitPlan 1).col1'],
    ['InitPlan 1 (returns $0)', '$0'],
  ])('says what %s asks where it is asked, and whose time it is', (name, called) => {
    const once = (subplan: string, loops: number) => ({
      'Node Type': 'Result',
      'Parent Relationship': 'InitPlan',
      'Subplan Name': subplan,
      Output: [`app.clinics_of(VARIADIC '{admin}'::text[])`],
      'Actual Total Time': 6,
      'Actual Loops': loops,
      'Actual Rows': 1,
      'Plan Rows': 1,
    })
    const tree = planTree({
      'Node Type': 'Limit',
      'Actual Total Time': 10,
      'Actual Loops': 1,
      'Actual Rows': 1,
      'Plan Rows': 1,
      Plans: [
        once(name, 1),
        once('InitPlan 2', 0),
        {
          'Node Type': 'Seq Scan',
          'Relation Name': 't',
          Filter: `(clinic_id = ANY (${called}))`,
          'Actual Total Time': 9,
          'Actual Loops': 1,
          'Actual Rows': 1,
          'Plan Rows': 1,
        },
      ],
    })
    expect(tree).toMatchObject({ unasked: 1, own: 0 })
    expect(tree.children).toMatchObject([
      { once: true, on: 'app.clinics_of(VARIADIC ?)', own: 6 },
      { condition: '(clinic_id = ANY (app.clinics_of(VARIADIC ?)))', own: 3, total: 9 },
    ])
  })

  test('is the same way whichever key finds the one row', () => {
    const by = (index: string, rows: number) => ({
      'Node Type': 'Index Scan',
      'Relation Name': 'services',
      'Index Name': index,
      'Plan Rows': rows,
    })
    expect(shapeOf(by('services_pkey', 1))).toBe(shapeOf(by('services_clinic_id_key', 1)))
    expect(shapeOf(by('services_pkey', 2))).not.toBe(shapeOf(by('services_name_idx', 2)))
  })

  test('a share is the smallest value that covers it', () => {
    expect([quantile([3, 1, 2, 4], 0.5), quantile([3, 1, 2, 4], 0.95), quantile([7], 0.95)]).toEqual([
      2, 4, 7,
    ])
  })
})

test('top statements: not installed, not allowed, read without a constant or a password', async () => {
  const plain = await database.connect()
  expect(await topStatements(plain)).toEqual({ state: 'missing' })
  await plain.query('create extension pg_stat_statements with schema extensions')
  await plain.query(`create role statement_secret password 'hush'; drop role statement_secret`)
  await plain.query(`select 471147114711 as answer, 'a value' as word`)
  const top = await topStatements(plain, 1000)
  const said = JSON.stringify(top)
  expect(top.state).toBe('read')
  expect(said).not.toMatch(/hush|471147114711|a value/)
  expect(said).toContain('as word')
  expect(await topStatements(meter)).toEqual({ state: 'denied' })
  await plain.end()
})
