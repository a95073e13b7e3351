import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { parseSettings } from '@/lib/env'
import { startOptions } from './arguments'
import { needAnyGoverned, needGoverned, needPort, needStore } from './checks'
import { namedDatabases } from './named-databases'

const role = `start_${randomBytes(4).toString('hex')}`
let database: TestDatabase
const said = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: Error) => error.message,
  )

beforeAll(async () => {
  database = await testDatabase()
  await database.run(`create role ${role} login password 'right'`)
})

afterAll(async () => {
  await database.run(`drop owned by ${role}; drop role ${role}`)
  await database.drop()
})

describe('a start refuses in one sentence', () => {
  const at = (change: (url: URL) => void) => {
    const url = new URL(database.url)
    change(url)
    return url.href
  }

  it('what is not a PostgreSQL address', () => {
    expect(() => startOptions([], { DATABASE_URL: 'http://x' } as unknown as NodeJS.ProcessEnv)).toThrow(
      'DATABASE_URL is not a postgresql://user:password@host:port/database URL.',
    )
    expect(() => startOptions(['--wrong'], {} as NodeJS.ProcessEnv)).toThrow(/--wrong/)
    expect(() =>
      startOptions([], { TABELLION_CONFIG: '/nowhere.json' } as unknown as NodeJS.ProcessEnv),
    ).toThrow('there is no file /nowhere.json')
  })

  it('a server that is not there, a refused password, an unknown database', async () => {
    expect(await said(needGoverned('postgresql://me:secret@127.0.0.1:1/x'))).toMatch(
      /127\.0\.0\.1:1 does not answer/,
    )
    const refused = await said(needGoverned(database.urlAs(role, 'hunter2')))
    expect(refused).toMatch(/refused the password of role "start_/)
    expect(refused).not.toContain('hunter2')
    expect(await said(needGoverned(at((url) => (url.pathname = '/not_there'))))).toMatch(
      /no database "not_there"/,
    )
  })

  it('databases of which none can be looked at, but not one among others', async () => {
    const here = { name: 'here', scanUrl: database.url, recordsUrl: database.url }
    const gone = { name: 'gone', scanUrl: database.url, recordsUrl: 'postgresql://me:secret@127.0.0.1:1/x' }
    const away = await needAnyGoverned([gone, here])
    expect([...away].map(([name, { code }]) => [name, code])).toEqual([['gone', 'unreachable']])
    expect(await said(needAnyGoverned([gone]))).toMatch(/127\.0\.0\.1:1 does not answer/)
    expect((await needAnyGoverned([here])).size).toBe(0)
  })

  it('a role that may not connect', async () => {
    await database.run(`revoke connect on database ${database.name} from public`)
    expect(await said(needGoverned(database.urlAs(role, 'right')))).toContain(role)
    await database.run(`grant connect on database ${database.name} to public`)
    expect(await said(needGoverned(database.urlAs(role, 'right')))).toBe('nothing')
  })

  it('a store in which this role may not make its schema, with the grant that helps', async () => {
    const sentence = await said(needStore(database.urlAs(role, 'right')))
    expect(sentence).toBe(
      `Role "${role}" may not make the schema tabellion in database "${database.name}": ` +
        `grant create on database "${database.name}" to "${role}".`,
    )
    await database.run(/(?<=: )grant.*(?=\.$)/.exec(sentence)?.[0] ?? '')
    expect(await said(needStore(database.urlAs(role, 'right')))).toBe('nothing')
  })

  it('a port that browsers refuse', async () => {
    expect(await said(needPort(parseSettings({ PORT: '4190' }), null))).toBe(
      'Browsers open no page on port 4190, which another protocol has: choose one with PORT or --port.',
    )
  })

  it('a port that somebody has', async () => {
    const server = await new Promise<Server>((done) => {
      const made = createServer().listen(0, '127.0.0.1', () => done(made))
    })
    const { port } = server.address() as { port: number }
    expect(await said(needPort(parseSettings({ PORT: String(port) }), null))).toBe(
      `Port ${port} is taken by another program: choose one with PORT or --port.`,
    )
    await new Promise((done) => server.close(done))
    expect(await said(needPort(parseSettings({ PORT: String(port) }), null))).toBe('nothing')
  })
})

describe('the databases of tabellion.config.json', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tabellion-config-'))
  const file = join(folder, 'tabellion.config.json')
  afterAll(() => rmSync(folder, { recursive: true }))
  const read = (databases: unknown, environment = {}) => {
    writeFileSync(file, JSON.stringify({ databases }))
    return namedDatabases(file, environment as NodeJS.ProcessEnv)
  }

  it('take their passwords from the environment', () => {
    const url = 'postgresql://me:${CLINIC_PASSWORD}@db/clinic'
    expect(read({ clinic: { url } }, { CLINIC_PASSWORD: 'p' })).toEqual([
      { name: 'clinic', scanUrl: 'postgresql://me:p@db/clinic', recordsUrl: 'postgresql://me:p@db/clinic' },
    ])
    expect(() => read({ clinic: { url } })).toThrow(
      /needs the environment variable CLINIC_PASSWORD, which is not set/,
    )
    expect(namedDatabases(join(folder, 'none.json'))).toEqual([])
  })

  it('need a usable address', () => {
    expect(() => read({ clinic: { recordsUrl: 'postgresql://x/y' } })).toThrow(/neither url nor scanUrl/)
    expect(() => read({ clinic: { url: 'clinic' } })).toThrow(/not postgresql:/)
  })
})
