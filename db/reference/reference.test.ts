import { afterAll, describe, expect, test } from 'vitest'
import { majors, testDatabase } from '../test-database'
import { installReference } from './files'

const opened: { drop(): Promise<void> }[] = []
afterAll(async () => {
  for (const database of opened) await database.drop()
})

describe.each(majors().map((major) => [major]))('PostgreSQL %i', (major) => {
  test('installs into an empty database', async () => {
    const database = await testDatabase(major)
    opened.push(database)
    const client = await database.connect()
    await installReference(client)
    await client.end()
    const [row] = await database.run<{ unprotected: number }>(
      `select count(*)::int as unprotected from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('public', 'ledger') and c.relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)`,
    )
    expect(row?.unprotected).toBe(0)
  })
})
