import type { Leeway } from './clauses'
import { and, equal, holds, implies, not, or, textOf, type Atom, type Formula } from './formula'
import type { Problem } from '../problem'
import { computed } from './plainly'
import { boundLemmas } from './bounds'
import { prefixLemmas } from './prefixes'
import type { Budget } from './search'
import { Solver, unbarred, type Model, type Said } from './solve'
import { application, constant, usesFree, type Application, type Term } from './term'

export type Decision = Model | null | 'cut'

const rounds = 200

/** What all rounds of one decision may look at together. */
const cases = 1_000_000

/**
 * Is there a model of one of the alternatives under a problem's constraints? A model is looked for without them first;
 * those that it breaks are added, until there is none or one that keeps them all. Functions whose arguments came out as
 * constants are computed by PostgreSQL, and a model that had them otherwise is given up.
 */
export function decide(
  problem: Problem,
  alternatives: readonly Formula[],
  whole: Budget = { left: cases },
): Decision {
  if (alternatives.every((each) => each === false)) return null
  if (whole.left <= 0) return 'cut'
  const given = Math.min(cases, whole.left)
  const budget = { left: given }
  const decision = new Refinement(problem, alternatives, budget).decide()
  whole.left -= given - Math.max(budget.left, 0)
  return decision
}

/** One decision, and what was found to bear on it. */
class Refinement {
  private readonly known: Formula[] = []
  private readonly bearing
  private readonly lemmas = new Set<string>()
  private readonly unveiled = new Set<string>()

  constructor(
    private readonly problem: Problem,
    private readonly alternatives: readonly Formula[],
    private readonly budget: Budget,
  ) {
    this.bearing = problem.constraints.bearing()
  }

  /** A model that leaves nothing open where there is one, else one that leaves open only what PostgreSQL may be asked about. */
  decide(): Decision {
    const found = this.within('any')
    if (found === null || found === 'cut' || found.exact) return found
    for (const leeway of ['none', 'asked'] as const) {
      const left = unbarred(this.known, this.alternatives, leeway)
      if (left.length === 0) continue
      const better = this.within(leeway, left)
      if (better !== null && better !== 'cut')
        return { ...better, alternative: this.alternatives.indexOf(left[better.alternative]!) }
    }
    return found
  }

  private within(leeway: Leeway, alternatives = this.alternatives): Decision {
    const solver = new Solver(leeway, this.known, alternatives)
    for (let round = 0; round < rounds; round++) {
      const model = solver.solve(this.budget)
      if (model === null || model === 'cut') return model
      const more = this.brokenBy(model)
      if (more.length === 0)
        return { ...model, exact: model.loose.every((atom) => isComputed(atom, model, this.problem)) }
      solver.require(more)
      this.known.push(...more)
    }
    return 'cut'
  }

  private brokenBy(model: Model): readonly Formula[] {
    const so = [...model.flags].filter(([, sign]) => sign).map(([name]) => name)
    const bearing = this.bearing.under(so, model)
    if (bearing.length > 0) return bearing
    const revealed = this.bearing.hearing(() => model.veiled.flatMap((each) => this.revealed(each)))
    if (revealed.length > 0) return revealed
    const lemmas = this.lemmasOn(model)
    return lemmas.length > 0 ? lemmas : correctionsTo(model, this.problem)
  }

  /** What a flag means that a model makes use of: nothing more where that was said before. */
  private revealed({ atom, sign }: Said): readonly Formula[] {
    if (atom.op !== 'flag' || !atom.reveal || this.unveiled.has(`${sign} ${atom.name}`)) return []
    this.unveiled.add(`${sign} ${atom.name}`)
    const means = atom.reveal()
    return [sign ? implies(atom, means) : or(atom, not(means))]
  }

  private lemmasOn(model: Model): readonly Formula[] {
    return [...prefixLemmas(model.terms()), ...boundLemmas(model)].filter((each) => {
      const text = textOf(each)
      const isNew = !this.lemmas.has(text)
      this.lemmas.add(text)
      return isNew
    })
  }
}

function correctionsTo(model: Model, problem: Problem): Formula[] {
  const found: Formula[] = []
  for (const term of model.terms()) {
    if (term.kind !== 'application' || term.sql.includes(' is null') || !isBuiltin(term.sql)) continue
    const args = term.args.map((arg) => model.constantOf(arg))
    if (args.some((arg) => arg === null)) continue
    const ground = application(term.sql, args as Term[], term.type)
    if (ground.key === term.key) continue
    const answer = computed(problem, ground)
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
  const answer = computed(problem, ground)
  return answer !== undefined && !('error' in answer)
}

/** Functions of the database itself are never sent there. */
const isBuiltin = (sql: string) => !/^(?!pg_catalog\.)[\w"]+\./.test(sql)

function valueIs(term: Application, text: string | null): Formula {
  if (text === null) return holds(application(`${term.sql} is null`, term.args, 'boolean'))
  if (term.type === 'boolean') {
    const so = holds(term)
    return text === 'true' || text === 't' ? so : not(so)
  }
  return equal(term, constant(text, term.type))
}
