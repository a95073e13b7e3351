import { MessageChannel, Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '@/db/test-database'
import { answerOver } from './prompt'
import { databaseEvaluator, type Identity, type SessionEvaluator } from './session'

let db: TestDatabase
let program: string

beforeAll(async () => {
  db = await testDatabase()
  await db.run(
    `create table public.clinic (id int, name text); insert into public.clinic values (1, 'a'), (2, null)`,
  )
  program = await asking()
})
afterAll(() => db.drop())

/** A thread that asks what it is told, one after the other, and says what it heard. */
async function asking(): Promise<string> {
  const contents = `
    import { parentPort, workerData } from 'node:worker_threads'
    import { promptly } from './prompt'
    const { line, questions } = workerData
    const asker = promptly(line)
    parentPort.postMessage(questions.map(({ as, expressions, relation, columns, limit }) => {
      try {
        return as ? asker.evaluate(as, expressions) : asker.rows(relation, columns, limit)
      } catch (error) {
        return 'failed: ' + error.message
      }
    }))
    line.port.close()`
  const made = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  })
  return made.outputFiles[0]!.text
}

type Asked =
  | { as: Identity; expressions: readonly string[] }
  | { relation: string; columns: readonly string[]; limit: number }

async function heard(session: SessionEvaluator, questions: readonly Asked[]): Promise<unknown[]> {
  const { port1: own, port2: port } = new MessageChannel()
  const bell = new Int32Array(new SharedArrayBuffer(4))
  const stop = answerOver({ port: own, bell }, session)
  const worker = new Worker(program, {
    eval: true,
    workerData: { line: { port, bell }, questions },
    transferList: [port],
  })
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', resolve)
      worker.on('error', reject)
    })
  } finally {
    await worker.terminate()
    await stop()
  }
}

const nobody: Identity = { login: null, role: 'none', settings: {} }
const of = (tenant: string): Identity => ({ ...nobody, settings: { 'app.tenant': tenant } })

describe('a thread that waits', () => {
  test('hears what PostgreSQL says, each answer to its own question', async () => {
    const questions = ['1', '2', '3', '4', '5'].map((tenant) => ({
      as: of(tenant),
      expressions: [`current_setting('app.tenant')::int * 10`, 'null::date', '1 / 0'],
    }))
    const said = await heard(databaseEvaluator(db.url, db.url), questions)
    expect(said).toEqual(
      ['10', '20', '30', '40', '50'].map((text) => [
        { text, type: 'integer' },
        { text: null, type: 'date' },
        { error: 'division by zero' },
      ]),
    )
  })

  test('hears rows, and that there are too many', async () => {
    const rows = (limit: number) => ({ relation: 'public.clinic', columns: ['id', 'name'], limit })
    expect(await heard(databaseEvaluator(db.url, db.url), [rows(2), rows(1)])).toEqual([
      [
        ['1', 'a'],
        ['2', null],
      ],
      null,
    ])
  })

  test('hears that a question failed, and goes on asking', async () => {
    const gone = new URL(db.url)
    gone.pathname = '/no_such_database'
    const said = await heard(databaseEvaluator(gone.href, db.url), [
      { as: nobody, expressions: ['1'] },
      { relation: 'public.clinic', columns: ['id'], limit: 9 },
    ])
    expect(said).toEqual([expect.stringMatching(/^failed: .*no_such_database/), [['1'], ['2']]])
  })
})

test('whoever answers is done only when what was asked last is', async () => {
  const { port1: own, port2: port } = new MessageChannel()
  const bell = new Int32Array(new SharedArrayBuffer(4))
  let asked: () => void
  const begun = new Promise<void>((resolve) => (asked = resolve))
  let over = false
  const evaluator = databaseEvaluator(db.url, db.url)
  const stop = answerOver(
    { port: own, bell },
    {
      ...evaluator,
      async evaluate(as, expressions) {
        asked()
        const said = await evaluator.evaluate(as, expressions)
        over = true
        return said
      },
    },
  )
  port.postMessage({ as: nobody, expressions: ['pg_sleep(0.2)::text'] })
  await begun
  await stop()
  expect(over).toBe(true)
  port.close()
})
