import { randomBytes, randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '@/db/migrate'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import {
  Conflict,
  Denied,
  Invalid,
  MissingRights,
  MissingSchema,
  Unavailable,
  translated,
} from '@/lib/errors'
import { permissionsOf, userRoles } from '@/lib/session/permissions'
import { bootstrapUsers } from '@/lib/users/first-users'
import { addUser, listUsers } from '@/lib/users/users'
import { closeConnections, connection } from './client'
import { cursorText, olderThan, page, parseCursor } from './keyset'
import { recordsAt, storeAt, type Principal } from './scope'
import { signInDatabase } from './sign-in'
import type { StoreTables } from './types'

let database: TestDatabase
let web: string
let store: ReturnType<typeof storeAt>
const login = `web_${randomBytes(4).toString('hex')}`

const someone = (change: Partial<Principal>): Principal => ({
  userId: randomUUID(),
  subject: randomUUID(),
  email: 'a@example.org',
  name: 'A',
  role: 'viewer',
  clinics: [],
  clinicId: null,
  requestId: 'request-1',
  database: 'clinic',
  locale: 'en',
  ...change,
})

async function person(role: Principal['role'], name: string): Promise<Principal> {
  const [row] = await database.run<{ id: string }>(
    `insert into tabellion."user" (name, email, role) values ('${name}', '${name.toLowerCase()}@example.org', '${role}') returning id`,
  )
  return someone({ userId: row?.id ?? '', role, name })
}

let officer: Principal
let viewer: Principal
let dba: Principal

beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url)
  await database.run(`create role ${login} login noinherit password 'secret';
                      grant tabellion_reader, tabellion_writer, tabellion_system, tabellion_auth to ${login}`)
  web = database.urlAs(login, 'secret')
  store = storeAt(web)
  officer = await person('compliance_officer', 'Olga')
  viewer = await person('viewer', 'Vera')
  dba = await person('dba', 'Dora')
})
afterAll(async () => {
  await closeConnections()
  await database.run(`drop owned by ${login}; drop role ${login}`)
  await database.drop()
})

const disable = (who: Principal, id: string) =>
  store.write(who, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('user')
      .set({ disabled: true })
      .where('id', '=', id)
      .executeTakeFirst()
    // On a busy machine the other one may be done before this one begins, who then may change nobody.
    if (numUpdatedRows === 0n) throw new Denied()
    await sql`select pg_sleep(0.05)`.execute(tx)
  })

/** Never run: it is the compiler that refuses these. */
const misused = (pool: Kysely<StoreTables>) =>
  store.read(officer, async (tx) => {
    // @ts-expect-error a Kysely is not a scope
    void listUsers(pool)
    // @ts-expect-error nor is a transaction that nobody prepared
    await pool.transaction().execute((plain) => listUsers(plain))
    // @ts-expect-error a read scope does not write
    await addUser(tx, { name: '', email: '', role: 'viewer', clinics: [] })
  })

describe('the scope of the store', () => {
  test('a login without a scope has no right on any table', async () => {
    const client = await database.connect(web)
    await expect(client.query('select 1 from tabellion."user"')).rejects.toThrow(/permission denied/)
    await client.end()
  })

  test('nothing leaks from one transaction into the next on the same connection', async () => {
    const state = sql<{ who: string; duty: string; acting: string }>`
      select coalesce(current_setting('tabellion.user_id', true), '') as who,
             coalesce(current_setting('tabellion.duty', true), '') as duty, current_user::text as acting`
    await store.read(officer, async (tx) => {
      expect((await state.execute(tx)).rows).toEqual([
        { who: officer.userId, duty: 'read', acting: 'tabellion_reader' },
      ])
    })
    const pool = connection<StoreTables>(web, 'store', 10)
    await Promise.all(
      Array.from({ length: 5 }, async () =>
        expect((await state.execute(pool)).rows).toEqual([{ who: '', duty: '', acting: login }]),
      ),
    )
    await expect(store.write(officer, () => Promise.reject(new Error('in the middle')))).rejects.toThrow(
      'in the middle',
    )
    expect((await state.execute(pool)).rows).toEqual([{ who: '', duty: '', acting: login }])
  })

  test('a read cannot write, not even by way of another role', async () => {
    await expect(
      store.read(officer, (tx) => sql`update "user" set name = 'x'`.execute(tx)),
    ).rejects.toBeInstanceOf(Denied)
    await expect(
      store.read(officer, async (tx) => {
        await sql`reset role`.execute(tx)
        await sql`set role tabellion_writer`.execute(tx)
        await sql`update "user" set name = 'x'`.execute(tx)
      }),
    ).rejects.toBeInstanceOf(Denied)
  })

  test('a person without users:read sees only themselves, and changes nothing but their own language', async () => {
    expect((await store.read(viewer, listUsers)).map((user) => user.name)).toEqual(['Vera'])
    expect((await store.read(dba, listUsers)).map((user) => user.name)).toEqual(['Dora', 'Olga', 'Vera'])
    const change = (who: Principal, set: object, id: string) =>
      store.write(who, (tx) => tx.updateTable('user').set(set).where('id', '=', id).executeTakeFirst())
    expect((await change(viewer, { locale: 'pt-BR' }, viewer.userId)).numUpdatedRows).toBe(1n)
    await expect(change(viewer, { role: 'compliance_officer' }, viewer.userId)).rejects.toBeInstanceOf(Denied)
    expect((await change(viewer, { name: 'Hacked' }, officer.userId)).numUpdatedRows).toBe(0n)
    expect((await change(dba, { disabled: true }, viewer.userId)).numUpdatedRows).toBe(0n)
  })

  test('a disabled or made-up person may do nothing', async () => {
    const gone = await person('compliance_officer', 'Gone')
    await database.run(`update tabellion."user" set disabled = true where id = '${gone.userId}'`)
    expect(await store.read(gone, (tx) => tx.selectFrom('scan').select('id').execute())).toEqual([])
    expect((await store.read(gone, listUsers)).map((user) => user.name)).toEqual(['Gone'])
    expect(await store.read(someone({}), listUsers)).toEqual([])
  })

  test('the last compliance officer stays, also when two act at the same moment', async () => {
    const second = await person('compliance_officer', 'Otto')
    const both = await Promise.allSettled([disable(officer, second.userId), disable(second, officer.userId)])
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    await database.run(
      `update tabellion."user" set disabled = false where id in ('${officer.userId}', '${second.userId}')`,
    )
  })

  test('tokens and hashes are out of reach of people, roles and clinics out of reach of the sign-in library', async () => {
    await expect(
      store.read(officer, (tx) => tx.selectFrom('session').select('token').execute()),
    ).rejects.toBeInstanceOf(Denied)
    await expect(
      store.write(officer, (tx) => tx.selectFrom('account').select('password').execute()),
    ).rejects.toBeInstanceOf(Denied)
    const library = signInDatabase(web).withSchema('tabellion')
    expect((await library.selectFrom('user').select('id').execute()).length).toBeGreaterThan(2)
    await expect(library.updateTable('user').set({ role: 'dba' }).execute()).rejects.toThrow(
      /permission denied/,
    )
    await expect(library.selectFrom('activity').selectAll().execute()).rejects.toThrow(/permission denied/)
  })

  test('the activity log takes entries from triggers and in the asking person’s name, and gives none back', async () => {
    await store.write(viewer, (tx) =>
      sql`select tabellion.note('export', 'success', null, 'clinic')`.execute(tx),
    )
    const [entry] = await database.run<{ actor: string; actor_name: string; request_id: string }>(
      `select actor, actor_name, request_id from tabellion.activity where action = 'export'`,
    )
    expect(entry).toEqual({ actor: viewer.userId, actor_name: 'Vera', request_id: 'request-1' })
    const forge = sql`insert into activity (action, actor) values ('export', ${officer.userId})`
    await expect(store.write(viewer, (tx) => forge.execute(tx))).rejects.toBeInstanceOf(Denied)
    await expect(database.run(`delete from tabellion.activity`)).rejects.toThrow(/append-only/)
    await expect(database.run(`truncate tabellion.activity`)).rejects.toThrow(/append-only/)
  })

  test('a query for a scope does not take the pool, a plain transaction, or a read where it writes', () => {
    expect(misused).toBeTypeOf('function')
  })
})

describe('the reduced store of a login that may not make roles', () => {
  const owner = `plain_${randomBytes(4).toString('hex')}`
  let small: TestDatabase

  beforeAll(async () => {
    small = await testDatabase()
    await small.run(`create role ${owner} login password 'x'; alter database ${small.name} owner to ${owner}`)
    expect((await migrate(small.urlAs(owner, 'x'))).mode).toBe('single')
  })
  afterAll(async () => {
    await closeConnections()
    await small.run(`alter database ${small.name} owner to postgres; reassign owned by ${owner} to postgres;
                     drop owned by ${owner}; drop role ${owner}`)
    await small.drop()
  })

  test('still shows nothing without a duty, and one person’s rows with it', async () => {
    const url = small.urlAs(owner, 'x')
    const first = await bootstrapUsers(url, { email: 'First@Example.org' })
    expect(first?.email).toBe('first@example.org')
    expect(await bootstrapUsers(url, {})).toBeNull()
    const client = await small.connect(url)
    expect((await client.query('select * from tabellion."user"')).rows).toEqual([])
    expect((await client.query('update tabellion."user" set name = name')).rowCount).toBe(0)
    await client.end()
    const [user] = await small.run<{ id: string }>(`select id from tabellion."user"`)
    const asked = storeAt(url)
    expect(await asked.read(someone({}), listUsers)).toEqual([])
    expect(await asked.read(someone({ userId: user?.id ?? '' }), listUsers)).toHaveLength(1)
  })
})

const read = (who: Partial<Principal>, url = web) =>
  recordsAt('clinic', url).read(someone(who), (tx) => sql`select 1`.execute(tx))

describe('the scope of the records', () => {
  test('a server that is down, a wrong password, a missing database: one sentence each, never an empty list', async () => {
    const down = await read({}, 'postgresql://x:y@127.0.0.1:1/clinic').catch((error: unknown) => error)
    expect(down).toBeInstanceOf(Unavailable)
    expect((down as Unavailable).sentence.pt).toBe(
      'O banco de dados clinic não responde. Tente de novo daqui a pouco; se continuar, avise o DBA.',
    )
    await expect(read({}, database.urlAs(login, 'wrong'))).rejects.toThrow(
      /refused the user name or the password/,
    )
    const other = new URL(web)
    other.pathname = '/not_there'
    await expect(read({}, other.href)).rejects.toThrow(/does not exist/)
  })

  test('a database without the roles, a login that may not take them, and a DBA are told apart', async () => {
    await expect(read({ role: 'dba' })).rejects.toBeInstanceOf(Denied)
    await expect(read({ role: 'clinic_admin' })).rejects.toThrow(/bound to no clinic/)
    await expect(read({ clinics: [randomUUID()], clinicId: randomUUID() })).rejects.toThrow(
      /not one of yours/,
    )
    const outcome = await read({}).catch((error: unknown) => error)
    const roles = await database.run(`select from pg_roles where rolname = 'dashboard_viewer'`)
    expect(outcome).toBeInstanceOf(roles.length > 0 ? MissingRights : MissingSchema)
  })
})

const pg = (code: string) => Object.assign(new Error('said'), { code })

test('errors of PostgreSQL become the closed set, others stay what they are', () => {
  const place = { en: 'The database x', pt: 'O banco de dados x' }
  expect(translated(pg('23505'), place)).toBeInstanceOf(Conflict)
  expect(translated(pg('42P01'), place)).toBeInstanceOf(MissingSchema)
  expect(translated(pg('22P02'), place)).toBeInstanceOf(Invalid)
  expect(translated(pg('57014'), place)).toBeInstanceOf(Unavailable)
  const defect = new TypeError('ours')
  expect(translated(defect, place)).toBe(defect)
})

test('a cursor survives the URL, and what is not one is the first page', async () => {
  const cursor = { at: '2026-11-22 10:00:00.123456+00', id: '42' }
  expect(parseCursor(cursorText(cursor))).toEqual(cursor)
  for (const hostile of [
    '',
    'x',
    cursorText({ at: "now'; drop", id: '1' }),
    cursorText({ at: cursor.at, id: '1 or 1=1' }),
  ]) {
    expect(parseCursor(hostile)).toBeNull()
  }
  await database.run(`create table public.instants as
    select i as id, timestamptz '2026-01-01' + (i / 5) * interval '1 microsecond' as at from generate_series(1, 500) i`)
  const pool = connection<{ instants: { id: number; at: Date } }>(database.url, 'keyset', 1)
  const seen = new Set<number>()
  let after: { at: string; id: string } | null = null
  for (let pages = 0; pages < 11; pages++) {
    let query = pool
      .selectFrom('instants')
      .select(['id', sql<string>`at::text`.as('at')])
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(51)
    if (after) query = query.where(olderThan('at', 'id', after, 'bigint'))
    const { rows, more } = page(await query.execute(), 50)
    for (const row of rows) seen.add(row.id)
    const last = rows.at(-1)
    if (!more || !last) break
    after = { at: last.at, id: String(last.id) }
  }
  expect(seen.size).toBe(500)
})

type Columns = { [T in keyof StoreTables]: { [C in keyof StoreTables[T]]: string } }

test('lib/db/types.ts says what the migrated database says', async () => {
  const client = await database.connect()
  const snapshot = await readSnapshot(client)
  await client.end()
  const found = Object.fromEntries(
    snapshot.relations
      .filter((relation) => relation.schema === 'tabellion' && relation.kind === 'table')
      .map((relation) => [
        relation.name,
        Object.fromEntries(relation.columns.map((c) => [c.name, c.type + (c.notNull ? '' : '?')])),
      ]),
  )
  expect(found).toEqual(expected)
})

test('the permissions of the program are those of the store', async () => {
  const rows = await database.run<{ role: string; permission: string }>(
    `select role, permission from tabellion.permission`,
  )
  const pairs = userRoles.flatMap((role) => permissionsOf[role].map((permission) => `${role} ${permission}`))
  expect(rows.map((row) => `${row.role} ${row.permission}`).sort()).toEqual(pairs.sort())
})

const time = 'timestamp with time zone'
const expected: Columns = {
  user: {
    id: 'uuid',
    name: 'text',
    email: 'text',
    emailVerified: 'boolean',
    image: 'text?',
    createdAt: time,
    updatedAt: time,
    twoFactorEnabled: 'boolean?',
    role: 'text',
    subject: 'uuid',
    clinics: 'uuid[]',
    disabled: 'boolean',
    locale: 'text?',
  },
  session: {
    id: 'uuid',
    expiresAt: time,
    token: 'text',
    createdAt: time,
    updatedAt: time,
    ipAddress: 'text?',
    userAgent: 'text?',
    userId: 'uuid',
  },
  account: {
    id: 'uuid',
    accountId: 'text',
    providerId: 'text',
    userId: 'uuid',
    accessToken: 'text?',
    refreshToken: 'text?',
    idToken: 'text?',
    accessTokenExpiresAt: `${time}?`,
    refreshTokenExpiresAt: `${time}?`,
    scope: 'text?',
    password: 'text?',
    createdAt: time,
    updatedAt: time,
  },
  verification: {
    id: 'uuid',
    identifier: 'text',
    value: 'text',
    expiresAt: time,
    createdAt: time,
    updatedAt: time,
  },
  twoFactor: {
    id: 'uuid',
    secret: 'text',
    backupCodes: 'text',
    userId: 'uuid',
    verified: 'boolean?',
    failedVerificationCount: 'integer?',
    lockedUntil: `${time}?`,
  },
  rateLimit: { id: 'uuid', key: 'text', count: 'integer', lastRequest: 'bigint' },
  permission: { role: 'text', permission: 'text' },
  migration: { number: 'integer', name: 'text', checksum: 'text', applied_at: time, applied_by: 'text' },
  snapshot: { hash: 'bytea', body: 'jsonb?', packed: 'bytea?', first_seen: time },
  scan: {
    id: 'uuid',
    database: 'text',
    taken_at: time,
    recorded_at: time,
    score: 'integer',
    outcomes: 'jsonb',
    severities: 'jsonb',
    snapshot_hash: 'bytea?',
  },
  finding: {
    database: 'text',
    key: 'text',
    rule: 'text',
    code: 'text',
    severity: 'text',
    object: 'jsonb',
    message: 'jsonb',
    state: 'text',
    first_seen: time,
    last_seen: time,
    resolved_at: `${time}?`,
    about: 'bytea?',
  },
  finding_event: {
    id: 'bigint',
    database: 'text',
    key: 'text',
    at: time,
    event: 'text',
    actor: 'uuid?',
    note: 'text?',
  },
  acceptance: {
    id: 'uuid',
    database: 'text',
    key: 'text?',
    rule: 'text?',
    about: 'bytea?',
    kind: 'text',
    reason: 'text',
    until: 'date?',
    requested_by: 'uuid',
    requested_at: time,
    approved_by: 'uuid?',
    approved_at: `${time}?`,
    withdrawn_by: 'uuid?',
    withdrawn_at: `${time}?`,
    withdrawn_reason: 'text?',
  },
  proof: {
    id: 'uuid',
    database: 'text',
    key: 'text',
    snapshot_hash: 'bytea',
    state: 'text',
    step: 'text',
    verdict: 'text?',
    result: 'jsonb?',
    started_by: 'uuid',
    started_at: time,
    beat_at: time,
    finished_at: `${time}?`,
  },
  saved_view: { id: 'uuid', user_id: 'uuid', page: 'text', name: 'text', query: 'text', created_at: time },
  isolation_run: {
    id: 'uuid',
    database: 'text',
    state: 'text',
    basis_hash: 'bytea',
    setup: 'jsonb',
    notes: 'jsonb',
    step: 'text',
    done: 'integer',
    all_of_it: 'integer',
    counts: 'jsonb?',
    problem: 'jsonb?',
    summary: 'json?',
    csv: 'bytea?',
    json: 'bytea?',
    started_by: 'uuid?',
    started_at: time,
    beat_at: time,
    cancelled_by: 'uuid?',
    finished_at: `${time}?`,
  },
  isolation_result: {
    run_id: 'uuid',
    number: 'integer',
    relation: 'text',
    principal: 'text',
    role: 'text',
    command: 'text',
    channel: 'text',
    verdict: 'text',
    by: 'text',
    detail: 'json',
  },
  isolation_principal: {
    database: 'text',
    name: 'text',
    position: 'integer',
    tenants: 'text[]',
    login: 'text?',
    role: 'text',
    settings: 'jsonb',
    claims: 'jsonb?',
    changed_by: 'uuid',
    changed_at: time,
  },
  activity: {
    id: 'bigint',
    at: time,
    action: 'text',
    outcome: 'text',
    actor: 'uuid?',
    actor_name: 'text?',
    about: 'uuid?',
    database: 'text?',
    details: 'jsonb',
    request_id: 'text?',
    component: 'text?',
    address: 'text?',
  },
}
