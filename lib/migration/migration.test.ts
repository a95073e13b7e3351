import { describe, expect, inject, test } from 'vitest'
import { majors, testDatabase } from '@/db/test-database'
import { installNeglected } from '@/db/reference/files'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { connected, withClone } from '@/lib/clone/with-clone'
import { asSeen } from '@/lib/proof/as-seen'
import { actsBeyondSchema, actsOnCluster } from '@/lib/proof/statement-kind'
import { checkConfig } from '@/lib/config/config'
import { compareSnapshots } from '@/lib/drift/compare'
import { allRules } from '@/lib/rules/all'
import { exampleRoles } from '@/lib/rules/example-roles'
import { runRules } from '@/lib/rules/run'
import { planMigration, type Migration } from './plan'
import { migrationSql, wayBackSql } from './write-sql'
import { wayBack } from './way-back'

/** Runs a file as psql does: statement by statement, outside transactions but for its own. */
async function run(url: string, sql: string) {
  const client = await connected(url)
  try {
    for (const statement of statements(sql)) {
      await client.query(statement).catch((error: Error) => {
        throw new Error(`${error.message} in: ${statement}`, { cause: error })
      })
    }
  } finally {
    await client.end()
  }
}

/** A semicolon at the end of a line ends a statement: in these files no text holds one there. */
const statements = (sql: string) =>
  sql
    .split(/;\n/)
    .map((each) => each.replaceAll(/^--.*$/gm, '').trim())
    .filter((each) => each !== '')

const different = (before: Snapshot, after: Snapshot) =>
  compareSnapshots(before, after)
    // Other tests make and drop roles of the same server meanwhile.
    .filter(({ kind }) => !['role', 'role setting', 'membership', 'setting'].includes(kind))
    .map((each) => `${each.change} ${each.kind} ${each.object} ${each.field ?? ''}`.trim())

const partial = (migration: Migration) => wayBack(migration).flatMap((part) => part.lost)

describe.each(majors())('on PostgreSQL %i', (major) => {
  test('the neglected database is mended by one migration and comes back by its way back', async () => {
    const db = await testDatabase(major)
    try {
      const client = await db.connect()
      await installNeglected(client)
      await client.end()
      const original = await readSnapshot(db.url)
      const server = { url: inject('servers')[major] ?? '', own: false }
      await withClone(original, server, async (clone) => {
        const before = asSeen(await readSnapshot(clone.url), original, clone)
        const { findings } = await runRules(before, {})
        // Roles and the server are not the clone's alone.
        const chosen = findings.filter(
          ({ fix }) => !fix.sql.some((sql) => actsOnCluster(sql) || actsBeyondSchema(sql)),
        )
        const migration = await planMigration(before, chosen)
        expect(migration.findings.length).toBeGreaterThan(100)
        await run(clone.url, migrationSql(migration, 'en'))
        const mended = asSeen(await readSnapshot(clone.url), original, clone)
        const left = new Set((await runRules(mended, {})).findings.map(({ key }) => key))
        expect(migration.findings.map(({ key }) => key).filter((key) => left.has(key))).toEqual([])
        await run(clone.url, wayBackSql(migration, 'en'))
        // What differs is what the file says it cannot bring back, and nothing else.
        expect(different(before, asSeen(await readSnapshot(clone.url), original, clone))).toEqual([
          'changed foreign server neg_laboratorio mappings',
          'changed index public.importacao_pacientes index "importacao_pacientes_cpf_idx" ready',
          'changed index public.importacao_pacientes index "importacao_pacientes_cpf_idx" valid',
        ])
        for (const named of ['drop user mapping', 'reindex index'])
          expect(partial(migration).some(({ of }) => of.startsWith(named))).toBe(true)
      })
    } finally {
      await db.drop()
    }
  }, 120_000)
})

const roleRule = /^\s*(alter\s+system|select\s+pg_reload|drop\s+owned)/i

test.concurrent.each(
  allRules.filter((rule) => rule.example.hits.length > 0).map((rule) => [rule.code, rule] as const),
)('the fix of %s has a way back, or names what has none', async (_code, rule) => {
  const db = await testDatabase()
  const roles = exampleRoles()
  const used = () => [...roles.used]
  try {
    await db.run(roles.fill(rule.example.clean))
    await db.run(roles.fill(rule.example.broken))
    const config = checkConfig(JSON.parse(roles.fill(JSON.stringify(rule.example.config ?? {}))))
    const before = await readSnapshot(db.url)
    const found = (await runRules(before, config)).findings.filter(
      (each) => each.rule === rule.id && !each.fix.sql.some((sql) => roleRule.test(sql)),
    )
    const migration = await planMigration(before, found)
    for (const part of migration.parts)
      for (const step of part.steps) expect(step.back.lost?.en ?? '').not.toContain('No way back is known')
    await run(db.url, migrationSql(migration, 'pt'))
    await run(db.url, wayBackSql(migration, 'pt'))
    const own = (text: string) => !/ (in|of) r_/.test(text) || used().some((role) => text.includes(role))
    const left = compareSnapshots(before, await readSnapshot(db.url))
      .filter(({ kind, object }) => kind !== 'setting' && own(`${kind} ${object}`))
      .filter(({ kind, object }) => kind !== 'role' || used().some((role) => object.includes(role)))
      .filter(({ kind, object }) => kind !== 'membership' || used().some((role) => object.includes(role)))
      .map((each) => `${each.change} ${each.kind} ${each.object} ${each.field ?? ''}`.trim())
    expect(left.map((each) => used().reduce((text, role) => text.replaceAll(role, 'R'), each))).toEqual(
      stays[rule.code] ?? [],
    )
    if (stays[rule.code]) expect(partial(migration).length).toBeGreaterThan(0)
  } finally {
    await db.run('reset role')
    for (const role of roles.used) {
      const [known] = await db.run('select from pg_roles where rolname = $1', [role])
      if (known) await db.run(`drop owned by ${role} cascade`)
    }
    for (const role of roles.used) await db.run(`drop role if exists ${role}`)
    await db.drop()
  }
})

/** What the file itself says it does not bring back. */
const stays: Readonly<Record<string, readonly string[]>> = {
  I05: ['changed index public.u index "u_a" valid'],
  P08: ['changed foreign server two mappings'],
}
