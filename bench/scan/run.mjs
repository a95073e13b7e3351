// Bundles the benchmark and runs it; arguments go through.
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
    logLevel: 'warning',
  })
await bundle('bench/scan/measure.ts', 'bench-scan-measure.mjs')
await bundle('bench/scan/bench.ts', 'bench-scan.mjs')
const done = spawnSync(process.execPath, [join(root, 'dist', 'bench-scan.mjs'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = done.status ?? 1
