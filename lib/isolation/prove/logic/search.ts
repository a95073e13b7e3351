import type { Equality } from './equality'
import { learntFrom } from './learnt'
import {
  first,
  fromClause,
  fromOne,
  next,
  nothing,
  second,
  size,
  Store,
  type Because,
  type Clause,
} from './store'
import { always, never, type Literal } from './traces'

/** What may still be looked at: parts of clauses, a measure that no machine's speed changes. */
export interface Budget {
  left: number
}

/** The two terms whose equality an atom is; `null` for one that says nothing of terms. */
export type Equation = readonly [number, number] | null

interface Step {
  readonly trail: number
  readonly mark: number
  /** How far it was looked for what has to be chosen when the step was made. */
  readonly choice: number
  readonly looked: number
}

const firstPause = 100

/**
 * Looks for values of atoms under which every clause has a true literal and no equality is broken. What led to a
 * contradiction is learnt as a clause, so that it is not walked into again (conflict-driven clause learning; Marques-Silva
 * and Sakallah, 1996; Nieuwenhuis, Oliveras and Tinelli, 2006). Only what has to be chosen is: of a choice that is to be
 * made and that nothing made yet, one literal; what no choice asks for stays open.
 */
export class Search {
  private readonly equations: Equation[] = [null]
  /** By literal: 1 true, -1 false, 0 open. */
  private readonly values: number[] = [1, -1]
  private readonly levels: number[] = [0]
  private readonly reasons: Because[] = [nothing]
  /** What was last said of an atom: nothing, that it is so (1), that it is not (2). */
  private readonly said: number[] = [0]
  private readonly store = new Store()
  /** By literal: one of these has to be chosen once it is true. */
  private readonly ties: Clause[] = [0, 0]
  /** One of these has to be chosen. */
  private readonly choices: Clause[] = []
  private readonly trail: Literal[] = []
  private readonly steps: Step[] = []
  private choice = 0
  private looked = 0
  private head = 0
  private told = 0
  private broken = false

  constructor(private readonly equality: Equality) {}

  /** A new atom; its literal is the one that affirms it. */
  atom(equation: Equation): Literal {
    const at = this.levels.length
    this.equations.push(equation)
    this.values.push(0, 0)
    this.levels.push(0)
    this.reasons.push(nothing)
    this.said.push(0)
    this.store.atom()
    this.ties.push(0, 0)
    return at * 2
  }

  /** How many literals there are. */
  get size(): number {
    return this.values.length
  }

  value(literal: Literal): number {
    return this.values[literal]!
  }

  /** Takes back all that does not follow from what was said alone, so that more can be said. */
  reopen(): void {
    this.back(0)
  }

  /** Where the first is true, so is the second. */
  imply(when: Literal, then: Literal): void {
    const { values } = this
    if (values[when] === -1 || values[then] === 1 || when === then) return
    if (values[when] === 1) this.sayNow(then)
    else if (values[then] === -1 || when === (then ^ 1)) this.sayNow(when ^ 1)
    else {
      this.store.imply(when, then)
      this.store.imply(then ^ 1, when ^ 1)
    }
  }

  /** One of these has to be true, where `when` is. */
  add(literals: readonly Literal[], when: Literal = always): void {
    const { values } = this
    if (values[when] === -1) return
    const open: Literal[] = []
    for (const each of literals) {
      if (values[each] === 1) return
      if (values[each] === 0 && !open.includes(each)) open.push(each)
    }
    if (values[when] === 1) {
      if (open.length === 0) this.broken = true
      else if (open.length === 1) this.sayNow(open[0]!)
      else this.choices.push(this.store.watch(open))
    } else if (open.length === 0) this.sayNow(when ^ 1)
    else if (open.length === 1) this.imply(when, open[0]!)
    else this.ties[when] = this.store.watch([when ^ 1, ...open])
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

  private sayNow(literal: Literal): void {
    if (this.values[literal] === -1) this.broken = true
    else if (this.values[literal] === 0) this.assign(literal, nothing)
  }

  private assign(literal: Literal, because: Because): void {
    const at = literal >> 1
    this.values[literal] = 1
    this.values[literal ^ 1] = -1
    this.levels[at] = this.steps.length
    this.reasons[at] = because
    this.trail.push(literal)
  }

  /** Follows what is said to all that it makes true; the literals of which one should hold and none can, if there are such. */
  private propagate(budget: Budget): readonly Literal[] | null {
    for (;;) {
      while (this.head < this.trail.length) {
        const literal = this.trail[this.head++]!
        const conflict = this.followPairs(literal, budget) ?? this.follow(literal ^ 1, budget)
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
          : this.equality.equate([[left, right, literal]])
      if (!holds) return this.equality.conflict.map((each) => each ^ 1)
    }
  }

  private followPairs(literal: Literal, budget: Budget): readonly Literal[] | null {
    const { values } = this
    const { others, pairs } = this.store
    for (let at = pairs[literal]!; at !== 0; at = others[at + 1]!) {
      const other = others[at]!
      budget.left--
      if (values[other] === 1) continue
      if (values[other] === -1) return [other, literal ^ 1]
      this.assign(other, fromOne(literal ^ 1))
    }
    return null
  }

  private follow(wrong: Literal, budget: Budget): readonly Literal[] | null {
    const { values } = this
    const { clauses, watches } = this.store
    /** Where it is written which clause comes next: in the clause before, or that there is none before. */
    let before = 0
    for (let clause = watches[wrong]!; clause !== 0;) {
      budget.left--
      if (clauses[clause + first] === wrong) this.store.turn(clause)
      const after = clauses[clause + next + 1]!
      const one = clauses[clause + first]!
      if (values[one] !== 1) {
        const end = clause + first + clauses[clause + size]!
        let other = clause + second + 1
        while (other < end && values[clauses[other]!] === -1) other++
        if (other < end) {
          const literal = clauses[other]!
          clauses[clause + second] = literal
          clauses[other] = wrong
          clauses[clause + next + 1] = watches[literal]!
          watches[literal] = clause
          if (before === 0) watches[wrong] = after
          else clauses[before] = after
          clause = after
          continue
        }
        if (values[one] === -1) return this.store.literalsOf(clause)
        this.assign(one, fromClause(clause))
      }
      before = clause + next + 1
      clause = after
    }
    return null
  }

  /** Learns what a contradiction comes from and goes back to where that could have been known; false when it always is one. */
  private learn(conflict: readonly Literal[]): boolean {
    const top = Math.max(0, ...conflict.map((each) => this.levels[each >> 1]!))
    if (top === 0) return false
    this.back(top)
    const { trail, levels, reasons, store } = this
    const because = (atom: number) => store.because(reasons[atom]!)
    const learnt = learntFrom(conflict, top, { trail, levels, because })
    const [own, other] = learnt as [Literal, ...Literal[]]
    this.back(other === undefined ? 0 : levels[other >> 1]!)
    this.assign(own, other === undefined ? nothing : fromClause(store.watch(learnt)))
    return true
  }

  private back(level: number): void {
    const step = this.steps[level]
    if (!step) return
    while (this.trail.length > step.trail) {
      const literal = this.trail.pop()!
      this.values[literal] = this.values[literal ^ 1] = 0
      this.said[literal >> 1] = 1 + (literal & 1)
    }
    this.head = this.told = step.trail
    this.choice = step.choice
    this.looked = step.looked
    this.steps.length = level
    this.equality.undo(step.mark)
  }

  /** Makes a choice that has to be made, what follows from equalities first; false when none has. */
  private decide(): boolean {
    for (; this.choice < this.choices.length; this.choice++)
      if (this.choose(this.choices[this.choice]!)) return true
    for (; this.looked < this.trail.length; this.looked++) {
      const tie = this.ties[this.trail[this.looked]!]!
      if (tie !== 0 && this.choose(tie)) return true
    }
    return false
  }

  /** Takes one of the literals of a clause; false when one of them is taken already. */
  private choose(clause: Clause): boolean {
    const { values } = this
    const { clauses } = this.store
    const end = clause + first + clauses[clause + size]!
    let [best, most] = [never, -1]
    for (let at = clause + first; at < end; at++) {
      const literal = clauses[at]!
      if (values[literal] === 1) return false
      if (values[literal] === -1) continue
      const rank = this.rank(literal)
      if (rank >= most) [best, most] = [literal, rank]
    }
    const equation = this.equations[best >> 1]
    const known = equation ? this.equality.areEqual(...equation) : undefined
    if (known === undefined) {
      const { choice, looked } = this
      this.steps.push({ trail: this.trail.length, mark: this.equality.mark, choice, looked })
      this.assign(best, nothing)
    } else {
      const literal = (best & ~1) + Number(!known)
      const because = this.equality.reasonsFor(...equation!)
      this.assign(literal, fromClause(this.store.keep([literal, ...because.map((each) => each ^ 1)])))
    }
    return true
  }

  /** What was so before comes first, then what is denied, which asks for nothing more. */
  private rank(literal: Literal): number {
    const said = this.said[literal >> 1]!
    if (said === 1 + (literal & 1)) return 2
    return literal & 1 && this.ties[literal] === 0 ? 1 : 0
  }
}
