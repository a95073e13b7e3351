import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import { Client } from 'pg'
import { ask, superuserUrl } from './database'
import { password, people } from './people'
import { leftovers, openFolder, startProduct, type Product } from './product'
import { signIn } from './session'

test.describe.configure({ mode: 'serial' })

const home = openFolder('tabellion-kill-')
const port = 4506
let product: Product | undefined

test.afterAll(async () => {
  product?.killAll()
  await sleep(200)
  rmSync(home, { recursive: true, force: true })
})

const databases = () =>
  ask<{ datname: string }>(
    superuserUrl(home, 'postgres'),
    `select datname from pg_database where not datistemplate and datname <> 'postgres' order by 1`,
  ).then((rows) => rows.map(({ datname }) => datname))

test('kill -9 of everything in the middle of the first start: the next one is whole', async () => {
  test.setTimeout(180_000)
  const halves = [/Loading the demonstration database clinic/, /Loading the demonstration database neglected/]
  for (const until of halves) {
    const half = await startProduct({ home, port, until })
    await sleep(150)
    half.killAll()
  }
  product = await startProduct({ home, port })
  expect(await databases()).toEqual(['clinic', 'neglected', 'tabellion_demo'])
  const [count] = await ask<{ n: number }>(
    superuserUrl(home, 'clinic'),
    'select count(*)::int as n from public.patients',
  )
  expect(count?.n).toBe(300)
})

test('kill -9 while it scans and writes: what was committed is there, and the next start is quick', async ({
  page,
}) => {
  test.setTimeout(180_000)
  const running = product
  if (!running) throw new Error('The start before this one failed.')
  await signIn(page, people.officer, password, running.url)
  await ask(
    superuserUrl(home, 'clinic'),
    'create table public.written (n int primary key, at timestamptz default now())',
  )

  const writer = new Client({ connectionString: superuserUrl(home, 'clinic') })
  writer.on('error', () => undefined)
  await writer.connect()
  let confirmed = 0
  const writing = (async () => {
    for (let n = 1; ; n += 1) {
      await writer.query('insert into public.written (n) values ($1)', [n])
      confirmed = n
    }
  })().catch(() => undefined)
  // Pages are asked for all the while: each reads the catalog or the records, and the audit log is written to.
  const asking = (async () => {
    for (;;)
      for (const path of ['/overview', '/audit', '/findings']) await page.request.get(running.url + path)
  })().catch(() => undefined)
  await sleep(2_000)
  running.killAll()
  await Promise.all([writing, asking])
  expect(confirmed).toBeGreaterThan(50)

  product = await startProduct({ home, port })
  // 10 s are promised on an idle machine; this one runs other tests beside it.
  expect(product.took).toBeLessThan(20_000)
  const [found] = await ask<{ n: number; last: number }>(
    superuserUrl(home, 'clinic'),
    'select count(*)::int as n, max(n) as last from public.written',
  )
  expect(found?.last).toBeGreaterThanOrEqual(confirmed)
  expect(found?.n).toBe(found?.last)
  expect((await page.request.get(`${product.url}/overview`)).status(), 'the session is still good').toBe(200)
})

test('a second start on the same folder or port is refused, and the first goes on', async () => {
  const said = await startProduct({ home, port: port + 1 }).catch((error: Error) => error.message)
  expect(said).toMatch(/ended with code 2: Tabellion already runs on this folder at http:\/\/localhost:4506/)
  const taken = await startProduct({ home: `${home}-other`, port }).catch((error: Error) => error.message)
  expect(taken).toMatch(/ended with code 2: Port 4506 is taken by another program/)
  expect((await fetch(`${product?.url}/health`)).status).toBe(200)
})

test('kill -9 of the starter alone takes the rest along', async () => {
  test.setTimeout(60_000)
  const before = leftovers(home)
  expect(before.length).toBeGreaterThan(0)
  product?.killStarter()
  await expect.poll(() => leftovers(home).length, { timeout: 15_000 }).toBe(0)
  await expect
    .poll(
      () =>
        fetch(`${product?.url}/health`).then(
          (r) => r.status,
          () => 0,
        ),
      { timeout: 15_000 },
    )
    .toBe(0)
})

test('Ctrl-C ends everything it started, with code 0', async () => {
  test.setTimeout(60_000)
  product = await startProduct({ home, port })
  expect(await product.stop()).toBe(0)
  expect(leftovers(home)).toEqual([])
})
