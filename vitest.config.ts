import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What works longest begins first: begun last it would leave the other worker idle. Seconds, not size, decide. */
const longest = [
  'lib/isolation/cases/cases.test.ts',
  'lib/rules/rules.test.ts',
  'lib/isolation/probe/demonstrations.test.ts',
  'lib/isolation/probe/probe.test.ts',
  'lib/rules/scanner-rights.test.ts',
  'db/reference/reference.test.ts',
  'lib/clone/clone.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((file) => moduleId.endsWith(`/${file}`))
      return at === -1 ? longest.length : at
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['{lib,db,components,scripts,bench}/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: 'db/test-servers.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
})
