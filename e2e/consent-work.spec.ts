import { expect, test, type Browser } from '@playwright/test'
import { clinicIds } from '../db/seed/people'
import { clinic } from './database'
import { stateOf, type Who } from './people'
import { prefer, type Language } from './session'

const purpose = 'marketing.general'
/** So that the stories can be told again on one demonstration. */
const run = Date.now().toString(36) + process.pid

/** New adults of clinic A who have consented to one purpose; the last one refused it if so wished. Their record numbers. */
async function newcomers(prefix: string, count: number, lastRefuses = false): Promise<string[]> {
  await clinic(`do $do$
    declare
      who uuid;
      consent uuid;
      what uuid := (select id from public.processing_activities where clinic_id = '${clinicIds.aurora}' and purpose_code = '${purpose}');
    begin
      perform set_config('app.user_id', (select user_id::text from public.clinic_members
        where clinic_id = '${clinicIds.aurora}' and role = 'admin' and is_active order by user_id limit 1), true);
      for n in 1..${count} loop
        -- With a sign-in of their own, so that no other story picks them.
        insert into public.patients (clinic_id, record_number, full_name, birth_date, user_id)
        values ('${clinicIds.aurora}', '${prefix}' || n, '${prefix} ' || n, ('1980-01-0' || (1 + n % 2))::date, gen_random_uuid())
        returning id into who;
        consent := app.consent_request('${clinicIds.aurora}', who, what, 'marketing', '${prefix}' || n);
        if ${lastRefuses} and n = ${count} then
          perform app.consent_refuse('${clinicIds.aurora}', consent);
        else
          perform app.consent_grant('${clinicIds.aurora}', consent, now(), 'in_person_device', 'patient', sha256('x'));
        end if;
      end loop;
    end $do$`)
  return Array.from({ length: count }, (_, at) => `${prefix}${at + 1}`)
}

const states = (prefix: string) =>
  clinic<{ status: string; reason: string | null }>(
    `select c.status, c.status_reason as reason from public.consent_records c join public.patients p on p.id = c.patient_id
      join public.processing_activities a on a.id = c.activity_id
      where p.record_number like $1 || '%' and a.purpose_code = $2 order by p.record_number`,
    [prefix, purpose],
  )

async function as(browser: Browser, who: Who, language: Language) {
  const context = await browser.newContext({ storageState: stateOf(who) })
  const page = await context.newPage()
  await prefer(page, { language, database: 'clinic' })
  return page
}

test('two records of one person become one: the no of either ends the yes of both', async ({ browser }) => {
  const [from = '', into = ''] = await newcomers(`MERGE${run}n`, 2, true)
  const page = await as(browser, 'adminOfA', 'en')
  await page.goto('/consents/tools')
  await page.getByRole('link', { name: /merge them/ }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Merge two records')
  for (const [at, number] of [from, into].entries()) {
    await page.getByLabel('Record number or name').fill(number)
    await page.getByRole('button', { name: 'Find' }).click()
    await page
      .getByRole('link', { name: new RegExp(number) })
      .first()
      .click()
    await expect(page.getByRole('link', { name: 'Change' })).toHaveCount(at + 1)
  }
  await expect(page.getByText('The birth dates differ.')).toBeVisible()
  await expect(page.getByRole('table')).toContainText('The consent ends: the no wins')
  await page.getByLabel('Why they are one person').fill('Same identity card')
  await page.getByRole('button', { name: 'Merge the records' }).click()
  await expect(page.getByText('Tick this first')).toBeVisible()
  await page.getByLabel('I compared the documents').check()
  await page.getByRole('button', { name: 'Merge the records' }).click()
  await expect(page.getByText('1 consent ended: the stricter answer wins.')).toBeVisible()
  expect(await states(`MERGE${run}n`)).toEqual([
    { status: 'expired', reason: 'merged' },
    { status: 'withdrawn', reason: 'refused' },
  ])
  await page.context().close()
})

test('more than twenty at once wait for another person, who sees each of them', async ({ browser }) => {
  const numbers = await newcomers(`LOTE${run}n`, 21)
  const admin = await as(browser, 'adminOfA', 'pt-BR')
  await admin.goto('/consents/bulk')
  const [title] = await clinic<{ title: string }>(
    `select title from public.processing_activities where clinic_id = $1 and purpose_code = $2`,
    [clinicIds.aurora, purpose],
  )
  await admin.getByLabel('Finalidade').selectOption({ label: title?.title ?? '' })
  await admin.getByLabel('Números de prontuário').fill([...numbers, 'NADA'].join('\n'))
  await admin.getByLabel('De onde vem a lista').fill(`Lista de descadastro ${run}`)
  await admin.getByLabel('Só simular').check()
  await admin.getByRole('button', { name: 'Continuar' }).click()
  await expect(admin.getByText(/nada foi gravado: 21 revogados/)).toContainText('NADA')
  await admin.getByLabel('Registrar as revogações').check()
  await admin.getByRole('button', { name: 'Continuar' }).click()
  await expect(admin.getByText('esperam a aprovação de outra pessoa')).toBeVisible()
  await admin.reload()
  const waiting = admin.getByRole('row').filter({ hasText: `Lista de descadastro ${run}` })
  await expect(waiting).toContainText('Outra pessoa aprova.')
  await expect(waiting.getByRole('button', { name: 'Aprovar', exact: true })).toHaveCount(0)
  expect(new Set((await states(`LOTE${run}n`)).map(({ status }) => status))).toEqual(new Set(['granted']))

  const officer = await as(browser, 'officer', 'pt-BR')
  await officer.goto('/consents/bulk')
  const row = officer.getByRole('row').filter({ hasText: `Lista de descadastro ${run}` })
  await row.getByRole('button', { name: 'Aprovar', exact: true }).click()
  // Leaving the page before it is recorded would break off the request.
  await expect
    .poll(() => states(`LOTE${run}n`))
    .toEqual(numbers.map(() => ({ status: 'withdrawn', reason: 'subject_request' })))
  await officer.reload()
  await row.getByRole('link', { name: '21 revogados' }).click()
  await expect(officer.getByRole('row').filter({ hasText: /^[0-9a-f]{8}Revogado$/ })).toHaveCount(21)
  await admin.context().close()
  await officer.context().close()
})

test('a dispute between representatives is the officer’s to record and to settle', async ({ browser }) => {
  const officer = await as(browser, 'officer', 'pt-BR')
  await officer.goto('/consents/guardians')
  await officer.getByRole('link', { name: 'Registrar divergência' }).first().click()
  await officer.getByLabel('Desde').fill('2026-11-01')
  await officer.getByRole('button', { name: 'Registrar a divergência' }).click()
  await expect(officer.getByText('Indique o documento')).toBeVisible()
  await officer.getByLabel('Documento', { exact: true }).fill('Decisão 0001/2026')
  await officer.getByRole('button', { name: 'Registrar a divergência' }).click()
  await expect(officer.getByText('A divergência está registrada')).toBeVisible()
  await officer.goto('/consents/guardians?disputed=yes')
  await expect(officer.getByRole('table')).toContainText('Decisão 0001/2026')

  const admin = await as(browser, 'adminOfB', 'en')
  await admin.goto('/consents/guardians')
  await expect(admin.getByRole('link', { name: 'Record a dispute' })).toHaveCount(0)

  await officer.getByRole('link', { name: 'Resolver' }).first().click()
  await officer.getByRole('button', { name: 'A divergência está resolvida' }).click()
  await expect(officer.getByText('A divergência está resolvida.', { exact: false }).first()).toBeVisible()
  await admin.context().close()
  await officer.context().close()
})

test('the mark that was kept outside is compared: nothing was lost, nothing is held', async ({ browser }) => {
  const officer = await as(browser, 'officer', 'en')
  await officer.goto('/consents/tools')
  const mark = await (await officer.request.get('/export/consents/mark')).text()
  await officer.getByLabel('The mark that was kept').fill('not a mark')
  await officer.getByRole('button', { name: 'Compare and replay' }).click()
  await expect(officer.getByRole('status').filter({ hasText: 'This is not a mark' })).toBeVisible()
  await officer.getByLabel('The mark that was kept').fill(mark)
  await officer.getByRole('button', { name: 'Compare and replay' }).click()
  await expect(officer.getByText('Each marked event is here')).toBeVisible()
  await officer.context().close()
})
