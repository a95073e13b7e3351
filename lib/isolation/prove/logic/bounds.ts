import { equal, holds, not, or, type Formula } from './formula'
import type { Model } from './solve'
import { constant, isCanonical, type Term } from './term'

/** Whole numbers that are told one by one, at most. */
const few = 8

const whole = new Set(['smallint', 'integer', 'bigint'])

/** A comparison with a constant as a bound of the other side, which holds as the model has it. */
interface Bound {
  readonly of: Term
  readonly said: Formula
  readonly at: number
}

/** What a model breaks of the order of whole numbers: nothing lies between a number and the next. */
export function boundLemmas(model: Model): readonly Formula[] {
  const lower: Bound[] = []
  const upper: Bound[] = []
  for (const term of model.terms()) {
    if (term.kind !== 'application' || term.sql !== '($1 < $2)') continue
    const so = model.constantOf(term)
    if (so?.kind !== 'constant') continue
    const [left, right] = term.args as [Term, Term]
    const sign = so.text === 'true'
    const said = sign ? holds(term) : not(holds(term))
    // x < 8 is x <= 7, and where it is not so, x >= 8.
    if (isBound(left, right))
      (sign ? upper : lower).push({ of: left, said, at: numberOf(right) - Number(sign) })
    if (isBound(right, left))
      (sign ? lower : upper).push({ of: right, said, at: numberOf(left) + Number(sign) })
  }
  return lower.flatMap((low) =>
    upper.filter((high) => high.of.key === low.of.key).flatMap((high) => between(low, high, model)),
  )
}

function between(low: Bound, high: Bound, model: Model): readonly Formula[] {
  const size = high.at - low.at + 1
  if (size > few || (size > 0 && model.constantOf(low.of) !== null)) return []
  const values = Array.from({ length: Math.max(0, size) }, (_, at) =>
    equal(low.of, constant(String(low.at + at), low.of.type)),
  )
  return [or(not(low.said), not(high.said), ...values)]
}

const isBound = (of: Term, by: Term): boolean =>
  of.kind !== 'constant' &&
  whole.has(of.type ?? '') &&
  by.kind === 'constant' &&
  isCanonical(by.text, 'bigint') &&
  Number.isSafeInteger(Number(by.text)) &&
  whole.has(by.type ?? '')

const numberOf = (term: Term) => Number((term as { text: string }).text)
