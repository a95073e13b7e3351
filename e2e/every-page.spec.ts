import { gzipSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { navPages } from '../app/(admin)/nav'
import { stateOf, type Who } from './people'
import { complaints, failures, prefer, type Language, type Theme } from './session'

/** Pages without an entry of their own in the sidebar, found by following links as a reader would. */
const behind: Readonly<Record<string, (page: Page) => Promise<string | null>>> = {
  '/overview': async () => null,
  '/performance': (page) => firstLink(page, 'main tbody a[href^="/performance/"]'),
  '/tables': (page) => firstLink(page, 'main a[href^="/tables/"]'),
  '/findings': (page) => firstLink(page, 'main tbody a[href^="/findings/"]'),
  '/consents': (page) => firstLink(page, 'main tbody a[href^="/consents/"]'),
  '/audit': async (page) => {
    const peek = await firstLink(page, 'main tbody a[href*="peek="]')
    return peek && `/audit/${new URL(peek, page.url()).searchParams.get('peek')}`
  },
  '/audit/reports': (page) => firstLink(page, 'main a[href^="/audit/reports/"]'),
  '/purposes': (page) => firstLink(page, 'main a[href^="/purposes/"]'),
  '/requests': (page) => firstLink(page, 'main tbody a[href^="/requests/"]'),
  '/incidents': (page) => firstLink(page, 'main tbody a[href^="/incidents/"]'),
  '/users': (page) => firstLink(page, 'main tbody a[href^="/users/"]'),
}

const more: readonly (readonly [path: string, who: Who])[] = [
  ['/findings/rules', 'dba'],
  ['/findings/fixes?all=true', 'dba'],
  ['/consents/new', 'adminOfA'],
  ['/consents/matrix', 'adminOfA'],
  ['/consents/work', 'adminOfA'],
  ['/consents/health', 'officer'],
  ['/consents/guardians', 'officer'],
  ['/consents/bulk', 'adminOfA'],
  ['/consents/merge', 'adminOfA'],
  ['/consents/tools', 'officer'],
  ['/consents/ask', 'adminOfA'],
  ['/requests/new', 'officer'],
  ['/incidents/new', 'officer'],
  ['/audit/reports', 'officer'],
  ['/verify', 'viewer'],
  ['/account', 'viewer'],
  ['/audit/verify', 'officer'],
  ['/isolation/principals', 'dba'],
]

async function firstLink(page: Page, selector: string): Promise<string | null> {
  const link = page.locator(selector).first()
  return (await link.count()) > 0 ? link.getAttribute('href') : null
}

async function holds(page: Page, path: string, { quiet = true } = {}) {
  const response = await page.goto(path)
  expect(response?.status(), path).toBe(200)
  await expect(page.locator('h1'), path).toHaveCount(1)
  // Some pages look ahead in the background; what must not be missing is checked below.
  if (quiet) await page.waitForLoadState('networkidle', { timeout: 15_000 }).catch(() => undefined)
  // What is still waiting after that would be waiting for ever.
  await expect(page.locator('main [aria-busy=true]'), path).toHaveCount(0)
  expect(await failures(page), path).toEqual([])
}

async function accessible(page: Page, path: string, theme: Theme = 'light') {
  const axe = new AxeBuilder({ page })
  // The dark theme differs from the light one in its colours alone.
  if (theme === 'dark') axe.withRules(['color-contrast'])
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
  const { violations } = await axe.analyze()
  const said = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((n) => `${n.target.join(' ')} ${n.failureSummary?.split('\n')[1]?.trim() ?? ''}`)
        .join(' | ')}`,
  )
  expect(said, path).toEqual([])
}

/** Bytes of script that this page loads, compressed; scripts for browsers without modules are not loaded by this one. */
function scriptSize(page: Page) {
  const bodies: Promise<number>[] = []
  page.on('response', (response) => {
    if (!/\/_next\/static\/.*\.js/.test(response.url())) return
    bodies.push(
      response.body().then(
        (body) => gzipSync(body, { level: 6 }).length,
        () => 0,
      ),
    )
  })
  return async () => (await Promise.all(bodies)).reduce((sum, size) => sum + size, 0)
}

const name = (path: string) =>
  path
    .slice(1)
    .replaceAll(/[^a-z0-9]+/gi, '-')
    .slice(0, 60) || 'home'

/** How wide a page is does not depend on its theme; TABELLION_SCREENSHOTS=1 keeps all eight looks for one's own eyes. */
async function fits(page: Page, path: string, as: string, language: Language, theme: Theme) {
  const kept = process.env.TABELLION_SCREENSHOTS
  if (theme === 'dark' && !kept) return
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: width === 360 ? 760 : 800 })
    if (kept) {
      const file = `e2e/screenshots/${name(as)}.${language}.${theme}.${width}.png`
      await page.screenshot({ path: file, fullPage: true })
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${path} is wider than ${width} px`).toBeLessThanOrEqual(0)
  }
}

const english = { language: 'en', theme: 'light' } as const

/** Looks at a page that is open in English and then at the same page in Portuguese. */
async function looks(page: Page, path: string, as: string) {
  for (const language of ['en', 'pt-BR'] as const) {
    if (language !== 'en') {
      await prefer(page, { language, theme: 'light' })
      // The same page again: what it fetches beside itself was waited for in English.
      await holds(page, path, { quiet: false })
    }
    for (const theme of ['light', 'dark'] as const) {
      // What the cookie does at the next page; a test of its own sees that it does.
      await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme)
      await fits(page, path, as, language, theme)
      if (language === 'en') await accessible(page, `${path} in ${theme}`, theme)
    }
  }
}

test.describe('signed in', () => {
  test.use({ storageState: stateOf('officer') })

  for (const { path } of navPages) {
    test(`${path} answers, is quiet, small, accessible, and fits a phone`, async ({ page }) => {
      test.setTimeout(120_000)
      const found = complaints(page)
      await prefer(page, english)
      const size = scriptSize(page)
      await holds(page, path)
      expect(await size(), 'kB of script').toBeLessThanOrEqual(190_000)
      await looks(page, path, path)
      expect(found).toEqual([])
    })

    test(`${path} of the neglected database answers and is accessible`, async ({ page }) => {
      const found = complaints(page)
      await prefer(page, { database: 'neglected' })
      await holds(page, path)
      await accessible(page, path)
      expect(found).toEqual([])
    })
  }

  for (const [list, find] of Object.entries(behind)) {
    test(`what ${list} leads to answers, is quiet, small, accessible, and fits a phone`, async ({ page }) => {
      test.setTimeout(180_000)
      const found = complaints(page)
      await prefer(page, english)
      await holds(page, list)
      const first = await find(page)
      if (list !== '/overview') expect(first, `${list} leads somewhere`).not.toBeNull()
      if (!first) return
      const size = scriptSize(page)
      await holds(page, first)
      expect(await size(), 'kB of script').toBeLessThanOrEqual(190_000)
      const tabs = await page
        .locator('main nav a')
        .evaluateAll((links) => links.map((a) => a.getAttribute('href') ?? ''))
      const own = new Set([first, ...tabs.filter((href) => href.startsWith(`${first.split('?')[0]}/`))])
      for (const path of own) {
        const tab = path === first ? '' : `-${path.split('/').at(-1)}`
        if (path !== first) {
          await prefer(page, english)
          await holds(page, path)
        }
        await looks(page, path, `${list}-one${tab}`)
      }
      expect(found).toEqual([])
    })
  }
})

for (const [path, who] of more) {
  test.describe(`as ${who}`, () => {
    test.use({ storageState: stateOf(who) })

    test(`${path} answers, is quiet, accessible, and fits a phone`, async ({ page }) => {
      test.setTimeout(120_000)
      const found = complaints(page)
      await prefer(page, english)
      await holds(page, path)
      await looks(page, path, path)
      expect(found).toEqual([])
    })
  })
}

test('the theme that the cookie names is the one of the page', async ({ page }) => {
  for (const theme of ['dark', 'light'] as const) {
    await prefer(page, { theme })
    await page.goto('/sign-in')
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
  }
})

test('/sign-in answers, is quiet, accessible, and fits a phone', async ({ page }) => {
  const found = complaints(page)
  await prefer(page, english)
  await holds(page, '/sign-in')
  await looks(page, '/sign-in', '/sign-in')
  expect(found).toEqual([])
})
