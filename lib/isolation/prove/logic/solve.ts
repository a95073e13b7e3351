import { Clauses, mayUse, no, yes, type Leeway } from './clauses'
import { Equality } from './equality'
import { isLoose, type Atom, type Formula } from './formula'
import type { Budget } from './search'
import type { Term } from './term'
import { always, type Literal } from './traces'

/** One way in which a formula holds. */
export interface Model {
  /** Which of the alternatives it makes true. */
  readonly alternative: number
  readonly flags: ReadonlyMap<string, boolean>
  constantOf(term: Term): Term | null
  classOf(term: Term): number
  /** Nothing in it was left open: a flag or value that nobody chose, a function that was not evaluated. */
  readonly exact: boolean
  /** What was left open. */
  readonly loose: readonly Atom[]
  /** Flags it makes use of whose meaning was not said, and how it has them. */
  readonly veiled: readonly Said[]
  terms(): readonly Term[]
}

/** `null`: no model, so the thing cannot be. `cut`: too many cases to try them all. */
export type Solution = Model | null | 'cut'

/** Looks for models of formulas together with one of the alternatives; more formulas may be said after each model. */
export class Solver {
  private clauses
  private readonly formulas: Formula[] = []

  constructor(
    private readonly leeway: Leeway,
    formulas: readonly Formula[],
    private readonly alternatives: readonly Formula[],
  ) {
    this.clauses = this.begun()
    this.require(formulas)
  }

  require(formulas: readonly Formula[]): void {
    if (!this.clauses.isLatest) this.clauses = this.begun()
    this.clauses.search.reopen()
    for (const each of formulas) this.clauses.require(each)
    this.formulas.push(...formulas)
  }

  private begun(): Clauses {
    const clauses = new Clauses(this.leeway)
    clauses.requireAny(this.alternatives)
    for (const each of this.formulas) clauses.require(each)
    return clauses
  }

  solve(budget: Budget): Solution {
    if (!this.clauses.isLatest) this.clauses = this.begun()
    const found = this.clauses.run(budget)
    return found === true ? modelOf(this.formulas, this.alternatives, this.clauses) : found ? 'cut' : null
  }
}

/** The alternatives that need nothing which may not be left open, whatever the rest is; none where the formulas do. */
export function unbarred(
  formulas: readonly Formula[],
  alternatives: readonly Formula[],
  leeway: Leeway,
): readonly Formula[] {
  const known = [new Map<object, boolean>(), new Map<object, boolean>()]
  const barred = (formula: Formula, sign: boolean): boolean => {
    if (!isLoose(formula)) return formula === !sign
    if (typeof formula === 'boolean') return formula !== sign
    if (formula.op === 'not') return barred(formula.arg, !sign)
    if (formula.op === 'flag' && formula.means !== undefined) return barred(formula.means, sign)
    if (formula.op !== 'and' && formula.op !== 'or') return !mayUse(formula, leeway)
    const before = known[Number(sign)]!.get(formula)
    if (before !== undefined) return before
    const each = (arg: Formula) => barred(arg, sign)
    const result = (formula.op === 'and') === sign ? formula.args.some(each) : formula.args.every(each)
    known[Number(sign)]!.set(formula, result)
    return result
  }
  return formulas.some((each) => barred(each, true)) ? [] : alternatives.filter((each) => !barred(each, true))
}

/** What of the values found is needed to make the formulas true, with as little left open as may be. */
function modelOf(formulas: readonly Formula[], alternatives: readonly Formula[], clauses: Clauses): Model {
  const taken = new Uint8Array(clauses.search.size)
  const flags = new Map<string, boolean>()
  const said: Said[] = []
  const loose: Atom[] = []
  const veiled: Said[] = []
  const found = (formula: Formula, sign: boolean): Literal | undefined => {
    if (typeof formula === 'boolean') return formula === sign ? always : undefined
    if (formula.op === 'not') return found(formula.arg, !sign)
    if (formula.op === 'flag' && formula.means !== undefined) return found(formula.means, sign)
    return clauses.found(formula, sign)
  }
  const take = (formula: Formula, sign: boolean): void => {
    if (typeof formula === 'boolean') return
    if (formula.op === 'not') return take(formula.arg, !sign)
    if (formula.op === 'flag' && formula.means !== undefined) {
      flags.set(formula.name, sign)
      return take(formula.means, sign)
    }
    const literal = clauses.found(formula, sign)
    if (literal !== undefined) {
      if (taken[literal] === 1) return
      taken[literal] = 1
    }
    if (formula.op === 'and' || formula.op === 'or') {
      if ((formula.op === 'and') === sign) for (const arg of formula.args) take(arg, sign)
      else take(chosen(formula.args, sign), sign)
      return
    }
    if (formula.op === 'flag') {
      flags.set(formula.name, sign)
      if (formula.reveal) veiled.push({ atom: formula, sign })
    } else said.push({ atom: formula, sign })
    if (isLoose(formula)) loose.push(formula)
  }
  const chosen = (arms: readonly Formula[], sign: boolean): Formula => {
    let best: Formula | undefined
    for (const arm of arms) {
      const literal = found(arm, sign)
      if (literal === undefined) continue
      if (taken[literal] === 1) return arm
      if (best === undefined || (isLoose(best) && !isLoose(arm))) best = arm
    }
    return best!
  }
  const possible = alternatives.filter((each) => found(each, true) !== undefined)
  const first = possible.find((each) => !isLoose(each)) ?? possible[0]!
  for (const each of [...formulas, first]) take(each, true)
  return {
    alternative: alternatives.indexOf(first),
    flags,
    exact: loose.length === 0,
    loose,
    veiled,
    ...valuesOf(said),
  }
}

/** What is kept of a model keeps nothing of the clauses it comes from. Of most nobody asks which terms are equal. */
function valuesOf(said: readonly Said[]): Pick<Model, 'constantOf' | 'classOf' | 'terms'> {
  let made: Equality | undefined
  const equality = () => (made ??= equalityOf(said))
  return {
    constantOf: (term) => equality().constantOf(term),
    classOf: (term) => equality().classOf(term),
    terms: () => equality().terms,
  }
}

export interface Said {
  readonly atom: Atom
  readonly sign: boolean
}

function equalityOf(said: readonly Said[]): Equality {
  const equality = new Equality()
  const pairs = said.flatMap(({ atom, sign }) => {
    if (atom.op === 'flag') return []
    const [left, right] = atom.op === 'equal' ? [atom.left, atom.right] : [atom.term, sign ? yes : no]
    const equal = sign || atom.op === 'holds'
    return [{ left: equality.idOf(left), right: equality.idOf(right), equal }]
  })
  equality.equate(pairs.filter((each) => each.equal).map(({ left, right }) => [left, right, 0]))
  for (const { left, right, equal } of pairs) if (!equal) equality.separate(left, right, 0)
  return equality
}
