import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase } from '../test-database'
import { referenceDatabase } from '../test-reference'
import { CopyIn } from '../load/copy'
import {
  clinicOf,
  makeTwoClinics,
  memberRoles,
  roleOf,
  rowOf,
  userOf,
  type MemberRole,
  type Table,
} from './two-clinics'

/**
 * Nothing of clinic b comes to anybody of clinic a: not by a view, RETURNING, an upsert, COPY, or a function that runs with
 * its owner's rights. Generated from the catalog, so that a new table, view or function is tried by being there.
 */
type Principal = MemberRole | 'patient' | 'nobody'
const principals: readonly Principal[] = [...memberRoles, 'patient', 'nobody']
const logins = [
  'tabellion_scanner',
  'neonpro_app',
  'tabellion_web',
  'tabellion_meter',
  'ledger_owner',
  'neonpro_owner',
] as const
const tables = Object.keys(rowOf) as Table[]

let database: TestDatabase
let client: Client
/** The rows of clinic b as they are; everything tried is undone. */
let untouched: string

beforeAll(async () => {
  database = await referenceDatabase()
  client = await database.connect()
  await makeTwoClinics(client)
  untouched = JSON.stringify((await client.query(others)).rows)
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

interface Outcome {
  /** SQLSTATE when it was refused. */
  readonly code: string | null
  readonly rows: readonly Record<string, unknown>[]
  /** Whether a row of clinic b is other than it was, seen before it is undone. */
  readonly harmed: boolean
}

const others = tables
  .map(
    (table) =>
      `select '${table}' as t, md5(string_agg(r::text, '' order by r::text)) from ${table} r where ${table === 'clinics' ? 'id' : 'clinic_id'} = '${clinicOf('b')}'`,
  )
  .join(' union all ')

async function as(role: string, principal: Principal, sql: string): Promise<Outcome> {
  await client.query('begin')
  try {
    await client.query('savepoint try')
    let code: string | null = null
    let rows: Record<string, unknown>[] = []
    try {
      await client.query(
        `select set_config('app.user_id', $1, true), set_config('app.clinic_id', '', true)`,
        [principal === 'nobody' ? '' : userOf('a', principal)],
      )
      await client.query(`set local role ${role}`)
      rows = (await client.query(sql)).rows as Record<string, unknown>[]
      await client.query('reset role')
    } catch (error) {
      code = (error as { code: string }).code
      await client.query('rollback to savepoint try')
    }
    const after = (await client.query(others)).rows
    return { code, rows, harmed: JSON.stringify(after) !== untouched }
  } finally {
    await client.query('rollback')
  }
}

/** Whether anything in the rows is an identifier of clinic b: all of them begin alike. */
const holdsOthers = (rows: readonly unknown[]) => /"b0000000-0000-4000-8000-/.test(JSON.stringify(rows))

describe.each(principals)('to %s', (principal) => {
  test.each(tables)('no row of %s comes by RETURNING', async (table) => {
    const columns = await database.run<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attname in ('updated_at', 'created_at')`,
      [table],
    )
    for (const { name } of columns) {
      const { rows, harmed } = await as(
        roleOf(principal),
        principal,
        `update ${table} set ${name} = ${name} returning *`,
      )
      expect([table, holdsOthers(rows), harmed]).toEqual([table, false, false])
    }
  })

  test.each(tables)('no row of %s is taken over by an upsert', async (table) => {
    const names = (
      await database.run<{ name: string }>(
        `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' and attgenerated = ''`,
        [table],
      )
    ).map((one) => one.name)
    // Whoever knows an identifier of the other clinic names it as their own row.
    const values = names.map((name) =>
      name === 'id'
        ? `'${rowOf[table]('b')}'`
        : name === 'clinic_id'
          ? `'${clinicOf('a')}'`
          : name === 'tax_id'
            ? `'11444777000242'`
            : name,
    )
    const upsert = `insert into ${table} (${names.join(', ')}) select ${values.join(', ')} from ${table} limit 1
      on conflict (id) do update set created_at = excluded.created_at returning *`
    const { rows, harmed } = await as(roleOf(principal), principal, upsert)
    expect([table, holdsOthers(rows), harmed]).toEqual([table, false, false])
  })

  test('no row of a view or of any table comes by reading everything, and none by COPY', async () => {
    const relations = await database.run<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c where c.relkind in ('r', 'v', 'm', 'p') and c.relnamespace::regnamespace::text in ('public', 'app', 'ledger')`,
    )
    expect(relations.length).toBeGreaterThan(tables.length)
    for (const { name } of relations) {
      for (const role of [
        'app_rw',
        'app_patient',
        'dashboard_officer',
        'dashboard_admin',
        'dashboard_viewer',
      ]) {
        const { rows, code } = await as(role, principal, `select to_jsonb(r) from ${name} r`)
        expect([name, role, holdsOthers(rows), code ?? '42501']).toEqual([name, role, false, '42501'])
      }
    }
  })

  test('no function gives or changes anything of the other clinic', async () => {
    const functions = await database.run<{ name: string; names: string[] | null; types: string[] }>(
      `select p.oid::regproc::text as name, p.proargnames as names,
              array(select format_type(t, null) from unnest(p.proargtypes) with ordinality as a (t, n) order by n) as types
         from pg_proc p
        where p.pronamespace::regnamespace::text in ('app', 'public') and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
          and has_function_privilege($1, p.oid, 'execute')`,
      [roleOf(principal)],
    )
    // The portal has fewer than staff.
    expect(functions.length).toBeGreaterThan(principal === 'patient' ? 15 : 20)
    for (const { name, names, types } of functions) {
      const given = types.map((type, at) => argument(names?.[at] ?? '', type))
      const { rows, harmed } = await as(
        roleOf(principal),
        principal,
        `select ${name}(${given.join(', ')}) as answer`,
      )
      // What was given may come back; anything else of the other clinic may not.
      const found = rows.filter((row) => !given.includes(`'${String(row['answer'])}'`))
      expect([name, holdsOthers(found), harmed]).toEqual([name, false, false])
    }
  })
})

test('what is looked for here would be seen: a superuser changes and gets rows of both', async () => {
  const { rows, harmed, code } = await as(
    'postgres',
    'admin',
    `update services set description = 'x' returning *`,
  )
  expect([code, rows.length, holdsOthers(rows), harmed]).toEqual([null, 2, true, true])
  const { rows: own } = await as('app_rw', 'admin', `update services set description = 'x' returning *`)
  expect([own.length, holdsOthers(own)]).toEqual([1, false])
})

/** Arguments that mean the other clinic wherever they can. */
function argument(name: string, type: string): string {
  const rows: readonly [RegExp, Table][] = [
    [/patient/, 'patients'],
    [/consent/, 'consent_records'],
    [/activity/, 'processing_activities'],
    [/term/, 'consent_terms'],
    [/signature/, 'digital_signatures'],
    [/request/, 'data_subject_requests'],
    [/incident/, 'incidents'],
    [/document|record/, 'medical_records'],
  ]
  if (type === 'uuid')
    return `'${rowOf[rows.find(([pattern]) => pattern.test(name))?.[1] ?? 'clinics']('b')}'`
  if (/table/.test(name)) return `'public.medical_records'`
  if (/reason/.test(name)) return `'um motivo comprido o bastante'`
  if (type === 'integer') return '30'
  if (type === 'boolean') return 'true'
  if (type === 'bytea') return `sha256('x')`
  if (type.startsWith('timestamp')) return 'now()'
  if (type === 'date') return 'current_date'
  if (type.endsWith('[]')) return `'{}'`
  return 'null'
}

test('COPY gives each side its own rows and takes none under row security', async () => {
  const session = await database.connect()
  await session.query(`select set_config('app.user_id', $1, false)`, [userOf('a', 'admin')])
  await session.query('set role app_rw')
  // The driver has no COPY OUT; a query inside COPY meets the same policies as one outside.
  await expect(session.query(`copy (select * from patients) to program 'cat'`)).rejects.toMatchObject({
    code: '42501',
  })
  const rows = new CopyIn(session, 'public.services', [
    'clinic_id',
    'name',
    'category',
    'duration_minutes',
    'price',
    'required_professional_types',
  ])
  await rows.add([clinicOf('b'), 'Intruso', 'Consulta', 30, 0, '{doctor}'])
  await expect(rows.end()).rejects.toMatchObject({ code: '0A000' })
  await session.end()
  expect(await database.run(`select from services where name = 'Intruso'`)).toEqual([])
})

test.each(logins)('%s, by itself, reads no row of any clinic', async (login) => {
  for (const table of tables) {
    const { rows, code } = await as(login, 'nobody', `select * from public.${table}`)
    expect([table, rows.length, code === null || code === '42501']).toEqual([table, 0, true])
  }
  const { rows } = await as(login, 'nobody', 'select * from ledger.audit_logs')
  expect(holdsOthers(rows) && login !== 'ledger_owner').toBe(false)
})
