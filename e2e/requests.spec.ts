import { expect, test } from '@playwright/test'
import { clinicIds } from '../db/seed/people'
import { clinic } from './database'
import { stateOf } from './people'
import { prefer } from './session'

const words = {
  en: {
    type: 'What is asked',
    channel: 'How it came',
    take: 'Take in',
    method: 'How',
    confirmed: 'The identity is confirmed',
    check: 'Record the check',
    answered: 'Answered',
    close: 'Answer and close',
    early: 'has not been checked yet',
    attach: 'Attach the readable copy',
    copy: 'Readable copy of what is encrypted',
    kept: 'The copy is kept',
    download: 'Download the answer',
    clock: '15 days (art. 19 II)',
    title: 'Answer to a data subject’s request',
  },
  'pt-BR': {
    type: 'O que se pede',
    channel: 'Como chegou',
    take: 'Abrir solicitação',
    method: 'Como',
    confirmed: 'A identidade foi confirmada',
    check: 'Registrar conferência',
    answered: 'Respondida',
    close: 'Responder e encerrar',
    early: 'ainda não foi conferida',
    download: 'Baixar a resposta',
    attach: 'Anexe a cópia legível',
    copy: 'Cópia legível do que está cifrado',
    kept: 'A cópia está guardada',
    clock: '15 dias (art. 19, II)',
    title: 'Resposta ao pedido do titular',
  },
} as const

for (const [at, language] of (['en', 'pt-BR'] as const).entries()) {
  test(`a request from receipt to answer, in ${language}`, async ({ browser }) => {
    const context = await browser.newContext({ storageState: stateOf('adminOfA') })
    const page = await context.newPage()
    await prefer(page, { language, database: 'clinic' })
    const w = words[language]
    const [patient] = await clinic<{ id: string; name: string }>(
      `select p.id, p.full_name as name from public.patients p
        where p.clinic_id = $1 and p.deceased_at is null and exists (select from public.medical_records m where m.patient_id = p.id)
        order by md5(p.id::text || 'request') offset $2 limit 1`,
      [clinicIds.aurora, at],
    )
    await page.goto(`/requests/new?patient=${patient?.id}`)
    await page.getByLabel(w.type).selectOption('access_full')
    await page.getByLabel(w.channel).selectOption('email')
    await page.getByRole('button', { name: w.take }).click()
    await expect(page).toHaveURL(/\/requests\/[0-9a-f-]{36}$/)
    const id = page.url().split('/').at(-1) ?? ''
    await expect(page.getByText(w.clock)).toBeVisible()

    // Nothing leaves before the identity is checked: not by the button, not by the address.
    await page.getByLabel(w.answered, { exact: true }).check()
    await page.getByRole('button', { name: w.close }).click()
    await expect(page.getByText(w.early)).toBeVisible()
    expect((await context.request.get(`/export/requests/${id}`)).status()).toBe(409)

    await page.getByLabel(w.method, { exact: true }).selectOption('document_seen')
    await page.getByLabel(w.confirmed).check()
    await page.getByRole('button', { name: w.check }).click()
    await expect(page).toHaveURL(/noted=verified/)
    const data = (await (await context.request.get(`/export/requests/${id}`)).json()) as {
      tables: { table: string; state: string; rows: Record<string, unknown>[] }[]
    }
    const named = await clinic<{ name: string }>(
      `select distinct unnest(tables_used) as name from public.processing_activities where clinic_id = $1 and status = 'active'`,
      [clinicIds.aurora],
    )
    for (const { name } of named) expect(data.tables.map(({ table }) => table)).toContain(name)
    for (const table of ['medical_records', 'appointments', 'consent_records', 'patients']) {
      const [truth] = await clinic<{ n: number }>(
        `select count(*)::int as n from public.${table} where ${table === 'patients' ? 'id' : 'patient_id'} = $1`,
        [patient?.id],
      )
      expect(data.tables.find((each) => each.table === table)?.rows, table).toHaveLength(truth?.n ?? -1)
    }
    const others = data.tables.flatMap(({ rows }) => rows.map((row) => row.patient_id)).filter(Boolean)
    expect(new Set(others)).toEqual(new Set([patient?.id]))

    // The chart is encrypted by the clinic's application: a full answer wants its readable copy.
    await page.getByLabel(w.answered, { exact: true }).check()
    await page.getByRole('button', { name: w.close }).click()
    await expect(page.getByText(w.attach).first()).toBeVisible()
    await page.getByLabel(w.copy).setInputFiles({
      name: 'chart.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
    })
    await expect(page.getByText(w.kept)).toBeVisible()
    await page.getByRole('button', { name: w.close }).click()
    await expect(page).toHaveURL(/noted=closed/)
    const href = await page.getByRole('link', { name: w.download }).getAttribute('href')
    const answer = await context.request.get(href ?? '')
    expect(answer.headers()['content-disposition']).toMatch(/^attachment/)
    const html = await answer.text()
    expect(html).toContain(w.title)
    expect(html).toContain(patient?.name)
    expect(html).toContain('medical_records')
    expect(html).not.toMatch(/<script/i)

    // The administrator of another clinic sees none of it.
    const other = await browser.newContext({ storageState: stateOf('adminOfB') })
    for (const path of [`/requests/${id}`, `/export/requests/${id}`, href ?? ''])
      expect([403, 404], path).toContain((await other.request.get(path)).status())
    await other.close()
    await context.close()
  })
}

test('an incident: the clock of three working days, told, closed', async ({ browser }) => {
  const context = await browser.newContext({ storageState: stateOf('officer') })
  const page = await context.newPage()
  await prefer(page, { language: 'en', database: 'clinic' })
  await page.goto('/incidents/new')
  await page.getByLabel('Clinic', { exact: true }).selectOption({ label: 'Clínica Aurora' })
  await page.getByLabel('Kind').selectOption('personal_data')
  await page.getByLabel('Severity').selectOption('high')
  await page.getByLabel('Title').fill('Message to a wrong number')
  await page.getByLabel('What happened').fill('A reminder went to somebody else.')
  await page.getByLabel('When the clinic knew').fill('2026-11-18T10:00')
  await page.getByLabel('Yes').check()
  await page.getByRole('button', { name: 'Report' }).click()
  await expect(page.getByText('Choose at least one.')).toBeVisible()
  await page.getByLabel('sensitive data').check()
  await page.getByRole('button', { name: 'Report' }).click()
  await expect(page).toHaveURL(/noted=reported/)
  // 20 November 2026 is a Friday and a holiday.
  await expect(page.getByText('Nov 24, 2026')).toBeVisible()
  await expect(page.getByText('A reminder went to somebody else.')).toBeVisible()
  const [stored] = await clinic<{ text: string }>(
    `select description as text from public.incidents where title = 'Message to a wrong number' limit 1`,
  )
  expect(stored?.text).toMatch(/^enc:v1:/)
  await page.getByLabel('What was done').selectOption('authority_sent')
  await page.getByRole('button', { name: 'Record' }).click()
  await expect(page.getByText('This step needs it.')).toBeVisible()
  await page.getByLabel('Protocol, or cause and measures').fill('ANPD 123')
  await page.getByRole('button', { name: 'Record' }).click()
  await expect(page.getByText('ANPD 123')).toBeVisible()
  await context.close()
})
