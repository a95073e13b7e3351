import type { Routine } from '@/lib/catalog/types-object'
import { names, type RawNode } from '@/lib/sql/leaves'
import { compile } from './compile'
import { calledAs } from './resolve'
import { writes } from '../routine/mentions'
import { readsWhatItIsTold } from '../routine/noted'
import type { Kept } from '../notes'
import type { Context, Problem } from '../problem'
import { aside } from '../moment'
import { veiled, type Formula } from '../logic/formula'
import { truthOf, type Value } from '../logic/value'

/**
 * A value that is worked out when something asks for it: most of what a trigger writes into a log never decides who
 * sees what. `work` must note no rows that it read and no statements that it met, since nobody listens any more.
 */
export function later(problem: Problem, work: () => Value, long = false): Value {
  if (isAtOnce(problem)) return work()
  problem.step()
  return new Later(problem, work, long)
}

/** Which settings a function reads is asked as soon as it was followed; operators and casts of somebody's own run one. */
export const isAtOnce = ({ aside, world }: Problem): boolean => aside !== null || world.hasOwnOperators

class Later implements Value {
  private readonly writing: number
  private readonly alike: boolean
  known: Kept<Value> | undefined

  constructor(
    private readonly problem: Problem,
    private readonly work: () => Value,
    /** It takes statements to be run, which may rest on many before them. */
    readonly long: boolean,
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

  get again() {
    return this.made.again
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

/**
 * When a condition is true. One that asks for what many statements before it leave in a variable is worked out once a model
 * makes use of it: whether anything changed, which a log asks, hardly ever decides whose the row is.
 */
export function conditionLater(node: RawNode, context: Context): Formula {
  const { problem, names: values } = context
  const waits = variablesIn(node).some((name) => {
    const value = values.get(name)
    return value instanceof Later && value.long && value.known === undefined
  })
  if (!waits || !isSilent(node, context) || isAtOnce(problem)) return truthOf(compile(node, context)).yes
  const value = compileLater(node, context)
  return veiled(problem.name('condition'), () => truthOf(value).yes)
}

const variables = new WeakMap<object, readonly string[]>()

/** The first of the names of each column or variable that an expression mentions. */
function variablesIn(node: object): readonly string[] {
  let found = variables.get(node)
  if (!found) variables.set(node, (found = [...new Set(mentionedIn(node))]))
  return found
}

function mentionedIn(node: unknown): readonly string[] {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap(mentionedIn)
  const column = (node as RawNode)['ColumnRef'] as RawNode | undefined
  return column ? names(column['fields']).slice(0, 1) : Object.values(node).flatMap(mentionedIn)
}

/** An expression's value, later where nobody would hear of what it reads and does. */
export function compileLater(node: RawNode, context: Context): Value {
  if (!isSilent(node, context) || isAtOnce(context.problem)) return compile(node, context)
  const apart = { ...aside(context, null), reads: null }
  return later(context.problem, () => compile(node, apart))
}

/**
 * Does it set nothing, and read and change nothing that is listened for? Functions of the database are looked into where
 * rows that were read are no matter: whether one may change rows, its text tells.
 */
export function isSilent(node: RawNode, context: Context): boolean {
  const { path, reads, effects } = context
  const { silent } = context.problem.world
  const key = `${path.join()} ${reads === null} ${effects === null}`
  let known = silent.get(key)
  if (!known) silent.set(key, (known = new WeakMap()))
  let found = known.get(node)
  if (found === undefined) known.set(node, (found = !someIn(node, (body) => isHeard(body, context))))
  return found
}

function isHeard(body: RawNode, context: Context): boolean {
  const { reads, effects, problem } = context
  if (reads !== null && ('SubLink' in body || 'SelectStmt' in body)) return true
  const called = calledOwn(body, context)
  if (!called) return false
  if (reads !== null) return true
  if (effects === null) return false
  const { routines } = problem.world.snapshot
  return called === 'any' || called.some((each) => writes(each, routines))
}

/** Does a statement call a function of the database, or one that sets a setting? */
export const callsFunctions = (statement: RawNode | null, context: Context): boolean =>
  context.problem.world.hasOwnOperators || namesFunctions(statement, context)

/** The same, but for what operators and casts of somebody's own run. */
export const namesFunctions = (node: unknown, context: Context): boolean =>
  someIn(node, (body) => callsOwn(body, context))

/** Does a part that is not compiled ask a sub-query, or call a function of the database? */
export const asksFurther = (node: unknown, context: Context): boolean =>
  someIn(node, (body) => 'SubLink' in body || 'SelectStmt' in body || callsOwn(body, context))

const callsOwn = (body: RawNode, context: Context): boolean => calledOwn(body, context) !== null

/** The functions of the database that a call may mean; `any` where that is not clear or it sets a setting. */
function calledOwn(body: RawNode, context: Context): readonly Routine[] | 'any' | null {
  const call = body['FuncCall'] as RawNode | undefined
  if (!call) return calledByDot(body, context)
  const path = names(call['funcname'])
  const name = path.at(-1) ?? ''
  if (name === 'set_config' || readsWhatItIsTold(name)) return 'any'
  const { world } = context.problem
  if (path.length > 1 && path[0] !== 'pg_catalog') {
    const found = world.routinesNamed(path[0]!, name, context.path)
    return found.length > 0 ? found : 'any'
  }
  const found = path.length === 1 ? world.routinesNamed(null, name, context.path) : []
  return found.length > 0 ? found : null
}

/** `row.f` and `(row).f`, where f is a function of a row. */
function calledByDot(body: RawNode, context: Context): readonly Routine[] | null {
  const column = body['ColumnRef'] as RawNode | undefined
  const part = body['A_Indirection'] as RawNode | undefined
  const parts = ((column?.['fields'] ?? part?.['indirection'] ?? []) as RawNode[]).filter(
    (each) => 'String' in each,
  )
  const found = names(column ? parts.slice(1) : parts).flatMap((name) => calledAs(name, context))
  return found.length > 0 ? found : null
}

function someIn(node: unknown, test: (body: RawNode) => boolean): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some((each) => someIn(each, test))
  return test(node as RawNode) || Object.values(node).some((each) => someIn(each, test))
}
