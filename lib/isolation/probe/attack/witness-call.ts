import { literal } from '@/lib/clone/spelling'
import type { Witness } from '../../types'
import { argumentTypes } from '../schema/argument-types'
import { argumentsFor } from '../calls/argument-values'
import { callable, callOf, combine } from '../calls/calls'
import { compare } from '../calls/dependence'
import type { Raid } from '../observe/raid'

const mostCalls = 16

/**
 * Calls the function that a model is about with what the model gives it, and with what may be tried instead, one argument at a
 * time: the model's number may be one that a check refuses.
 */
export async function call(raid: Raid, { relation: id, arguments: given = {} }: Witness): Promise<void> {
  const routine = (await callable(raid)).find((each) => each.id === id)
  if (!routine) return
  const lists = argumentTypes(routine).map((type, at) => {
    const value = given[at]
    const others = argumentsFor(raid, routine, type, at).values
    if (value === undefined) return others.slice(0, 8)
    const small = /int$|^integer$|^numeric/.test(type) ? [`'1'::${type}`] : []
    return [
      value === null ? `null::${type}` : `${literal(value)}::${type}`,
      ...new Set([...small, ...others.slice(0, 3)]),
    ]
  })
  const calls = combine(lists, mostCalls).map((values) => callOf(routine, values))
  await compare(
    raid,
    calls.map(({ sql, asked }) => ({ target: id, sql, asked })),
  )
}
