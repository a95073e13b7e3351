// Bundles one TypeScript program of this repository and runs it; Node 20 cannot run it as it is. Arguments go through.
import { spawnSync } from 'node:child_process'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [entry, ...args] = process.argv.slice(2)
const outfile = join(
  root,
  'dist',
  `${dirname(entry).replaceAll(/[\\/]/g, '-')}-${basename(entry, '.ts')}.mjs`,
)
await build({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
})
const done = spawnSync(process.execPath, [outfile, ...args], { cwd: root, stdio: 'inherit' })
process.exitCode = done.status ?? 1
