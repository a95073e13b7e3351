import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'
import { findChromium } from './e2e/browser'

const port = Number(process.env.TABELLION_E2E_PORT ?? 4500)
const home = process.env.TABELLION_E2E_HOME ?? join(tmpdir(), `tabellion-e2e-${port}`)

/** TABELLION_E2E_URL tests a Tabellion that runs already, on a demonstration of its own. */
const running = process.env.TABELLION_E2E_URL

// The workers load this file again; only the first one begins with an empty folder.
if (!running && !process.env.TABELLION_E2E_HOME) {
  rmSync(home, { recursive: true, force: true })
  process.env.TABELLION_E2E_HOME = home
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  // A browser on a busy machine may miss its moment once; `npm test` says how many needed a second attempt.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  projects: [
    { name: 'sign-in', testMatch: /\.setup\.ts$/ },
    { name: 'product', testMatch: /\.spec\.ts$/, dependencies: ['sign-in'] },
  ],
  use: {
    baseURL: running ?? `http://localhost:${port}`,
    // Recording every story costs a good part of it: the second attempt tells.
    trace: 'on-first-retry',
    launchOptions: {
      executablePath: await findChromium(),
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--disable-dev-shm-usage', '--headless=old', '--no-zygote'],
    },
  },
  ...(running
    ? {}
    : {
        webServer: {
          command: `node scripts/start.mjs --port ${port}`,
          url: `http://localhost:${port}/health`,
          env: {
            TABELLION_HOME: home,
            TABELLION_STORE_URL: '',
            DATABASE_URL: '',
            TABELLION_LOG: 'error',
            TABELLION_ASK_FIRST: '0',
          },
          timeout: 300_000,
          stdout: 'pipe',
          gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
        },
      }),
})
