import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { majors, testDatabase, type TestDatabase } from '../../db/test-database'
import { hostileNames } from './examples/hostile-names'
import { readSnapshot } from './read'
import type { Grant, Snapshot } from './types'
import type { Relation } from './types-relation'

describe.each(majors().map((major) => [major]))('a snapshot of PostgreSQL %i', (major) => {
  let db: TestDatabase
  let snapshot: Snapshot
  const relation = (name: string) => snapshot.relations.find((each) => each.name === name) as Relation
  beforeAll(async () => {
    db = await testDatabase(major)
    await db.run(hostileNames)
    snapshot = await readSnapshot(db.url)
  })
  afterAll(() => db.drop())

  test('holds everything, exactly, and the same on every version', async () => {
    await expect(`${JSON.stringify(comparable(snapshot), null, 1)}\n`).toMatchFileSnapshot(
      'examples/hostile-names.expected',
    )
  })

  test('has the settings a session begins with, not those of the scan', async () => {
    const own = await testDatabase(major)
    await own.run(
      `alter database ${own.name} set statement_timeout = '7s'; alter database ${own.name} set timezone = 'America/Sao_Paulo'`,
    )
    const { settings } = (await readSnapshot(own.url)).server
    await own.drop()
    expect(settings).toMatchObject({
      statement_timeout: '7000',
      lock_timeout: '0',
      idle_in_transaction_session_timeout: '0',
      TimeZone: 'America/Sao_Paulo',
      search_path: '"$user", public',
    })
    expect(settings).not.toHaveProperty('application_name')
  })

  test('survives JSON', () => {
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot)
  })

  test('gives names that the server reads back', async () => {
    for (const each of snapshot.relations) await db.run(`select from ${each.id}`)
    for (const each of snapshot.relations.flatMap((one) => one.indexes)) {
      await db.run(`select '${each.id.replaceAll("'", "''")}'::regclass`)
    }
    for (const each of snapshot.routines)
      await db.run(`select '${each.id.replaceAll("'", "''")}'::regprocedure`)
  })

  test('says the same when it is read again, and on a connection that is lent', async () => {
    const client = await db.connect()
    await client.query(
      `set search_path = public; set quote_all_identifiers = on; set datestyle = 'German'; set timezone = 'Asia/Tokyo'`,
    )
    const again = await readSnapshot(client)
    expect(comparable(again)).toEqual(comparable(snapshot))
    const [row] = (await client.query('show search_path')).rows
    expect(row.search_path).toBe('public')
    await client.end()
  })

  test('knows partitions as a tree, with the clones of triggers and indexes', () => {
    expect(relation('part_2024_1').parents).toEqual(['public.part_2024'])
    expect(relation('part_2024').parents).toEqual(['public.part'])
    expect(relation('part').partitionKey).toBe('RANGE (at)')
    expect(relation('part_2024').partitionKey).toBe('LIST (id)')
    expect(relation('part_2024_1').partitionBound).toBe('FOR VALUES IN (1)')
    expect(relation('part_rest').triggers).toMatchObject([{ name: 'tp', cloned: true, enabled: 'disabled' }])
    expect(relation('part_2024_1').triggers).toMatchObject([{ name: 'tp', cloned: true, enabled: 'origin' }])
    expect(relation('part').triggers).toMatchObject([{ name: 'tp', cloned: false }])
    expect(relation('part_rest').indexes.find((each) => each.name === 'part_rest_at_idx')?.parent).toBe(
      'public.part_at',
    )
    expect(relation('part').size).toBe(
      (relation('part_2024_1').size ?? 0) + (relation('part_rest').size ?? 0),
    )
    expect(relation('dog')).toMatchObject({ parents: ['public.animal'], isPartition: false })
  })

  test('has no OID of the database in it', async () => {
    const [row] = await db.run<{ oid: string }>(`select 'public."Notes; drop"'::regclass::oid::text as oid`)
    const { settings: _settings, ...server } = snapshot.server
    expect(JSON.stringify({ ...snapshot, server: { ...server, size: 0 } })).not.toContain(row?.oid)
  })
})

test('the number of statements does not depend on the number of tables', async () => {
  const db = await testDatabase()
  const client = await db.connect()
  const statements = async () => {
    let count = 0
    const counting = {
      query(query: Parameters<typeof client.query>[0]) {
        count++
        return client.query(query)
      },
    }
    await readSnapshot(counting)
    return count
  }
  await db.run('create table public.first (id int primary key, a int default 1 check (a > 0))')
  // What other tests do on the same server meanwhile can make a reading look at names again, or begin anew.
  const fewest = async () => Math.min(await statements(), await statements())
  const few = await fewest()
  await db.run(`do $$ begin for n in 1..120 loop
    execute format('create table public.t%s (id int primary key, a int default 1 check (a > 0))', n);
    execute format('create policy p on public.t%s using (a = 1)', n);
    execute format('create view public.v%s as select * from public.t%s', n, n); end loop; end $$`)
  expect((await fewest()) - few).toBeLessThan(12)
  await client.end()
  await db.drop()
})

/** What must not differ between two readings or two versions. */
function comparable(snapshot: Snapshot) {
  const {
    database: _,
    takenAt: _at,
    tookMs: _ms,
    server,
    roles: _roles,
    memberships: _m,
    operations: _o,
    ...rest
  } = snapshot
  return {
    ...rest,
    server: { databaseOwner: server.databaseOwner, encoding: server.encoding },
    schemas: snapshot.schemas.filter((schema) => schema.name !== 'public'),
    extensions: snapshot.extensions.map((each) => each.name),
    foreignServers: snapshot.foreignServers,
    defaultPrivileges: snapshot.defaultPrivileges,
    roleSettings: snapshot.roleSettings.filter((each) => each.thisDatabase),
    routines: snapshot.routines.map((each) => ({ ...each, grants: brief(each.grants) })),
    sequences: snapshot.sequences.map((each) => ({ ...each, grants: brief(each.grants) })),
    relations: snapshot.relations.map((each) => ({
      ...each,
      size: each.size === null ? null : 'measured',
      grants: brief(each.grants),
      columns: each.columns.map((column) => ({ ...column, grants: brief(column.grants) })),
      // Since 18 a NOT NULL is a constraint.
      constraints: each.constraints.filter((constraint) => constraint.kind !== 'not null'),
      indexes: each.indexes.map((index) => ({
        ...index,
        size: index.size === null ? null : 'measured',
        scans: index.scans === null ? null : 'counted',
        lastScan: null,
      })),
      statistics: each.statistics === null ? null : 'counted',
    })),
  }
}

/** `grantee=privilege`; MAINTAIN came with 17. */
const brief = (grants: readonly Grant[]) =>
  grants
    .filter((grant) => grant.privilege !== 'MAINTAIN')
    .map(
      (grant) =>
        `${grant.grantee ?? 'PUBLIC'}=${grant.privilege}${grant.grantable ? '*' : ''}/${grant.grantor}`,
    )
