import type { Routine } from '@/lib/catalog/types-object'
import type { Question, Setup } from '../../types'
import { changing, consequences } from '../change/consequences'
import { foreignReads, foreignValue } from '../foreign'
import { and, flag, not, or, type Formula } from '../logic/formula'
import type { Context, Effect, Read } from '../problem'
import { outputNames, rowsOfRoutine } from './routine'
import { calledBy } from './mentions'
import { signatureOf, type Signature } from './signature'
import { changesOfAll } from '../change/set-off'
import { compile } from '../expression/compile'
import { atFirstOf } from '../moment'
import { plainContext } from '../query/rows'
import { variable } from '../logic/term'
import type { Value } from '../logic/value'
import type { Door, Way } from '../ways'
import { argumentName } from '../witness'
import type { World } from '../world'

/** Something that may concern a row of another tenant, and when it does. */
export interface Possibility {
  readonly formula: Formula
  readonly way: Way
}

/** What a call of a function returns, depends on or changes. */
export function ofRoutine(
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
  const made = problem.once(`made by ${routine.id}`, () => changesOfAll(effects))
  const door: Door = { kind: 'function', name: routine.id }
  const column = setup.tenants.find((each) => each.relation === routine.id)?.column ?? null
  if (question.command === 'SELECT') {
    // What a statement put together at run time reads is not known.
    if (effects.some(({ statement }) => statement === null) || made.some(({ dynamic }) => dynamic))
      return 'unknown'
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
    const counted = looksAtCounts(routine, problem.world)
      ? made.flatMap(({ change }) => touched(change.ways))
      : []
    const all = [...reads, ...counted]
    const seen = foreignReads(all, problem)
    return [
      ...found,
      { formula: seen, way: { old: all[0]?.row ?? null, new: null, when: true, doors: [door] } },
    ]
  }
  const changes = problem
    .once(`changes of ${routine.id}`, () =>
      [...made, ...consequences(made, routine.id)].map(({ change }) => change),
    )
    .filter((change) => change.command === question.command)
  if (changes.length === 0) return 'unreachable'
  return changes.flatMap((change) => changing(change.ways, door, problem))
}

/** Does it, or a routine it calls, look at how many rows a statement changed? */
const looksAtCounts = (routine: Routine, { snapshot }: World): boolean =>
  calledBy(routine, snapshot.routines).some(({ body }) => /\b(?:found|diagnostics)\b/i.test(body ?? ''))

/** The rows that these ways change or remove, as rows that are looked at. */
const touched = (ways: readonly Way[]): readonly Read[] =>
  ways.flatMap(({ old, when }) => (old ? [{ row: old, when }] : []))

/** What a call with arguments of the caller's choice returns, depends on and does. */
function bodyOf(routine: Routine, signature: Signature, context: Context) {
  const reads: Read[] = []
  const effects: Effect[] = []
  const args = signature.inputs.map(({ type }, at) => chosen(argumentName(routine.id, at), type))
  const noted = { ...context, reads, effects, moment: atFirstOf(routine.id) }
  // What is left out is worked out by the caller.
  const outside = { ...plainContext(context.problem, context.user), reads, effects }
  for (const each of signature.inputs) if (each.default) compile(each.default, outside)
  return { rows: rowsOfRoutine(noted, routine, args), reads, effects }
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
