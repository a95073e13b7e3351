// Bundles the command line into one file that starts fast; packages with native or WASM parts stay outside.
import { renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { threadId } from 'node:worker_threads'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Writes dist/cli.mjs, atomically: two processes or threads that build at once do not meet a half-written file. */
export async function buildCli() {
  const { build } = await import('esbuild')
  const target = join(root, 'dist', 'cli.mjs')
  const draft = join(root, 'dist', `cli-${process.pid}-${threadId}.mjs`)
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ['lib/cli/main.ts'],
      outfile: draft,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['pg', 'pg-*', 'libpg-query', 'esbuild'],
      // commander is CommonJS and requires Node's own modules.
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      logLevel: 'silent',
    })
    renameSync(draft, target)
  } finally {
    rmSync(draft, { force: true })
  }
  return target
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await buildCli()
