import type { Result } from '../query/query'
import type { Element } from '../logic/value'

/** Elements of a list that a loop goes through one by one. */
export const mostTurns = 24

/** The name of what FOREACH takes in turn, where that is known. */
export const turn = 'turn'

export const turnOf = ({ when, value }: Element): Result => ({
  when,
  symbolic: false,
  reads: [],
  columns: [{ name: turn, value }],
})
