import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { clinic } from './database'
import { stateOf } from './people'
import { prefer, settled } from './session'

const rows = 'main tbody tr'

test.use({ storageState: stateOf('officer') })
test.beforeEach(({ page }) => prefer(page, { language: 'en', database: 'clinic' }))

test('a report tells who and each entry, leads into the log, and that it was asked is in the log', async ({
  page,
}) => {
  await page.goto('/audit/reports')
  await page.getByRole('link', { name: 'Refused and failed attempts' }).click()
  await expect(page.getByRole('heading', { name: 'By person' })).toBeVisible()
  await settled(page)
  await expect(page.locator(rows).first()).toBeVisible()
  const [asked] = await clinic<{ count: number }>(
    `select record_count as count from ledger.audit_logs where changed_fields = '{"report refused"}' order by id desc limit 1`,
  )
  expect(asked?.count).toBeGreaterThan(0)
  await page.getByRole('link', { name: 'Open in the log' }).click()
  await expect(page.getByRole('link', { name: 'Remove filter Only denied or failed' })).toBeVisible()
})

test('evidence of a filter is a package that the offline verifier accepts', async ({ page }) => {
  const answer = await page.context().request.get('/export/audit/evidence?action=break_glass')
  expect(answer.headers()['content-disposition']).toContain('evidence.zip')
  const bytes = await answer.body()
  const files = new Map<string, string>()
  let at = bytes.readUInt32LE(bytes.length - 6)
  for (let n = bytes.readUInt16LE(bytes.length - 12); n > 0; n--) {
    const [packed, length, local] = [
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ]
    const body = local + 30 + bytes.readUInt16LE(local + 26)
    files.set(
      bytes.toString('ascii', at + 46, at + 46 + length),
      inflateRawSync(bytes.subarray(body, body + packed)).toString(),
    )
    at += 46 + length
  }
  expect([...files.keys()]).toEqual(
    expect.arrayContaining([
      'entries.ndjson',
      'checkpoint.note',
      'verifier-key.txt',
      'verify.mjs',
      'index.html',
    ]),
  )
  const folder = mkdtempSync(join(tmpdir(), 'tabellion-evidence-'))
  for (const [name, content] of files) writeFileSync(join(folder, name), content)
  const key = files.get('verifier-key.txt')?.split('\n')[0] ?? ''
  const said = spawnSync(process.execPath, ['verify.mjs', 'entries.ndjson', '--key', key], {
    cwd: folder,
    encoding: 'utf8',
  })
  rmSync(folder, { recursive: true })
  expect(said.stderr).toBe('')
  expect(said.stdout).toMatch(/^Intact: \d+ entries/)
})
