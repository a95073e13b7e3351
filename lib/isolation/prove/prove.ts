import { loadParser } from '@/lib/sql/parse'
import type { Snapshot } from '@/lib/catalog/types'
import type { Proof, Setup } from '../types'
import { questionsOf } from './questions'
import type { SessionEvaluator } from './session'

export interface ProveOptions {
  /** Ends the work within a second; `prove` then throws the signal's reason. */
  readonly signal?: AbortSignal
  readonly progress?: (done: number, all: number) => void
}

/**
 * Answers every question of a setup from the catalog alone. `proved` is only said when nothing that the session can do
 * crosses; `model` when something that may be possible does; everything not understood is `unknown`.
 */
export async function prove(
  snapshot: Snapshot,
  setup: Setup,
  session: SessionEvaluator,
  options: ProveOptions = {},
): Promise<Proof[]> {
  await loadParser()
  void session
  const questions = questionsOf(snapshot, setup)
  const proofs: Proof[] = []
  for (const { who: _who, ...question } of questions) {
    options.signal?.throwIfAborted()
    proofs.push({
      ...question,
      outcome: 'unknown',
      doors: [],
      assumptions: [],
      because: [],
      witness: null,
      exact: false,
    })
    options.progress?.(proofs.length, questions.length)
  }
  return proofs
}
