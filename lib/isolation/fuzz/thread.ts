import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel, threadId, Worker } from 'node:worker_threads'
import type { Snapshot } from '@/lib/catalog/types'
import { answerOver } from '../prove/prompt'
import type { SessionEvaluator } from '../prove/session'
import type { ShareWork } from '../prove/share-work'
import type { Proof, Setup } from '../types'

/** Proves as `prove` does, in a thread that asks PostgreSQL over a line. @throws Error of the thread */
export async function proveInThread(
  snapshot: Snapshot,
  setup: Setup,
  session: SessionEvaluator,
): Promise<Proof[]> {
  const { port1: own, port2: port } = new MessageChannel()
  const bell = new Int32Array(new SharedArrayBuffer(4))
  const stop = answerOver({ port: own, bell }, session)
  const worker = new Worker(await program(), {
    workerData: { snapshot, setup, line: { port, bell } } satisfies ShareWork,
    transferList: [port],
  })
  try {
    return await new Promise<Proof[]>((resolve, reject) => {
      worker.on('message', resolve)
      worker.on('error', reject)
      worker.on('exit', (code) => reject(new Error(`The thread ended with ${code}.`)))
    })
  } finally {
    await worker.terminate()
    await stop()
  }
}

let made: Promise<string> | null = null

/** The thread's program in one file, which Node can run. */
const program = () => (made ??= bundled())

async function bundled(): Promise<string> {
  const { build } = await import('esbuild')
  const dist = join(process.cwd(), 'dist')
  const draft = join(dist, `fuzz-asked-${process.pid}-${threadId}.mjs`)
  await build({
    entryPoints: [join(process.cwd(), 'lib/isolation/fuzz/asked.ts')],
    outfile: draft,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
  })
  const target = join(dist, 'fuzz-asked.mjs')
  renameSync(draft, target)
  return target
}
