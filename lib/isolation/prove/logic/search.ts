import type { Equality } from './equality'
import { Queue } from './queue'
import type { Literal } from './traces'

/** What may still be looked at: parts of clauses, a measure that no machine's speed changes. */
export interface Budget {
  left: number
}

export const always: Literal = 0
export const never: Literal = 1

/** The two terms whose equality an atom is; `null` for one that says nothing of terms. */
export type Equation = readonly [number, number] | null

type Clause = Literal[]

const firstPause = 100

/**
 * Looks for values of atoms under which every clause has a true literal and no equality is broken. What led to a
 * contradiction is learnt as a clause, so that it is not walked into again (conflict-driven clause learning; Marques-Silva
 * and Sakallah, 1996; Nieuwenhuis, Oliveras and Tinelli, 2006).
 */
export class Search {
  private readonly equations: Equation[] = [null]
  /** By literal: 1 true, -1 false, 0 open. */
  private readonly values: number[] = [1, -1]
  private readonly levels: number[] = [0]
  private readonly reasons: (Clause | null)[] = [null]
  private readonly watches: Clause[][] = [[], []]
  private readonly weights: number[] = [0]
  private readonly denied: boolean[] = [false]
  private readonly trail: Literal[] = []
  private readonly steps: { readonly trail: number; readonly mark: number }[] = []
  private readonly queue = new Queue(this.weights)
  private head = 0
  private told = 0
  private broken = false
  private weight = 1

  constructor(private readonly equality: Equality) {}

  /** A new atom; its literal is the one that affirms it. */
  atom(equation: Equation): Literal {
    const at = this.levels.length
    this.equations.push(equation)
    this.values.push(0, 0)
    this.levels.push(0)
    this.reasons.push(null)
    this.watches.push([], [])
    this.weights.push(0)
    this.denied.push(true)
    this.queue.add(at)
    return at * 2
  }

  value(literal: Literal): number {
    return this.values[literal]!
  }

  /** Takes back all that does not follow from what was said alone, so that more can be said. */
  reopen(): void {
    this.back(0)
  }

  /** One of these has to be true. */
  add(literals: readonly Literal[]): void {
    const clause = [...new Set(literals)].filter((each) => this.values[each] !== -1)
    if (clause.some((each) => this.values[each] === 1 || clause.includes(each ^ 1))) return
    if (clause.length === 0) this.broken = true
    else if (clause.length === 1) this.assign(clause[0]!, null)
    else this.watch(clause)
  }

  /** True when there are such values, false when there are none; `cut` when the budget is used up. */
  run(budget: Budget): boolean | 'cut' {
    if (this.broken || !this.equality.settle()) return false
    let [pause, met] = [firstPause, 0]
    for (;;) {
      const conflict = this.propagate(budget)
      if (budget.left < 0) return 'cut'
      if (conflict) {
        if (!this.learn(conflict)) return false
        if (++met < pause) continue
        met = 0
        pause += firstPause
        this.back(0)
      } else if (!this.decide()) return true
    }
  }

  private watch(clause: Clause): void {
    this.watches[clause[0]!]!.push(clause)
    this.watches[clause[1]!]!.push(clause)
  }

  private assign(literal: Literal, reason: Clause | null): void {
    const at = literal >> 1
    this.values[literal] = 1
    this.values[literal ^ 1] = -1
    this.levels[at] = this.steps.length
    this.reasons[at] = reason
    this.trail.push(literal)
  }

  /** Follows what is said to all that it makes true; the clause that cannot hold, if there is one. */
  private propagate(budget: Budget): Clause | null {
    for (;;) {
      while (this.head < this.trail.length) {
        const conflict = this.follow(this.trail[this.head++]! ^ 1, budget)
        if (conflict) return conflict
      }
      if (this.told === this.trail.length) return null
      const literal = this.trail[this.told++]!
      const equation = this.equations[literal >> 1]
      if (!equation) continue
      budget.left--
      const [left, right] = equation
      const holds =
        literal & 1
          ? this.equality.separate(left, right, literal)
          : this.equality.equate(left, right, literal)
      if (!holds) return this.equality.conflict.map((each) => each ^ 1)
    }
  }

  private follow(wrong: Literal, budget: Budget): Clause | null {
    const watching = this.watches[wrong]!
    const { values } = this
    let kept = 0
    for (let at = 0; at < watching.length; at++) {
      const clause = watching[at]!
      budget.left--
      if (clause[0] === wrong) {
        clause[0] = clause[1]!
        clause[1] = wrong
      }
      const [first] = clause as [Literal]
      if (values[first] !== 1) {
        let other = 2
        while (other < clause.length && values[clause[other]!] === -1) other++
        if (other < clause.length) {
          clause[1] = clause[other]!
          clause[other] = wrong
          this.watches[clause[1]]!.push(clause)
          continue
        }
        if (values[first] === -1) {
          while (at < watching.length) watching[kept++] = watching[at++]!
          watching.length = kept
          return clause
        }
        this.assign(first, clause)
      }
      watching[kept++] = clause
    }
    watching.length = kept
    return null
  }

  /** Learns what a contradiction comes from and goes back to where that could have been known; false when it always is one. */
  private learn(conflict: Clause): boolean {
    const top = Math.max(0, ...conflict.map((each) => this.levels[each >> 1]!))
    if (top === 0) return false
    this.back(top)
    const seen = new Set<number>()
    const learnt: Clause = [never]
    let [open, at, clause, literal] = [0, this.trail.length, conflict, -1]
    do {
      for (const each of clause) {
        const atom = each >> 1
        if (each === literal || seen.has(atom) || this.levels[atom] === 0) continue
        seen.add(atom)
        this.raise(atom)
        if (this.levels[atom] === top) open++
        else learnt.push(each)
      }
      do literal = this.trail[--at]!
      while (!seen.has(literal >> 1))
      clause = this.reasons[literal >> 1] ?? []
    } while (--open > 0)
    learnt[0] = literal ^ 1
    this.weight *= 1.05
    let second = 1
    for (let each = 2; each < learnt.length; each++)
      if (this.levels[learnt[each]! >> 1]! > this.levels[learnt[second]! >> 1]!) second = each
    if (learnt.length === 1) {
      this.back(0)
      this.assign(learnt[0], null)
      return true
    }
    ;[learnt[1], learnt[second]] = [learnt[second]!, learnt[1]!]
    this.back(this.levels[learnt[1] >> 1]!)
    this.watch(learnt)
    this.assign(learnt[0], learnt)
    return true
  }

  private raise(atom: number): void {
    this.weights[atom] = this.weights[atom]! + this.weight
    if (this.weight > 1e100) {
      for (let each = 0; each < this.weights.length; each++) this.weights[each]! *= 1e-100
      this.weight *= 1e-100
    }
    this.queue.raised(atom)
  }

  private back(level: number): void {
    const step = this.steps[level]
    if (!step) return
    for (let at = this.trail.length - 1; at >= step.trail; at--) {
      const literal = this.trail[at]!
      this.values[literal] = this.values[literal ^ 1] = 0
      this.denied[literal >> 1] = (literal & 1) === 1
      this.queue.add(literal >> 1)
    }
    this.trail.length = this.head = this.told = step.trail
    this.steps.length = level
    this.equality.undo(step.mark)
  }

  /** Says something that is open, what follows from equalities first; false when nothing is open. */
  private decide(): boolean {
    for (let atom = this.queue.next(); atom !== undefined; atom = this.queue.next()) {
      if (this.values[atom * 2] !== 0) continue
      const equation = this.equations[atom]
      const known = equation ? this.equality.areEqual(...equation) : undefined
      if (known === undefined) {
        this.steps.push({ trail: this.trail.length, mark: this.equality.mark })
        this.assign(atom * 2 + Number(this.denied[atom]), null)
      } else {
        const literal = atom * 2 + Number(!known)
        const because = this.equality.reasonsFor(...equation!)
        this.assign(literal, [literal, ...because.map((each) => each ^ 1)])
      }
      return true
    }
    return false
  }
}
