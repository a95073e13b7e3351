import { expect, test } from '@playwright/test'
import { clinicIds } from '../db/seed/people'
import { clinic } from './database'
import { stateOf } from './people'
import { complaints, prefer, settled } from './session'

const rows = 'main tbody tr'

test.use({ storageState: stateOf('officer') })
test.beforeEach(({ page }) => prefer(page, { language: 'en', database: 'clinic' }))

test('the log is filtered by its address, and each filter is one link away from being gone', async ({
  page,
}) => {
  const found = complaints(page)
  await page.goto('/audit?action=create&table=public.patients')
  await settled(page)
  for (const row of await page.locator(rows).all()) await expect(row).toContainText('public.patients')
  await page.getByRole('link', { name: 'Remove filter Table public.patients' }).click()
  await expect(page).toHaveURL(/\/audit\?action=create$/)
  await page.getByRole('link', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL(/\/audit$/)
  await page.goto('/audit?since=2999-01-01')
  await expect(page.getByText('No entry in the log matches these filters.')).toBeVisible()
  expect(found).toEqual([])
})

test('pages go older and back without losing or repeating an entry', async ({ page }) => {
  const numbers = () => page.locator(`${rows} td:last-child a`).allInnerTexts()
  await page.goto('/audit?table=public.appointments')
  await settled(page)
  const first = await numbers()
  expect(first).toHaveLength(50)
  await page.getByRole('link', { name: /Older/ }).first().click()
  await expect(page).toHaveURL(/after=/)
  await expect(page.locator(rows)).toHaveCount(50)
  const second = await numbers()
  expect(second.filter((number) => first.includes(number))).toEqual([])
  await expect(page.getByRole('link', { name: '50 newer entries' })).toBeVisible()
  await page
    .getByRole('link', { name: /^‹ Newer/ })
    .first()
    .click()
  await expect(page).toHaveURL(/before=/)
  await expect.poll(numbers).toEqual(first)
})

test('a peek opens beside the list, J and K walk it, Esc closes it', async ({ page }) => {
  await page.goto('/audit?action=consent')
  await page.locator(`${rows} a.row-link`).nth(1).click()
  await expect(page).toHaveURL(/peek=\d+/)
  const drawer = page.locator('[data-drawer]')
  await expect(drawer).toContainText('Happened')
  const title = await drawer.locator('h2').first().innerText()
  await page.keyboard.press('j')
  await expect(drawer.locator('h2').first()).not.toHaveText(title)
  await page.keyboard.press('k')
  await expect(drawer.locator('h2').first()).toHaveText(title)
  await page.keyboard.press('Escape')
  await expect(drawer).toHaveCount(0)
  await expect(page).toHaveURL(/\/audit\?action=consent$/)
})

test('a personal value is never shown: not in the peek, the page, the JSON or the file', async ({
  page,
  request,
}) => {
  const phone = `92 9${Date.now() % 10_000}-${process.pid % 10_000}-7`
  const [patient] = await clinic<{ id: string }>(
    `update public.patients set phone = $2 where id = (select id from public.patients where clinic_id = $1 limit 1) returning id`,
    [clinicIds.aurora, phone],
  )
  const [entry] = await clinic<{ id: string }>(
    `select l.id::text from ledger.audit_logs l where l.record_id = $1 and l.action = 'update' order by l.id desc limit 1`,
    [patient?.id],
  )
  for (const path of [`/audit?peek=${entry?.id}`, `/audit/${entry?.id}`, `/audit/${entry?.id}/json`]) {
    await page.goto(path)
    await expect(page.locator('main')).toContainText('phone')
    expect(await (await page.context().request.get(path)).text()).not.toContain(phone)
  }
  await page.goto(`/audit/${entry?.id}`)
  await expect(page.getByText('•••• changed')).toBeVisible()
  await expect(page.getByText('changed a patient: phone.')).toBeVisible()
  await page.getByRole('link', { name: 'History of this row' }).click()
  await expect(page.locator(rows).first()).toContainText('public.patients')
  const file = await (await request.get(`/export/audit?patient=${patient?.id}`)).text()
  expect(file).toContain('phone: •••• → ••••')
  expect(file).not.toContain(phone)
})

const counted = async () => {
  const [row] = await clinic<{ n: number }>(
    `select count(*)::int as n from ledger.audit_logs where action = 'list' and table_name = 'ledger.audit_logs'
      and changed_fields = '{q,since}'`,
  )
  return row?.n ?? 0
}

test('reading the log is in the log, once for each question', async ({ page }) => {
  const before = await counted()
  await page.goto('/audit?q=medical_records&since=2020-01-01')
  await page.locator(`${rows} a.row-link`).first().click()
  await expect(page.locator('[data-drawer]')).toBeVisible()
  await page.keyboard.press('j')
  await page.reload()
  await expect(page.locator(rows).first()).toBeVisible()
  expect(await counted()).toBe(before + 1)
})

test('a viewer and a DBA are refused', async ({ browser }) => {
  for (const who of ['viewer', 'dba'] as const) {
    const context = await browser.newContext({ storageState: stateOf(who) })
    for (const path of ['/audit', '/audit/1', '/audit/1/json', '/export/audit']) {
      expect((await context.request.get(path)).status(), `${who} ${path}`).toBe(403)
    }
    await context.close()
  }
})

test('a database without a log says so and offers the migration', async ({ page, request }) => {
  await prefer(page, { database: 'neglected' })
  await page.goto('/audit')
  await expect(page.getByText('This database has no audit log')).toBeVisible()
  await page.getByRole('link', { name: 'ledger/020_log.sql' }).click()
  await expect(page.getByText('create table ledger.audit_logs')).toBeVisible()
  const file = await request.get('/export/migration/ledger')
  expect(file.headers()['content-disposition']).toContain('tabellion-ledger.sql')
  expect((await request.get('/export/migration/..%2F..%2Fetc')).status()).toBe(404)
})
