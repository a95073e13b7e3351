import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { ask, superuserUrl } from './database'
import { stateOf } from './people'
import { complaints, prefer, settled } from './session'

const home = () => process.env.TABELLION_E2E_HOME ?? ''
const neglected = (sql: string) => ask(superuserUrl(home(), 'neglected'), sql)

test.describe('a DBA', () => {
  test.use({ storageState: stateOf('dba') })

  test('sees what changed since the last structure, weighed and by area', async ({ page }) => {
    test.setTimeout(120_000)
    const found = complaints(page)
    await prefer(page, { database: 'neglected' })
    // The list of findings stores what it saw before it answers.
    await page.goto('/findings')
    await settled(page)
    try {
      await neglected(`grant select on public.turnos to public; comment on table public.turnos is 'Turnos'`)
      await page.locator('#read-again').click()
      const rights = page.getByRole('table', { name: 'Rights and roles' })
      const grant = rights.getByRole('row', { name: /public\.turnos: SELECT to PUBLIC/ })
      await expect(async () => {
        await page.goto('/drift')
        await expect(grant).toContainText('Dangerous', { timeout: 2_000 })
      }).toPass({ timeout: 60_000 })
      await expect(grant).toContainText('added')
      await expect(grant).toContainText('Every role, those of tomorrow too')
      const comment = page
        .getByRole('table', { name: 'Tables and columns' })
        .getByRole('row', { name: /public\.turnos/ })
      await expect(comment).toContainText('Safe')
      await expect(comment).toContainText('Turnos')
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`)).toEqual([])
      await page.screenshot({ path: 'e2e/screenshots/drift-changed.png', fullPage: true })
      await page.locator('main summary', { hasText: 'Weight' }).click()
      await page.getByRole('checkbox', { name: /Dangerous/ }).check()
      await expect(page).toHaveURL(/weight=dangerous/)
      await expect(page.getByRole('table', { name: 'Tables and columns' })).toHaveCount(0)
      const csv = await (await page.request.get('/export/drift?weight=dangerous')).text()
      expect(csv).toContain('dangerous,rights,added,grant,public.turnos: SELECT to PUBLIC')
      await page.goto('/overview')
      await expect(page.getByText(/changes of the structure since/)).toBeVisible()
      await page.getByRole('link', { name: 'Show the changes' }).click()
      await expect(page).toHaveURL(/\/drift$/)
    } finally {
      await neglected(`revoke select on public.turnos from public; comment on table public.turnos is null`)
    }
    expect(found).toEqual([])
  })

  test('compares two databases; the command line says the same', async ({ page, request }) => {
    test.setTimeout(120_000)
    await page.goto('/drift?before=now:clinic&after=now:neglected')
    await expect(page.getByRole('heading', { name: /Rights and roles/ })).toBeVisible()
    await expect(page.getByRole('link', { name: /^All / }).first()).toBeVisible()
    await page.screenshot({ path: 'e2e/screenshots/drift-two.png', fullPage: true })
    const csv = await (await request.get('/export/drift?before=now:clinic&after=now:neglected')).text()
    const ran = spawnSync(
      process.execPath,
      [join(import.meta.dirname, '../bin/tabellion.mjs'), 'diff', 'clinic', 'neglected', '--format', 'json'],
      { env: { ...process.env, TABELLION_HOME: home() }, encoding: 'utf8', maxBuffer: 100_000_000 },
    )
    const { changes } = JSON.parse(ran.stdout) as { changes: { object: string; weight: string }[] }
    expect(changes.length).toBeGreaterThan(100)
    for (const weight of ['dangerous', 'notable', 'safe']) {
      const lines = csv.split('\r\n').filter((line) => line.startsWith(`${weight},`))
      expect(lines.length, weight).toBe(changes.filter((change) => change.weight === weight).length)
    }
  })
})
