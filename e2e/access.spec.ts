import { expect, test, type APIRequestContext, type Browser } from '@playwright/test'
import { navPages } from '../app/(admin)/nav'
import { clinicIds } from '../db/seed/people'
import { clinic } from './database'
import { stateOf, type Who } from './people'

const exports = [
  '/export/consents',
  '/export/audit',
  '/export/tables',
  '/export/findings',
  '/export/coverage',
]
const records = ['/consents', '/audit', '/export/consents', '/export/audit']

interface Secrets {
  readonly names: readonly string[]
  readonly ids: readonly string[]
}

/** Everything that names a patient, or a row about one, of one clinic (or all); what another may share is left out. */
async function secretsOf(clinicId: string | null): Promise<Secrets> {
  const people = await clinic<{ id: string; own: string[] }>(
    `select id, array_remove(array[full_name, social_name, mother_name, phone, email, cns, record_number], null) as own
       from public.patients p
      where ($1::uuid is null or clinic_id = $1)`,
    [clinicId],
  )
  // A short name may be part of a longer one that its reader may well see.
  const [others] = await clinic<{ text: string }>(
    `select coalesce(string_agg(concat_ws(E'\\n', full_name, social_name, mother_name, phone, email, cns, record_number), E'\\n'), '')
              || (select coalesce(string_agg(full_name, E'\\n'), '') from public.professionals) as text
       from public.patients where clinic_id <> $1`,
    [clinicId],
  )
  const rows = await clinic<{ id: string }>(
    'select id from public.consent_records where ($1::uuid is null or clinic_id = $1)',
    [clinicId],
  )
  return {
    names: people
      .flatMap(({ own }) => own)
      .filter((value) => value.length > 5 && !others?.text.includes(value)),
    ids: [...people, ...rows].map(({ id }) => id),
  }
}

/** Reads every address that a page of ours links to, breadth first; answers which of the values were met, and where. */
async function crawl(
  request: APIRequestContext,
  starts: readonly string[],
  values: readonly string[],
  limit: number,
) {
  const seen = new Set(starts)
  const queue = [...starts]
  const met: string[] = []
  let read = 0
  for (let path = queue.shift(); path !== undefined && read < limit; path = queue.shift()) {
    read += 1
    const response = await request.get(path, { maxRedirects: 0 })
    const text = await response.text()
    const found = values.find((value) => text.includes(value))
    if (found) met.push(`${path}: ${found}`)
    expect(response.status(), path).toBeLessThan(500)
    for (const [, href = ''] of text.matchAll(/href="(\/[^"#]*)"/g)) {
      const next = href.replaceAll('&amp;', '&')
      if (/^\/(_next|api|export\/migration)/.test(next) || seen.has(next) || seen.size > 400) continue
      seen.add(next)
      queue.push(next)
    }
  }
  return { met, read }
}

const as = async (browser: Browser, who: Who) =>
  (await browser.newContext({ storageState: stateOf(who) })).request

test.describe('signed out', () => {
  test('only the sign-in is to be had', async ({ page, request }) => {
    const { names, ids } = await secretsOf(null)
    for (const path of [...navPages.map((p) => p.path), ...exports, '/tables/public.patients', '/palette']) {
      const response = await request.get(path, { maxRedirects: 0 })
      expect([401, 307, 308], path).toContain(response.status())
      const text = await response.text()
      expect(
        [...names, ...ids].filter((value) => text.includes(value)),
        path,
      ).toEqual([])
      expect(text, path).not.toContain('consent_records')
    }
    await page.goto('/overview')
    await expect(page.locator('main table')).toHaveCount(0)
    await page.locator('a[href^="/sign-in"]').first().click()
    await expect(page.locator('input[name=password]')).toBeVisible()
  })

  test('a wrong password says no more than that, and many are slowed down', async ({ page }) => {
    for (const email of ['officer@tabellion.example', 'nobody@tabellion.example']) {
      await page.goto('/sign-in')
      await page.locator('input[name=email]').fill(email)
      await page.locator('input[name=password]').fill('not the password')
      await page.locator('form:has(input[name=password]) button[type=submit]').click()
      await expect(page.locator('form [role=alert], form [role=status]').first()).not.toBeEmpty()
      await expect(page).toHaveURL(/sign-in/)
    }
  })
})

test('a DBA sees no patient value anywhere', async ({ browser }) => {
  test.setTimeout(180_000)
  const request = await as(browser, 'dba')
  for (const path of records) expect((await request.get(path, { maxRedirects: 0 })).status(), path).toBe(403)
  const [consent] = await clinic<{ id: string }>('select id from public.consent_records limit 1')
  expect((await request.get(`/consents/${consent?.id}`)).status()).toBe(403)
  const { names, ids } = await secretsOf(null)
  expect(names.length).toBeGreaterThan(300)
  const { met, read } = await crawl(
    request,
    navPages.map((p) => p.path),
    [...names, ...ids],
    150,
  )
  expect(met).toEqual([])
  expect(read).toBeGreaterThan(40)
})

test('the administrator of clinic A gets nothing of clinic B by any address', async ({ browser }) => {
  test.setTimeout(180_000)
  const request = await as(browser, 'adminOfA')
  const foreign = await secretsOf(clinicIds.peleViva)
  const own = await secretsOf(clinicIds.aurora)
  expect(foreign.ids.length).toBeGreaterThan(100)

  const list = await (await request.get('/consents')).text()
  expect(
    own.ids.some((id) => list.includes(id)),
    'own consents are there',
  ).toBe(true)

  const consents = await clinic<{ id: string }>(
    'select id from public.consent_records where clinic_id = $1 limit 5',
    [clinicIds.peleViva],
  )
  const entries = await clinic<{ id: string }>(
    'select id::text from public.audit_logs where clinic_id = $1 limit 5',
    [clinicIds.peleViva],
  )
  const [patient] = await clinic<{ id: string }>(
    'select id from public.patients where clinic_id = $1 limit 1',
    [clinicIds.peleViva],
  )
  const guesses = [
    ...consents.flatMap(({ id }) => [`/consents/${id}`, `/consents/${id}/withdraw`, `/consents/${id}/proof`]),
    ...entries.flatMap(({ id }) => [`/audit/${id}`, `/audit/${id}/json`]),
  ]
  for (const path of guesses) {
    const response = await request.get(path, { maxRedirects: 0 })
    expect(response.status(), path).toBe(404)
    const text = await response.text()
    expect(
      foreign.names.filter((value) => text.includes(value)),
      path,
    ).toEqual([])
  }
  const doors = [
    `/consents?clinic=${clinicIds.peleViva}`,
    `/consents?q=${patient?.id}`,
    `/consents/new?patient=${patient?.id}`,
    `/audit?peek=${entries[0]?.id}`,
    `/audit?patient=${patient?.id}`,
    `/audit?row=${consents[0]?.id}`,
    `/export/consents?clinic=${clinicIds.peleViva}`,
    `/export/audit?patient=${patient?.id}`,
    '/export/consents',
    '/export/audit',
  ]
  // An id that was typed into the address comes back in the form; a name or a row's other values never do.
  for (const path of doors) {
    const response = await request.get(path, {
      maxRedirects: 0,
      headers: { cookie: `tabellion_clinic=${clinicIds.peleViva}` },
    })
    expect([200, 303, 307, 400, 401, 403, 404], path).toContain(response.status())
    const mine = await request.get(path, { maxRedirects: 0 })
    for (const text of [await response.text(), await mine.text()]) {
      const met = [...foreign.names, ...foreign.ids.filter((id) => !path.includes(id))].filter((value) =>
        text.includes(value),
      )
      expect(met, path).toEqual([])
    }
  }
  const { met } = await crawl(
    request,
    ['/consents', '/audit', '/overview'],
    [...foreign.names, ...foreign.ids],
    120,
  )
  expect(met).toEqual([])
})

test('nor by a form whose hidden id was changed', async ({ browser }) => {
  const context = await browser.newContext({ storageState: stateOf('adminOfA') })
  const page = await context.newPage()
  const given = `select id from public.consent_records where clinic_id = $1 and status = 'granted' order by id limit 1`
  const [own] = await clinic<{ id: string }>(given, [clinicIds.aurora])
  const [other] = await clinic<{ id: string }>(given, [clinicIds.peleViva])
  const state = () => clinic('select * from public.consent_records where id = $1', [other?.id])
  const before = await state()
  await page.goto(`/consents/${own?.id}/withdraw`)
  await page
    .locator('form input[name=id]')
    .evaluate((input, id) => ((input as HTMLInputElement).value = id), other?.id ?? '')
  for (const name of ['channel', 'who']) {
    const radio = page.locator(`form [name=${name}]`).first()
    if ((await radio.evaluate((element) => element.tagName)) === 'SELECT')
      await radio.selectOption({ index: 1 })
    else await radio.check({ force: true })
  }
  await page.locator('form:has(input[name=id]) button[type=submit]').click()
  await page.waitForLoadState('networkidle')
  expect(page.url()).not.toContain(`${other?.id}?noted=withdrawn`)
  expect(await state()).toEqual(before)
  await context.close()
})

test('a viewer changes nothing and takes nothing away', async ({ browser }) => {
  const request = await as(browser, 'viewer')
  expect((await request.get('/consents/new', { maxRedirects: 0 })).status()).toBe(403)
  expect((await request.get('/export/findings', { maxRedirects: 0 })).status()).toBe(403)
  expect((await request.get('/users', { maxRedirects: 0 })).status()).toBe(403)
  expect((await request.get('/tables', { maxRedirects: 0 })).status()).toBe(200)
})
