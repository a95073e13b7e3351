#!/usr/bin/env node
// npm start: from a clone with nothing but Node to a served page. Node built-ins only until the packages are there.
import { pathToFileURL } from 'node:url'
import { alone, checkNode, installPackages, Refusal, root } from './prepare.mjs'

const development = process.argv.includes('--dev')
const say = (text) => process.stdout.write(`${text}\n`)

async function prepare() {
  checkNode()
  return alone(async () => {
    await installPackages(say)
    const { buildStart } = await import('./build-start.mjs')
    const start = await buildStart()
    const { check } = await import(pathToFileURL(start).href)
    // What is wrong with the settings is said before a minute of building, not after it.
    await check(process.argv.slice(2))
    const { buildWeb, serverFile } = await import('./build-web.mjs')
    if (!development) await buildWeb(say)
    return { start, serverFile }
  }, say)
}

try {
  const { start, serverFile } = await prepare()
  const { serve } = await import(pathToFileURL(start).href)
  await serve({ root, args: process.argv.slice(2), development, serverFile, say })
} catch (error) {
  const expected =
    error instanceof Refusal || ['Failure', 'CatalogError', 'ConfigError'].includes(error?.name)
  process.stderr.write(
    expected ? `${error.message}\n` : `Tabellion could not start: ${error?.stack ?? error}\n`,
  )
  process.exit(2)
}
