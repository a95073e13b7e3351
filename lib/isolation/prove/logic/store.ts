import type { Literal } from './traces'

/** Where a clause stands among all; 0 is none. Its size, the next clauses that watch the same two literals, the literals. */
export type Clause = number
export const [size, next, first, second] = [0, 1, 3, 4] as const

/** What a literal follows from: nothing, the denial of one other, or a clause that it is in. */
export type Because = number
export const nothing: Because = -1
export const fromOne = (other: Literal): Because => other * 2 + 1
export const fromClause = (clause: Clause): Because => clause * 2

/**
 * All that is said of literals, in few long arrays of numbers: they are made and thrown away a thousand times. A clause is
 * found by two of its literals, either of which may turn out wrong; one of two literals is kept as what each then means.
 */
export class Store {
  readonly clauses: number[] = [0]
  /** By literal: the first clause that watches it, and the first of what follows from it. */
  readonly watches: Clause[] = [0, 0]
  readonly pairs: number[] = [0, 0]
  /** What follows from a literal, and where the next is that follows from the same. */
  readonly others: number[] = [0, 0]

  /** A new atom, of which nothing is said yet. */
  atom(): void {
    this.watches.push(0, 0)
    this.pairs.push(0, 0)
  }

  imply(when: Literal, then: Literal): void {
    this.others.push(then, this.pairs[when]!)
    this.pairs[when] = this.others.length - 2
  }

  /** A clause that watches its first two literals. */
  watch(literals: readonly Literal[]): Clause {
    const at = this.keep(literals)
    const { clauses, watches } = this
    for (const each of [0, 1]) {
      const literal = clauses[at + first + each]!
      clauses[at + next + each] = watches[literal]!
      watches[literal] = at
    }
    return at
  }

  /** A clause that watches nothing, for what follows from it. */
  keep(literals: readonly Literal[]): Clause {
    const at = this.clauses.length
    this.clauses.push(literals.length, 0, 0)
    for (const each of literals) this.clauses.push(each)
    return at
  }

  /** Has the two literals that a clause watches change places. */
  turn(clause: Clause): void {
    const { clauses } = this
    for (const at of [clause + first, clause + next]) {
      const other = clauses[at]!
      clauses[at] = clauses[at + 1]!
      clauses[at + 1] = other
    }
  }

  /** What a literal follows from; it may be among these. */
  because(because: Because): readonly Literal[] {
    return because === nothing ? [] : because & 1 ? [because >> 1] : this.literalsOf(because >> 1)
  }

  literalsOf(clause: Clause): readonly Literal[] {
    return this.clauses.slice(clause + first, clause + first + this.clauses[clause + size]!)
  }
}
