// Runs the isolation questions on a folder of case files and prints what is claimed, by case; see cases.ts.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { buildCli } from '../../scripts/build-cli.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
await build({
  absWorkingDir: root,
  entryPoints: ['bench/isolation/cases.ts'],
  outfile: join(root, 'dist', 'bench-isolation-cases.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['pg', 'pg-*', 'libpg-query', 'esbuild'],
  logLevel: 'warning',
})
process.env.TABELLION_CLI = await buildCli()
const done = spawnSync(
  process.execPath,
  [join(root, 'dist', 'bench-isolation-cases.mjs'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
process.exitCode = done.status ?? 1
