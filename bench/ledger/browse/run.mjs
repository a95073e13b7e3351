// Bundles the benchmark of the log's lists and runs it; arguments go through: node bench/ledger/browse/run.mjs 10
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))
const outfile = join(root, 'dist', 'bench-ledger-browse.mjs')
await build({
  absWorkingDir: root,
  entryPoints: ['bench/ledger/browse/bench.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['pg', 'pg-*', 'libpg-query', 'esbuild'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
const done = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exitCode = done.status ?? 1
