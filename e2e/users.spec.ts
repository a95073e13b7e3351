import { createHmac } from 'node:crypto'
import { expect, test, type Browser, type Page } from '@playwright/test'
import { password as demonstration, people, stateOf } from './people'
import { prefer } from './session'

/** A browser without a session, in English. */
async function visitor(browser: Browser, javaScriptEnabled = true): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled, storageState: { cookies: [], origins: [] } })
  const page = await context.newPage()
  await prefer(page, { language: 'en', theme: 'light' })
  return page
}

async function type(page: Page, email: string, password: string, next = '/overview') {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=password]').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** What an authenticator shows for a secret (RFC 6238). */
function totp(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replaceAll(/[ =]/g, '')]
    .map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const hash = createHmac('sha1', key).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 15
  return String((hash.readUInt32BE(offset) & 0x7f_ff_ff_ff) % 1_000_000).padStart(6, '0')
}

/** The officer adds somebody; answers the address and the password that is shown once. */
async function added(officer: Page, name: string): Promise<{ email: string; password: string }> {
  const email = `${name.toLowerCase()}.${Date.now()}@example.org`
  await officer.goto('/users?add=true')
  const form = officer.locator('form:has([name=subject])')
  await form.getByLabel('Name').fill(name)
  await form.getByLabel('E-mail').fill(email)
  await form.getByLabel('Role').selectOption('clinic_admin')
  await form.getByRole('button', { name: 'Add user' }).click()
  await expect(form.getByText('bound to at least one clinic').first()).toBeVisible()
  await expect(form.getByLabel('Name')).toHaveValue(name)
  await form.getByRole('checkbox').first().check()
  await form.getByRole('button', { name: 'Add user' }).click()
  const secret = form.locator('[data-secret]')
  await expect(secret).toBeVisible()
  return { email, password: await secret.innerText() }
}

for (const javaScript of [true, false]) {
  test(`signing in ${javaScript ? 'with' : 'without'} JavaScript: a wrong password, a right one, and back to where one wanted to go`, async ({
    browser,
  }) => {
    const page = await visitor(browser, javaScript)
    await type(page, people.officer, 'not-the-password')
    await expect(page.getByText('The address or the password is wrong')).toBeVisible()
    await type(page, people.officer, demonstration, '/users?role=dba')
    await expect(page).toHaveURL(/\/users\?role=dba$/)
    await page.goto('/sign-in?next=//evil.example')
    await expect(page).toHaveURL(/\/overview$/)
  })
}

test('a person is added, signs in, is disabled and out at once, enabled, and given a new password', async ({
  browser,
}) => {
  const officer = await (await browser.newContext({ storageState: stateOf('officer') })).newPage()
  const { email, password } = await added(officer, 'Ana')
  const ana = await visitor(browser)
  await type(ana, email, password, '/consents')
  await expect(ana).toHaveURL(/\/consents$/)

  await officer.goto(`/users?q=${encodeURIComponent(email)}`)
  await officer.locator('a.row-link').first().click()
  await officer.getByRole('button', { name: 'Disable this user' }).click()
  await expect(officer.getByText('is disabled and signed out')).toBeVisible()
  expect((await ana.goto('/consents'))?.status()).toBe(401)
  await type(ana, email, password)
  await expect(ana.getByText('This user is disabled')).toBeVisible()

  await officer.getByRole('button', { name: 'Enable this user' }).click()
  await expect(officer.getByRole('button', { name: 'Disable this user' })).toBeVisible()
  await officer.getByRole('button', { name: 'Make a new password' }).click()
  const fresh = officer.locator('[data-secret]')
  await expect(fresh).toBeVisible()
  await type(ana, email, password)
  await expect(ana.getByText('The address or the password is wrong')).toBeVisible()
  await type(ana, email, await fresh.innerText())
  await expect(ana).toHaveURL(/\/overview$/)
  await officer.reload()
  for (const act of [
    'Added',
    'Signed in',
    'Disabled',
    'Session ended',
    'Sign-in refused',
    'Enabled',
    'New password',
  ]) {
    await expect(
      officer.getByRole('list', { name: 'Activity' }).getByText(act, { exact: true }).first(),
    ).toBeVisible()
  }
})

test('nobody changes their own role, and a DBA changes nobody', async ({ browser }) => {
  const officer = await (await browser.newContext({ storageState: stateOf('officer') })).newPage()
  await officer.goto(`/users?q=${people.officer}`)
  await officer.locator('a.row-link').first().click()
  await expect(officer.getByRole('button', { name: 'Disable this user' })).toHaveCount(0)
  await officer.getByLabel('Role').selectOption('viewer')
  await officer.getByRole('button', { name: 'Change', exact: true }).click()
  await expect(officer.getByText('You cannot change your own role')).toBeVisible()
  const dba = await (await browser.newContext({ storageState: stateOf('dba') })).newPage()
  await dba.goto(new URL(officer.url()).pathname)
  await expect(dba.locator('h1')).toBeVisible()
  await expect(dba.locator('main form')).toHaveCount(0)
})

test('a second factor is asked for once it is on, and a backup code stands in for it', async ({
  browser,
}) => {
  const officer = await (await browser.newContext({ storageState: stateOf('officer') })).newPage()
  const { email, password } = await added(officer, 'Bruno')
  const page = await visitor(browser)
  await type(page, email, password, '/account')
  const begin = page.locator('form:has(button:has-text("Show the secret"))')
  await begin.getByLabel('Current password').fill(password)
  await begin.getByRole('button').click()
  const shown = page.locator('[data-secret]')
  const secret = await shown.locator('p.font-mono').innerText()
  const [backup = ''] = await shown.getByRole('listitem').allInnerTexts()
  const confirm = page.locator('form:has([name=code])')
  await confirm.getByLabel('Code').fill(totp(secret))
  await confirm.getByRole('button').click()
  await expect(page.getByRole('button', { name: 'Turn the second factor off' })).toBeVisible()

  for (const code of [() => totp(secret), () => backup]) {
    const again = await visitor(browser)
    await type(again, email, password, '/tables')
    await expect(again).toHaveURL(/\/sign-in\/code/)
    expect((await again.request.get('/tables')).status()).toBe(401)
    await again.getByLabel('Code').fill('000000')
    await again.getByRole('button', { name: 'Continue' }).click()
    await expect(again.getByText('This code is wrong')).toBeVisible()
    await again.getByLabel('Code').fill(code())
    await again.getByRole('button', { name: 'Continue' }).click()
    await expect(again).toHaveURL(/\/tables$/)
  }
})

test('a flood of wrong passwords has to wait, whoever it is aimed at', async ({ browser }) => {
  const page = await visitor(browser)
  const email = `flood.${Date.now()}@example.org`
  for (let attempt = 0; attempt < 10; attempt++) {
    await type(page, email, `wrong-${attempt}`)
    await expect(page.getByText('The address or the password is wrong')).toBeVisible()
  }
  await type(page, email, 'wrong-again')
  await expect(page.getByText('Too many attempts. Try again in 15 minutes.')).toBeVisible()
})
