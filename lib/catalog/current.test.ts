import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { testDatabase } from '../../db/test-database'
import { currentSnapshot, lastProblem } from './current'

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
  expect(lastProblem('nowhere')?.code).toBe('unreachable')
  expect(lastProblem('here')).toBeNull()
  await expect(currentSnapshot('unheard of')).rejects.toMatchObject({ code: 'database' })

  await db.drop()
  const kept = await currentSnapshot('here', { fresh: true })
  expect(kept.snapshot).toBe(fresh.snapshot)
  expect(kept.problem?.code).toBe('database')
  expect(kept.age).toBeGreaterThan(0)
})

test('a database that was away when it was first asked for is read once it is back', async () => {
  const db = await testDatabase()
  let away = true
  const { port, hostname } = new URL(db.url)
  const between = createServer((socket) => {
    socket.on('error', () => undefined)
    if (away) return void socket.destroy()
    const on = connect(Number(port), hostname).on('error', () => socket.destroy())
    socket.pipe(on).pipe(socket)
  })
  await new Promise<void>((done) => void between.listen(0, '127.0.0.1', done))
  const through = new URL(db.url)
  through.host = `127.0.0.1:${(between.address() as AddressInfo).port}`
  vi.resetModules()
  process.env.TABELLION_DATABASES = JSON.stringify([{ name: 'first away', scanUrl: through.href }])
  const { currentSnapshot: ask, lastProblem: problem } = await import('./current')
  await expect(ask('first away')).rejects.toMatchObject({ code: 'unreachable' })
  expect(problem('first away')?.code).toBe('unreachable')
  away = false
  expect((await ask('first away', { fresh: true })).problem).toBeNull()
  expect(problem('first away')).toBeNull()
  between.close()
  await db.drop()
})
