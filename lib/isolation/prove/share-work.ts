import { once } from 'node:events'
import type { MessagePort } from 'node:worker_threads'
import type { Snapshot } from '@/lib/catalog/types'
import type { Proof, Setup } from '../types'
import { prover } from './prove'
import { questionsOf, sharesOf } from './questions'
import { withEvaluator } from './session'

/** What a thread is given at its start; then it is told the number of a share at a time, and null at the end. */
export interface ShareWork {
  readonly snapshot: Snapshot
  readonly setup: Setup
  /** URL of where session expressions are evaluated. */
  readonly expressions: string
  /** URL of the governed database, only read. */
  readonly content: string
}

/** What it says: after each question that it answered, of a share the answers in their order, or why it cannot. */
export type Shared =
  { readonly asked: true } | { readonly proofs: readonly Proof[] } | { readonly failed: string }

/** Answers share after share over connections of its own. @throws what `prove` throws */
export async function workShares(port: MessagePort, work: ShareWork): Promise<void> {
  const { snapshot, setup, expressions, content } = work
  const shares = sharesOf(questionsOf(snapshot, setup))
  const say = (said: Shared) => port.postMessage(said)
  await withEvaluator(expressions, content, async (session) => {
    const answer = await prover(snapshot, setup, session)
    for (;;) {
      const [number] = (await once(port, 'message')) as [number | null]
      if (number === null) return
      say({ proofs: await answer(shares[number]!, () => say({ asked: true })) })
    }
  })
}
