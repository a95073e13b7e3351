import { loadParser } from '@/lib/sql/parse'
import type { Relation, Routine, Snapshot } from '@/lib/catalog/types'
import type { Channel, Principal, Proof, Question, Setup } from '../types'
import { answer, type Answer } from './answer'
import { assignmentsBy, settersOf, staying } from './assignments'
import { explained } from './explain'
import { judgeOf } from './foreign'
import { Answers, knowledgeOf, type Level } from './knowledge'
import type { Assignment, Problem, Writing } from './problem'
import { questionsOf } from './questions'
import type { SessionEvaluator } from './session'
import { viewOf, type SessionView } from './session-view'
import { World } from './world'
import { writingOf } from './writing'

export interface ProveOptions {
  /** Ends the work within a second; `prove` then throws the signal's reason. */
  readonly signal?: AbortSignal
  readonly progress?: (done: number, all: number) => void
  /** Only these; all when absent. */
  readonly channels?: readonly Channel[]
}

const rounds = 12

type Settled = Answer & { readonly anyRows: boolean }

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
  const run = new Run(snapshot, setup, session, options.signal)
  const questions = questionsOf(snapshot, setup).filter(
    ({ channel }) => options.channels?.includes(channel) ?? true,
  )
  const proofs: Proof[] = []
  for (const { who, ...question } of questions) {
    options.signal?.throwIfAborted()
    proofs.push(await run.proof(question, who))
    options.progress?.(proofs.length, questions.length)
  }
  return proofs
}

class Run {
  private readonly world: World
  private readonly answers: Answers
  private readonly writings = new Map<string, Writing | null>()
  private readonly setters = new Map<string, readonly Routine[]>()
  private readonly lefts = new Map<string, Settled>()

  constructor(
    snapshot: Snapshot,
    private readonly setup: Setup,
    session: SessionEvaluator,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.world = new World(snapshot)
    this.answers = new Answers(session)
  }

  async proof(question: Question, who: Principal): Promise<Proof> {
    if (question.channel === 'session') return this.left(question, who)
    if (question.channel === 'covert') return this.whispered(question, who)
    const first = await this.worst(question, who, 'support')
    if (first.outcome === 'proved' || first.outcome === 'unreachable')
      return explained(question, first, this.setup)
    const second = await this.worst(question, who, 'all')
    return explained(question, second.outcome === 'proved' ? second : first, this.setup)
  }

  /** What a request without a tenant finds on a connection that others used before. */
  private async left(question: Question, who: Principal): Promise<Proof> {
    const key = `${question.relation} ${question.command} ${who.role} ${who.login}`
    let found = this.lefts.get(key)
    if (!found) {
      const nobody: Principal = { ...who, tenants: [], settings: {}, claims: null }
      const earlier = this.setup.principals.filter((each) => each.role === who.role)
      found = await this.worst(question, nobody, 'support', earlier)
      if (found.outcome === 'model' && found.anyRows) {
        const second = await this.worst(question, nobody, 'all', earlier)
        if (second.outcome === 'proved') found = second
      }
      this.lefts.set(key, found)
    }
    return explained(question, found, this.setup)
  }

  private async whispered(question: Question, who: Principal): Promise<Proof> {
    const view = viewOf(who, this.setup, who.role, null, new Set())
    return explained(
      question,
      await this.settled(question, view, this.rolesOf(who), 'support', null),
      this.setup,
    )
  }

  /** The worst answer over all that the session may be: every role, and both readings of an unset setting. */
  private async worst(
    question: Question,
    who: Principal,
    level: Level,
    earlier: readonly Principal[] | null = null,
  ): Promise<Settled> {
    const roles = this.rolesOf(who)
    let worst: Settled | null = null
    for (const role of roles) {
      for (const unset of [null, ''] as const) {
        const view = viewOf(who, this.setup, role, unset, new Set())
        const found = await this.settled(question, view, roles, level, earlier)
        if (!worst || rank(found) > rank(worst)) worst = found
        if (found.outcome === 'unreachable' || !found.problem.readsUnset) break
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
    earlier: readonly Principal[] | null,
  ): Promise<Settled> {
    const judge = judgeOf(this.setup, view.principal)
    const writing = (relation: Relation) => this.writing(relation, roles)
    const setters = this.settersOf(view.role)
    for (let round = 0; ; round++) {
      await new Promise((resolve) => setImmediate(resolve))
      this.signal?.throwIfAborted()
      const knowledge = knowledgeOf(this.answers, this.setup, level, writing, (problem) =>
        earlier && !problem.derived
          ? this.leftBy(earlier, setters, problem)
          : assignmentsBy(setters, problem),
      )
      const found = answer(question, this.setup, this.world, view, judge, knowledge)
      const more = await this.answers.fetch()
      if (found.problem.unclear.has('too much')) return { ...found, anyRows: false }
      if (!more) return { ...found, anyRows: knowledge.anyRows }
      if (round >= rounds) return { ...found, outcome: 'unknown', exact: false, anyRows: false }
    }
  }

  /** Settings that requests of others may have left on the connection, their values as those sessions computed them. */
  private leftBy(
    earlier: readonly Principal[],
    setters: readonly Routine[],
    problem: Problem,
  ): readonly Assignment[] {
    return earlier.flatMap((each) => {
      const view = viewOf(each, this.setup, each.role, null, new Set())
      const other = problem.as(view)
      return staying(assignmentsBy(setters, other))
    })
  }

  private settersOf(role: string): readonly Routine[] {
    let found = this.setters.get(role)
    if (!found) this.setters.set(role, (found = settersOf(this.world, role)))
    return found
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
