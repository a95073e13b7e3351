import { expect, test, type Page } from '@playwright/test'
import { clinic } from './database'
import { stateOf } from './people'
import { complaints, prefer, settled } from './session'

test.use({ storageState: stateOf('officer') })
test.describe.configure({ mode: 'serial' })
test.beforeEach(({ page }) => prefer(page, { language: 'en', database: 'clinic' }))

const verify = async (page: Page) => {
  await page.goto('/audit/verify')
  await expect(page.locator('section time').first()).toBeVisible()
  await page.getByRole('button', { name: 'Verify now' }).click()
  await expect(page.getByRole('button', { name: 'Verify now' })).toBeVisible({ timeout: 60_000 })
  await page.goto('/audit/verify')
}

test('the list says how far it is sealed, and a verification finds it intact', async ({ page }) => {
  const found = complaints(page)
  await page.goto('/audit')
  await settled(page)
  await expect(page.locator('main header p')).toContainText(/sealed to entry [\d,]+/)
  await page.getByRole('link', { name: 'Verify', exact: true }).click()
  await expect(page).toHaveURL(/\/audit\/verify$/)
  await expect(page.getByText(/[\d,]+ entries in \d+ blocks?/)).toBeVisible()
  await verify(page)
  await expect(page.getByText(/^Intact to entry [\d,]+\.$/)).toBeVisible()
  await expect(page.getByText('every committed entry in exactly one block')).toBeVisible()
  expect(found).toEqual([])
})

test('an entry that a superuser changed is found, by its number, and said in both languages', async ({
  page,
}) => {
  const [entry] = await clinic<{ id: string; role: string | null }>(
    `select e.id::text, e.actor_role as role from ledger.audit_logs e, ledger.block b
      where b.number = 1 and pg_visible_in_snapshot(e.xact_id, b.snapshot_after) order by e.id limit 1`,
  )
  const change = (role: string | null) =>
    clinic(`do $$ declare part regclass; begin
      select tableoid::regclass into part from ledger.audit_logs where id = ${entry?.id};
      execute format('alter table %s disable trigger all', part);
      alter table ledger.audit_logs disable trigger all;
      update ledger.audit_logs set actor_role = ${role === null ? 'null' : `'${role}'`} where id = ${entry?.id};
      execute format('alter table %s enable always trigger audit_logs_refuse_row, enable always trigger audit_logs_refuse_statement, enable always trigger audit_logs_refuse_truncate', part);
      alter table ledger.audit_logs enable always trigger audit_logs_refuse_row, enable always trigger audit_logs_refuse_statement, enable always trigger audit_logs_refuse_truncate;
    end $$`)
  await change('innocent')
  try {
    await verify(page)
    await expect(page.getByText(/^Not intact:/)).toBeVisible()
    await expect(page.locator('main')).toContainText(`entry ${entry?.id}`)
    await prefer(page, { language: 'pt-BR', database: 'clinic' })
    await page.goto('/audit/verify')
    await expect(page.getByText(/^Não íntegra:/)).toBeVisible()
    await expect(page.locator('main')).toContainText('um registro diz outra coisa do que quando foi selado')
  } finally {
    await change(entry?.role ?? null)
  }
  await prefer(page, { language: 'en', database: 'clinic' })
  await verify(page)
  await expect(page.getByText(/^Intact to entry/)).toBeVisible()
})

test('a viewer and a DBA are refused', async ({ browser }) => {
  for (const who of ['viewer', 'dba'] as const) {
    const context = await browser.newContext({ storageState: stateOf(who) })
    expect((await context.request.get('/audit/verify')).status(), who).toBe(403)
    await context.close()
  }
})
