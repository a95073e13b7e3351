import type { Formula } from './formula'
import type { Term } from './term'

/**
 * The constraints that bear on a formula. One that only speaks under a flag which nothing else mentions is met by
 * taking the flag for false, so it is left out.
 */
export function bearingOn(formula: Formula, constraints: readonly Formula[]): readonly Formula[] {
  const mentioned = new Set<string>()
  const seen = new Set<object>()
  const collect = (part: Formula): void => {
    if (typeof part === 'boolean' || seen.has(part)) return
    seen.add(part)
    if (part.op === 'flag') {
      mentioned.add(part.name)
      if (part.means !== undefined) collect(part.means)
    }
    if (part.op === 'not') collect(part.arg)
    else if (part.op === 'and' || part.op === 'or') part.args.forEach(collect)
  }
  collect(formula)
  const taken: Formula[] = []
  let waiting: readonly Formula[] = constraints.filter((each) => each !== true)
  for (let before = -1; before !== taken.length;) {
    before = taken.length
    const left: Formula[] = []
    for (const each of waiting) {
      const guards = guardsOf(each)
      if (guards.every((name) => mentioned.has(name))) {
        taken.push(each)
        collect(each)
      } else left.push(each)
    }
    waiting = left
  }
  return taken
}

/** Flags whose being false alone meets the constraint. */
function guardsOf(formula: Formula): readonly string[] {
  if (typeof formula === 'boolean' || formula.op !== 'or') return []
  return formula.args.flatMap((arg) =>
    typeof arg === 'object' && arg.op === 'not' && arg.arg.op === 'flag' ? [arg.arg.name] : [],
  )
}

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
