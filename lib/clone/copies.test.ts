import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import { readSnapshot } from '@/lib/catalog/read'
import { withCopies } from './copies'
import { connected, withClone } from './with-clone'

// A server of its own: all databases of it are looked at.
let server: OwnServer
beforeAll(async () => {
  server = await ownServer()
})
afterAll(() => server.stop())

async function asked<T>(url: string, sql: string): Promise<T[]> {
  const client = await connected(url)
  try {
    return (await client.query(sql)).rows as T[]
  } finally {
    await client.end()
  }
}

test('copies hold what the clone holds, its rights and settings too, change apart, and go with the work', async () => {
  const db = await server.database()
  const role = `copy_${randomBytes(4).toString('hex')}`
  await db.run(`create role ${role}; create table rooms (id int primary key)`)
  const databases = async () =>
    (
      await asked<{ name: string }>(
        server.url,
        `select datname as name from pg_database order by datname collate "C"`,
      )
    ).map(({ name }) => name)
  const before = await databases()
  await withClone(await readSnapshot(db.url), { url: server.url, own: false }, async (clone) => {
    await asked(clone.url, 'insert into public.rooms values (1)')
    await asked(clone.url, `alter database ${clone.database} set app.house = 'north'`)
    await asked(clone.url, `revoke temporary on database ${clone.database} from public`)
    await withCopies(clone, 2, async (urls) => {
      expect(new Set(urls).size).toBe(3)
      for (const url of urls)
        expect(
          await asked(
            url,
            `select (select count(*)::int from public.rooms) as rows, current_setting('app.house') as house,
                    has_database_privilege('${role}', current_database(), 'TEMPORARY') as temporary`,
          ),
        ).toEqual([{ rows: 1, house: 'north', temporary: false }])
      await asked(urls[1] ?? '', 'insert into public.rooms values (2)')
      expect(await asked(urls[2] ?? '', 'select id from public.rooms')).toEqual([{ id: 1 }])
    })
    expect(await databases()).toEqual([...before, clone.database].sort())
    await expect(withCopies(clone, 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await databases()).toEqual([...before, clone.database].sort())
  })
  expect(await databases()).toEqual(before)
  await db.drop()
}, 120_000)
