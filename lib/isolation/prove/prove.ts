import { loadParser } from '@/lib/sql/parse'
import type { Relation, Snapshot } from '@/lib/catalog/types'
import type { Principal, Proof, Question, Setup } from '../types'
import { answer, type Answer } from './answer'
import { explained } from './explain'
import { judgeOf } from './foreign'
import { Answers, knowledgeOf, type Level } from './knowledge'
import type { Writing } from './problem'
import { questionsOf } from './questions'
import type { SessionEvaluator } from './session'
import { viewOf, type SessionView } from './session-view'
import { World } from './world'
import { writingOf } from './writing'

export interface ProveOptions {
  /** Ends the work within a second; `prove` then throws the signal's reason. */
  readonly signal?: AbortSignal
  readonly progress?: (done: number, all: number) => void
}

const rounds = 12

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
  const run = new Run(snapshot, setup, session)
  const questions = questionsOf(snapshot, setup)
  const proofs: Proof[] = []
  let paused = performance.now()
  for (const { who, ...question } of questions) {
    options.signal?.throwIfAborted()
    proofs.push(await run.proof(question, who))
    options.progress?.(proofs.length, questions.length)
    if (performance.now() - paused > 50) {
      await new Promise((resolve) => setImmediate(resolve))
      paused = performance.now()
    }
  }
  return proofs
}

class Run {
  private readonly world: World
  private readonly answers: Answers
  private readonly writings = new Map<string, Writing | null>()

  constructor(
    snapshot: Snapshot,
    private readonly setup: Setup,
    session: SessionEvaluator,
  ) {
    this.world = new World(snapshot)
    this.answers = new Answers(session)
  }

  async proof(question: Question, who: Principal): Promise<Proof> {
    const first = await this.worst(question, who, 'support')
    if (first.outcome === 'proved' || first.outcome === 'unreachable')
      return explained(question, first, this.setup)
    const second = await this.worst(question, who, 'all')
    return explained(question, second.outcome === 'proved' ? second : first, this.setup)
  }

  /** The worst answer over all that the session may be: every role, and both readings of an unset setting. */
  private async worst(question: Question, who: Principal, level: Level): Promise<Answer> {
    const roles = this.rolesOf(who)
    let worst: Answer | null = null
    for (const role of roles) {
      for (const unset of [null, ''] as const) {
        const view = viewOf(who, this.setup, role, unset, new Set())
        const found = await this.settled(question, view, roles, level)
        if (!worst || rank(found) > rank(worst)) worst = found
        if (found.outcome === 'unreachable') break
      }
    }
    return worst!
  }

  private rolesOf(who: Principal): readonly string[] {
    return this.setup.threat === 'sql' ? this.world.closure(who.role, who.login) : [who.role]
  }

  /** Asks again until PostgreSQL has answered all that came up. */
  private async settled(
    question: Question,
    view: SessionView,
    roles: readonly string[],
    level: Level,
  ): Promise<Answer> {
    const judge = judgeOf(this.setup, view.principal)
    const writing = (relation: Relation) => this.writing(relation, roles)
    for (let round = 0; ; round++) {
      const knowledge = knowledgeOf(this.answers, this.setup, level, writing)
      const found = answer(question, this.setup, this.world, view, judge, knowledge)
      const more = await this.answers.fetch()
      if (!more) return found
      if (round >= rounds) return { ...found, outcome: 'unknown', exact: false }
    }
  }

  private writing(relation: Relation, roles: readonly string[]): Writing | null {
    const key = `${relation.id} ${roles.join()}`
    let found = this.writings.get(key)
    if (found === undefined) this.writings.set(key, (found = writingOf(relation, this.world, roles)))
    return found
  }
}

const rank = ({ outcome, exact }: Answer) =>
  outcome === 'model' ? (exact ? 4 : 3) : outcome === 'unknown' ? 2 : outcome === 'proved' ? 1 : 0
