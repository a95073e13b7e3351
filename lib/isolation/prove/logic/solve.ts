import { Clauses, mayUse, no, yes, type Leeway } from './clauses'
import { Equality } from './equality'
import { isLoose, type Atom, type Formula } from './formula'
import type { Budget } from './search'
import type { Term } from './term'

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
  readonly terms: readonly Term[]
}

/** `null`: no model, so the thing cannot be. `cut`: too many cases to try them all. */
export type Solution = Model | null | 'cut'

/** Looks for models of formulas together with one of the alternatives; more formulas may be said after each model. */
export class Solver {
  private readonly clauses
  private readonly formulas: Formula[] = []

  constructor(
    leeway: Leeway,
    formulas: readonly Formula[],
    private readonly alternatives: readonly Formula[],
  ) {
    this.clauses = new Clauses(leeway)
    this.clauses.requireAny(alternatives)
    this.require(formulas)
  }

  require(formulas: readonly Formula[]): void {
    this.clauses.search.reopen()
    for (const each of formulas) this.clauses.require(each)
    this.formulas.push(...formulas)
  }

  solve(budget: Budget): Solution {
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
  const known = [new Map<object, boolean>(), new Map<object, boolean>()]
  const taken = [new Set<object>(), new Set<object>()]
  const flags = new Map<string, boolean>()
  const said: Said[] = []
  const loose: Atom[] = []
  const veiled: Said[] = []
  const take = (formula: Formula, sign: boolean): void => {
    if (typeof formula === 'boolean') return
    if (formula.op === 'not') return take(formula.arg, !sign)
    if (taken[Number(sign)]!.has(formula)) return
    taken[Number(sign)]!.add(formula)
    if (formula.op === 'and' || formula.op === 'or') {
      if ((formula.op === 'and') === sign) return formula.args.forEach((arg) => take(arg, sign))
      const arms = formula.args.filter((arg) => clauses.holds(arg, sign, known))
      const chosen = arms.find((arm) => wasTaken(arm, sign)) ?? arms.find((arm) => !isLoose(arm)) ?? arms[0]
      return take(chosen!, sign)
    }
    if (formula.op === 'flag') {
      flags.set(formula.name, sign)
      if (formula.means !== undefined) return take(formula.means, sign)
      if (formula.reveal) veiled.push({ atom: formula, sign })
    } else said.push({ atom: formula, sign })
    if (isLoose(formula)) loose.push(formula)
  }
  const wasTaken = (arm: Formula, sign: boolean): boolean =>
    typeof arm === 'object' && (arm.op === 'not' ? wasTaken(arm.arg, !sign) : taken[Number(sign)]!.has(arm))
  const possible = alternatives.filter((each) => clauses.holds(each, true, known))
  const chosen = possible.find((each) => !isLoose(each)) ?? possible[0]!
  for (const each of [...formulas, chosen]) take(each, true)
  return {
    alternative: alternatives.indexOf(chosen),
    flags,
    exact: loose.length === 0,
    loose,
    veiled,
    ...valuesOf(said),
  }
}

/** What is kept of a model keeps nothing of the clauses it comes from. */
function valuesOf(said: readonly Said[]): Pick<Model, 'constantOf' | 'classOf' | 'terms'> {
  const equality = equalityOf(said)
  return {
    constantOf: (term) => equality.constantOf(term),
    classOf: (term) => equality.classOf(term),
    terms: equality.terms,
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
  for (const { left, right, equal } of pairs)
    if (equal) equality.equate(left, right, 0)
    else equality.separate(left, right, 0)
  return equality
}
