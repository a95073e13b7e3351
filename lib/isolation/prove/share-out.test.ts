import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownServer, type OwnServer } from '@/db/own-server'
import { installNeglected } from '@/db/reference/files'
import type { TestDatabase } from '@/db/test-database'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { factsOf } from '@/lib/rules/facts'
import { buildCli } from '@/scripts/build-cli.mjs'
import { setupOf } from '../setup/setup'
import type { Setup } from '../types'
import { prove } from './prove'
import { questionsOf, sharesOf } from './questions'
import { databaseEvaluator } from './session'
import { answered, proveTogether } from './share-out'

let server: OwnServer
let db: TestDatabase
let snapshot: Snapshot
let setup: Setup

beforeAll(async () => {
  // What threads run.
  await buildCli()
  server = await ownServer()
  db = await server.database()
  const client = await db.connect()
  await installNeglected(client).finally(() => client.end())
  snapshot = await readSnapshot(db.url)
  const all = (await setupOf(factsOf(snapshot, {}))).setup
  setup = { ...all, principals: all.principals.filter(({ role }) => /^neg_(app|portal)$/.test(role)) }
})
afterAll(async () => {
  await db.drop()
  await server.stop()
})

const together = (threads: number, options: Parameters<typeof proveTogether>[3] = {}) =>
  proveTogether(snapshot, setup, { expressions: db.url, content: db.url }, { ...options, threads })

test('shares hold every question once', () => {
  const questions = questionsOf(snapshot, setup)
  const shared = sharesOf(questions).flat()
  expect(new Set(shared)).toEqual(new Set(questions))
  expect(shared).toHaveLength(questions.length)
})

test('two threads say what one says, in the same order', async () => {
  const alone = await prove(snapshot, setup, databaseEvaluator(db.url, db.url))
  let told = 0
  const shared = await together(2, { progress: (done) => (told = done) })
  expect(shared).toEqual(alone)
  expect(told).toBe(alone.length)
  // A function of the owner's runs whatever its caller says, so that nothing is proved.
  expect(new Set(alone.map(({ outcome }) => outcome))).toEqual(new Set(['model', 'unknown']))
})

describe('nothing is answered', () => {
  test('when it is told to stop: it says why, and no thread goes on', async () => {
    const stop = new AbortController()
    const enough = new Error('enough')
    let [ended, late] = [false, 0]
    const run = together(2, {
      signal: stop.signal,
      progress() {
        if (ended) late++
        stop.abort(enough)
      },
    })
    await expect(run).rejects.toBe(enough)
    ended = true
    const sessions = () => db.run(`select from pg_stat_activity where application_name = 'tabellion'`)
    while ((await sessions()).length > 0) await sleep(50)
    expect(late).toBe(0)
    await expect(together(2, { signal: stop.signal })).rejects.toBe(enough)
  })

  test('when the server is gone', async () => {
    const nobody = new URL(db.url)
    nobody.pathname = '/no_such_database'
    const run = proveTogether(
      snapshot,
      setup,
      { expressions: nobody.href, content: nobody.href },
      { threads: 2 },
    )
    await expect(run).rejects.toThrow('no_such_database')
  })

  test('when a thread ends', async () => {
    const leaves = new Worker('process.exit(3)', { eval: true })
    await expect(answered(leaves, [0], () => undefined)).rejects.toThrow(
      'the proof was not finished, since a thread of it ended: exit code 3',
    )
    const grows = new Worker('for (const all = [];;) all.push(new Array(1e5).fill(all))', {
      eval: true,
      resourceLimits: { maxOldGenerationSizeMb: 16 },
    })
    await expect(answered(grows, [0], () => undefined)).rejects.toThrow(
      'the proof was not finished, since a thread of it ended: Worker terminated due to reaching memory limit',
    )
  })
})
