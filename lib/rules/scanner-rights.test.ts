import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installNeglected, installReference } from '../../db/reference/files'
import { majors, testDatabase, type TestDatabase } from '../../db/test-database'
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

beforeAll(async () => {
  for (const major of majors()) {
    const db = await testDatabase(major)
    await db.run(`create role ${role} login password '${password}'`)
    await db.drop()
  }
})
afterAll(async () => {
  for (const major of majors()) {
    const db = await testDatabase(major)
    await db.run(`drop role ${role}`)
    await db.drop()
  }
})

const rolesOf = ({ roles, memberships, roleSettings }: Snapshot) =>
  JSON.stringify([roles, memberships, roleSettings])

/** Two reads of a database with `between` between them, again until no other test file made or dropped a role meanwhile. */
async function whileQuiet<T>(db: TestDatabase, between: () => Promise<T>) {
  for (;;) {
    const before = await readSnapshot(db.url)
    const result = await between()
    const after = await readSnapshot(db.url)
    if (rolesOf(before) === rolesOf(after)) return { before, result, after }
  }
}

/** What a superuser and a role with nothing but CONNECT find in the same database. */
async function both(db: TestDatabase): Promise<{ full: ScanResult; blind: ScanResult }> {
  await db.run(`grant connect on database ${db.name} to ${role}`)
  const { before, result } = await whileQuiet(db, () => readSnapshot(db.urlAs(role, password)))
  return { full: await runRules(before, {}), blind: await runRules(result, {}) }
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
  test.each([
    ['the reference schema', installReference],
    ['the neglected database', installNeglected],
  ])('who may only connect says nothing better of %s; two scans say the same', async (_name, install) => {
    const db = await testDatabase(major)
    try {
      const client = await db.connect()
      await install(client).finally(() => client.end())
      const { full, blind } = await both(db)
      neverBetter({ full, blind })
      // Byte for byte, and nothing but the clock has moved.
      const { before, after } = await whileQuiet(db, async () => undefined)
      const text = async (snapshot: Snapshot) => JSON.stringify((await runRules(snapshot, {})).findings)
      expect(await text(after)).toBe(await text(before))
      expect(compareSnapshots(before, after)).toEqual([])
    } finally {
      await db.drop()
    }
  })
})

test.concurrent.each(allRules.map((rule) => [rule.code, rule.id, rule] as const))(
  'who may only connect does not pass what %s %s finds in its example',
  async (_code, _id, rule) => {
    const db = await testDatabase(newest)
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
      await db.drop()
    }
  },
)

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
  const brought = new Set(['server', 'setting', 'role', 'membership', 'extension', 'database'])
  const ofPublic = (object: string) => object === 'public' || object.startsWith('schema public:')
  const own = changes.filter((change) => !brought.has(change.kind) && !ofPublic(change.object))
  expect(own.map((change) => `${change.change} ${change.object}`)).toEqual([])
})
