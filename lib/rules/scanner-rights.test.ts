import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { installNeglected, installReference } from '../../db/reference/files'
import { ownServer, type OwnServer } from '../../db/own-server'
import { majors, testDatabase, type TestDatabase } from '../../db/test-database'
import { nastySchema } from '../clone/examples/nasty-schema'
import { hostileNames } from '../catalog/examples/hostile-names'
import { readSnapshot } from '../catalog/read'
import type { Snapshot } from '../catalog/types'
import { compareSnapshots } from '../drift/compare'
import { allRules } from './all'
import { exampleRoles } from './example-roles'
import { runRules, type ScanResult } from './run'

const newest = Math.max(...majors())
const role = `connects_${randomBytes(4).toString('hex')}`
const password = randomBytes(8).toString('hex')

/** What a superuser and a role with nothing but CONNECT find in the same database. */
async function both(db: TestDatabase): Promise<{ full: ScanResult; blind: ScanResult }> {
  await db.run(`grant connect on database ${db.name} to ${role}`)
  const read = async (url: string) => runRules(await readSnapshot(url), {})
  return { full: await read(db.url), blind: await read(db.urlAs(role, password)) }
}

/** What the one who sees less may never say: that it is better than it is. */
function neverBetter({ full, blind }: { full: ScanResult; blind: ScanResult }) {
  expect(blind.score.value).toBeLessThanOrEqual(full.score.value)
  const seen = new Set(blind.findings.map((finding) => finding.key))
  for (const outcome of full.outcomes) {
    const other = blind.outcomes.find((each) => each.rule === outcome.rule)?.outcome
    if (outcome.outcome === 'unknown') expect(other, outcome.rule).toBe('unknown')
    const lost = full.findings.filter((finding) => finding.rule === outcome.rule && !seen.has(finding.key))
    if (lost.length > 0) expect(['unknown', 'fail'], outcome.rule).toContain(other)
    if (outcome.outcome === 'fail') expect(['unknown', 'fail'], outcome.rule).toContain(other)
  }
  expect(blind.outcomes.find((each) => each.code === 'X01')?.outcome).toBe('unknown')
}

describe.each(majors())('on PostgreSQL %i', (major) => {
  let server: OwnServer
  let db: TestDatabase
  beforeAll(async () => {
    server = await ownServer(major)
    const first = await server.database()
    await first.run(`create role ${role} login password '${password}'`)
    await first.drop()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    db = await server.database()
  })
  afterEach(() => db.drop())

  // Roles are the whole server's: one example at a time, so that two reads find the same ones.
  test.each(major === newest ? allRules.map((rule) => [rule.code, rule.id, rule] as const) : [])(
    'who may only connect does not pass what %s %s finds in its example',
    async (_code, _id, rule) => {
      const roles = exampleRoles()
      try {
        await db.run(roles.fill(rule.example.clean))
        await db.run(roles.fill(rule.example.broken))
        await db.run('reset role')
        neverBetter(await both(db))
      } finally {
        await db.run('reset role')
        for (const name of roles.used) {
          const [known] = await db.run('select from pg_roles where rolname = $1', [name])
          if (known) await db.run(`drop owned by ${name} cascade`)
        }
        for (const name of roles.used) await db.run(`drop role if exists ${name}`)
      }
    },
  )

  test.each([
    ['the reference schema', installReference],
    ['the neglected database', installNeglected],
    ['hostile names', (client: Client) => client.query(hostileNames)],
    [
      'a schema that is made to be hard',
      (client: Client) => client.query(nastySchema(`${role}_nasty`, major)),
    ],
  ])('who may only connect says nothing better of %s; two scans say the same', async (_name, install) => {
    const client = await db.connect()
    await install(client).finally(() => client.end())
    const { full, blind } = await both(db)
    neverBetter({ full, blind })
    // Byte for byte, and nothing but the clock has moved.
    const before = await readSnapshot(db.url)
    const after = await readSnapshot(db.url)
    const text = async (snapshot: Snapshot) => JSON.stringify((await runRules(snapshot, {})).findings)
    expect(await text(after)).toBe(await text(before))
    expect(compareSnapshots(before, after)).toEqual([])
  })
})

test('the oldest and the newest server differ by what only one of them has', async () => {
  const read = async (major: number) => {
    const db = await testDatabase(major)
    try {
      await db.run(hostileNames)
      return await readSnapshot(db.url)
    } finally {
      await db.drop()
    }
  }
  const changes = compareSnapshots(await read(Math.min(...majors())), await read(newest))
  // What a server brings itself: its version, its settings, its roles and extensions, and who owns `public`.
  const brought = new Set([
    'server',
    'setting',
    'role',
    'role setting',
    'membership',
    'extension',
    'database',
  ])
  const ofPublic = (object: string) => object === 'public' || object.startsWith('schema public:')
  const own = changes.filter((change) => !brought.has(change.kind) && !ofPublic(change.object))
  expect(own.map((change) => `${change.change} ${change.object}`)).toEqual([])
})
