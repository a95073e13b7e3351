import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { stateOf } from './people'
import { complaints, prefer, settled } from './session'

const accessible = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target.join(' ')}`)).toEqual([])
}

const pathOf = (key: string) => `/findings/${encodeURIComponent(key)}`
const forced = 'rls-not-forced:public.pacientes'

test.describe('a DBA', () => {
  test.use({ storageState: stateOf('dba') })
  test.describe.configure({ mode: 'serial' })

  test('proves a fix from its page and sees what goes, and which lock it takes', async ({ page }) => {
    test.setTimeout(180_000)
    const found = complaints(page)
    await prefer(page, { database: 'neglected' })
    await page.goto(pathOf(forced))
    await page.getByRole('button', { name: /^Prove (this fix|it again)$/ }).click()
    const proof = page
      .locator('section', { has: page.getByRole('heading', { name: 'Proof of the fix' }) })
      .last()
    await expect(proof).toContainText('the fix runs, the finding disappears', { timeout: 120_000 })
    await expect(proof.getByRole('link', { name: forced })).toBeVisible()
    await expect(proof.getByRole('row', { name: /public\.pacientes/ })).toContainText('AccessExclusive')
    await expect(proof).toContainText('Nothing new would appear')
    await accessible(page)
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme)
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 })
        await page.screenshot({ path: `e2e/screenshots/proof.${theme}.${width}.png`, fullPage: true })
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
        ).toBeLessThanOrEqual(0)
      }
    }
    expect(found).toEqual([])
  })

  test('is told why a fix that acts on the server cannot be proved', async ({ page }) => {
    await prefer(page, { database: 'neglected' })
    await page.goto('/findings?q=logging')
    await settled(page)
    await page.locator('main tbody a.row-link').first().click()
    await page.getByRole('button', { name: /^Prove (this fix|it again)$/ }).click()
    await expect(page.getByText('Cannot be proved')).toBeVisible({ timeout: 30_000 })
    await expect(page.getByText('acts on the server or on rows')).toBeVisible()
  })

  test('downloads the fixes of two chosen findings, and what takes them back', async ({ page }) => {
    const found = complaints(page)
    await prefer(page, { database: 'neglected' })
    await page.goto('/findings?severity=critical')
    await settled(page)
    const boxes = page.getByRole('checkbox', { name: /^Choose / })
    await boxes.nth(0).check()
    await boxes.nth(1).check()
    await page.getByRole('button', { name: 'Fixes of the chosen as SQL' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Fixes as one migration')
    await expect(page.getByText(/^2 findings in/)).toBeVisible()
    const file = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name }).click(),
      ])
      const parts: Buffer[] = []
      for await (const part of await download.createReadStream()) parts.push(part as Buffer)
      return Buffer.concat(parts).toString()
    }
    const forward = await file('Download the migration')
    expect(forward).toContain("set lock_timeout = '5s';")
    expect(forward).toMatch(/-- Mends 2 findings/)
    expect(await file('Download the way back')).toContain('-- The way back, for the database: neglected')
    await accessible(page)
    expect(found).toEqual([])
  })

  test('gets the fixes of all that the filters leave', async ({ page }) => {
    await prefer(page, { database: 'neglected' })
    await page.goto('/findings')
    await settled(page)
    await page.getByRole('link', { name: 'Fixes of all shown as SQL' }).click()
    await expect(page.getByText('1. Rights and functions')).toBeVisible()
    await page.getByText('Left out').click()
    await expect(page.getByText('only a person can decide').first()).toBeVisible()
    await accessible(page)
    await page.screenshot({ path: 'e2e/screenshots/fixes.neglected.png', fullPage: true })
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ).toBeLessThanOrEqual(0)
    }
  })
})

test.describe('without a script', () => {
  test.use({ storageState: stateOf('dba'), javaScriptEnabled: false })

  test('findings are chosen with an ordinary form', async ({ page, baseURL }) => {
    // A script of an earlier page left it.
    await page.context().clearCookies({ name: 'tabellion_zone' })
    await page
      .context()
      .addCookies([{ name: 'tabellion_db', value: 'neglected', url: new URL(baseURL ?? '').origin }])
    await page.goto('/findings?severity=critical')
    await page
      .getByRole('checkbox', { name: /^Choose / })
      .first()
      .check()
    await page.getByRole('button', { name: 'Fixes of the chosen as SQL' }).click()
    await expect(page).toHaveURL(/\/findings\/fixes\?key=/)
    await expect(page.getByText(/^1 finding in/)).toBeVisible()
  })
})

test.describe('a viewer', () => {
  test.use({ storageState: stateOf('viewer') })

  test('sees no button that proves, and downloads nothing', async ({ page, request }) => {
    await prefer(page, { database: 'neglected' })
    await page.goto(pathOf(forced))
    await expect(page.getByRole('heading', { name: 'Proof of the fix' })).toBeVisible()
    await expect(page.getByRole('button', { name: /Prove/ })).toHaveCount(0)
    expect((await request.get('/export/fixes?all=true')).status()).toBe(403)
  })
})
