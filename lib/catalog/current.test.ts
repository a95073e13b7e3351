import { expect, test } from 'vitest'
import { testDatabase } from '../../db/test-database'
import { currentSnapshot } from './current'

test('the last good snapshot stays, with its age and the cause, when the database goes away', async () => {
  const db = await testDatabase()
  process.env.TABELLION_DATABASES = JSON.stringify([
    { name: 'here', scanUrl: db.url },
    { name: 'nowhere', scanUrl: 'postgresql://a:secret-word@127.0.0.1:1/x' },
  ])
  process.env.TABELLION_STORE_URL = db.url
  process.env.TABELLION_SECRET = 'x'.repeat(32)

  const [one, two] = await Promise.all([currentSnapshot('here'), currentSnapshot('here')])
  expect(one.problem).toBeNull()
  expect(two.snapshot).toBe(one.snapshot)
  expect((await currentSnapshot('here')).snapshot).toBe(one.snapshot)

  await db.run('create table public.later (id int)')
  const fresh = await currentSnapshot('here', { fresh: true })
  expect(fresh.snapshot.relations.map((each) => each.name)).toEqual(['later'])

  await expect(currentSnapshot('nowhere')).rejects.toMatchObject({ code: 'unreachable' })
  await expect(currentSnapshot('unheard of')).rejects.toMatchObject({ code: 'database' })

  await db.drop()
  const kept = await currentSnapshot('here', { fresh: true })
  expect(kept.snapshot).toBe(fresh.snapshot)
  expect(kept.problem?.code).toBe('database')
  expect(kept.age).toBeGreaterThan(0)
})
