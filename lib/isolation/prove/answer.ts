import type { Relation } from '@/lib/catalog/types-relation'
import type { Proof, Question, Setup, Witness } from '../types'
import { changing, consequences } from './change/consequences'
import { isAskable } from './logic/clauses'
import { decide, type Decision } from './logic/decide'
import { hiddenWriters } from './change/hidden'
import { foreignReads, foreignValue } from './foreign'
import { and, flag, or, type Formula } from './logic/formula'
import { TooMuch, type Notes } from './notes'
import type { Context, Problem, Read } from './problem'
import { ofRoutine, type Possibility } from './routine/routine-ways'
import { plainContext } from './query/rows'
import { scanRelation } from './query/scan'
import { allWays } from './change/side-effects'
import { ownWays } from './change/sources'
import { sharpened } from './sharpen'
import type { Change } from './change/statement'
import { numberOf } from './logic/number-of'
import type { Budget } from './logic/search'
import { unbarred, type Model } from './logic/solve'
import type { Door, Way } from './ways'
import { whispers } from './whisper/whispers'
import { witnessOf } from './witness'
import type { World } from './world'

/** What is known about one question for one session: an answer, and what was used for it. */
export interface Answer {
  readonly outcome: Proof['outcome']
  readonly exact: boolean
  readonly doors: Proof['doors']
  readonly witness: Witness | null
  readonly notes: Notes
}

type Found = Omit<Answer, 'notes'>

/** Looks for a way to cross, in one state of the session. */
export const answer = (question: Question, setup: Setup, problem: Problem): Answer =>
  accounted(problem, () => search(question, setup, problem))

/**
 * Can the session write a row into a table that says who belongs where, by whatever means it has, that names another
 * tenant? The rows that it wrote before are taken not to.
 */
export const joined = (question: Question, setup: Setup, problem: Problem): Answer =>
  accounted(problem, () => {
    const relation = problem.world.relations.get(question.relation)
    const writing = relation && problem.knowledge.written(relation)
    if (!writing?.made) return undecided
    problem.writing++
    const { rows } = writing.made(problem)
    problem.writing--
    const found = rows.map(({ row, when }) => ({
      formula: and(when, row.exists, problem.judge.joins(row, problem) ?? true),
      way: { old: null, new: row, when, doors: [] },
    }))
    return problem.notes.waiting ? undecided : decided(question, setup, problem, found)
  })

function accounted(problem: Problem, work: () => Found): Answer {
  const { value, notes } = problem.apart(() => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error
      problem.notes.leaveOpen('too much', {
        en: 'It is put together from too many parts to be worked out.',
        pt: 'É composto de partes demais para ser resolvido.',
      })
      return undecided
    }
  })
  return { ...value, notes }
}

/** Cases that all ways of one question may look at together. */
const cases = 4_000_000

/** Cases that are looked at with all ways in one, and for an exact model after one was found that is not. */
const few = 250_000

const undecided: Found = { outcome: 'unknown', exact: false, doors: [], witness: null }
const unreachable: Found = { outcome: 'unreachable', exact: true, doors: [], witness: null }

/** Where a session's own statements stand. */
export const asking = (problem: Problem): Context => ({
  ...plainContext(problem, problem.session.role),
  path: problem.world.searchPath(problem.session.role, problem.session.login),
  reads: [],
})

function search(question: Question, setup: Setup, problem: Problem): Found {
  const { world } = problem
  const context = asking(problem)
  if (question.channel === 'covert') return covert(question, setup, context)
  const found = possibilities(question, setup, world, context)
  latest.set(problem, { question, found })
  if (found === 'unreachable') return unreachable
  if (found === 'unknown' || problem.notes.waiting) return undecided
  return decided(question, setup, problem, found)
}

function decided(question: Question, setup: Setup, problem: Problem, found: readonly Possibility[]): Found {
  const doors = new Map<string, Door>()
  const budget = { left: cases }
  const column = setup.tenants.find((each) => each.relation === question.relation)?.column ?? null
  let loose: Found | null = null
  let cut = false
  for (const { way } of found) for (const door of way.doors) doors.set(`${door.kind} ${door.name}`, door)
  // All at once: what they have in common is then looked at once. What is too much together may not be so one by one.
  const groups = [found, ...found.map((each) => [each])]
  for (const [at, group] of groups.entries()) {
    // No model of it would be exact, and one that is not is there.
    if (loose && unbarred([], [group[0]!.formula], 'asked').length === 0) continue
    const together = at === 0 && found.length > 1
    const formulas = group.map(({ formula }) => formula)
    const model = decidedOnce(problem, formulas, together ? { left: few } : budget)
    if (model === 'cut') {
      cut ||= !together
      continue
    }
    if (model !== null) {
      const { way, exact, by } = exactOf(setup, problem, group, model, column)
      if (exact || !loose) {
        const guilty = way.doors.map((door) => ({ ...door, guilty: true }))
        const witness = witnessOf(question, way, by, problem)
        const result: Found = { outcome: 'model', exact, doors: guilty, witness }
        if (exact) return result
        loose = result
      }
      budget.left = Math.min(budget.left, few)
    }
    if (at === 0) break
  }
  if (loose) return loose
  const all = [...doors.values()].map((door) => ({ ...door, guilty: false }))
  return { outcome: cut ? 'unknown' : 'proved', exact: !cut, doors: all, witness: null }
}

/** What hangs on a table and what on its partitions comes to the same ways. */
function decidedOnce(problem: Problem, formulas: readonly Formula[], budget: Budget): Decision {
  const key = `decision ${formulas.map(numberOf).join()} ${budget.left}`
  const { decision, left } = problem.once(key, () => {
    const own = { left: budget.left }
    return { decision: decide(problem, formulas, own), left: own.left }
  })
  budget.left = left
  return decision
}

/** The model, or a way of the group in which real tenants make it exact where nothing but PostgreSQL's answer is missing. */
function exactOf(
  setup: Setup,
  problem: Problem,
  group: readonly Possibility[],
  model: Model,
  column: string | null,
): { readonly way: Way; readonly exact: boolean; readonly by: Model } {
  const { way } = group[model.alternative]!
  const given = { way, exact: model.exact, by: model }
  if (model.exact || !model.loose.every(isAskable)) return given
  for (const each of group) {
    const rows = [each.way.old, each.way.new].filter((row) => row !== null)
    const sharp = sharpened(problem, each.formula, rows, setup, column)
    if (sharp) return { way: each.way, exact: true, by: sharp }
  }
  return given
}

function covert(question: Question, setup: Setup, context: Context): Found {
  const { problem } = context
  const relation = problem.world.relations.get(question.relation)
  if (!relation || !isGranted(relation, question, context)) return unreachable
  const { outcome, doors } = whispers(question, relation, setup, context)
  const guilty = outcome === 'model'
  return { outcome, exact: false, doors: doors.map((door) => ({ ...door, guilty })), witness: null }
}

/** What a problem was asked last, and all by which it could be answered. */
export const latest = new WeakMap<Problem, { question: Question; found: ReturnType<typeof possibilities> }>()

/** All by which a question could be answered with a crossing, and when; or that there is no way at all. */
export function possibilities(
  question: Question,
  setup: Setup,
  world: World,
  context: Context,
): readonly Possibility[] | 'unreachable' | 'unknown' {
  const routine = world.routineById.get(question.relation)
  if (routine) return ofRoutine(routine, question, setup, context)
  const relation = world.relations.get(question.relation)
  if (!relation) return 'unknown'
  const { problem } = context
  const column = setup.tenants.find((each) => each.relation === relation.id)?.column ?? null
  if (question.command === 'SELECT' && (relation.kind === 'view' || relation.kind === 'matview'))
    return ofView(relation, column, setup, context)
  const ways = waysOf(relation, question, context)
  if (ways.length === 0) return isGranted(relation, question, context) ? [] : 'unreachable'
  const own = ways.map((way) => ({
    way,
    formula: crossing(way, relation, column, question, setup, context),
  }))
  if (relation.kind !== 'view' || question.command === 'SELECT') return own
  const command = question.command as Change
  const further = consequences([{ change: { target: relation, command, ways }, context, starts: true }], null)
  return [
    ...own,
    ...further.flatMap(({ change }) => changing(change.ways, { kind: 'view', name: relation.id }, problem)),
  ]
}

function waysOf(relation: Relation, question: Question, context: Context): readonly Way[] {
  const { world } = context.problem
  if (
    question.command !== 'SELECT' &&
    world.changesNothing(context.as) &&
    hiddenWriters(world.snapshot).length === 0
  )
    return []
  switch (question.command) {
    case 'SELECT':
    case 'TRUNCATE':
      return ownWays(relation, question.command, context)
    case 'DELETE':
      return [
        ...allWays(relation, 'DELETE', context),
        ...(relation.kind === 'view' ? [] : ownWays(relation, 'TRUNCATE', context)),
      ]
    case 'INSERT':
    case 'UPDATE':
      return allWays(relation, question.command, context)
    default:
      return []
  }
}

function isGranted(relation: Relation, question: Question, context: Context): boolean {
  const { world } = context.problem
  if (!world.mayUse(context.as, relation.schema)) return false
  const truncates = world.may(context.as, relation, 'TRUNCATE')
  if (question.command === 'TRUNCATE') return truncates
  if (question.command === 'DELETE') return truncates || world.may(context.as, relation, 'DELETE')
  return world.mayColumns(context.as, relation, question.command).size > 0
}

/** When a way concerns a row of another tenant, before or after. */
function crossing(
  way: Way,
  relation: Relation,
  column: string | null,
  question: Question,
  setup: Setup,
  context: Context,
): Formula {
  const { problem } = context
  const reading = question.command === 'SELECT'
  const rows = [way.old, way.new].filter((row) => row !== null)
  if (rows.length === 0) return way.when
  const foreign = rows.map((row) => {
    if (problem.judge.isTenantTable(row.relation?.id ?? ''))
      return problem.judge.foreign(row, reading, problem)
    if (relation.kind !== 'view' || column === null) return false
    const value = row.columns.get(column)
    return value
      ? foreignValue(value, setup, problem.session.principal, reading, problem)
      : flag('tenant not shown', true)
  })
  const key = [way.when, ...foreign].map(numberOf)
  return problem.once(`crossing ${key.join()}`, () => and(way.when, or(...foreign)))
}

function ofView(
  view: Relation,
  column: string | null,
  setup: Setup,
  context: Context,
): readonly Possibility[] | 'unreachable' {
  const { problem } = context
  const { world, session } = problem
  if (!world.mayUse(context.as, view.schema) || world.mayColumns(context.as, view, 'SELECT').size === 0)
    return 'unreachable'
  const door: Door = { kind: 'view', name: view.id }
  const reads: Read[] = []
  const found = scanRelation(view, { ...context, reads }).map((row) => {
    const output =
      column === null
        ? false
        : foreignValue(row.binding.columns.get(column), setup, session.principal, true, problem)
    const formula = and(row.when, or(output, foreignReads([...row.reads], problem)))
    const [first] = row.reads
    return { formula, way: { old: first?.row ?? null, new: null, when: row.when, doors: [door] } }
  })
  if (reads.length === 0) return found
  const beside = { old: reads[0]!.row, new: null, when: true as Formula, doors: [door] }
  return [...found, { formula: foreignReads(reads, problem), way: beside }]
}
