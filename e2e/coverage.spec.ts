import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { stateOf } from './people'
import { complaints, prefer } from './session'

test.use({ storageState: stateOf('dba') })

test.beforeEach(async ({ page }) => {
  await prefer(page, { language: 'en', database: 'neglected' })
})

test('a cell says why, with the keyboard alone', async ({ page }) => {
  const found = complaints(page)
  await page.goto('/coverage')
  const first = page.locator('a[data-cell]').first()
  // What lies open comes first.
  await expect(page.locator('.matrix tbody tr').first().locator('a[title*=": open"]').first()).toBeVisible()
  await page.waitForLoadState('networkidle')
  await first.focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.locator('a[data-cell]:focus')).toHaveCount(1)
  await expect(first).not.toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(first).toBeFocused()
  await page.keyboard.press('Enter')
  const why = page.getByRole('dialog', { name: 'Why?' })
  await expect(why).toBeVisible()
  await expect(why.locator('ol li').first()).not.toBeEmpty()
  await expect(page).toHaveURL(/peek=/)
  await page.reload()
  await expect(why).toBeVisible()
  await page.waitForLoadState('networkidle')
  await page.keyboard.press('Escape')
  await expect(why).toHaveCount(0)
  await expect(page).not.toHaveURL(/peek=/)
  expect(found).toEqual([])
})

test('filters live in the address, and the CSV holds what is shown', async ({ page }) => {
  await page.goto('/coverage')
  await page.waitForLoadState('networkidle')
  const all = await page.locator('.matrix tbody tr').count()
  await page.locator('select[name=show]').selectOption('open')
  await expect(page).toHaveURL(/show=open/)
  await expect.poll(() => page.locator('.matrix tbody tr').count()).toBeLessThan(all)
  const shown = await page.locator('.matrix tbody th code').allTextContents()
  const download = page.waitForEvent('download')
  await page.locator('a[href^="/export/coverage"]').click()
  const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n')
  expect(lines[0]).toBe('table,role,command,verdict,because')
  for (const table of shown)
    expect(lines.some((line) => line.includes(table.replaceAll('"', '""')))).toBe(true)
  expect(lines.some((line) => line.includes(',open,'))).toBe(true)
  await page
    .getByRole('link', { name: /Remove filter/ })
    .first()
    .click()
  await expect(page).not.toHaveURL(/show=/)
})

test('the overview leads from its worst finding to the fix, and says how its score is made', async ({
  page,
}) => {
  await page.goto('/overview')
  const score = Number((await page.locator('.text-score').textContent())?.match(/\d+/)?.[0])
  expect(score).toBeLessThan(80)
  await expect(page.getByRole('table', { name: /score/i }).locator('tbody tr')).toHaveCount(4)
  await page.locator('section[aria-labelledby=attention] a').first().click()
  await expect(page).toHaveURL(/\/findings/)
})

test('the palette finds a table and a page by a few letters', async ({ page }) => {
  await page.goto('/overview')
  await page.waitForLoadState('networkidle')
  await page.keyboard.press('Control+k')
  const box = page.getByRole('combobox')
  await box.fill('pacien')
  await expect(page.getByRole('option').filter({ hasText: 'public.pacientes' })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/tables\/.*pacientes/i)
  await page.waitForLoadState('networkidle')
  await page.keyboard.press('g')
  await page.keyboard.press('i')
  await expect(page).toHaveURL(/\/indexes/)
})

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false })

  test('pages are whole, filters filter, and looks can be changed', async ({ page, context }) => {
    await context.clearCookies({ name: 'tabellion_zone' })
    await page.goto('/coverage')
    await expect(page.locator('.matrix tbody tr').first()).toBeVisible()
    await page.locator('select[name=show]').selectOption('open')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page).toHaveURL(/show=open/)
    await page.locator('a[data-cell]').first().click()
    await expect(page.getByRole('dialog', { name: 'Why?' })).toBeVisible()
    await page.locator('summary[aria-label^="Account"]').click()
    await page.locator('#theme-dark').click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  })
})
