import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

/**
 * A Chromium to test with: TABELLION_CHROMIUM, Playwright's own, the system's, Google's, else the one from npm
 * (linux-x64), which needs nothing installed.
 */
export async function findChromium(): Promise<string> {
  const known = [
    process.env.TABELLION_CHROMIUM,
    chromium.executablePath(),
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  const found = known.find((path) => path && existsSync(path))
  if (found) return found
  // Read while the package loads: it decides by it whether to unpack the libraries it brings along.
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x'
  const { default: packaged } = await import('@sparticuz/chromium')
  const path = await packaged.executablePath()
  process.env.TABELLION_CHROMIUM = path
  return path
}
