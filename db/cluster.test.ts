import { expect, test } from 'vitest'
import { majors, testDatabase } from './test-database'

test.each(majors().map((major) => [major]))('PostgreSQL %i starts and answers in UTF-8', async (major) => {
  const database = await testDatabase(major)
  const [row] = await database.run<{ v: string; encoding: string }>(
    `select current_setting('server_version_num') as v, current_setting('server_encoding') as encoding`,
  )
  expect(Math.floor(Number(row?.v) / 10000)).toBe(major)
  expect(row?.encoding).toBe('UTF8')
  await database.drop()
})
