import { and, not } from '../logic/formula'
import { ofOneType } from './one-type'
import { compare } from './operate'
import type { Context } from '../problem'
import { choose, isNull, type Value } from '../logic/value'

/** GREATEST and LEAST, which leave NULL out. */
export function extreme(values: readonly Value[], op: string, context: Context): Value {
  return ofOneType(context, values).reduce((best, value) =>
    choose([
      { when: isNull(value), value: best },
      { when: and(not(isNull(value)), isNull(best)), value },
      ...(['yes', 'no'] as const).map((side) => ({
        when: and(not(isNull(value)), not(isNull(best)), compare(context, op, best, value)[side]),
        value: side === 'yes' ? best : value,
      })),
    ]),
  )
}
