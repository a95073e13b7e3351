import { once } from 'node:events'
import type { MessagePort } from 'node:worker_threads'
import type { Snapshot } from '@/lib/catalog/types'
import type { Proof, Setup } from '../types'
import { promptly, type Line } from './prompt'
import { prover } from './prove'
import { questionsOf, sharesOf } from './questions'

/** What a thread is given at its start; then it is told the number of a share at a time, and null at the end. */
export interface ShareWork {
  readonly snapshot: Snapshot
  readonly setup: Setup
  /** Over which PostgreSQL is asked: whoever started the thread has the connections. */
  readonly line: Line
}

/** What it says: now and then how many questions it answered, of a share the answers in their order, or why it cannot. */
export type Shared =
  { readonly asked: number } | { readonly proofs: readonly Proof[] } | { readonly failed: string }

/** Answers share after share. @throws what `prove` throws */
export async function workShares(port: MessagePort, { snapshot, setup, line }: ShareWork): Promise<void> {
  const shares = sharesOf(questionsOf(snapshot, setup))
  const say = (said: Shared) => port.postMessage(said)
  const answer = await prover(snapshot, setup, promptly(line))
  for (;;) {
    const [number] = (await once(port, 'message')) as [number | null]
    if (number === null) return
    const told = telling((asked) => say({ asked }))
    const proofs = await answer(shares[number]!, told)
    say({ proofs })
  }
}

/** Milliseconds between two words on how far it is: most questions are answered at once. */
const pause = 50

function telling(say: (count: number) => void): () => void {
  let [count, last] = [0, performance.now()]
  return () => {
    count++
    if (performance.now() - last < pause) return
    say(count)
    ;[count, last] = [0, performance.now()]
  }
}
