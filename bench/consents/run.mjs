// Bundles the benchmark and runs it; arguments go through.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const outfile = join(root, 'dist', 'bench-consents.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['bench/consents/bench.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  alias: { '@': root },
  logLevel: 'warning',
})
const done = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exitCode = done.status ?? 1
