import type { Routine } from '@/lib/catalog/types-object'
import { anything } from '../expression/compile'
import { and, flag, not } from '../logic/formula'
import type { Assignment, Context, Effect, Problem } from '../problem'
import { callsFunctions } from '../expression/later'
import { rowsOfBody } from '../routine/routine'
import { plainContext } from '../query/rows'
import { routinesThatSet, setBesideCalls, setIn, settingsOf, type SetByText } from './set-beside'
import { signatureOf } from '../routine/signature'
import { changesOf } from './statement'
import { variable } from '../logic/term'
import type { Value } from '../logic/value'
import type { World } from '../world'

/** What this role may call that sets a setting, itself or through a function it names. */
export const settersOf = (world: World, role: string): readonly Routine[] =>
  [...routinesThatSet(world)].filter(
    (each) =>
      !/\btrigger$/.test(each.returns) && world.mayExecute(role, each) && world.mayUse(role, each.schema),
  )

/** What of it stays on the connection for whoever comes next. */
export const staying = (made: readonly Assignment[]): readonly Assignment[] =>
  made.filter((each) => each.stays !== false).map((each) => ({ ...each, when: and(each.when, each.stays) }))

/**
 * The settings that calls of these routines may leave, with arguments of the caller's choice: nothing where none sets `name`. One
 * of them may have run before another: a setting that they set and read may hold anything when they read it.
 */
export function assignmentsBy(
  routines: readonly Routine[],
  problem: Problem,
  name: string,
): readonly Assignment[] {
  const beside = setBesideCalls(problem.world)
  const isSet = (names: ReadonlySet<string | null>) => names.has(name) || names.has(null)
  if (
    !isSet(new Set(beside.map((each) => each.name))) &&
    !routines.some((each) => isSet(settingsOf(each, problem.world)))
  )
    return []
  const made = problem.once('assignments', () => followed(routines, beside, problem))
  return made.filter((each) => each.name === null || each.name === name)
}

function followed(
  routines: readonly Routine[],
  beside: readonly SetByText[],
  problem: Problem,
): readonly Assignment[] {
  for (let set: ReadonlySet<string | null> = new Set(); ;) {
    const read = new Map<string, Value>()
    const inside = problem.following({ set, read })
    const made = [
      ...beside.map((each) => anySet(each, 'beside a call', inside)),
      ...routines.flatMap((routine) => byOne(routine, inside)),
    ]
    const names = new Set(made.map((each) => each.name))
    const missed = [...read].some(
      ([name, value]) =>
        !set.has(name) &&
        (names.has(null) || made.some((each) => each.name === name && !repeats(each, value))),
    )
    if (!missed || set.has(null)) return made
    set = new Set([...set, ...names])
  }
}

/** Does it set what was there already? */
function repeats({ value }: Assignment, before: Value): boolean {
  const there = new Set(before.cases.map(({ term }) => term?.key ?? null))
  return value.cases.every(({ term }) => there.has(term?.key ?? null))
}

function byOne(routine: Routine, problem: Problem): readonly Assignment[] {
  const { role, login } = problem.session
  const context: Context = { ...plainContext(problem, role), path: problem.world.searchPath(role, login) }
  const signature = signatureOf(routine, context)
  const effects: Effect[] = []
  const rows =
    signature &&
    rowsOfBody(
      { ...context, effects },
      routine,
      signature,
      signature.inputs.map(({ type }) => chosen(type, problem)),
    )
  const any = (each: SetByText) => anySet(each, `by ${routine.name}`, problem)
  // Calls of set_config are followed with their values; what SET and dynamic statements set may be anything.
  const written = setIn((routine.body ?? '').replaceAll(/\bset_config\b/gi, ' ')).map(any)
  if (!rows) return [...written, any({ name: null, stays: true })]
  // Functions that its statements call may set some as well.
  for (const effect of effects) if (callsFunctions(effect.statement, effect.context)) changesOf(effect)
  return [
    ...written,
    ...effects.flatMap((effect) => (effect.sets ? [{ ...effect.sets, when: effect.when }] : [])),
  ]
}

function anySet({ name, stays }: SetByText, by: string, problem: Problem): Assignment {
  const context = plainContext(problem, problem.session.role)
  const value = anything(context, `set ${by}`, 'text')
  return { name, value, stays, when: flag(problem.name('sets'), true) }
}

function chosen(type: string, problem: Problem): Value {
  const absent = problem.flag('argument null')
  return {
    type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: variable(problem.name('argument'), type) },
    ],
  }
}
