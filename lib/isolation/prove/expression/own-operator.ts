import type { Cast, Operator } from '@/lib/catalog/types-object'
import { anything } from './compile'
import { compare } from './operate'
import type { Context } from '../problem'
import { mayDoAnything } from '../routine/noted'
import { callRoutine } from '../routine/routine'
import { family } from '../logic/term'
import { negated, ofTruth, type Value } from '../logic/value'

/** An operator as an expression names it: `=`, or `operator(schema.=)` where it is none of PostgreSQL's own. */
export const operatorName = (path: readonly string[]): string =>
  path.length > 1 && path[0] !== 'pg_catalog'
    ? `operator(${path.slice(0, -1).join('.')}.${path.at(-1)})`
    : (path.at(-1) ?? '')

/** Operators that somebody made and that this name may mean; those of extensions are not among them. */
export function ownOperators(context: Context, op: string, prefix: boolean): readonly Operator[] {
  const [, schema = null, name = op] = /^operator\((.+)\.([^.]+)\)$/s.exec(op) ?? []
  return context.problem.world
    .operatorsNamed(schema, name, context.path)
    .filter((each) => (each.left === null) === prefix)
}

/** What an operator that somebody made is worth: what its function is; null where none is meant. */
export function ownOperator(context: Context, op: string, left: Value | null, right: Value): Value | null {
  const named = ownOperators(context, op, left === null)
  if (named.length === 0) return null
  const args = left ? [left, right] : [right]
  const types = (each: Operator) => (left ? [each.left, each.right] : [each.right])
  const possible = named.filter((each) => types(each).every((type, at) => mayBe(args[at]!.type, type)))
  const exact = possible.filter((each) => types(each).every((type, at) => args[at]!.type === type))
  const qualified = op.startsWith('operator(')
  // Without a schema it is one of PostgreSQL's own when it fits no better.
  if (!qualified && possible.length === 0) return null
  // Where PostgreSQL has one for the same types, the search_path says which of them is meant.
  const contested = !qualified && left !== null && left.type === right.type && family(left.type) !== null
  const [meant] = contested ? [] : exact.length === 1 ? exact : qualified && named.length === 1 ? named : []
  return meant ? worth(context, meant, args) : anything(context, op)
}

const polymorphic = /^"?any/

function mayBe(given: string | null, declared: string | null): boolean {
  if (given === null || declared === null || polymorphic.test(declared)) return true
  const [one, other] = [family(given), family(declared)]
  return given === declared || one === null || other === null || one === other
}

function worth(context: Context, { routine: id, name }: Operator, args: readonly Value[]): Value {
  const routine = context.problem.world.routineById.get(id)
  if (routine) return callRoutine(context, routine, args)
  const [, test] = /^[a-z0-9]+?_?(eq|ne)\(/.exec(id) ?? []
  const [left, right] = args
  if (!test || !left || !right) return anything(context, name)
  const same = compare(context, '=', left, right)
  return ofTruth(test === 'eq' ? same : negated(same))
}

const castOf = ({ problem }: Context, { type: from }: Value, to: string): Cast | undefined => {
  const bare = (name: string) => name.replace(/\(.*\)$/, '')
  return problem.world.casts.find((each) => from !== null && each.from === bare(from) && each.to === bare(to))
}

/**
 * A value whose place has another type, where somebody made a cast between the two; null where nobody did. Whether it is
 * used depends on the place: PL/pgSQL goes by the text where a cast is only for who writes it down.
 */
export function ownAssignment(context: Context, value: Value, type: string): Value | null {
  const cast = castOf(context, value, type)
  if (!cast) return null
  if (cast.routine !== null) mayDoAnything(context)
  return anything(context, `cast to ${type}`, type)
}

/** A value under a cast that somebody made, which is called for NULL as well; null where there is none between the two types. */
export function ownCast(context: Context, value: Value, type: string): Value | null {
  const cast = castOf(context, value, type)
  if (!cast) return null
  const routine = cast.routine === null ? undefined : context.problem.world.routineById.get(cast.routine)
  return routine ? callRoutine(context, routine, [value]) : anything(context, `cast to ${type}`, type)
}
