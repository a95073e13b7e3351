import { named, not, or, type Formula } from '../logic/formula'
import { rememberEither } from '../expression/known-text'
import { isLate, later } from '../expression/later'
import type { Problem } from '../problem'
import { choose, isNull, like, type Value } from '../logic/value'
import type { Path } from './variables'

/** One arm of a branch: when it is taken, given that the branch is reached, and the paths through it. */
export interface Arm {
  readonly when: Formula
  readonly start: Path
  readonly paths: readonly Path[]
}

/**
 * The paths after a branch. Those that go on become one, whose variables hold what the arm that was taken left in them;
 * otherwise each branch would double the paths.
 */
export function afterBranch(arms: readonly Arm[], before: Path, problem: Problem): readonly Path[] {
  const ended = arms.flatMap((arm) => arm.paths.filter((path) => path.end !== 'open'))
  const open = arms.flatMap((arm) =>
    arm.paths
      .filter((path) => path.end === 'open')
      // Where nothing but the condition decides, what led to the branch need not be said again.
      .map((path) => ({ path, when: path.when === arm.start.when ? arm.when : path.when })),
  )
  const [only] = open
  if (open.length < 2) return only ? [...ended, only.path] : ended
  const whole = open.length === arms.length && arms.every(({ start, paths }) => paths[0]?.when === start.when)
  const names = new Map<string, Value>()
  for (const name of only!.path.names.keys()) {
    const values = open.map(({ path, when }) => ({ when, value: path.names.get(name) }))
    if (!values.every(({ value }) => value !== undefined)) continue
    const value = either(values as Option[], problem)
    rememberEither(value, values)
    names.set(name, value)
  }
  return [
    ...ended,
    {
      when: whole ? before.when : or(...open.map(({ path }) => path.when)),
      names,
      moment: before.moment,
      told: before.told,
      rows: [...new Set(open.flatMap(({ path }) => path.rows))],
      end: 'open',
      value: null,
    },
  ]
}

interface Option {
  readonly when: Formula
  readonly value: Value
}

/** One of several values; of records field by field. */
function either(options: readonly Option[], problem: Problem): Value {
  const [first] = options
  if (options.every(({ value }) => value === first!.value)) return first!.value
  return options.some(({ value }) => isLate(value))
    ? later(problem, () => fieldwise(options, problem))
    : fieldwise(options, problem)
}

function fieldwise(options: readonly Option[], problem: Problem): Value {
  const [first] = options
  const plain = bounded(choose(options), problem)
  const fields = first!.value.fields
  if (!fields || !options.every(({ value }) => value.fields)) return plain
  const each = [...fields.keys()].flatMap((name) => {
    const values = options.map(({ when, value }) => ({ when, value: value.fields!.get(name) }))
    return values.every(({ value }) => value !== undefined)
      ? [[name, either(values as Option[], problem)] as const]
      : []
  })
  return like(plain, { fields: new Map(each) })
}

const most = 16

/** What a trigger puts together for a log, branch by branch, decides who sees what only by its being NULL. */
const mostOfBulk = 2

/** Each of many branches may double what a variable may hold: past so many it may hold anything, or NULL where it could. */
function bounded(value: Value, problem: Problem): Value {
  const limit = /^jsonb?$|\[\]$/.test(value.type ?? '') ? mostOfBulk : most
  if (value.cases.length <= limit && (value.elements?.length ?? 0) <= limit) return value
  const absent = named(isNull(value))
  const term = problem.free('what many branches leave', value.type)
  const cases = [
    { when: absent, term: null },
    { when: not(absent), term },
  ]
  return { type: value.type, cases: cases.filter(({ when }) => when !== false) }
}
