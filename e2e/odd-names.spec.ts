import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { escapeIdentifier } from 'pg'
import { navPages } from '../app/(admin)/nav'
import { embeddedBinaries } from '../db/binaries'
import { startCluster, type Cluster } from '../db/cluster'
import { ask } from './database'
import { openFolder, startProduct, type Product } from './product'
import { complaints, failures, prefer, settled, signIn } from './session'

test.describe.configure({ mode: 'serial' })

const long = 'n'.repeat(62) + 'x'
const odd = [
  `odd "name"; drop`,
  long,
  'select',
  '🦉 owl',
  'Ça & <b>là</b>',
  `a.b/c?d=e#f%g`,
  `o'clock`,
  ' ',
  'a\\b',
]
const database = `odd "database" 🦉`
const home = openFolder('tabellion-odd-')
const password = 'a password of its own'
let server: Cluster
let product: Product
const id = escapeIdentifier

test.beforeAll(async () => {
  test.setTimeout(120_000)
  // A server of its own: what other tests do to roles and databases would come and go among the findings.
  server = await startCluster({
    binaries: embeddedBinaries(join(import.meta.dirname, '..')),
    home: join(home, 'governed'),
  })
  await ask(server.url(), `create database ${id(database)}`)
  const url = server.url(database)
  for (const schema of [odd[0] ?? '', 'public']) {
    await ask(url, `create schema if not exists ${id(schema)}`)
    for (const name of odd) {
      const table = `${id(schema)}.${id(name)}`
      await ask(
        url,
        `create table ${table} (${id('select')} int primary key, ${id(long)} text, ${id('🦉')} text default $$it's$$,
                                ${id(`c"'<i>`)} uuid check (${id(`c"'<i>`)} is not null), parent int references ${table});
         create index ${id(`${name.slice(0, 20)} "i" 🦉`)} on ${table} (${id(long)});
         alter table ${table} enable row level security;
         create policy ${id(`p "${name.slice(0, 20)}"`)} on ${table} using (${id('select')} > 0 and ${id('🦉')} <> '<script>');
         comment on table ${table} is 'a "comment" <b>bold</b> 🦉';
         insert into ${table} values (1, '<script>alert(1)</script>', 'v', gen_random_uuid(), 1)`,
      )
    }
  }
  await ask(url, `create view ${id('v "1"')} as select * from ${id('select')}`)
  product = await startProduct({
    home,
    port: 4508,
    env: {
      DATABASE_URL: url,
      TABELLION_ADMIN_EMAIL: 'me@clinic.example',
      TABELLION_ADMIN_PASSWORD: password,
    },
  })
})

test.afterAll(async () => {
  await product?.stop()
  await server?.stop()
  rmSync(home, { recursive: true, force: true })
})

/** What the browser complained about on this page, or a name of the database did. */
async function open(page: Page): Promise<string[]> {
  const found = complaints(page)
  page.on('dialog', (dialog) => found.push(`a name ran as a script: ${dialog.message()}`))
  await signIn(page, 'me@clinic.example', password, product.url)
  await prefer(page, { language: 'en' })
  return found
}

const tableLinks = async (page: Page): Promise<string[]> => {
  await page.goto(`${product.url}/tables`)
  await settled(page)
  const hrefs = await page
    .locator('main tbody a[href^="/tables/"]')
    .evaluateAll((links) => links.map((a) => (a as HTMLAnchorElement).href))
  return [...new Set(hrefs)]
}

for (const language of ['en', 'pt-BR'] as const) {
  test(`every page shows a database with odd names, in ${language}`, async ({ page }) => {
    test.setTimeout(120_000)
    const found = await open(page)
    await prefer(page, { language })
    for (const { path } of navPages) {
      const response = await page.goto(product.url + path)
      expect(response?.status(), path).toBe(200)
      await page.waitForLoadState('networkidle')
      await expect(page.locator('h1'), path).toHaveCount(1)
      expect(await failures(page), path).toEqual([])
    }
    expect(found).toEqual([])
  })
}

test('every odd table has its page and its tabs', async ({ page }) => {
  test.setTimeout(120_000)
  const found = await open(page)
  const tables = await tableLinks(page)
  expect(tables.length).toBeGreaterThanOrEqual(odd.length * 2)
  for (const href of tables) {
    const response = await page.goto(href)
    expect(response?.status(), href).toBe(200)
    const name = decodeURIComponent(new URL(href).pathname.slice('/tables/'.length))
    expect(await failures(page), href).toEqual([])
    await expect(page.locator('h1')).toContainText(name.replaceAll(/\s+/g, ' ').trim().slice(0, 8))
  }
  const first = tables.find((href) => decodeURIComponent(href).includes('odd ""name""; drop'))
  expect(first).toBeDefined()
  for (const tab of ['access', 'indexes', 'audit', 'relationships']) {
    expect((await page.goto(`${first}/${tab}`))?.status(), tab).toBe(200)
  }
  expect(found).toEqual([])
})

test('findings about odd names have their page, and every list its export', async ({ page }) => {
  test.setTimeout(120_000)
  const found = await open(page)
  await page.goto(`${product.url}/findings`)
  const links = page.locator('main a[href^="/findings/"]:not([href^="/findings/rules"])')
  await links.first().waitFor()
  const findings = await links.evaluateAll((links) => links.map((a) => (a as HTMLAnchorElement).href))
  expect(findings.length).toBeGreaterThan(0)
  for (const href of findings.slice(0, 25)) expect((await page.goto(href))?.status(), href).toBe(200)
  for (const what of ['tables', 'indexes', 'coverage', 'findings', 'audit-status']) {
    expect((await page.request.get(`${product.url}/export/${what}`)).status(), what).toBe(200)
  }
  expect(found).toEqual([])
})
