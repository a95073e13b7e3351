import { constant, isCanonical, type Constant, type Term } from '../logic/term'

/**
 * Two sides of a comparison with what is added to one of them on the other: `x + 1` and 8 are `x` and 7, `9 - x` and 2
 * are 7 and `x`. Where the sum would be no number of its type PostgreSQL ends with an error, and no row passes.
 */
export function alone(left: Term, right: Term): readonly [Term, Term] {
  const moved = moveFrom(left, right) ?? swapped(moveFrom(right, left))
  return moved ? alone(...moved) : [left, right]
}

/** What stands beside the value on one side goes to the other, which is a number. */
function moveFrom(side: Term, other: Term): readonly [Term, Term] | null {
  if (side.kind !== 'application' || side.args.length !== 2 || !isNumber(other)) return null
  const [one, two] = side.args as [Term, Term]
  const given = Number(other.text)
  if (side.type !== one.type || side.type !== two.type || side.type !== other.type) return null
  if (side.sql === '($1 + $2)' && isNumber(two)) return placed(one, given - Number(two.text))
  if (side.sql === '($1 + $2)' && isNumber(one)) return placed(two, given - Number(one.text))
  if (side.sql === '($1 - $2)' && isNumber(two)) return placed(one, given + Number(two.text))
  if (side.sql === '($1 - $2)' && isNumber(one)) return swapped(placed(two, Number(one.text) - given))
  return null
}

const placed = (value: Term, number: number): readonly [Term, Term] | null =>
  value.kind === 'constant' || Math.abs(number) >= 2 ** 31
    ? null
    : [value, constant(String(number), value.type)]

const swapped = (pair: readonly [Term, Term] | null): readonly [Term, Term] | null =>
  pair && [pair[1], pair[0]]

const isNumber = (term: Term): term is Constant =>
  term.kind === 'constant' &&
  (term.type === 'integer' || term.type === 'bigint') &&
  isCanonical(term.text, term.type) &&
  Math.abs(Number(term.text)) < 2 ** 31
