import { readFile } from 'node:fs/promises'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { Client } from 'pg'
import { ask, superuserUrl } from './database'
import { stateOf } from './people'
import { complaints, prefer } from './session'

test.describe.configure({ mode: 'serial' })
test.use({ storageState: stateOf('dba') })

test.beforeEach(async ({ page }) => {
  await prefer(page, { language: 'en', database: 'neglected' })
})

const home = () => process.env.TABELLION_E2E_HOME ?? ''

/** Two requests of one role instead of all that are detected, so that a run is short. */
test.beforeAll(async () => {
  const [A, B] = ['a0000000-0000-4000-8000-00000000000a', 'b0000000-0000-4000-8000-00000000000b']
  await ask(
    superuserUrl(home(), 'tabellion_demo'),
    `insert into tabellion.isolation_principal (database, name, position, tenants, role, settings, changed_by)
     select 'neglected', 'neg_app/' || n, 1, array[t], 'neg_app', json_build_object('app.clinica', t), u.id
       from (values ('A', $1), ('B', $2)) as p (n, t),
            (select id from tabellion."user" where email = 'dba@tabellion.example') u
     on conflict do nothing`,
    [A, B],
  )
})

const consultas = '/isolation?peek=' + encodeURIComponent('SELECT neg_app public.consultas')
const matrix = (page: Page) => page.locator('table.matrix tbody tr:has(td)')

test('it is asked, its progress is seen, and it is cancelled', async ({ page }) => {
  await page.goto('/isolation')
  await expect(page.getByText('Nobody has asked yet')).toBeVisible()
  await page.waitForLoadState('networkidle')
  await page.getByRole('button', { name: 'Ask now' }).click()
  await expect(page.getByRole('region', { name: 'Run' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Ask now' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText(/^– Cancelled by/)).toBeVisible()
})

test('the planted leaks are found, and the statement of one really crosses', async ({ page }) => {
  test.setTimeout(460_000)
  const found = complaints(page)
  await page.goto('/isolation')
  await page.waitForLoadState('networkidle')
  await page.getByRole('button', { name: 'Ask now' }).click()
  await expect(matrix(page).first()).toBeVisible({ timeout: 440_000 })
  await expect(page.getByRole('heading', { name: /cells? (has|have) .* in common/ })).toBeVisible()
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze()
  expect(violations.map(({ id }) => id)).toEqual([])
  await walksPastHeadings(page)
  await page.goto(consultas)
  await page.waitForLoadState('networkidle')
  const why = page.getByRole('dialog', { name: 'Why?' })
  await expect(why.getByText('leaks', { exact: false }).first()).toBeVisible()
  await why.getByText('See it yourself').click()
  const script = await why.getByLabel('See it yourself').innerText()
  const rows = await played(script)
  expect(rows).toHaveLength(1)
  const mine = /set_config\('app\.clinica', '([^']+)'/.exec(script)?.[1]
  expect(mine).toBeTruthy()
  expect(rows[0]?.clinica_id).not.toBe(mine)
  expect(found).toEqual([])
})

/** The heading of a group has no cells: arrows go from the last row of one group to the first of the next, and back. */
async function walksPastHeadings(page: Page) {
  await page.waitForLoadState('networkidle')
  const second = page.locator('table.matrix tbody tr:has(.matrix-group)').nth(1)
  const cellOf = (row: Locator) => row.locator('a[data-cell]').first()
  const above = cellOf(second.locator('xpath=preceding-sibling::tr[1]'))
  const below = cellOf(second.locator('xpath=following-sibling::tr[1]'))
  await above.focus()
  await page.keyboard.press('ArrowDown')
  await expect(below).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(above).toBeFocused()
}

/** Runs the script on the demonstration, which it leaves as it was; the rows of the last statement that read any. */
async function played(script: string): Promise<Record<string, unknown>[]> {
  const client = new Client({
    connectionString: superuserUrl(home(), 'neglected'),
  })
  await client.connect()
  try {
    const results = (await client.query(script)) as unknown as {
      command: string
      rows: Record<string, unknown>[]
    }[]
    return results.findLast(({ command, rows }) => command === 'SELECT' && rows.length > 0)?.rows ?? []
  } finally {
    await client.end()
  }
}

test('filters live in the address; the exports hold what is shown, as data and as a test', async ({
  page,
}) => {
  await page.goto('/isolation?show=leaks&q=consultas')
  await page.waitForLoadState('networkidle')
  await expect(matrix(page)).toHaveCount(2)
  await page.locator('summary', { hasText: 'Export' }).click()
  const csv = await downloaded(page, 'form=csv')
  expect(csv).toContain('public,consultas,neg_app,SELECT,row,leaks')
  expect(csv).not.toContain(',exames,')
  const script = await downloaded(page, 'form=sql')
  await expect(played(script)).rejects.toThrow('neg_app/A: reads no foreign row of public.consultas')
})

async function downloaded(page: Page, form: string): Promise<string> {
  const download = page.waitForEvent('download')
  await page.locator(`a[href^="/export/isolation"][href$="${form}"]`).click()
  return readFile(await (await download).path(), 'utf8')
}

test('a principal is changed, what PostgreSQL sees is shown, and the results are stale until asked again', async ({
  page,
}) => {
  test.setTimeout(120_000)
  await page.goto('/isolation/principals')
  await page.waitForLoadState('networkidle')
  const card = page.getByRole('region', { name: 'neg_app/A' })
  await card.getByRole('button', { name: 'What does PostgreSQL see?' }).click()
  await expect(card.getByRole('row', { name: /current_user/ })).toContainText('neg_app', { timeout: 60_000 })
  await expect(card.getByRole('row', { name: /clinica_atual/ })).toContainText('a0000000')
  await card.getByText('Change').click()
  const settings = card.getByLabel('Settings')
  await settings.fill('app.clinica')
  await card.getByRole('button', { name: 'Save' }).click()
  await expect(card.getByText('Write each as prefix.name = value')).toBeVisible()
  const later = await page.context().newPage()
  await later.goto('/isolation/principals')
  await later.waitForLoadState('networkidle')
  await settings.fill('app.clinica = a0000000-0000-4000-8000-00000000000a\napp.usuario = u')
  await card.getByRole('button', { name: 'Save' }).click()
  await expect(card.getByText('app.usuario', { exact: true })).toBeVisible()
  const stale = later.getByRole('region', { name: 'neg_app/A' })
  await stale.getByText('Change').click()
  await stale.getByRole('button', { name: 'Save' }).click()
  await expect(stale.getByText('Somebody has changed or removed neg_app/A meanwhile.')).toBeVisible()
  await later.close()
  await page.goto('/isolation')
  await expect(page.getByText('These results are out of date.')).toBeVisible()
  await page.goto('/isolation/principals')
  await page.waitForLoadState('networkidle')
  await page.getByRole('button', { name: 'Detect again' }).click()
  await expect(page.getByText('detected', { exact: true }).first()).toBeVisible()
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('a cell opens to its story, and a run can be started', async ({ page }) => {
    // A script of an earlier page left it.
    await page.context().clearCookies({ name: 'tabellion_zone' })
    await page.goto(consultas)
    await expect(page.getByText('It runs:')).toBeVisible()
    await page.goto('/isolation')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.goto('/isolation')
    await expect(page.getByRole('region', { name: 'Run' })).toBeVisible()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.goto('/isolation')
    await expect(page.getByText(/Cancelled by|Started by/)).toBeVisible()
  })
})

test.describe('a viewer', () => {
  test.use({ storageState: stateOf('viewer') })

  test('sees the matrix and starts nothing', async ({ page }) => {
    await page.goto('/isolation')
    await expect(matrix(page).first()).toBeVisible()
    await expect(page.getByRole('button', { name: /Ask/ })).toHaveCount(0)
    expect((await page.request.get('/export/isolation')).status()).toBe(403)
  })
})
