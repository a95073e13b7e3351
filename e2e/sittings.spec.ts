import { gzipSync } from 'node:zlib'
import { expect, test, type Browser, type Page } from '@playwright/test'
import { clinicIds } from '../db/seed/people'
import { clinic } from './database'
import { textOf } from './pdf'
import { stateOf } from './people'
import { prefer, type Language } from './session'

interface Person {
  readonly id: string
  readonly born: string
  readonly number: string
  readonly purposes: readonly { id: string; title: string }[]
}

/** A patient of clinic A with purposes nobody has asked them about, a different one each time. */
async function someone(skip: number, ages = `birth_date < now() - interval '20 years'`): Promise<Person> {
  const [found] = await clinic<Person>(
    `select p.id, p.birth_date::text as born, p.record_number as number,
            jsonb_agg(jsonb_build_object('id', a.id, 'title', a.title) order by a.purpose_code) as purposes
       from public.patients p
       join public.processing_activities a on a.clinic_id = p.clinic_id and a.status = 'active' and a.legal_basis in ('a7_i', 'a11_i')
        and exists (select from public.consent_terms t where t.activity_id = a.id and t.published_at is not null and t.retired_at is null)
      where p.clinic_id = $1 and p.${ages} and p.deceased_at is null and p.user_id is null and p.anonymized_at is null
        and p.legal_capacity in ('full', 'minor')
        and not exists (select from public.consent_records c
          where c.patient_id = p.id and c.activity_id = a.id
            and (c.status in ('granted', 'pending') or c.status_reason = 'refused'))
      group by p.id having count(*) >= 2 order by md5(p.id::text) offset $2 limit 1`,
    [clinicIds.aurora, skip],
  )
  if (!found) throw new Error('The demonstration has no such patient.')
  return found
}

const ask = {
  en: { submit: 'Make the sitting', own: 'On the patient’s phone, by a link', here: 'On this device, now' },
  'pt-BR': {
    submit: 'Preparar assinatura',
    own: 'No celular do paciente, por link',
    here: 'Neste aparelho, agora',
  },
} as const

/** Makes a link at the desk: its path. */
async function makeLink(page: Page, person: Person, language: Language, count = 1): Promise<string> {
  await page.goto(`/consents/ask?patient=${person.id}`)
  for (const { id } of person.purposes.slice(0, count)) await page.locator(`input[value="${id}"]`).check()
  await page.getByLabel(ask[language].own).check()
  await page.getByRole('button', { name: ask[language].submit }).click()
  const address = await page.locator('[data-secret]').innerText()
  return new URL(address).pathname
}

/** A phone that knows nobody: no session, no cookie. */
async function phone(browser: Browser, language: Language) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  await prefer(page, { language })
  return page
}

const phoneWords = {
  en: {
    begin: 'Begin',
    birth: 'Patient’s birth date',
    read: 'I have read the text',
    name: /Full name of the patient/,
    sign: 'I consent and sign',
    refuse: 'I do not consent',
    done: 'Thank you',
    wrong: 'This is not the birth date',
    used: 'This link was already used',
    over: 'This link is over',
    receipt: 'Consent receipt',
    status: 'Consented',
    verified: 'This receipt was issued here and has not been changed.',
    code: 'Code',
    check: 'Check',
    takeBack: 'Withdraw this consent',
    withdraw: 'Withdraw the consent',
    notBirth: 'This is not the birth date',
    withdrawn: 'Withdrawn: from now on it no longer holds.',
  },
  'pt-BR': {
    begin: 'Começar',
    birth: 'Data de nascimento do paciente',
    read: 'Li o texto',
    name: /Nome completo do paciente/,
    sign: 'Consinto e assino',
    refuse: 'Não consinto',
    done: 'Obrigado',
    wrong: 'Esta não é a data de nascimento',
    used: 'Este link já foi usado',
    over: 'Este link venceu',
    receipt: 'Comprovante de consentimento',
    status: 'Consentido',
    verified: 'Este comprovante foi emitido aqui e não foi alterado.',
    code: 'Código',
    check: 'Conferir',
    takeBack: 'Revogar este consentimento',
    withdraw: 'Revogar o consentimento',
    notBirth: 'Esta não é a data de nascimento',
    withdrawn: 'Revogado: a partir de agora não vale mais.',
  },
} as const

for (const [at, language] of (['en', 'pt-BR'] as const).entries()) {
  test(`by link on a phone, in ${language}: read, sign one, refuse one, keep the receipt`, async ({
    browser,
  }) => {
    const w = phoneWords[language]
    const desk = await browser.newContext({ storageState: stateOf('adminOfA') })
    const page = await desk.newPage()
    await prefer(page, { language, database: 'clinic' })
    const person = await someone(40 + at)
    const path = await makeLink(page, person, language, 2)

    const patient = await phone(browser, language)
    await patient.goto(path)
    await patient.getByLabel(w.birth).fill('1901-01-01')
    await patient.getByRole('button', { name: w.begin }).click()
    await expect(patient.getByText(w.wrong).first()).toBeVisible()
    await patient.getByLabel(w.birth).fill(person.born)
    await patient.getByRole('button', { name: w.begin }).click()
    await expect(patient).toHaveURL(/\/c\/sitting$/)
    for (const box of await patient.locator('input[type=checkbox]').all()) await expect(box).not.toBeChecked()
    const overflow = await patient.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await patient.screenshot({ path: `e2e/screenshots/sitting.${language}.png`, fullPage: true })
    await patient.getByRole('button', { name: w.sign }).click()
    await expect(patient.locator('[aria-invalid=true]').first()).toBeVisible()
    await patient.getByLabel(w.read).check()
    await patient.getByLabel(w.name).fill('Pessoa de Teste')
    await patient.getByRole('button', { name: w.sign }).click()
    await expect(patient.locator('h1')).toHaveText(person.purposes[1]?.title ?? '')
    await patient.getByRole('button', { name: w.refuse }).click()
    await expect(patient.locator('h1')).toHaveText(w.done)
    await patient.screenshot({ path: `e2e/screenshots/sitting-done.${language}.png`, fullPage: true })

    const made = await clinic<{ id: string; status: string; reason: string | null; method: string | null }>(
      `select c.id, c.status, c.status_reason as reason, c.collection_method as method from public.consent_records c
        join public.processing_activities a on a.id = c.activity_id
       where c.patient_id = $1 and a.id = any ($2::uuid[]) and c.recorded_at > now() - interval '10 minutes' order by a.purpose_code`,
      [person.id, person.purposes.slice(0, 2).map(({ id }) => id)],
    )
    expect(made.map(({ status, reason, method }) => [status, reason, method])).toEqual([
      ['granted', null, 'portal'],
      ['withdrawn', 'refused', null],
    ])

    const file = await patient.context().request.get(`/c/sitting/receipt/${made[0]?.id}`)
    expect(file.headers()['content-type']).toBe('application/pdf')
    const text = await textOf(await file.body())
    for (const field of [
      w.receipt,
      person.purposes[0]?.title ?? '',
      w.status,
      'Clínica Aurora',
      made[0]?.id ?? '',
    ])
      expect(text).toContain(field)
    const code = /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(text)?.[0] ?? ''
    await patient.goto('/verify')
    await patient.getByLabel(w.code).fill(code.toLowerCase())
    await patient.getByRole('button', { name: w.check }).click()
    await expect(patient.getByText(w.verified)).toBeVisible()
    // Taken back with the receipt alone, as easily as it was given.
    await patient.getByText(w.takeBack, { exact: true }).click()
    await patient.getByLabel(w.birth).fill('1900-01-01')
    await patient.getByRole('button', { name: w.withdraw }).click()
    await expect(patient.getByRole('status').filter({ hasText: w.notBirth })).toBeVisible()
    await patient.getByLabel(w.birth).fill(person.born)
    await patient.getByRole('button', { name: w.withdraw }).click()
    await expect(patient.getByText(w.withdrawn)).toBeVisible()
    expect(
      await clinic(`select status, status_reason as reason from public.consent_records where id = $1`, [
        made[0]?.id,
      ]),
    ).toEqual([{ status: 'withdrawn', reason: 'subject_request' }])
    await patient.goto(path)
    await expect(patient.locator('h1')).toHaveText(w.used)

    // At the desk: the evidence is there, hashed again.
    await page.goto(`/consents/${made[0]?.id}`)
    const exported = await desk.request.get(`/export/consents/${made[0]?.id}/receipt?format=fhir`)
    expect(await exported.json()).toMatchObject({ resourceType: 'Bundle', type: 'collection' })
    await expect(
      page.getByText(language === 'en' ? 'is what was signed' : 'é a que foi assinada'),
    ).toBeVisible()
    await patient.context().close()
    await desk.close()
  })
}

test.describe('a link', () => {
  test('opens not twice, nor after its time, nor for anybody after five wrong dates', async ({ browser }) => {
    const desk = await browser.newContext({ storageState: stateOf('adminOfA') })
    const page = await desk.newPage()
    await prefer(page, { language: 'en', database: 'clinic' })
    const w = phoneWords.en
    const late = await someone(44)
    const path = await makeLink(page, late, 'en')
    // Only past the triggers, which keep the day it was made.
    await clinic(
      `with quiet as (select set_config('session_replication_role', 'replica', true))
       update public.consent_links set created_at = created_at - interval '3 days', expires_at = now() - interval '1 minute'
        from quiet where patient_id = $1`,
      [late.id],
    )
    const other = await phone(browser, 'en')
    await other.goto(path)
    await expect(other.locator('h1')).toHaveText(w.over)

    const person = await someone(45)
    const second = await makeLink(page, person, 'en')
    const first = await phone(browser, 'en')
    await first.goto(second)
    await other.goto(second)
    for (const each of [first, other]) await each.getByLabel(w.birth).fill(person.born)
    await first.getByRole('button', { name: w.begin }).click()
    await expect(first).toHaveURL(/sitting$/)
    await other.getByRole('button', { name: w.begin }).click()
    await expect(other.locator('h1')).toHaveText(w.used)
    await other.goto('/c/sitting')
    await expect(other.locator('h1')).toHaveText('This sitting is over')

    const wrong = await someone(46)
    const third = await makeLink(page, wrong, 'en')
    await other.goto(third)
    for (let n = 0; n < 5; n++) {
      await other.getByLabel(w.birth).fill(`190${n}-01-01`)
      await other.getByRole('button', { name: w.begin }).click()
      if (n < 4) await expect(other.getByText(w.wrong).first()).toBeVisible()
    }
    await expect(other.locator('h1')).toHaveText('This link is closed')
    await desk.close()
  })

  test('a child’s mother signs on the clinic’s device', async ({ browser }) => {
    const desk = await browser.newContext({ storageState: stateOf('adminOfA') })
    const page = await desk.newPage()
    await prefer(page, { language: 'en', database: 'clinic' })
    const child = await someone(0, `birth_date > now() - interval '15 years'`)
    await page.goto(`/consents/ask?patient=${child.id}`)
    await page.locator(`input[value="${child.purposes[0]?.id}"]`).check()
    await page.getByLabel(ask.en.here).check()
    await page.getByRole('button', { name: ask.en.submit }).click()
    await expect(page.getByText('Name the representative who signs.').first()).toBeVisible()
    await page.getByLabel('Who signs').selectOption({ index: 1 })
    await page.getByRole('button', { name: ask.en.submit }).click()
    await expect(page).toHaveURL(/\/c\//)
    await page.getByRole('button', { name: 'Begin' }).click()
    await expect(page.getByLabel(/Full name of the patient/)).toHaveCount(0)
    await page.getByLabel('I have read the text').check()
    await page.getByLabel(/Full name of the legal representative/).fill('Mãe da Criança')
    await page.getByRole('button', { name: 'I consent and sign' }).click()
    await expect(page.locator('h1')).toHaveText('Thank you')
    const [row] = await clinic<{ method: string; signer: string; witness: boolean }>(
      `select collection_method as method, signer_kind as signer, witness_user_id is not null as witness
         from public.consent_records where patient_id = $1 and activity_id = $2 and status = 'granted'`,
      [child.id, child.purposes[0]?.id],
    )
    expect(row).toEqual({ method: 'in_person_device', signer: 'representative', witness: true })
    await desk.close()
  })
})

test.describe('paper with a scan', () => {
  test.use({ storageState: stateOf('adminOfA') })
  const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n')

  test('is kept, is the evidence, and comes back only as a download', async ({ page, request }) => {
    await prefer(page, { language: 'en', database: 'clinic' })
    const person = await someone(50)
    await page.goto(`/consents/new?patient=${person.id}&purpose=${person.purposes[0]?.id}`)
    await page
      .getByLabel('Choose the signed file')
      .setInputFiles({ name: 'termo.pdf', mimeType: 'application/pdf', buffer: pdf })
    await expect(page.getByText('The scan is kept')).toBeVisible()
    await page.getByLabel('The term was read by or to the person').check()
    await page.getByLabel('Consents', { exact: true }).check()
    await page.getByLabel('How it was collected').selectOption('in_person_paper')
    await page.getByLabel('The patient', { exact: true }).check()
    await page.getByRole('button', { name: 'Record decision' }).click()
    await expect(page).toHaveURL(/noted=granted/)
    await expect(page.getByText('is what was signed')).toBeVisible()
    const href = await page.getByRole('link', { name: /Download the scan/ }).getAttribute('href')
    const file = await request.get(href ?? '')
    expect(await file.body()).toEqual(pdf)
    expect(file.headers()).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'content-disposition': expect.stringMatching(/^attachment/),
      'content-security-policy': expect.stringContaining('sandbox'),
    })
    const other = href?.replace(clinicIds.aurora, clinicIds.peleViva) ?? ''
    expect((await request.get(other)).status()).toBe(404)
  })

  test('a file that is not what it says is refused with a sentence, and nothing is stored', async ({
    page,
    request,
  }) => {
    await prefer(page, { language: 'en', database: 'clinic' })
    const person = await someone(51)
    const count = async () =>
      (
        await clinic<{ n: number }>(
          `select count(*)::int as n from public.kept_files where patient_id = $1`,
          [person.id],
        )
      )[0]?.n
    const before = await count()
    const send = (data: Buffer, type: string) =>
      request.post(`/upload/evidence?patient=${person.id}`, { data, headers: { 'content-type': type } })
    for (const [data, type, status, sentence] of [
      [Buffer.from('<!doctype html><script>alert(1)</script>'), 'application/pdf', 415, /not a PDF/],
      [
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
        'image/svg+xml',
        415,
        /not a PDF/,
      ],
      [Buffer.from('PK\u0003\u0004' + 'x'.repeat(100)), 'application/pdf', 415, /not a PDF/],
      // 50 MB in 50 kB.
      [gzipSync(Buffer.alloc(50_000_000)), 'application/pdf', 415, /not a PDF/],
      [pdf, 'image/png', 415, /another type/],
      [Buffer.concat([pdf, Buffer.alloc(100 * 1024 * 1024)]), 'application/pdf', 413, /larger than 10 MB/],
    ] as const) {
      const answer = await send(data, type)
      expect(answer.status()).toBe(status)
      expect(((await answer.json()) as { message: string }).message).toMatch(sentence)
      expect(((await answer.json()) as { message: string }).message).toMatch(/Nothing was stored/)
    }
    const foreign = await request.post(`/upload/evidence?patient=${person.id}`, {
      data: pdf,
      headers: { 'content-type': 'application/pdf', origin: 'https://evil.example' },
    })
    expect(foreign.status()).toBe(403)
    const [theirs] = await clinic<{ id: string }>(
      `select id from public.patients where clinic_id = $1 limit 1`,
      [clinicIds.peleViva],
    )
    const stranger = await request.post(`/upload/evidence?patient=${theirs?.id}`, {
      data: pdf,
      headers: { 'content-type': 'application/pdf' },
    })
    expect(stranger.status()).toBe(404)
    expect(await count()).toBe(before)

    await page.goto(`/consents/new?patient=${person.id}&purpose=${person.purposes[0]?.id}`)
    await page
      .getByLabel('Choose the signed file')
      .setInputFiles({ name: 'termo.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<html>') })
    await expect(page.getByText('this is not a PDF, PNG or JPEG')).toBeVisible()
  })
})
