import { afterAll, expect, inject, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '@/db/test-database'
import { installNeglected, installReference } from '@/db/reference/files'
import { readSnapshot } from '@/lib/catalog/read'
import { withClone } from '@/lib/clone/with-clone'
import { factsOf } from '@/lib/rules/facts'
import { setupOf } from '../setup'
import type { Observation } from '../types'
import { probe } from './probe'

const major = Math.max(...majors())
const opened: TestDatabase[] = []
afterAll(async () => {
  for (const db of opened) await db.drop()
})

/** What two principals of a role, as they are detected, reach in the tables of a demonstration. */
async function probed(install: typeof installReference, role: string): Promise<Observation[]> {
  const db = await testDatabase(major)
  opened.push(db)
  const client = await db.connect()
  await install(client).finally(() => client.end())
  const snapshot = await readSnapshot(db.url)
  const { setup } = await setupOf(factsOf(snapshot, {}))
  const asked = {
    ...setup,
    tenants: setup.tenants.filter(({ relation }) => /^public\.[^(]*$/.test(relation)),
    principals: setup.principals.filter((each) => each.role === role && each.tenants.length > 0).slice(0, 2),
  }
  expect(asked.principals.length).toBeGreaterThan(0)
  return withClone(
    snapshot,
    { url: inject('servers')[major] ?? '', own: false },
    (clone) => probe(snapshot, asked, clone),
    { patience: 500_000 },
  )
}

test('no table of the reference schema is crossed by those who work in a clinic', async () => {
  const seen = await probed(installReference, 'app_rw')
  const tables = seen.filter(
    ({ relation }) => /^public\.\w+$/.test(relation) && relation !== 'public.audit_logs',
  )
  expect(tables.filter(({ alive, command }) => alive && command === 'SELECT').length).toBeGreaterThan(20)
  expect(
    tables.flatMap(({ relation, command, crossed }) => (crossed ? `${command} ${relation}` : [])),
  ).toEqual([])
}, 600_000)

test('the planted leaks of the neglected database are found, each with its statement', async () => {
  const seen = await probed(installNeglected, 'neg_app')
  const crossed = new Set(
    seen.flatMap((each) =>
      each.crossed && each.channel === 'row' ? `${each.command} ${each.relation}` : [],
    ),
  )
  for (const planted of [
    'SELECT public.exames',
    'SELECT public.prontuarios',
    'SELECT public.consultas',
    'SELECT public.receitas',
    'SELECT public.integracoes',
    'UPDATE public.orcamentos',
  ])
    expect(crossed).toContain(planted)
  for (const each of seen) if (each.crossed) expect(each.crossed.steps.at(-1)?.sql).toMatch(/\S/)
}, 600_000)
