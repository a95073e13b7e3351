import { names, type RawNode } from '@/lib/sql/leaves'
import { compile } from './compile'
import { readsWhatItIsTold } from './noted'
import type { Kept } from './notes'
import type { Context, Problem } from './problem'
import type { Value } from './value'

/**
 * A value that is worked out when something asks for it: most of what a trigger writes into a log never decides who
 * sees what. `work` must note no rows that it read and no statements that it met, since nobody listens any more.
 */
export function later(problem: Problem, work: () => Value): Value {
  // Which settings a function reads is asked as soon as it was followed; operators and casts of somebody's own run one.
  if (problem.aside || problem.world.hasOwnOperators) return work()
  problem.step()
  return new Later(problem, work)
}

class Later implements Value {
  private readonly writing: number
  private readonly alike: boolean
  known: Kept<Value> | undefined

  constructor(
    private readonly problem: Problem,
    private readonly work: () => Value,
  ) {
    this.writing = problem.writing
    this.alike = problem.isAlike
  }

  private get made(): Value {
    return this.problem.recall(
      this.known,
      () => this.worked(),
      (kept) => (this.known = kept),
    )
  }

  /** Works it out as it would have been at first. */
  private worked(): Value {
    const { problem } = this
    const now = problem.writing
    problem.writing = this.writing
    try {
      return problem.alike(this.alike, this.work)
    } finally {
      problem.writing = now
    }
  }

  get type() {
    return this.made.type
  }

  get cases() {
    return this.made.cases
  }

  get truth() {
    return this.made.truth
  }

  get elements() {
    return this.made.elements
  }

  get fields() {
    return this.made.fields
  }

  get token() {
    return this.made.token
  }
}

/** Is it one that is made later? To look into it would be to ask for it. */
export const isLate = (value: Value): boolean => value instanceof Later

/** Has nobody asked for it yet? Then no condition speaks of it either. */
export const isWaiting = (value: Value): boolean => value instanceof Later && value.known === undefined

/** An expression's value, later where it is made of columns, constants and built-in functions alone. */
export const compileLater = (node: RawNode, context: Context): Value =>
  isInert(node, context) ? later(context.problem, () => compile(node, context)) : compile(node, context)

/** Does it read no table, call no function of the database and set nothing? */
function isInert(node: RawNode, context: Context): boolean {
  const { inert } = context.problem.world
  const path = context.path.join()
  let known = inert.get(path)
  if (!known) inert.set(path, (known = new WeakMap()))
  let found = known.get(node)
  if (found === undefined) known.set(node, (found = asksNothing(node, context)))
  return found
}

function asksNothing(node: unknown, context: Context): boolean {
  return !someIn(node, (body) => 'SubLink' in body || callsOwn(body, context))
}

/** Does a statement call a function of the database, or one that sets a setting? */
export const callsFunctions = (statement: RawNode | null, context: Context): boolean =>
  context.problem.world.hasOwnOperators || namesFunctions(statement, context)

/** The same, but for what operators and casts of somebody's own run. */
export const namesFunctions = (node: unknown, context: Context): boolean =>
  someIn(node, (body) => callsOwn(body, context))

function callsOwn(body: RawNode, context: Context): boolean {
  const call = body['FuncCall'] as RawNode | undefined
  if (!call) return false
  const path = names(call['funcname'])
  const name = path.at(-1) ?? ''
  if (name === 'set_config' || readsWhatItIsTold(name) || (path.length > 1 && path[0] !== 'pg_catalog'))
    return true
  return path.length === 1 && context.problem.world.routinesNamed(null, name, context.path).length > 0
}

function someIn(node: unknown, test: (body: RawNode) => boolean): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some((each) => someIn(each, test))
  return test(node as RawNode) || Object.values(node).some((each) => someIn(each, test))
}
