import type { Relation, Routine } from '@/lib/catalog/types'
import type { Proof, Question, Setup, Witness } from '../types'
import { changing, consequences } from './consequences'
import { whispers } from './covert'
import { decide } from './decide'
import { foreignValue } from './foreign'
import { and, flag, not, or, type Formula } from './formula'
import { TooMuch, type Notes } from './notes'
import type { Context, Effect, Problem, Read } from './problem'
import { outputNames, rowsOfRoutine } from './routine'
import { plainContext } from './rows'
import { scanRelation } from './scan'
import { allWays } from './side-effects'
import { ownWays } from './sources'
import { sharpened } from './sharpen'
import { signatureOf, type Signature } from './signature'
import { changesOf, type Change } from './statement'
import { variable } from './term'
import type { Door, Way } from './ways'
import { witnessOf } from './witness'
import type { Value } from './value'
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

interface Possibility {
  readonly formula: Formula
  readonly way: Way
}

/** Looks for a way to cross, in one state of the session. */
export function answer(question: Question, setup: Setup, problem: Problem): Answer {
  const { value, notes } = problem.apart(() => {
    try {
      return search(question, setup, problem)
    } catch (error) {
      if (!(error instanceof TooMuch)) throw error
      problem.notes.unclear.set('too much', {
        en: 'It is put together from too many parts to be worked out.',
        pt: 'É composto de partes demais para ser resolvido.',
      })
      return undecided
    }
  })
  return { ...value, notes }
}

/** Cases that all ways of one question may look at together. */
const cases = 1_000_000

const undecided: Found = { outcome: 'unknown', exact: false, doors: [], witness: null }
const unreachable: Found = { outcome: 'unreachable', exact: true, doors: [], witness: null }

function search(question: Question, setup: Setup, problem: Problem): Found {
  const { world, session: view } = problem
  const context: Context = {
    ...plainContext(problem, view.role),
    path: world.searchPath(view.role, view.login),
    reads: [],
  }
  if (question.channel === 'covert') return covert(question, setup, context)
  const found = possibilities(question, setup, world, context)
  if (found === 'unreachable') return unreachable
  if (found === 'unknown' || problem.notes.waiting) return undecided
  const doors = new Map<string, Door>()
  const budget = { left: cases }
  let loose: Found | null = null
  let cut = false
  for (const { formula, way } of found) {
    for (const door of way.doors) doors.set(`${door.kind} ${door.name}`, door)
    let model = decide(problem, formula, budget)
    if (model === null) continue
    if (model === 'cut') {
      cut = true
      continue
    }
    if (!model.exact) {
      const rows = [way.old, way.new].filter((row) => row !== null)
      const column = setup.tenants.find((each) => each.relation === question.relation)?.column ?? null
      model = sharpened(problem, formula, rows, setup, column) ?? model
    }
    const result: Found = {
      outcome: 'model',
      exact: model.exact,
      doors: way.doors.map((door) => ({ ...door, guilty: true })),
      witness: witnessOf(question, way, model, problem),
    }
    if (model.exact) return result
    loose ??= result
  }
  if (loose) return loose
  const all = [...doors.values()].map((door) => ({ ...door, guilty: false }))
  return { outcome: cut ? 'unknown' : 'proved', exact: !cut, doors: all, witness: null }
}

function covert(question: Question, setup: Setup, context: Context): Found {
  const { problem } = context
  const relation = problem.world.relations.get(question.relation)
  if (!relation || !isGranted(relation, question, context)) return unreachable
  const { outcome, doors } = whispers(question, relation, setup, context)
  const guilty = outcome === 'model'
  return { outcome, exact: false, doors: doors.map((door) => ({ ...door, guilty })), witness: null }
}

function possibilities(
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
  const further = consequences([{ change: { target: relation, command, ways }, context }])
  return [
    ...own,
    ...further.flatMap(({ change }) => changing(change.ways, { kind: 'view', name: relation.id }, problem)),
  ]
}

function waysOf(relation: Relation, question: Question, context: Context): readonly Way[] {
  if (question.command !== 'SELECT' && context.problem.world.changesNothing(context.as)) return []
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
  return and(way.when, or(...foreign))
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
  return scanRelation(view, context).map((row) => {
    const output =
      column === null
        ? false
        : foreignValue(row.binding.columns.get(column), setup, session.principal, true, problem)
    const formula = and(row.when, or(output, foreignReads([...row.reads], problem)))
    const [first] = row.reads
    return { formula, way: { old: first?.row ?? null, new: null, when: row.when, doors: [door] } }
  })
}

const foreignReads = (reads: readonly Read[], problem: Problem): Formula =>
  or(...reads.map((read) => and(read.when, read.row.exists, problem.judge.foreign(read.row, true, problem))))

function ofRoutine(
  routine: Routine,
  question: Question,
  setup: Setup,
  context: Context,
): readonly Possibility[] | 'unreachable' | 'unknown' {
  const { problem } = context
  if (!problem.world.mayExecute(context.user, routine) || !problem.world.mayUse(context.user, routine.schema))
    return 'unreachable'
  const signature = signatureOf(routine, context)
  if (!signature || !['sql', 'plpgsql'].includes(routine.language)) return 'unknown'
  const { rows, reads, effects } = problem.once(`body of ${routine.id}`, () =>
    bodyOf(routine, signature, context),
  )
  const door: Door = { kind: 'function', name: routine.id }
  const column = setup.tenants.find((each) => each.relation === routine.id)?.column ?? null
  if (question.command === 'SELECT') {
    // What a statement put together at run time reads is not known.
    if (effects.some(({ statement }) => statement === null)) return 'unknown'
    const found = rows.map((row): Possibility => {
      const output =
        row.columns.find((each) => each.name === column)?.value ?? fieldOf(row.columns[0]?.value, column)
      const named = column !== null && (outputNames(context, routine, signature)?.includes(column) ?? false)
      const foreign =
        column === null || (!output && !named)
          ? false
          : foreignValue(output, setup, problem.session.principal, true, problem)
      return {
        formula: and(row.when, or(foreign, foreignReads([...row.reads], problem))),
        way: { old: row.reads[0]?.row ?? null, new: null, when: row.when, doors: [door] },
      }
    })
    const seen = foreignReads(reads, problem)
    return [
      ...found,
      { formula: seen, way: { old: reads[0]?.row ?? null, new: null, when: true, doors: [door] } },
    ]
  }
  const changes = problem
    .once(`changes of ${routine.id}`, () => {
      const made = effects.flatMap((effect) =>
        changesOf(effect).map((change) => ({ change, context: effect.context })),
      )
      return [...made, ...consequences(made)].map(({ change }) => change)
    })
    .filter((change) => change.command === question.command)
  if (changes.length === 0) return 'unreachable'
  return changes.flatMap((change) => changing(change.ways, door, problem))
}

/** What a call with arguments of the caller's choice returns, depends on and does. */
function bodyOf(routine: Routine, signature: Signature, context: Context) {
  const reads: Read[] = []
  const effects: Effect[] = []
  const args = signature.inputs.map(({ type }, at) => chosen(`argument ${at + 1} of ${routine.id}`, type))
  return { rows: rowsOfRoutine({ ...context, reads, effects }, routine, args), reads, effects }
}

const fieldOf = (value: Value | undefined, name: string | null) =>
  name === null ? undefined : value?.fields?.get(name)

function chosen(name: string, type: string): Value {
  const absent = flag(`${name} null`)
  return {
    type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: variable(name, type) },
    ],
  }
}
