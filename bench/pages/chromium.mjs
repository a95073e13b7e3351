import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

/** The same browsers, in the same order, as the browser tests take. */
export async function chromiumPath() {
  const known = [
    process.env.TABELLION_CHROMIUM,
    chromium.executablePath(),
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
  ]
  const found = known.find((path) => path && existsSync(path))
  if (found) return found
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x'
  const { default: packaged } = await import('@sparticuz/chromium')
  return packaged.executablePath()
}
