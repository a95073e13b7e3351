import { never, type Literal } from './traces'

/** What is said at the moment, in its order, how deep each atom lies, and what it follows from. */
interface Known {
  readonly trail: readonly Literal[]
  readonly levels: readonly number[]
  because(atom: number): readonly Literal[]
}

/**
 * What a contradiction comes from, as a clause. Its first literal is the only one of the deepest level, which is `top`, and
 * can no longer be true as the others are, of which the deepest comes first.
 */
export function learntFrom(
  conflict: readonly Literal[],
  top: number,
  { trail, levels, because }: Known,
): Literal[] {
  const seen = new Set<number>()
  const learnt: Literal[] = [never]
  let [open, at, clause, literal] = [0, trail.length, conflict, -1]
  do {
    for (const each of clause) {
      const atom = each >> 1
      if (each === literal || seen.has(atom) || levels[atom] === 0) continue
      seen.add(atom)
      if (levels[atom] === top) open++
      else learnt.push(each)
    }
    do literal = trail[--at]!
    while (!seen.has(literal >> 1))
    clause = because(literal >> 1)
  } while (--open > 0)
  learnt[0] = literal ^ 1
  let deepest = 1
  for (let each = 2; each < learnt.length; each++)
    if (levels[learnt[each]! >> 1]! > levels[learnt[deepest]! >> 1]!) deepest = each
  if (learnt.length > 1) [learnt[1], learnt[deepest]] = [learnt[deepest]!, learnt[1]!]
  return learnt
}
