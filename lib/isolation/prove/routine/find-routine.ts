import type { Routine } from '@/lib/catalog/types-object'
import type { RawNode } from '@/lib/sql/leaves'
import { castTo } from '../expression/cast'
import type { Context } from '../problem'
import { signatureOf } from './signature'
import { family } from '../logic/term'
import type { Value } from '../logic/value'

/** The one routine a call means, by name, number and, where needed, types of its arguments; null when that is not clear. */
export function findRoutine(
  context: Context,
  schema: string | null,
  name: string,
  args: readonly Value[],
): Routine | null {
  const { world } = context.problem
  const candidates = world.routinesNamed(schema, name, context.path).filter((routine) => {
    const signature = signatureOf(routine, context)
    if (!signature || routine.kind === 'aggregate') return false
    const required = signature.inputs.filter((each) => each.default === null).length
    return args.length >= required && (signature.variadic || args.length <= signature.inputs.length)
  })
  if (candidates.length <= 1) return candidates[0] ?? null
  const fitting = candidates.filter((routine) =>
    signatureOf(routine, context)!.inputs.every(({ type }, at, { length }) => {
      if (signatureOf(routine, context)!.variadic && at === length - 1) return true
      const given = args[at]?.type
      return given == null || (family(given) ?? given) === (family(type) ?? type)
    }),
  )
  return fitting.length === 1 ? fitting[0]! : null
}

/** The arguments of a call as its parameters take them: what is given for VARIADIC one by one as an array. */
export function packed(
  context: Context,
  routine: Routine,
  args: readonly Value[],
  body: RawNode,
): readonly Value[] {
  const signature = signatureOf(routine, context)
  if (!signature?.variadic || body['func_variadic'] === true) return args
  const last = signature.inputs.length - 1
  const { type } = signature.inputs[last]!
  const list: Value = {
    type,
    cases: [{ when: true, term: context.problem.free('list', null) }],
    elements: args.slice(last).map((value) => ({ when: true, value })),
  }
  return [...args.slice(0, last), castTo(context, list, type)]
}
