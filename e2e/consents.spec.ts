import { expect, test, type Page } from '@playwright/test'
import { clinicIds } from '../db/seed/people'
import { clinic } from './database'
import { stateOf } from './people'
import { complaints, prefer, settled } from './session'

interface Open {
  readonly patient: string
  readonly number: string
  readonly name: string
  readonly activity: string
  readonly title: string
}

/** Adults of clinic A and purposes they have neither consented to nor been asked for, a different patient each time. */
async function openChoice(skip: number): Promise<Open> {
  const [found] = await clinic<Open>(
    `select p.id as patient, p.record_number as number, coalesce(p.social_name, p.full_name) as name,
            a.id as activity, a.title
       from public.patients p
       join public.processing_activities a on a.clinic_id = p.clinic_id and a.legal_basis in ('a7_i', 'a11_i')
        and a.status = 'active'
       join public.consent_terms t on t.clinic_id = a.clinic_id and t.activity_id = a.id
        and t.published_at is not null and t.retired_at is null
      where p.clinic_id = $1 and p.legal_capacity = 'full' and p.birth_date < now() - interval '20 years'
        and p.deceased_at is null and p.anonymized_at is null and p.user_id is null
        and not exists (select from public.consent_records c
                         where c.patient_id = p.id and c.activity_id = a.id
                           and (c.status in ('granted', 'pending') or c.status_reason = 'refused'))
      order by md5(p.id::text || a.id::text)
     offset $2 limit 1`,
    [clinicIds.aurora, skip],
  )
  if (!found) throw new Error('The demonstration has no patient without a consent.')
  return found
}

async function fill(page: Page, evidence: string) {
  await page.getByLabel('The term was read by or to the person').check()
  await page.getByLabel('Consents', { exact: true }).check()
  await page.getByLabel('How it was collected').selectOption('in_person_paper')
  await page.getByLabel('The patient', { exact: true }).check()
  await page.getByLabel('SHA-256 of the evidence').fill(evidence)
}

const hash = 'c0'.repeat(32)

test.describe('the administrator of a clinic', () => {
  test.use({ storageState: stateOf('adminOfA') })
  test.beforeEach(({ page }) => prefer(page, { language: 'en', database: 'clinic' }))

  test('records a consent: patient, purpose, term, and only then the decision', async ({ page }) => {
    const found = complaints(page)
    const choice = await openChoice(0)
    await page.goto('/consents')
    await page.getByRole('link', { name: 'Record consent' }).click()
    await expect(page).toHaveURL(/\/consents\/new$/)
    await page.getByLabel('Record number or name').fill(choice.number)
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByRole('link', { name: choice.name }).first().click()
    await expect(page.getByText('Does not rest on consent').first()).toBeVisible()
    await page.getByRole('link', { name: choice.title }).click()
    await expect(page.getByText('If the person refuses')).toBeVisible()
    for (const box of await page.locator('form input[type=radio], form input[type=checkbox]').all()) {
      await expect(box).not.toBeChecked()
    }

    await page.getByRole('button', { name: 'Record decision' }).click()
    await expect(page.getByText('The term comes first')).toBeVisible()

    await fill(page, 'not a hash')
    await page.getByRole('button', { name: 'Record decision' }).click()
    await expect(page.getByText('A SHA-256 has 64 hexadecimal digits.')).toBeVisible()
    await expect(page.getByLabel('Consents', { exact: true })).toBeChecked()

    await page.getByLabel('SHA-256 of the evidence').fill(hash)
    await page.getByRole('button', { name: 'Record decision' }).click()
    await expect(page).toHaveURL(/\/consents\/[0-9a-f-]{36}\?noted=granted/)
    await expect(page.getByRole('status').filter({ hasText: 'The consent is recorded.' })).toBeVisible()
    await expect(page.getByRole('list', { name: 'What happened' })).toContainText('Granted')
    await page.getByRole('link', { name: 'Entries in the audit log' }).click()
    await expect(page.getByRole('table')).toContainText('consent_records')
    expect(found).toEqual([])
  })

  test('sends the same form twice and records once', async ({ page }) => {
    const choice = await openChoice(1)
    await page.goto(`/consents/new?patient=${choice.patient}&purpose=${choice.activity}`)
    await fill(page, hash)
    await page.locator('form:has(input[name=capture])').evaluate((form) => {
      ;(form as HTMLFormElement).requestSubmit()
      ;(form as HTMLFormElement).requestSubmit()
    })
    await expect(page).toHaveURL(/\/consents\/[0-9a-f-]{36}/)
    const made = await clinic(
      `select id from public.consent_records where patient_id = $1 and activity_id = $2 and status = 'granted'
       union all
       select id from public.consent_records where patient_id = $1 and activity_id = $2 and status_reason = 'superseded'
         and granted_at > now() - interval '5 minutes'`,
      [choice.patient, choice.activity],
    )
    expect(made).toHaveLength(1)
  })

  test('withdraws after seeing what it does; who comes second is told', async ({ page, context }) => {
    const choice = await openChoice(3)
    await page.goto(`/consents/new?patient=${choice.patient}&purpose=${choice.activity}`)
    await fill(page, hash)
    await page.getByRole('button', { name: 'Record decision' }).click()
    await expect(page).toHaveURL(/noted=granted/)
    await page.getByRole('link', { name: 'Withdraw consent' }).click()
    await expect(page.getByText('The gate closes')).toBeVisible()
    await expect(page.getByText(/reason/i)).toHaveCount(1)

    const second = await context.newPage()
    await second.goto(page.url())
    for (const each of [page, second]) {
      await each.getByLabel('The patient', { exact: true }).check()
      await each.getByLabel('How the person told the clinic').selectOption('phone')
    }
    await page.getByRole('button', { name: 'Withdraw consent' }).click()
    await expect(page).toHaveURL(/noted=withdrawn/)
    await expect(page.locator('header').filter({ hasText: 'Withdrawn' }).first()).toContainText(
      'at the patient’s request',
    )
    await expect(page.getByRole('list', { name: 'What happened' })).toContainText('By phone')

    await second.getByRole('button', { name: 'Withdraw consent' }).click()
    await expect(second.getByText('Somebody has already withdrawn this consent')).toBeVisible()
    await second.close()

    await page.goto(`${page.url().split('?')[0]}?on=2001-01-01`)
    await expect(page.getByText('Not yet asked')).toBeVisible()
    await page.getByRole('link', { name: 'Print proof' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Proof of consent')
    await expect(page.getByText('SHA-256 of the evidence').or(page.getByText('Evidence hash'))).toBeVisible()
  })

  test('filters, pages and exports the same list', async ({ page, request }) => {
    await page.goto('/consents?status=granted')
    await expect(page.getByRole('link', { name: /Remove filter Status Granted/ })).toBeVisible()
    await settled(page)
    const shown = await page.locator('tbody tr').count()
    expect(shown).toBeGreaterThan(10)
    for (const row of await page.locator('tbody tr').all()) await expect(row).toContainText('Granted')
    await page.getByRole('link', { name: /Older/ }).first().click()
    await expect(page).toHaveURL(/status=granted.*after=|after=.*status=granted/)
    await page.getByRole('link', { name: /Newer/ }).first().click()
    await expect(page).toHaveURL(/before=/)
    const file = await request.get('/export/consents?status=granted')
    expect(file.headers()['content-type']).toContain('text/csv')
    const lines = (await file.text()).trim().split('\r\n').slice(1)
    expect(lines.length).toBeGreaterThanOrEqual(shown)
    expect(lines.every((line) => line.includes(',granted,'))).toBe(true)
    const [logged] = await clinic<{ record_count: number }>(
      `select record_count from ledger.audit_logs where action = 'export' and table_name = 'public.consent_records'
        order by id desc limit 1`,
    )
    expect(logged?.record_count).toBe(lines.length)
  })
})

test.describe('others', () => {
  test('a consent of another clinic is not there, and the log says who asked', async ({ browser }) => {
    const context = await browser.newContext({ storageState: stateOf('adminOfA') })
    const [theirs] = await clinic<{ id: string }>(
      'select id from public.consent_records where clinic_id <> $1 order by random() limit 1',
      [clinicIds.aurora],
    )
    for (const path of ['', '/withdraw', '/proof']) {
      expect((await context.request.get(`/consents/${theirs?.id}${path}`)).status(), path).toBe(404)
    }
    const [denied] = await clinic<{ n: number }>(
      `select count(*)::int as n from ledger.audit_logs
        where record_id = $1 and outcome = 'denied' and clinic_id is null and recorded_at > now() - interval '5 minutes'`,
      [theirs?.id],
    )
    expect(denied?.n).toBeGreaterThan(0)
    await context.close()
  })

  test('an officer reads without names and withdraws, but does not record', async ({ browser }) => {
    const context = await browser.newContext({ storageState: stateOf('officer') })
    const page = await context.newPage()
    await prefer(page, { language: 'en', database: 'clinic' })
    await page.goto('/consents')
    await expect(page.locator('tbody tr').first()).toBeVisible()
    const names = await clinic<{ name: string }>('select full_name as name from public.patients')
    const text = await page.locator('main').innerText()
    expect(names.filter(({ name }) => text.includes(name))).toEqual([])
    await expect(page.getByRole('link', { name: 'Record consent' })).toHaveCount(0)
    await page.goto('/consents/new')
    await expect(page.getByText('Recording is done at the clinic')).toBeVisible()
    await context.close()
  })

  test('a viewer and a DBA are refused', async ({ browser }) => {
    for (const who of ['viewer', 'dba'] as const) {
      const context = await browser.newContext({ storageState: stateOf(who) })
      for (const path of ['/consents', '/consents/new', '/export/consents']) {
        expect((await context.request.get(path)).status(), `${who} ${path}`).toBe(403)
      }
      await context.close()
    }
  })

  test('a database without consents says so and offers the migration', async ({ browser }) => {
    const context = await browser.newContext({ storageState: stateOf('officer') })
    const page = await context.newPage()
    await prefer(page, { language: 'en', database: 'neglected' })
    await page.goto('/consents')
    await expect(page.getByText('This database has no consent records')).toBeVisible()
    const href = await page
      .getByRole('link', { name: 'Download tabellion-reference.sql' })
      .getAttribute('href')
    const file = await context.request.get(href ?? '')
    expect(await file.text()).toMatch(
      /^begin;[\s\S]+create table ledger\.audit_logs[\s\S]+create table public\.consent_records[\s\S]+commit;\s*$/,
    )
    await context.close()
  })
})
