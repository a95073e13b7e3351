#!/usr/bin/env node
// npm run build: everything that npm start and npx tabellion run, without starting it.
import { alone, checkNode, installPackages, Refusal } from './prepare.mjs'

const say = (text) => process.stdout.write(`${text}\n`)

try {
  checkNode()
  await alone(async () => {
    await installPackages(say)
    const { buildStart } = await import('./build-start.mjs')
    await buildStart()
    const { buildCli } = await import('./build-cli.mjs')
    await buildCli()
    const { buildWeb } = await import('./build-web.mjs')
    await buildWeb(say)
  }, say)
  say('Built.')
} catch (error) {
  process.stderr.write(error instanceof Refusal ? `${error.message}\n` : `${error?.stack ?? error}\n`)
  process.exit(2)
}
