#!/usr/bin/env node
// npm test: format and lint, types, unit and integration on PostgreSQL 14 to 18, the build, and the browser.
// TABELLION_TEST=static|unit|build|e2e (or a list) runs a part. The last line is `N passed, N failed`.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { alone, checkNode, installPackages, npmCi, Refusal, root, run } from './prepare.mjs'

const parts = (process.env.TABELLION_TEST || 'static,unit,build,e2e').split(',')
const say = (text) => process.stdout.write(`${text}\n`)
const node = (script, args = [], options = {}) =>
  run(process.execPath, [join(root, script), ...args], { cwd: root, ...options })
const results = join(root, 'dist', 'test-results')
let passed = 0
let failed = 0

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * The servers of the tests make some hundred thousand files that nobody keeps: where there is memory for them (less
 * than one gigabyte is used) and programs may lie in it too, they spare the disk.
 */
function temporaryFolder() {
  const folder = mkdtempSync(join(roomInMemory() ? '/dev/shm' : tmpdir(), 'tabellion-tests-'))
  // As root the servers run as somebody else, who has to be able to walk in here.
  chmodSync(folder, 0o755)
  return folder
}

function roomInMemory() {
  const wanted = 4e9
  try {
    const mount = readFileSync('/proc/mounts', 'utf8').match(/^\S+ \/dev\/shm tmpfs (\S+)/m)
    if (!mount || /noexec|(^|,)ro(,|$)/.test(mount[1])) return false
    const { bavail, bsize } = statfsSync('/dev/shm')
    const memory = Math.min(freemem(), process.constrainedMemory() || Infinity)
    return Math.min(bavail * bsize, memory) > wanted
  } catch {
    return false
  }
}

/** One check that either holds or prints what it said. */
async function check(name, work) {
  const since = performance.now()
  const { code, output } = await work()
  if (code === 0) passed += 1
  else failed += 1
  say(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds(since)})`)
  if (code !== 0) say(output)
}

/** A runner that counts its own tests in a JSON file; one that wrote none counts as one failure. */
async function suite(name, file, work, count) {
  const since = performance.now()
  rmSync(file, { force: true })
  const { code } = await work()
  const counts = existsSync(file) ? count(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 0 }
  // A runner may fail outside any test: while loading a file, or while stopping.
  const lost = code !== 0 && counts.failed === 0 ? 1 : 0
  passed += counts.passed
  failed += counts.failed + lost
  const verdict = counts.failed + lost === 0 && counts.passed > 0 ? 'ok  ' : 'FAIL'
  if (counts.passed === 0 && counts.failed + lost === 0) failed += 1
  const again = counts.again ? `, ${counts.again} of them at the second attempt` : ''
  say(
    `${verdict} ${name}: ${counts.passed} passed${again}, ${counts.failed + lost} failed (${seconds(since)})`,
  )
}

const tee = (part) => process.stdout.write(part)

async function statics() {
  await check('format', () =>
    node('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']),
  )
  await check('lint', () => node('node_modules/oxlint/bin/oxlint', ['--deny-warnings']))
  // Types of the routes come first: the pages' own types are made from the files.
  await check('types', async () => {
    const routes = await node('node_modules/next/dist/bin/next', ['typegen'])
    return routes.code === 0 ? node('node_modules/typescript/bin/tsc', ['--noEmit']) : routes
  })
}

async function unit() {
  const matrix = join(root, 'db/matrix')
  if (
    process.platform === 'linux' &&
    process.arch === 'x64' &&
    !existsSync(join(matrix, 'node_modules/.package-lock.json'))
  ) {
    say('Installing PostgreSQL 14 to 18 for the tests (once) …')
    await npmCi(matrix)
  }
  const file = join(results, 'unit.json')
  await suite(
    'unit and integration',
    file,
    () =>
      node(
        'node_modules/vitest/vitest.mjs',
        ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`],
        { tee },
      ),
    (json) => ({
      passed: json.numPassedTests,
      // A file that could not even be loaded has no failed test of its own.
      failed:
        json.numFailedTests +
        json.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length,
    }),
  )
}

async function browser() {
  const file = join(results, 'e2e.json')
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file }
  await suite(
    'browser',
    file,
    () => node('node_modules/@playwright/test/cli.js', ['test', '--reporter=line,json'], { tee, env }),
    ({ stats, errors }) => ({
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected + errors.length,
      again: stats.flaky,
    }),
  )
}

const temporary = temporaryFolder()
try {
  const began = performance.now()
  checkNode()
  mkdirSync(results, { recursive: true })
  process.env.TMPDIR = temporary
  await alone(() => installPackages(say), say)
  if (parts.includes('static')) await statics()
  if (parts.includes('unit')) await unit()
  if (parts.includes('build') || parts.includes('e2e')) await check('build', () => node('scripts/build.mjs'))
  if (parts.includes('e2e')) await browser()
  say(`\n${seconds(began)}`)
} catch (error) {
  failed += 1
  process.stderr.write(error instanceof Refusal ? `${error.message}\n` : `${error?.stack ?? error}\n`)
}
try {
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
} catch (error) {
  process.stderr.write(`${temporary} could not be removed: ${error.message}\n`)
}
say(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
