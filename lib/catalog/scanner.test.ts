import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '../../db/test-database'
import { CatalogError } from './error'
import { readSnapshot } from './read'
import type { Snapshot } from './types'

const schema = `
create schema closed;
create table closed.secret (id bigint generated always as identity primary key, cpf text not null check (cpf <> ''));
alter table closed.secret enable row level security;
create policy own on closed.secret using (cpf = current_setting('app.cpf', true));
create view closed.shown as select id from closed.secret;
insert into closed.secret (cpf) values ('1');
create table public.plain (id serial primary key, name text default 'x');
create function closed.f() returns int language sql as 'select 1';`

describe.each(majors().map((major) => [major]))('a scanner without rights on PostgreSQL %i', (major) => {
  const role = `scan_${randomBytes(4).toString('hex')} "x"`
  const quoted = `"${role.replaceAll('"', '""')}"`
  const password = randomBytes(8).toString('hex')
  let db: TestDatabase
  let full: Snapshot
  let blind: Snapshot
  beforeAll(async () => {
    db = await testDatabase(major)
    await db.run(schema)
    await db.run(`create role ${quoted} login password '${password}'`)
    full = await readSnapshot(db.url)
    blind = await readSnapshot(db.urlAs(role, password))
  })
  afterAll(async () => {
    await db.run(`drop owned by ${quoted}; drop role ${quoted}`)
    await db.drop()
  })

  test('sees the same relations, routines and roles as a superuser', () => {
    expect(blind.relations).toEqual(full.relations)
    expect(blind.routines).toEqual(full.routines)
    expect(blind.roles.filter((each) => each.name === 'postgres')).toEqual(
      full.roles.filter((each) => each.name === 'postgres'),
    )
    expect(full.unreadable).toEqual([])
  })

  test('says what it cannot see, and each GRANT it names helps', async () => {
    const spots = new Map(blind.unreadable.map((spot) => [spot.what, spot]))
    expect([...spots.keys()]).toEqual(['authid', 'hba', 'settings', 'sequences', 'statistics'])
    expect(spots.get('sequences')?.count).toBe(2)
    expect(spots.get('statistics')?.count).toBe(2)
    expect(blind.sequences.map((each) => [each.readable, each.last])).toEqual([
      [false, null],
      [false, null],
    ])
    expect(blind.server.settings).not.toHaveProperty('data_directory')
    for (const spot of blind.unreadable) if (spot.grant) await db.run(spot.grant)
    const granted = await readSnapshot(db.urlAs(role, password))
    expect(granted.unreadable.map((spot) => spot.what)).toEqual(['authid', 'statistics'])
    expect(granted.sequences.map((each) => [each.readable, each.last])).toEqual([
      [true, '1'],
      [true, null],
    ])
    expect(granted.server.settings).toHaveProperty('data_directory')
    expect(granted.unreadable.find((spot) => spot.what === 'statistics')?.count).toBe(2)
  })

  test('is refused in one sentence without the password', async () => {
    const error = await failure(db.urlAs(role, 'wrong-password'))
    expect(error.code).toBe('password')
    expect(error.message).toContain('refused the password of role')
    expect(error.message).not.toContain('wrong-password')
  })

  test('is told which right it lacks where it may not even connect', async () => {
    await db.run(`revoke connect on database ${db.name} from public`)
    const error = await failure(db.urlAs(role, password))
    expect(error.code).toBe('rights')
    expect(error.message).toMatch(/may not connect .* Grant it CONNECT/)
    await db.run(`grant connect on database ${db.name} to public`)
  })
})

test('a read changes nothing and leaves nothing behind', async () => {
  const db = await testDatabase()
  await db.run(schema)
  // Who wrote each row of this database's own catalogs, and where it lies: counters are flushed late and count other databases too.
  const versions = (catalog: string) =>
    `(select md5(string_agg(xmin || ' ' || ctid, ',' order by ctid)) from ${catalog}) as ${catalog}`
  const catalogs = 'pg_class pg_attribute pg_constraint pg_proc pg_depend pg_description pg_statistic'.split(
    ' ',
  )
  const state = () =>
    db.run(`select ${catalogs.map(versions).join(', ')}, (select last_value from closed.secret_id_seq)`)
  const client = await db.connect()
  const before = await state()
  await readSnapshot(client)
  expect(await state()).toEqual(before)
  const { rows } = await client.query(
    'select mode, relation::regclass::text from pg_locks where pid = pg_backend_pid() and locktype = $1',
    ['relation'],
  )
  expect(rows.filter((row: { relation: string }) => row.relation !== 'pg_locks')).toEqual([])
  await expect(client.query(`create table public.still_writable (id int)`)).resolves.toBeDefined()
  await client.end()
  await db.drop()
})

test('takes no lock that a plain SELECT of the catalog would not take', async () => {
  const db = await testDatabase()
  await db.run(schema)
  await db.run(`create table public.busy (id int, check (id > 0))`)
  const other = await db.connect()
  await other.query(
    'begin; lock table public.plain in share row exclusive mode; lock table closed.secret in exclusive mode',
  )
  const snapshot = await readSnapshot(db.url)
  expect(snapshot.unreadable).toEqual([])
  await other.query('rollback')
  await other.end()
  await db.drop()
})

test('a table that another session holds is left out, named and counted, and the rest is whole', async () => {
  const db = await testDatabase()
  await db.run(schema)
  const whole = await readSnapshot(db.url)
  const other = await db.connect()
  await other.query('begin; lock table closed.secret in access exclusive mode')
  const snapshot = await readSnapshot(db.url)
  await other.query('rollback')
  await other.end()
  const missing = whole.relations.filter((each) => !snapshot.relations.some((one) => one.id === each.id))
  expect(missing.map((each) => each.id)).toEqual(expect.arrayContaining(['closed.secret']))
  expect(snapshot.relations).toEqual(whole.relations.filter((each) => !missing.includes(each)))
  const spot = snapshot.unreadable.find((each) => each.what === 'changing')
  expect(spot?.count).toBe(missing.length)
  expect(spot?.why).toContain('closed.secret')
  await db.drop()
})

const table = (n: number) => `
  create table s.t${n} (id int primary key, a int default 1, b text, check (a > 0), check (b <> ''));
  create index on s.t${n} (lower(b)) where a > 1;
  create function s.f${n}(x int) returns boolean language sql stable as 'select x > 0';
  alter table s.t${n} enable row level security;
  create policy p on s.t${n} using (s.f${n}(a)) with check (b = current_setting('x.y', true));
  create view s.v${n} as select id, lower(b) as b from s.t${n} where s.f${n}(a);`

test.each(majors().map((major) => [major]))(
  'DDL beside the scan on %i neither fails it nor halves an object',
  async (major) => {
    const db = await testDatabase(major)
    const names = Array.from({ length: 30 }, (_, n) => n)
    await db.run(`create schema s; ${names.map(table).join('\n')}`)
    const stop = { now: false }
    const storm = async (offset: number) => {
      const client = await db.connect()
      for (let n = offset; !stop.now; n = (n + 1) % 30) {
        await client.query(`drop view s.v${n}; drop table s.t${n}; drop function s.f${n}`)
        await client.query(table(n))
        await client.query(
          `alter table s.t${n} drop column a cascade; alter table s.t${n} add column a int default 1 check (a > 0)`,
        )
        await client.query(`drop table s.t${n} cascade; drop function s.f${n}`)
        await client.query(table(n))
      }
      await client.end()
    }
    const storms = [0].map(storm)
    try {
      for (let n = 0; n < 3; n++) {
        const snapshot = await readSnapshot(db.url)
        for (const relation of snapshot.relations) {
          for (const policy of relation.policies) expect([policy.using, policy.check]).not.toContain(null)
          for (const check of relation.constraints)
            if (check.kind === 'check') expect(check.expression).not.toBeNull()
          for (const index of relation.indexes) {
            for (const key of index.keys) expect(key.column ?? key.expression).not.toBeNull()
          }
          if (relation.kind === 'view') expect(relation.definition).not.toBeNull()
          for (const column of relation.columns) expect(column.type).not.toBe('')
        }
      }
    } finally {
      stop.now = true
      await Promise.all(storms)
    }
    await db.drop()
  },
)

describe('what cannot be read is said in one sentence', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await testDatabase()
  })
  afterAll(() => db.drop())

  test.each([
    ['an address that is none', 'not a url', 'address'],
    ['an unknown host', 'postgresql://a:secret-word@no-such-host.invalid/x', 'unreachable'],
    ['a closed port', 'postgresql://a:secret-word@127.0.0.1:1/x', 'unreachable'],
  ])('%s', async (_, url, code) => {
    const error = await failure(url)
    expect(error.code).toBe(code)
    expect(error.message).not.toContain('secret-word')
    expect(error.message).toMatch(/\.$/)
  })

  test('an unknown database', async () => {
    const url = new URL(db.url)
    url.pathname = '/no_such_database'
    const error = await failure(url.href)
    expect(error.code).toBe('database')
    expect(error.message).toContain('no_such_database')
  })

  test('a server without TLS', async () => {
    const error = await failure(`${db.url}?sslmode=require`)
    expect(error.code).toBe('tls')
  })

  test('a port that accepts and stays silent', async () => {
    const silent = await listening()
    const { port } = silent.address() as { port: number }
    const error = await failure(`postgresql://a:secret-word@127.0.0.1:${port}/x`, { connectTimeout: 200 })
    expect(error.code).toBe('unreachable')
    silent.close()
  })

  test('a statement that takes too long', async () => {
    const error = await failure(db.url, { statementTimeout: 1 })
    expect(error.code).toBe('timeout')
  })

  test('a connection that is cut in the middle', async () => {
    const client = await db.connect()
    client.on('error', () => {})
    const [{ pid }] = (await client.query('select pg_backend_pid() as pid')).rows
    await db.run(`select pg_terminate_backend(${pid})`)
    await expect(readSnapshot(client)).rejects.toBeInstanceOf(CatalogError)
    await client.end().catch(() => {})
  })
})

async function failure(url: string, options = {}): Promise<CatalogError> {
  const error = await readSnapshot(url, options).then(
    () => new Error('it was read'),
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(CatalogError)
  return error as CatalogError
}

function listening(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.on('error', () => {}))
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}
