import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '@/db/migrate'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { closeConnections } from '@/lib/db/client'
import { storeAt, type Principal } from '@/lib/db/scope'
import { listViews, mostViews, removeView, saveView } from './views'

let database: TestDatabase
let store: ReturnType<typeof storeAt>
const login = `views_${randomBytes(4).toString('hex')}`
const who = (userId: string): Principal => ({
  userId,
  subject: userId,
  email: '',
  name: '',
  role: 'compliance_officer',
  clinics: [],
  clinicId: null,
  requestId: 'req-views',
  database: 'clinic',
  locale: 'en',
})
const [ana, bia] = [who(randomUUID()), who(randomUUID())]

beforeAll(async () => {
  database = await testDatabase()
  await migrate(database.url)
  await database.run(
    `create role ${login} login noinherit password 'secret'; grant tabellion_reader, tabellion_writer to ${login}`,
  )
  for (const [at, { userId }] of [ana, bia].entries())
    await database.run(
      `insert into tabellion."user" (id, name, email, role) values ($1, 'A', $2, 'compliance_officer')`,
      [userId, `v${at}@example.org`],
    )
  store = storeAt(database.urlAs(login, 'secret'))
})
afterAll(async () => {
  await closeConnections()
  await database.run(`drop owned by ${login}; drop role ${login}`)
  await database.drop()
})

const save = (of: Principal, name: string, query: string) =>
  store.write(of, (tx) => saveView(tx, of.userId, { page: '/audit', name, query }))
const list = (of: Principal, page = '/audit') => store.read(of, (tx) => listViews(tx, page))

test('a view is of who saved it; the same name again gives it new filters', async () => {
  await save(ana, 'Exports', '?action=export')
  await save(ana, 'Exports', '?action=export,print')
  await save(bia, 'Exports', '?outcome=denied')
  expect(await list(ana)).toMatchObject([{ name: 'Exports', query: '?action=export,print' }])
  expect(await list(bia)).toMatchObject([{ name: 'Exports', query: '?outcome=denied' }])
  expect(await list(ana, '/consents')).toEqual([])
})

test('nobody removes, changes or saves one for somebody else, whatever the query says', async () => {
  const [theirs] = await list(bia)
  await expect(store.write(ana, (tx) => removeView(tx, theirs?.id ?? ''))).rejects.toMatchObject({
    kind: 'not-found',
  })
  await expect(
    store.write(ana, (tx) => saveView(tx, bia.userId, { page: '/audit', name: 'x', query: '' })),
  ).rejects.toMatchObject({ kind: 'denied' })
  expect(await list(bia)).toHaveLength(1)
})

test('there is room for so many, and one removed makes room', async () => {
  for (let n = 1; n < mostViews; n++) await save(ana, `View ${n}`, '')
  await expect(save(ana, 'One more', '')).rejects.toMatchObject({ kind: 'conflict' })
  await save(ana, 'View 1', '?q=x')
  const [first] = await list(ana)
  await store.write(ana, (tx) => removeView(tx, first?.id ?? ''))
  await save(ana, 'One more', '')
  expect(await list(ana)).toHaveLength(mostViews)
})
