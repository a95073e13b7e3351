import { termsOf } from './cone'
import { and, not, or, type Atom, type Formula } from './formula'
import type { Problem } from './problem'
import { render } from './render'
import { prefixLemmas } from './prefixes'
import { solve, type Budget, type Model } from './solve'
import { application, constant, usesFree, type Application, type Term } from './term'

export type Decision = Model | null | 'cut'

const rounds = 24

/** Cases that all rounds of one decision may look at together, and a first look that takes the formula by itself. */
const cases = 120_000
const ownCases = 20_000

/**
 * Is there a model of a formula under a problem's constraints? Functions whose arguments came out as constants are
 * computed by PostgreSQL, and a model that had them otherwise is given up.
 */
export function decide(problem: Problem, formula: Formula, whole: Budget = { left: cases }): Decision {
  if (formula === false) return null
  if (whole.left <= 0) return 'cut'
  // What contradicts itself does so without what is known of the rows besides.
  const own = { left: Math.min(ownCases, whole.left) }
  const alone = own.left
  if (solve([formula], own) === null) return null
  whole.left -= alone - own.left
  const constraints = problem.constraints.bearingOn(formula)
  const lemmas: Formula[] = [...prefixLemmas(termsOf([formula, ...constraints]))]
  const given = Math.min(cases, whole.left)
  const budget = { left: given }
  const decision = searched(problem, [...constraints, formula], lemmas, budget)
  whole.left -= given - Math.max(budget.left, 0)
  return decision
}

function searched(
  problem: Problem,
  formulas: readonly Formula[],
  lemmas: Formula[],
  budget: Budget,
): Decision {
  for (let round = 0; round < rounds; round++) {
    const model = solve([...lemmas, ...formulas], budget)
    if (model === null || model === 'cut') return model
    const corrections = correctionsTo(model, problem)
    if (corrections.length === 0)
      return { ...model, exact: model.loose.every((atom) => isComputed(atom, model, problem)) }
    lemmas.push(...corrections)
  }
  return 'cut'
}

function correctionsTo(model: Model, problem: Problem): Formula[] {
  const found: Formula[] = []
  for (const term of model.terms) {
    if (term.kind !== 'application' || term.sql.includes(' is null') || !isBuiltin(term.sql)) continue
    const args = term.args.map((arg) => model.constantOf(arg))
    if (args.some((arg) => arg === null)) continue
    const ground = application(term.sql, args as Term[], term.type)
    if (ground.key === term.key) continue
    const answer = problem.ask(render(ground))
    if (!answer || 'error' in answer) continue
    const same = term.args.map((arg, at): Formula => equal(arg, args[at]!))
    const value = valueIs(term, answer.text)
    const now = model.constantOf(term)
    const right = answer.text === null ? false : now?.kind === 'constant' && now.text === answer.text
    if (!right) found.push(or(not(and(...same)), value))
  }
  return found
}

/** Was this computed by PostgreSQL for the values of the model? */
function isComputed(atom: Atom, model: Model, problem: Problem): boolean {
  const term = atom.op === 'holds' ? atom.term : null
  if (term?.kind !== 'application' || !isBuiltin(term.sql) || usesFree(term)) return false
  const args = term.args.map((arg) => model.constantOf(arg))
  if (args.some((arg) => arg === null)) return false
  const ground = application(term.sql, args as Term[], term.type)
  const answer = problem.ask(render(ground))
  return answer !== undefined && !('error' in answer)
}

/** Functions of the database itself are never sent there. */
const isBuiltin = (sql: string) => !/^[\w"]+\./.test(sql)

const equal = (left: Term, right: Term): Formula =>
  left.key === right.key ? true : { op: 'equal', left, right }

function valueIs(term: Application, text: string | null): Formula {
  if (text === null) return { op: 'holds', term: application(`${term.sql} is null`, term.args, 'boolean') }
  if (term.type === 'boolean') {
    const holds: Formula = { op: 'holds', term }
    return text === 'true' || text === 't' ? holds : not(holds)
  }
  return { op: 'equal', left: term, right: constant(text, term.type) }
}
