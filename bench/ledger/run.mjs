// Bundles the benchmark and a sealer of its own process, and runs it; arguments go through.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const bundle = (entry, out) =>
  build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(root, 'dist', out),
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
await bundle('bench/ledger/sealer.ts', 'bench-ledger-sealer.mjs')
await bundle('bench/ledger/bench.ts', 'bench-ledger.mjs')
const done = spawnSync(process.execPath, [join(root, 'dist', 'bench-ledger.mjs'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = done.status ?? 1
