import type { Formula } from './formula'
import type { Term } from './term'

/** Every term that formulas use, each once. */
export function termsOf(formulas: readonly Formula[]): readonly Term[] {
  const found = new Map<string, Term>()
  const seen = new Set<object>()
  const take = (term: Term): void => {
    if (found.has(term.key)) return
    found.set(term.key, term)
    if (term.kind === 'application') term.args.forEach(take)
  }
  const visit = (formula: Formula): void => {
    if (typeof formula === 'boolean' || seen.has(formula)) return
    seen.add(formula)
    if (formula.op === 'flag') visit(formula.means ?? true)
    else if (formula.op === 'equal') [formula.left, formula.right].forEach(take)
    else if (formula.op === 'holds') take(formula.term)
    else if (formula.op === 'not') visit(formula.arg)
    else formula.args.forEach(visit)
  }
  formulas.forEach(visit)
  return [...found.values()]
}
