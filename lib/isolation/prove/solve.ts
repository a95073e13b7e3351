import { isLoose, not, type Atom, type Formula, type Joined } from './formula'
import { constant, type Term } from './term'
import { TermTable, Theory } from './theory'

const yes = constant('true', 'boolean')
const no = constant('false', 'boolean')

/** One way in which a formula holds. */
export interface Model {
  flag(name: string): boolean | undefined
  constantOf(term: Term): Term | null
  classOf(term: Term): number
  /** Nothing in it was left open: a flag or value that nobody chose, a function that was not evaluated. */
  readonly exact: boolean
  /** What was left open. */
  readonly loose: readonly Atom[]
  readonly terms: readonly Term[]
}

/** `null`: no model, so the thing cannot be. `cut`: too many cases to try them all. */
export type Solution = Model | null | 'cut'

class Cut extends Error {}

/** What may still be looked at: parts of formulas and terms, a measure that no machine's speed changes. */
export interface Budget {
  left: number
}

/**
 * Looks for a model of all formulas together: literals first, then disjunctions with one open arm, then a branch over
 * the smallest; arms that use nothing free first, so that a model is exact when there is an exact one near.
 */
export function solve(formulas: readonly Formula[], budget: Budget): Solution {
  try {
    return search(formulas, [], new State(new Theory(new TermTable()), budget), budget)
  } catch (error) {
    if (error instanceof Cut) return 'cut'
    throw error
  }
}

class State {
  readonly flags: Map<string, boolean>
  readonly loose: Atom[]
  /** What compound formulas come to as things stand; emptied when something new is said. */
  private readonly seen = new Map<object, boolean | null>()

  constructor(
    readonly theory: Theory,
    private readonly budget: Budget,
    from?: State,
  ) {
    this.flags = new Map(from?.flags)
    this.loose = from?.loose.slice() ?? []
  }

  copy(): State {
    return new State(this.theory.copy(), this.budget, this)
  }

  /** Takes a literal as said; false when it contradicts the others. */
  take(atom: Atom, sign: boolean): boolean {
    const value = atom.op === 'flag' ? this.flags.get(atom.name) : this.status(atom)
    if (value !== undefined) return value === sign
    this.seen.clear()
    if (isLoose(atom) && !(atom.op === 'flag' && atom.means !== undefined)) this.loose.push(atom)
    if (atom.op === 'flag') {
      this.flags.set(atom.name, sign)
      return true
    }
    if (atom.op === 'equal')
      return sign ? this.theory.equate(atom.left, atom.right) : this.theory.separate(atom.left, atom.right)
    return this.theory.equate(atom.term, sign ? yes : no)
  }

  status(formula: Formula): boolean | undefined {
    if (typeof formula === 'boolean') return formula
    switch (formula.op) {
      case 'flag': {
        const value = this.flags.get(formula.name)
        return value === undefined && formula.means !== undefined ? this.status(formula.means) : value
      }
      case 'equal':
        return this.theory.areEqual(formula.left, formula.right)
      case 'holds':
        return this.theory.areEqual(formula.term, yes)
      case 'not': {
        const value = this.status(formula.arg)
        return value === undefined ? undefined : !value
      }
      default:
        return this.compound(formula)
    }
  }

  private compound(formula: Joined): boolean | undefined {
    const known = this.seen.get(formula)
    if (known !== undefined) return known ?? undefined
    this.budget.left -= formula.args.length
    if (this.budget.left < 0) throw new Cut()
    const decisive = formula.op === 'or'
    let open = false
    for (const arg of formula.args) {
      const value = this.status(arg)
      if (value === decisive) {
        this.seen.set(formula, decisive)
        return decisive
      }
      open ||= value === undefined
    }
    this.seen.set(formula, open ? null : !decisive)
    return open ? undefined : !decisive
  }
}

type Or = readonly Formula[]

function search(
  todo: readonly Formula[],
  waiting: readonly Or[],
  state: State,
  budget: Budget,
): Model | null {
  const stack = todo.slice()
  let ors = waiting.slice()
  for (;;) {
    while (stack.length > 0) {
      if (budget.left-- < 0) throw new Cut()
      const formula = stack.pop()!
      if (formula === true) continue
      if (formula === false) return null
      if (formula.op === 'and') stack.push(...formula.args)
      else if (formula.op === 'or') ors.push(formula.args)
      else {
        const [atom, sign] = formula.op === 'not' ? [formula.arg, false] : [formula, true]
        const isNew = atom.op === 'flag' && state.flags.get(atom.name) === undefined
        if (!state.take(atom, sign)) return null
        if (isNew && atom.op === 'flag' && atom.means !== undefined)
          stack.push(sign ? atom.means : not(atom.means))
      }
    }
    const kept: Or[] = []
    for (const or of ors) {
      budget.left -= or.length
      if (budget.left < 0) throw new Cut()
      const open: Formula[] = []
      let done = false
      for (const arm of or) {
        const value = state.status(arm)
        if (value === true) {
          done = true
          break
        }
        if (value === undefined) open.push(arm)
      }
      if (done) continue
      if (open.length === 0) return null
      if (open.length === 1) stack.push(open[0]!)
      else kept.push(open)
    }
    ors = kept
    if (stack.length === 0) break
  }
  if (ors.length === 0) return state.theory.isConsistent() ? modelOf(state) : null
  const smallest = ors.reduce((best, each) => (each.length < best.length ? each : best))
  const rest = ors.filter((each) => each !== smallest)
  const arms = smallest.slice().sort((a, b) => Number(isLoose(a)) - Number(isLoose(b)))
  let inexact: Model | null = null
  for (const arm of arms) {
    try {
      const found = search([arm], rest, state.copy(), budget)
      if (found?.exact || (found && state.loose.length > 0)) return found
      inexact ??= found
    } catch (error) {
      if (error instanceof Cut && inexact) return inexact
      throw error
    }
  }
  return inexact
}

const modelOf = (state: State): Model => ({
  flag: (name) => state.flags.get(name),
  constantOf: (term) => state.theory.constantOf(term),
  classOf: (term) => state.theory.classOf(term),
  exact: state.loose.length === 0,
  loose: state.loose,
  terms: state.theory.terms.all,
})
