import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import type { RelationId } from '@/lib/catalog/types'
import type { Evaluated, Identity, Rows, SessionEvaluator } from './session'

/** What a thread asks another that has the connections to PostgreSQL. */
type Request =
  | { readonly as: Identity; readonly expressions: readonly string[] }
  | { readonly relation: RelationId; readonly columns: readonly string[]; readonly limit: number }

type Reply = { readonly answer: unknown } | { readonly failed: string }

/** A thread's end of the way to whom it asks; `bell` holds one number, which is 1 once a reply is there. */
export interface Line {
  readonly port: MessagePort
  readonly bell: Int32Array
}

/** What `SessionEvaluator` tells, at once: the thread stands still meanwhile, so that nothing is ever worked out twice. */
export interface PromptEvaluator {
  readonly atOnce: true
  evaluate(as: Identity, expressions: readonly string[]): readonly Evaluated[]
  rows(relation: RelationId, columns: readonly string[], limit: number): Rows
}

/** Whoever answers the prover: at once, or some time later. */
export type Asker = SessionEvaluator | PromptEvaluator

/** @throws Error with what kept PostgreSQL from answering */
export function promptly({ port, bell }: Line): PromptEvaluator {
  const ask = (request: Request): unknown => {
    Atomics.store(bell, 0, 0)
    port.postMessage(request)
    Atomics.wait(bell, 0, 0)
    const reply = receiveMessageOnPort(port)!.message as Reply
    if ('failed' in reply) throw new Error(reply.failed)
    return reply.answer
  }
  return {
    atOnce: true,
    evaluate: (as, expressions) => ask({ as, expressions }) as readonly Evaluated[],
    rows: (relation, columns, limit) => ask({ relation, columns, limit }) as Rows,
  }
}

/**
 * Answers what comes over a line, one request after the other, until it is told to stop; what it was asked last is over then,
 * so that no connection is opened after it.
 */
export function answerOver({ port, bell }: Line, session: SessionEvaluator): () => Promise<void> {
  let last = Promise.resolve()
  const answer = async (request: Request) => {
    port.postMessage(await replyTo(request, session))
    Atomics.store(bell, 0, 1)
    Atomics.notify(bell, 0)
  }
  port.on('message', (request: Request) => (last = answer(request)))
  return () => {
    port.close()
    return last
  }
}

async function replyTo(request: Request, session: SessionEvaluator): Promise<Reply> {
  try {
    const answer =
      'as' in request
        ? await session.evaluate(request.as, request.expressions)
        : await session.rows(request.relation, request.columns, request.limit)
    return { answer }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}
