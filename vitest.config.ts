import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['{lib,db,components,scripts,bench}/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: 'db/test-servers.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
})
