import type { Formula } from './formula'
import type { Application, Term } from './term'

/** The functions and operators on terms that formulas use, each once. */
export class Cone {
  readonly applications: Application[] = []
  private readonly keys = new Set<string>()
  private readonly seen = new Set<object>()

  add(formulas: readonly Formula[]): void {
    for (const each of formulas) this.visit(each)
  }

  private visit(formula: Formula): void {
    if (typeof formula === 'boolean' || this.seen.has(formula)) return
    this.seen.add(formula)
    if (formula.op === 'flag') this.visit(formula.means ?? true)
    else if (formula.op === 'equal') {
      this.take(formula.left)
      this.take(formula.right)
    } else if (formula.op === 'holds') this.take(formula.term)
    else if (formula.op === 'not') this.visit(formula.arg)
    else for (const each of formula.args) this.visit(each)
  }

  private take(term: Term): void {
    if (term.kind !== 'application' || this.keys.has(term.key)) return
    this.keys.add(term.key)
    this.applications.push(term)
    for (const each of term.args) this.take(each)
  }
}
