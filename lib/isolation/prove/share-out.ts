import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { Snapshot } from '@/lib/catalog/types'
import { program } from '../program'
import type { Proof, Question, Setup } from '../types'
import { answerOver } from './prompt'
import { prove } from './prove'
import { questionsOf, sharesOf, type Asked } from './questions'
import { withEvaluator } from './session'
import type { ShareWork, Shared } from './share-work'
import { World } from './world'

export interface ShareOptions {
  /** Ends the work at once; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal
  readonly progress?: (done: number, all: number) => void
  /** Only questions it holds for; all when absent. */
  readonly only?: (question: Question) => boolean
  /** Threads that prove; one for two processors, four at most, when absent, and none for a small schema. */
  readonly threads?: number
}

/** Questions that are answered before a thread has begun. */
const few = 3_000

/** Megabytes for what is young in all threads: the prover makes much that lives for one question. */
const young = 96

/**
 * Answers every question of a setup as `prove` does, shared out to threads: the answers are the same whatever their number.
 * Session expressions are evaluated at the URL `expressions`, content of support tables is read at `content`.
 * @throws Error when a thread ends before its answers are there, or PostgreSQL does not answer; or the signal's reason
 */
export async function proveTogether(
  snapshot: Snapshot,
  setup: Setup,
  { expressions, content }: { readonly expressions: string; readonly content: string },
  options: ShareOptions = {},
): Promise<Proof[]> {
  const questions = questionsOf(snapshot, setup).filter((each) => options.only?.(each) ?? true)
  const shares = sharesOf(questions)
  const threads = Math.min(options.threads ?? usual(questions.length), shares.length)
  expectLongWork()
  if (threads < 1)
    return withEvaluator(expressions, content, (session) => prove(snapshot, setup, session, options))
  const proofs = new Map<Asked, Proof>()
  const progress = progressOver(shares, options.progress)
  const waiting = heaviestFirst(shares, snapshot)
  const workers: Worker[] = []
  const handOut = () =>
    withEvaluator(expressions, content, async (session) => {
      const { port1: own, port2: port } = new MessageChannel()
      const bell = new Int32Array(new SharedArrayBuffer(4))
      const stop = answerOver({ port: own, bell }, session)
      const worker = new Worker(program(), {
        argv: ['isolation-share'],
        workerData: { snapshot, setup, line: { port, bell } } satisfies ShareWork,
        transferList: [port],
        resourceLimits: { maxYoungGenerationSizeMb: Math.ceil(young / threads) },
      })
      workers.push(worker)
      await answered(worker, waiting, (said, share) => {
        progress(share, 'asked' in said ? said.asked : null)
        if ('proofs' in said) shares[share]!.forEach((question, at) => proofs.set(question, said.proofs[at]!))
      }).finally(stop)
    })
  try {
    await Promise.race([Promise.all(Array.from({ length: threads }, handOut)), aborted(options.signal)])
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return questions.map((question) => proofs.get(question)!)
}

/** The collector and the compiler of a thread keep a second processor busy. */
const usual = (questions: number) =>
  questions < few ? 0 : Math.min(Math.ceil(availableParallelism() / 2), 4)

/** Tells how many questions are answered once so many more of a share are; with null all of that share are. */
function progressOver(shares: readonly (readonly Asked[])[], told: ShareOptions['progress']) {
  const counts = shares.map(() => 0)
  const all = shares.reduce((sum, share) => sum + share.length, 0)
  return (share: number, more: number | null) => {
    counts[share] = more === null ? shares[share]!.length : counts[share]! + more
    told?.(
      counts.reduce((sum, count) => sum + count, 0),
      all,
    )
  }
}

/** Gives a thread one share after the other, by number, until none waits. */
export function answered(
  worker: Worker,
  waiting: number[],
  told: (said: Exclude<Shared, { failed: string }>, share: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let share: number | null = null
    const next = () => worker.postMessage((share = waiting.shift() ?? null))
    worker.on('message', (said: Shared) => {
      if ('failed' in said) return reject(new Error(said.failed))
      told(said, share!)
      if ('proofs' in said) next()
    })
    worker.on('error', (cause) => reject(ended(cause.message, cause)))
    worker.on('exit', (code) => (share === null ? resolve() : reject(ended(`exit code ${code}`))))
    next()
  })
}

const ended = (why: string, cause?: unknown) =>
  new Error(`the proof was not finished, since a thread of it ended: ${why}`, { cause })

const aborted = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => {
    const stop = () => reject(signal!.reason)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
  })

/** Numbers of the shares: the one that is begun last should keep the others waiting for little. */
function heaviestFirst(shares: readonly (readonly Asked[])[], snapshot: Snapshot): number[] {
  const world = new World(snapshot)
  const weights = shares.map((share) => weightOf(share, world))
  return [...shares.keys()].sort((one, other) => weights[other]! - weights[one]!)
}

/** What is out of reach costs nothing, and next to nothing who belongs to no tenant. */
function weightOf(share: readonly Asked[], world: World): number {
  const { role, tenants } = share[0]!.who
  const relations = new Set(share.map(({ relation }) => relation))
  const reached = [...relations].filter((id) => {
    const [relation, routine] = [world.relations.get(id), world.routineById.get(id)]
    if (relation) return world.mayColumns(role, relation, 'INSERT').size > 0
    return routine !== undefined && world.mayExecute(role, routine)
  })
  return reached.length * (tenants.length > 0 && share[0]!.channel !== 'session' ? 4 : 1)
}

/**
 * Node 20 compiles what runs often for a second time too early, on a processor that another thread needs, and lets the
 * heap grow to four times of what is in use; newer engines are left as they are.
 */
function expectLongWork(): void {
  if (!process.versions.v8.startsWith('11.')) return
  setFlagsFromString('--interrupt-budget=500000')
  // By so many percent, of which there is one heap for each thread.
  setFlagsFromString('--heap-growing-percent=50')
}
