#!/usr/bin/env node
// Runs dist/cli.mjs; in a clone it is built first when it is missing or older than its sources.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const built = join(root, 'dist', 'cli.mjs')

function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  let latest = 0
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) latest = Math.max(latest, newest(join(path, entry.name)))
    else if (/\.(ts|json|sql)$/.test(entry.name) && !entry.name.endsWith('.test.ts'))
      latest = Math.max(latest, statSync(join(path, entry.name)).mtimeMs)
  }
  return latest
}

function stale() {
  const sources = join(root, 'lib')
  if (!existsSync(built)) return true
  if (!existsSync(join(sources, 'cli', 'main.ts'))) return false
  return Math.max(newest(sources), newest(join(root, 'package.json'))) > statSync(built).mtimeMs
}

async function run() {
  if (stale()) {
    try {
      const { buildCli } = await import('../scripts/build-cli.mjs')
      await buildCli()
    } catch (error) {
      const why =
        error?.code === 'ERR_MODULE_NOT_FOUND'
          ? 'its packages are not installed'
          : String(error?.message ?? error)
      process.stderr.write(
        `The command line is not built and cannot be built here (${why.split('\n')[0]}): run npm start or npm ci once.\n`,
      )
      process.exitCode = 2
      return
    }
  }
  const { main } = await import(pathToFileURL(built).href)
  process.exitCode = await main(process.argv)
}

await run()
