import { expect, test } from 'vitest'
import { majors, testDatabase } from '../../db/test-database'
import { readSnapshot } from './read'

test.each(majors().map((major) => [major]))('an empty database is read on %i', async (major) => {
  const db = await testDatabase(major)
  const snapshot = await readSnapshot(db.url)
  expect(snapshot.relations).toEqual([])
  expect(snapshot.server.settings.server_version_num).toMatch(new RegExp(`^${major}`))
  await db.drop()
})
