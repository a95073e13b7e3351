import { randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { migrate, migrationsFolder } from './migrate'
import { majors, testDatabase, type TestDatabase } from './test-database'

const made: TestDatabase[] = []
const fresh = async (major?: number) => {
  const database = await testDatabase(major)
  made.push(database)
  return database
}
const cleanUp: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const each of cleanUp) await each()
  for (const database of made) await database.drop()
})

const tables = (database: TestDatabase) =>
  database.run<{ relname: string; relrowsecurity: boolean; relforcerowsecurity: boolean; owner: string }>(
    `select relname, relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) as owner
       from pg_class where relnamespace = 'tabellion'::regnamespace and relkind = 'r'`,
  )

test.each(majors().map((major) => [major]))(
  'an empty PostgreSQL %i gets the whole store, and a second run does nothing',
  async (major) => {
    const database = await fresh(major)
    const first = await migrate(database.url)
    expect(first.mode).toBe('full')
    expect(first.applied.length).toBeGreaterThan(3)
    expect((await migrate(database.url)).applied).toEqual([])
    const all = await tables(database)
    expect(all.length).toBeGreaterThanOrEqual(14)
    expect(all.filter((t) => !t.relrowsecurity || !t.relforcerowsecurity)).toEqual([])
    expect(all.filter((t) => t.owner !== 'tabellion_owner')).toEqual([])
  },
)

test('two processes at once: one applies, the other waits and finds it done', async () => {
  const database = await fresh()
  const runs = await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)])
  expect(runs.map((run) => run.applied.length).sort()).toEqual([
    0,
    0,
    runs.map((r) => r.applied.length).sort()[2],
  ])
})

test('two databases of one server at once: the shared roles are made once', async () => {
  const databases = await Promise.all([fresh(), fresh(), fresh()])
  const runs = await Promise.all(databases.map((database) => migrate(database.url)))
  expect(runs.map((run) => run.mode)).toEqual(['full', 'full', 'full'])
})

test('a run that is cut off in the middle leaves whole files only, and the next one finishes', async () => {
  const database = await fresh()
  const folder = mkdtempSync(join(tmpdir(), 'tabellion-migrations-'))
  cleanUp.push(async () => rmSync(folder, { recursive: true }))
  cpSync(migrationsFolder(), folder, { recursive: true })
  writeFileSync(
    join(folder, '0002_activity.sql'),
    `create table tabellion.half (id int); do $$ begin perform pg_sleep(60); end $$;`,
  )
  const running = migrate(database.url, { folder }).catch((error: Error) => error.message)
  for (let i = 0; i < 200; i++) {
    const [sleeping] = await database.run<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and query like '%pg_sleep(60)%' and pid <> pg_backend_pid()`,
    )
    if (sleeping) {
      await database.run(`select pg_terminate_backend(${sleeping.pid})`)
      break
    }
    await new Promise((later) => setTimeout(later, 25))
  }
  expect(await running).toMatch(/0002_activity/)
  expect((await tables(database)).map((t) => t.relname)).not.toContain('half')
  expect((await migrate(database.url)).applied[0]).toBe('0002_activity.sql')
})

test('an applied file that changed, and a store newer than the program, are refused with a sentence', async () => {
  const database = await fresh()
  await migrate(database.url)
  const folder = mkdtempSync(join(tmpdir(), 'tabellion-migrations-'))
  cleanUp.push(async () => rmSync(folder, { recursive: true }))
  cpSync(join(migrationsFolder(), '0001_users.sql'), join(folder, '0001_users.sql'))
  await expect(migrate(database.url, { folder })).rejects.toThrow('newer Tabellion')
  cpSync(migrationsFolder(), folder, { recursive: true })
  writeFileSync(join(folder, '0001_users.sql'), 'select 1')
  await expect(migrate(database.url, { folder })).rejects.toThrow('0001_users.sql has changed')
})

test.each(majors().map((major) => [major]))(
  'on PostgreSQL %i an owner without superuser gets roles where it may make them, and the reduced mode where not',
  async (major) => {
    const name = `store_${randomBytes(4).toString('hex')}`
    for (const createrole of [false, true]) {
      const database = await fresh(major)
      const role = `${name}_${createrole ? 'maker' : 'plain'}`
      await database.run(`create role ${role} login password 'x' ${createrole ? 'createrole' : ''};
                          alter database ${database.name} owner to ${role}`)
      const used = await database.run<{ n: number }>(
        `select count(*)::int as n from pg_roles where rolname like 'tabellion\\_%'`,
      )
      const { mode, notes } = await migrate(database.urlAs(role, 'x'))
      // Before 16 CREATEROLE may grant any role; since then only those it made, and other tests made these already.
      const full = createrole && (major < 16 || used[0]?.n === 0)
      expect(mode).toBe(full ? 'full' : 'single')
      expect(notes.join(' ')).toMatch(full ? /^$/ : /reduced mode/)
      expect((await tables(database)).filter((t) => !t.relforcerowsecurity)).toEqual([])
      expect((await migrate(database.urlAs(role, 'x'))).applied).toEqual([])
      cleanUp.unshift(async () => {
        const admin = made.find((d) => d === database)
        await admin?.run(`alter database ${database.name} owner to postgres; reassign owned by ${role} to postgres;
                          drop owned by ${role}; drop role ${role}`)
      })
    }
  },
)

test('the login of the store gets its password as a verifier that works', async () => {
  const database = await fresh()
  const password = randomBytes(12).toString('hex')
  await migrate(database.url, { storePassword: password })
  const client = await database.connect(database.urlAs('tabellion_store', password))
  await expect(client.query('select * from tabellion.user')).rejects.toThrow(/permission denied/)
  await client.end()
})
