import { loadParser } from '@/lib/sql/parse'
import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'
import type { Channel, Principal, Proof, Question, Setup } from '../types'
import { mayRowsProve, provesNothing, rank, reaches } from './alive'
import { answer, joined, type Answer } from './answer'
import { assignmentsBy, staying } from './change/assignments'
import { explained } from './explain'
import { judgeOf } from './foreign'
import { Answers, knowledgeOf, type Level, type Writing } from './knowledge'
import { partsMade } from './logic/formula'
import { Callers } from './callers'
import { joining, Problem, type Assignment } from './problem'
import { Verdicts } from './verdicts'
import { questionsOf, sharesOf, type Asked } from './questions'
import type { Asker } from './prompt'
import type { SessionView } from './session-view'
import { World } from './world'
import { writingOf } from './change/writing'

export interface ProveOptions {
  /** Ends the work within a second; `prove` then throws the signal's reason. */
  readonly signal?: AbortSignal
  readonly progress?: (done: number, all: number) => void
  /** Only these; all when absent. */
  readonly channels?: readonly Channel[]
  /** Only questions it holds for; all when absent. */
  readonly only?: (question: Question) => boolean
}

const rounds = 12

/** Parts of formulas that are kept at most: some 260 megabytes. */
const mostParts = 2_600_000

/** Milliseconds of work before others have their turn. */
const patience = 25

/**
 * Answers every question of a setup from the catalog alone. `proved` is only said when nothing that the session can do
 * crosses; `model` when something that may be possible does; everything not understood is `unknown`.
 */
export async function prove(
  snapshot: Snapshot,
  setup: Setup,
  session: Asker,
  options: ProveOptions = {},
): Promise<Proof[]> {
  const questions = questionsOf(snapshot, setup).filter(
    (question) =>
      (options.channels?.includes(question.channel) ?? true) && (options.only?.(question) ?? true),
  )
  const answered = await prover(snapshot, setup, session, options.signal)
  const proofs = new Map<Asked, Proof>()
  let done = 0
  for (const share of sharesOf(questions)) {
    const found = await answered(share, () => options.progress?.(++done, questions.length))
    share.forEach((question, at) => proofs.set(question, found[at]!))
  }
  return questions.map((question) => proofs.get(question)!)
}

/** Answers the questions of a share, in their order; told after each. */
export type Prover = (share: readonly Asked[], told: () => void) => Promise<Proof[]>

/** One who answers share after share. */
export async function prover(
  snapshot: Snapshot,
  setup: Setup,
  session: Asker,
  signal?: AbortSignal,
): Promise<Prover> {
  await loadParser()
  const run = new Run(snapshot, setup, session, signal)
  return async (share, told) => {
    const proofs: Proof[] = []
    run.next()
    for (const { who, ...question } of share) {
      signal?.throwIfAborted()
      proofs.push(await run.proof(question, who))
      told()
    }
    return proofs
  }
}

class Run {
  private readonly callers: Callers
  private readonly world: World
  private answers: Answers
  private readonly writings = new Map<string, Writing | null>()
  private readonly lefts = new Map<string, Answer>()
  private readonly problems = new Map<string, Problem>()
  private readonly verdicts = new Map<string, Verdicts>()
  private from = partsMade()
  private rested = performance.now()

  constructor(
    snapshot: Snapshot,
    private readonly setup: Setup,
    private readonly session: Asker,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.world = new World(snapshot)
    this.callers = new Callers(this.world, setup, (view) => this.problemOf(view, [], 'support', null))
    this.answers = new Answers(session)
  }

  /**
   * Nothing that was found out for a share is known for the next: answers are the same in whatever order shares come. What
   * PostgreSQL said is, where no work ever waits for it.
   */
  next(): void {
    this.forget()
    this.verdicts.clear()
    this.lefts.clear()
    if (!('atOnce' in this.session)) this.answers = new Answers(this.session)
  }

  /** Working some things out again takes less than going about with all of them. */
  private forget(): void {
    this.problems.clear()
    this.from = partsMade()
  }

  async proof(question: Question, who: Principal): Promise<Proof> {
    if (partsMade() - this.from > mostParts) this.forget()
    if (question.channel === 'session') return this.left(question, who)
    if (question.channel === 'covert') return this.whispered(question, who)
    const first = await this.worst(question, who, 'support')
    if (first.outcome === 'proved') return this.said(question, await this.telling(question, first, who), who)
    if (first.outcome === 'unreachable' || !mayRowsProve(first, this.setup))
      return this.said(question, first, who)
    const second = await this.worst(question, who, 'all')
    return this.said(question, second.outcome === 'proved' ? second : first, who)
  }

  private said(question: Question, found: Answer, who: Principal): Proof {
    return explained(question, this.callers.standing(found, who), this.callers.callerOf(who))
  }

  /** Of a request that was made up a proof counts where it reaches something of its own, or nobody anything. */
  private async telling(question: Question, found: Answer, who: Principal): Promise<Answer> {
    if (!this.setup.identity || who.tenants.length === 0) return found
    const isReached = async (view: SessionView, of: Level, whose: 'own' | 'any') => {
      const problem = () => this.problemOf(view, this.callers.rolesOf(who), of, null)
      return (await this.asked(() => reaches(question, this.setup, problem(), whose))).value
    }
    if (await isReached(this.callers.viewOf(who), 'support', 'own')) return found
    return (await isReached(this.callers.anyoneAs(who), 'none', 'any')) ? provesNothing(found, who) : found
  }

  /** What a request without a tenant finds on a connection that others used before. */
  private async left(question: Question, who: Principal): Promise<Proof> {
    const key = `${question.relation} ${question.command} ${who.role} ${who.login}`
    let found = this.lefts.get(key)
    if (!found) {
      const tenantless: Principal = { ...who, tenants: [], settings: {}, claims: null }
      const earlier = this.setup.principals.filter((each) => each.role === who.role)
      found = await this.worst(question, tenantless, 'support', earlier)
      if (found.outcome === 'model' && mayRowsProve(found, this.setup)) {
        const second = await this.worst(question, tenantless, 'all', earlier)
        if (second.outcome === 'proved') found = second
      }
      this.lefts.set(key, found)
    }
    return this.said(question, found, who)
  }

  private async whispered(question: Question, who: Principal): Promise<Proof> {
    const view = this.callers.viewOf(who)
    const found = await this.settled(
      question,
      this.problemOf(view, this.callers.rolesOf(who), 'support', null),
    )
    return this.said(question, found, who)
  }

  /** The worst answer over all roles that the session may be. */
  private async worst(
    question: Question,
    who: Principal,
    level: Level,
    earlier: readonly Principal[] | null = null,
  ): Promise<Answer> {
    const roles = this.callers.rolesOf(who)
    let worst: Answer | null = null
    for (const role of roles) {
      const view = this.callers.viewOf(who, role)
      const found = await this.settled(question, this.problemOf(view, roles, level, earlier))
      if (!worst || rank(found) > rank(worst)) worst = found
    }
    return worst!
  }

  /** An answer and, where it took others for proved, those too: what turns out otherwise is done without. */
  private async settled(question: Question, problem: Problem): Promise<Answer> {
    for (;;) {
      const found = await this.worked(question, problem)
      if (found.outcome !== 'proved' || (await this.stands(found, question, problem))) return found
    }
  }

  /** Is all proved, however far it reaches, that an answer took for proved? */
  private async stands(found: Answer, question: Question, problem: Problem): Promise<boolean> {
    const seen = new Set<string>()
    const before = problem.verdicts.doubted.size
    const waiting = [...found.notes.held]
    for (let claim = waiting.pop(); claim !== undefined; claim = waiting.pop()) {
      if (seen.has(claim)) continue
      seen.add(claim)
      const [relation, command] = claim.split('\n') as [string, Question['command']]
      const asked = { ...question, relation, command, channel: 'row' as const }
      const other = await this.worked(asked, problem, claim.endsWith(joining) ? joined : answer)
      if (other.outcome === 'model' || other.outcome === 'unknown')
        problem.verdicts.doubted.set(claim, other.notes.anyRows)
      waiting.push(...other.notes.held)
    }
    // What rests on what is doubted now has to be asked again, however far from here.
    return problem.verdicts.doubted.size === before
  }

  /** Asks again until PostgreSQL has answered all that came up. */
  private async worked(question: Question, problem: Problem, how = answer): Promise<Answer> {
    const key = `${question.channel} ${question.command} ${question.relation}`
    const known = problem.verdicts.answers.get(key) as Answer | undefined
    if (known && problem.holds(known.notes)) return known
    const { value, settled } = await this.asked(() => how(question, this.setup, problem))
    const found: Answer = settled ? value : { ...value, outcome: 'unknown', exact: false }
    problem.verdicts.answers.set(key, found)
    return found
  }

  private async asked<T>(work: () => T): Promise<{ readonly value: T; readonly settled: boolean }> {
    for (let round = 0; ; round++) {
      await this.rest()
      const value = work()
      const more = await this.answers.fetch()
      if (!more || round >= rounds) return { value, settled: !more }
    }
  }

  /** Lets others have their turn now and then, and ends when it shall. */
  private async rest(): Promise<void> {
    if (performance.now() - this.rested > patience) {
      await new Promise((resolve) => setImmediate(resolve))
      this.rested = performance.now()
    }
    this.signal?.throwIfAborted()
  }

  /** What all questions about one state of the session share. */
  private problemOf(
    view: SessionView,
    roles: readonly string[],
    level: Level,
    earlier: readonly Principal[] | null,
  ): Problem {
    const key = `${view.key} ${level} ${earlier !== null}`
    let found = this.problems.get(key)
    if (found) return found
    const setters = this.callers.settersOf(view.role)
    const knowledge = knowledgeOf(
      this.answers,
      this.setup,
      level,
      (relation) => this.writing(relation, roles),
      (problem, name) =>
        earlier && !problem.derived
          ? this.leftBy(earlier, setters, problem, name)
          : assignmentsBy(setters, problem, name),
      earlier !== null,
    )
    const verdicts = this.verdicts.get(key) ?? new Verdicts()
    this.verdicts.set(key, verdicts)
    const judge = judgeOf(this.setup, view.principal)
    found = new Problem(this.world, knowledge, view, judge, null, null, verdicts)
    this.problems.set(key, found)
    return found
  }

  /** Settings that requests of others may have left on the connection, their values as those sessions computed them. */
  private leftBy(
    earlier: readonly Principal[],
    setters: readonly Routine[],
    problem: Problem,
    name: string,
  ): readonly Assignment[] {
    const views = earlier.map((each) => this.callers.viewOf(each))
    return views.flatMap((view) => staying(assignmentsBy(setters, problem.as(view), name)))
  }

  private writing(relation: Relation, roles: readonly string[]): Writing | null {
    const key = `${relation.id} ${roles.join()}`
    let found = this.writings.get(key)
    if (found === undefined) this.writings.set(key, (found = writingOf(relation, this.world, roles)))
    return found
  }
}
