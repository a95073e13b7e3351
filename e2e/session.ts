import { expect, type Page } from '@playwright/test'

/** Signs in through the page, as anybody would. */
export async function signIn(page: Page, email: string, password: string, base = ''): Promise<void> {
  await page.goto(`${base}/sign-in`)
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=password]').fill(password)
  await page.locator('form:has(input[name=password]) button[type=submit]').click()
  await expect(page).toHaveURL(/\/overview/)
}

export type Language = 'en' | 'pt-BR'
export type Theme = 'light' | 'dark'

/** Chooses language, theme and governed database the way the header does: by cookies. */
export async function prefer(
  page: Page,
  wanted: { language?: Language; theme?: Theme; database?: string },
): Promise<void> {
  const url = new URL(page.url() === 'about:blank' ? await baseOf(page) : page.url()).origin
  const values = {
    tabellion_locale: wanted.language,
    tabellion_theme: wanted.theme,
    tabellion_db: wanted.database,
  }
  const cookies = Object.entries(values).flatMap(([name, value]) => (value ? [{ name, value, url }] : []))
  await page.context().addCookies(cookies)
}

async function baseOf(page: Page): Promise<string> {
  await page.goto('/health')
  return page.url()
}

/** Collects what the browser complains about; a page that answers 401 or 403 on purpose is not a complaint. */
export function complaints(page: Page): string[] {
  const found: string[] = []
  page.on('console', (message) => {
    const text = message.text()
    const expected = /Failed to load resource: the server responded with a status of 40[134]/.test(text)
    if (['error', 'warning'].includes(message.type()) && !expected) found.push(text)
  })
  page.on('pageerror', (error) => found.push(String(error)))
  return found
}

/** What the sections of a page say that failed: the page itself is answered all the same. */
export const failures = (page: Page): Promise<string[]> =>
  page.locator('main [role=alert].bg-bad-bg').allTextContents()

/** Waits for the sections that are sent after the page itself. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('main [aria-busy=true]')).toHaveCount(0)
  await expect(page.locator('main tbody tr').first()).toBeVisible()
}
