import { expect, test } from '@playwright/test'
import { stateOf } from './people'
import { prefer, settled } from './session'

test.describe('the DBA', () => {
  test.use({ storageState: stateOf('dba') })

  test('sees how fast the operations are, and the way of one, without a value of any patient', async ({
    page,
  }) => {
    await prefer(page, { language: 'en', database: 'clinic' })
    await page.goto('/performance')
    await settled(page)
    const rows = page.locator('main table').first().locator('tbody tr')
    expect(await rows.count()).toBeGreaterThanOrEqual(20)
    await expect(page.getByText(/0 over it · 0 unknown/)).toBeVisible()
    await page.waitForLoadState('networkidle')
    await page.getByRole('link', { name: 'The chart of a patient' }).click()
    await expect(page).toHaveURL(/performance\/chart/)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('The chart of a patient')
    await expect(page.getByRole('heading', { name: 'Plan' })).toBeVisible()
    const plan = await page.locator('main').innerText()
    expect(plan).toContain('medical_records_patient_idx')
    expect(plan).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/)
  })

  test('is told where operations are missing, and how to add some', async ({ page }) => {
    await prefer(page, { language: 'en', database: 'neglected' })
    await page.goto('/performance')
    await expect(page.getByText('No standard operations are configured for this database')).toBeVisible()
  })

  test('walks the map from table to table, and takes it along', async ({ page }) => {
    await prefer(page, { language: 'en', database: 'clinic' })
    await page.goto('/map')
    await page.waitForLoadState('networkidle')
    await page.getByRole('link', { name: /^public\.patients: / }).click()
    await expect(page).toHaveURL(/focus=public\.patients/, { timeout: 30_000 })
    await expect(page.getByRole('link', { name: /^public\.medical_records: forced, captured/ })).toBeVisible()
    await page.getByRole('button', { name: 'Larger' }).click()
    await expect(page.getByRole('status').filter({ hasText: '125%' })).toBeVisible()
    await page.getByRole('region', { name: 'Tables and their foreign keys' }).press('-')
    await expect(page.getByRole('status').filter({ hasText: '100%' })).toBeVisible()
    const answer = await page.request.get('/export/map?focus=public.patients')
    expect(answer.headers()['content-type']).toContain('image/svg+xml')
    expect(await answer.text()).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*public\.patients/s)
  })

  test('searches the dictionary and exports what was found', async ({ page }) => {
    await prefer(page, { language: 'en', database: 'clinic' })
    await page.goto('/dictionary?q=blind&class=pers')
    await expect(page.getByText('The filters leave nothing')).toHaveCount(0)
    await page.goto('/dictionary?q=cpf_bidx')
    await expect(page.getByRole('heading', { name: 'public.patients' })).toBeVisible()
    const markdown = await page.request.get('/export/dictionary?q=cpf_bidx&format=markdown')
    expect(await markdown.text()).toContain('| `cpf_bidx` | bytea |')
    const csv = await page.request.get('/export/dictionary?q=cpf_bidx')
    expect(await csv.text()).toMatch(/^schema,table,/)
  })
})

test.describe('the officer', () => {
  test.use({ storageState: stateOf('officer') })

  test('judges an emergency opening once', async ({ page }) => {
    await prefer(page, { language: 'en', database: 'clinic' })
    await page.goto('/openings')
    await settled(page)
    const waiting = page.getByText('Waits for a review')
    const before = await waiting.count()
    expect(before).toBeGreaterThan(0)
    await page.getByRole('button', { name: 'Not justified' }).first().click()
    await expect(waiting).toHaveCount(before - 1)
  })

  test('sees the coverage of signatures, and verifies what the demonstration’s own authority vouches for', async ({
    page,
  }) => {
    await prefer(page, { language: 'en', database: 'clinic' })
    await page.goto('/signatures')
    await settled(page)
    await expect(page.getByRole('heading', { name: 'Coverage of documents' })).toBeVisible()
    await page.getByRole('button', { name: 'Verify what waited longest' }).click()
    await expect(page.getByText(/^[1-9]\d* signatures were verified; 0 of them do not hold\.$/)).toBeVisible()
  })
})
