import type { Routine } from '@/lib/catalog/types-object'
import type { RawNode } from '@/lib/sql/leaves'
import { assignedTo } from '../expression/cast'
import { anything, compile } from '../expression/compile'
import { and, not, or, type Formula } from '../logic/formula'
import { apply, typed } from '../expression/operate'
import { interpret } from './plpgsql'
import type { Context, Effect, Read } from '../problem'
import { anyRow, selectRows, type Column, type Result } from '../query/query'
import { returnedBy } from '../query/returned'
import { plainContext } from '../query/rows'
import { finished } from './completes'
import { memoKey } from './same-call'
import { mayBeKept } from './kept'
import { aside, now, onward } from '../moment'
import { writes } from './mentions'
import { mayLookElsewhere } from './paths'
import { signatureOf, statementsOf, type Signature } from './signature'
import { flagged, scalar } from '../expression/sub-link'
import { family } from '../logic/term'
import { mayDoAnything, noteReads } from './noted'
import { choose, isNull, nullOf, type Value } from '../logic/value'
import { pathOf } from '../world'

/** What a call is worth: its body is looked into where that is possible. */
export function callRoutine(
  context: Context,
  routine: Routine,
  args: readonly Value[],
  named: readonly (string | null)[] = [],
): Value {
  const { problem } = context
  const signature = signatureOf(routine, context)
  const label = `${routine.schema}.${routine.name}()`
  if (!signature) {
    mayDoAnything(context)
    return anything(context, label)
  }
  if (!problem.world.mayExecute(context.user, routine)) return nullOf(signature.returns)
  const given = bound(context, signature, args, named)
  if (!given) {
    mayDoAnything(context)
    return anything(context, label)
  }
  const key = memoKey(context, routine, given)
  if (!key) return called(context, routine, signature, given, label)
  const known = problem.once(key, () => {
    const reads: Read[] = []
    const effects: Effect[] = []
    const inner = { ...aside(context, context.effects && effects), reads: context.reads && reads }
    return { value: called(inner, routine, signature, given, label), reads, effects }
  })
  context.reads?.push(...known.reads)
  context.effects?.push(...known.effects)
  return known.value
}

function called(
  context: Context,
  routine: Routine,
  signature: Signature,
  given: readonly Value[],
  label: string,
): Value {
  const value = worth(context, routine, signature, given, label)
  const absent = routine.strict ? or(...given.map(isNull)) : false
  if (absent === false) return value
  return choose([
    { when: absent, value: nullOf(value.type) },
    { when: not(absent), value },
  ])
}

function worth(
  context: Context,
  routine: Routine,
  signature: Signature,
  args: readonly Value[],
  label: string,
): Value {
  const type = signature.returns
  if (context.depth > 20) {
    mayDoAnything(context)
    return anything(context, label, type)
  }
  if (!['c', 'internal'].includes(routine.language)) {
    const rows = rowsOfBody(context, routine, signature, args)
    if (rows) {
      noteReads(rows, context)
      const value = scalar(flagged(rows, context), context.problem)
      return returned(context, value, type)
    }
  }
  if (routine.volatility === 'immutable') {
    const places = args.map((_, at) => `$${at + 1}`).join(', ')
    return apply(context, `${routine.schema}.${routine.name}(${places})`, args, type, {
      compute: false,
      strict: routine.strict,
    })
  }
  return anything(context, label, type)
}

/** A value as the declared result, which it is made where it is of another type; a row and a polymorphic one stay. */
export function returned(context: Context, value: Value, type: string): Value {
  if (value.type === null) return type === 'record' ? value : typed(context, value, type)
  if (value.fields || value.type === type || /^(record|void|trigger|any\w*)(\[\])?$/.test(type)) return value
  return assignedTo(context, value, type)
}

/** The rows of a call in FROM, under the names of its output columns. */
export function rowsOfRoutine(
  context: Context,
  routine: Routine,
  args: readonly Value[],
  named: readonly (string | null)[] = [],
): readonly Result[] {
  const { problem } = context
  const signature = signatureOf(routine, context)
  const columns = signature ? outputNames(context, routine, signature) : null
  const unknown = (): readonly Result[] => {
    const any = anyRow(context, Math.max(columns?.length ?? 1, 1))
    return [{ ...any, columns: any.columns.map((each, at) => ({ ...each, name: columns?.[at] ?? '' })) }]
  }
  if (!signature || context.depth > 20) {
    mayDoAnything(context)
    return unknown()
  }
  if (!problem.world.mayExecute(context.user, routine)) return []
  const given = bound(context, signature, args, named)
  if (!given) mayDoAnything(context)
  const rows = given ? rowsOfBody(context, routine, signature, given) : null
  if (!rows) return unknown()
  const absent = routine.strict && given ? or(...given.map(isNull)) : false
  // Which row is the first hangs on all of them.
  if (!routine.returnsSet) noteReads(rows, context)
  return rows.map((row) => ({
    ...row,
    when: and(not(absent), row.when),
    columns: spread(row.columns, columns).map((column, at) => {
      const type =
        signature.outputs.length > 0 ? signature.outputs[at]?.type : columns ? null : signature.returns
      return type ? { ...column, value: returned(context, column.value, type) } : column
    }),
  }))
}

function spread(columns: readonly Column[], wanted: readonly string[] | null): readonly Column[] {
  const [only] = columns
  const fields = columns.length === 1 && only?.value.fields
  const list = fields ? [...fields].map(([name, value]) => ({ name, value })) : columns
  return list.map((column, at) => ({ ...column, name: wanted ? (wanted[at] ?? column.name) : '' }))
}

/** Names of the columns it returns, null for one value without a name. */
export function outputNames(
  context: Context,
  routine: Routine,
  signature: Signature,
): readonly string[] | null {
  if (signature.outputs.length > 0) return signature.outputs.map((each) => each.name)
  const bare = routine.returns.replace(/^SETOF\s+/i, '')
  const relation =
    context.problem.world.relations.get(bare) ??
    context.problem.world.relation(bare.split('.')[0] ?? '', bare.split('.')[1] ?? '', [])
  return relation ? relation.columns.map((column) => column.name) : null
}

/** The rows its body gives, or null when the body is not understood: then it may have read and changed anything. */
export function rowsOfBody(
  context: Context,
  routine: Routine,
  signature: Signature,
  args: readonly Value[],
): readonly Result[] | null {
  const around = mayBeKept(routine, context.problem) ? ({ ...context, stale: 'kept' } as const) : context
  const inner = insideOf(around, routine, signature, args)
  const rows = rowsInside(routine, signature, inner)
  if (!rows) mayDoAnything(inner)
  return rows
}

function rowsInside(routine: Routine, signature: Signature, inner: Context): readonly Result[] | null {
  if (routine.settings['role'] !== undefined || isHijacked(routine, inner)) return null
  if (routine.language === 'plpgsql') return interpret(routine, signature, inner)
  const statements = routine.language === 'sql' ? statementsOf(routine) : null
  if (!statements || statements.length === 0) return null
  const last = statements.at(-1)!
  let completes: Formula = true
  let at = inner
  for (const each of statements) {
    at = onward(at)
    if (!('SelectStmt' in each)) at.effects?.push({ statement: each, context: at, when: true })
    else if (each !== last) completes = and(completes, finished(each, at))
  }
  const select = last['SelectStmt'] as RawNode | undefined
  if (select) return selectRows(select, at).map((row) => ({ ...row, when: and(completes, row.when) }))
  if (routine.returns === 'void')
    return [{ when: true, symbolic: false, reads: [], columns: [{ name: '', value: nullOf('void') }] }]
  return returnedBy(last, at, outputNames(inner, routine, signature)?.length ?? 1)
}

/**
 * May the caller have made what a name or operator in the body means: in the schemas of its path, or by a path of his own?
 * May a name mean something else by a path that was set meanwhile?
 */
export function isHijacked(
  routine: Routine,
  { problem: { session, world }, settings, stale }: Context,
): boolean {
  if (routine.atomic) return false
  const path = routine.settings['search_path']
  const pinned = path !== undefined ? 'own' : settings.has('search_path') ? 'around' : null
  const anySql = session.threat === 'sql'
  if (mayLookElsewhere(routine, pinned, world, anySql || stale !== false)) return true
  return anySql && world.mayCreateIn(session.role, path === undefined ? null : pathOf(path, routine.owner))
}

/** The context of a body: the owner's rights for SECURITY DEFINER, its own settings, nothing of the caller's names. */
export function insideOf(
  context: Context,
  routine: Routine,
  signature: Signature,
  args: readonly Value[],
): Context {
  const { session, world } = context.problem
  const user = routine.definer ? routine.owner : context.user
  const own = routine.settings['search_path']
  const pinned = own !== undefined && /(^|,)\s*"?pg_temp"?\s*$|^("")?$/.test(own)
  const settings = new Map(context.settings)
  for (const [name, value] of Object.entries(routine.settings)) {
    if (name !== 'search_path' || world.inheritsPaths) settings.set(name.toLowerCase(), value)
  }
  // What comes after a statement sees what that changed, whoever listens.
  const effects = context.effects ?? (writes(routine, world.snapshot.routines) ? [] : null)
  // Without a path of its own it runs with that of the function around it.
  const path = own ?? settings.get('search_path') ?? session.settings.get('search_path')
  return {
    ...plainContext(context.problem, user),
    user,
    as: user,
    path: path !== undefined ? pathOf(path, user) : world.searchPath(session.role, session.login),
    shadowed: !routine.atomic && !pinned && (session.threat === 'sql' || 'made'),
    parameters: args,
    names: new Map(
      signature.inputs.flatMap(({ name }, at) =>
        name === '' || !args[at] ? [] : [[name, args[at]] as const],
      ),
    ),
    depth: context.depth + 1,
    settings,
    stale: context.stale,
    reads: context.reads,
    effects,
    // A function that is not VOLATILE sees what the statement around it sees.
    moment: routine.volatility === 'volatile' ? now(context) : context.moment,
    told: effects?.length ?? 0,
  }
}

/** The arguments of a call at their places, defaults where there are none; null where they do not fit. */
export function bound(
  context: Context,
  signature: Signature,
  args: readonly Value[],
  named: readonly (string | null)[],
): readonly Value[] | null {
  const places: (Value | undefined)[] = signature.inputs.map(() => undefined)
  args.forEach((arg, at) => {
    const name = named[at]
    const place = name ? signature.inputs.findIndex((each) => each.name === name) : at
    places[place] = arg
  })
  const { effects, reads, settings, moment, told } = context
  const outside = { ...plainContext(context.problem, context.user), effects, reads, settings, moment, told }
  const filled = signature.inputs.map(({ type, default: otherwise }, at) => {
    const value = places[at] ?? (otherwise ? compile(otherwise, outside) : null)
    return value && (family(type) !== null ? assignedTo(context, value, type) : typed(context, value, type))
  })
  return filled.every((value) => value !== null) ? (filled as readonly Value[]) : null
}
