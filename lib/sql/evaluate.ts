import { isFromless, keyOf, type Expr, type Query } from './expression'
import {
  asTruth,
  cast,
  comparisons,
  Failure,
  notNegative,
  termName,
  total,
  unique,
  volatile,
  type Situation,
  type Truth,
  type Value,
} from './values'

/** Choices made on the way to one outcome: for each open question the answer that was taken. */
export type Choices = ReadonlyMap<string, number>

export interface Outcomes {
  readonly truths: ReadonlySet<Truth>
  /** True when there were too many cases to try them all. */
  readonly cut: boolean
}

/**
 * Every truth value that a predicate can have in a situation, found by trying all answers to the questions it asks of
 * the row (is this column null? are these two equal?), each question once. `fixed` answers stay as they are. An
 * evaluation error counts as NULL: it lets no row through. `on` is told each case; return false to stop.
 */
export function outcomes(
  predicate: Expr,
  situation: Situation,
  options: {
    readonly fixed?: Choices
    readonly limit?: number
    readonly on?: (truth: Truth, choices: Choices) => boolean | void
  } = {},
): Outcomes {
  const truths = new Set<Truth>()
  const path: { key: string; at: number; of: number }[] = []
  for (let cases = 0; cases < (options.limit ?? 2048); cases++) {
    const taken = new Map<string, number>(options.fixed)
    let depth = 0
    const choose = (key: string, of: number): number => {
      const known = taken.get(key)
      if (known !== undefined) return Math.min(known, of - 1)
      const step = path[depth] ?? { key, at: 0, of }
      path[depth++] = step
      taken.set(key, step.at)
      return step.at
    }
    let truth: Truth
    try {
      truth = new Evaluation(situation, choose).truth(predicate)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      truth = null
    }
    truths.add(truth)
    if (options.on?.(truth, taken) === false) return { truths, cut: false }
    path.length = depth
    while (path.length > 0 && path.at(-1)!.at + 1 >= path.at(-1)!.of) path.pop()
    if (path.length === 0) return { truths, cut: false }
    path.at(-1)!.at++
  }
  return { truths, cut: true }
}

class Evaluation {
  constructor(
    private readonly situation: Situation,
    private readonly choose: (key: string, of: number) => number,
  ) {}

  truth(expr: Expr): Truth {
    const given = this.situation.given(expr)
    if (given !== undefined) return asTruth(given, this.isTrue)
    switch (expr.kind) {
      case 'and': {
        let result: Truth = true
        for (const arg of expr.args) {
          const value = this.truth(arg)
          if (value === false) return false
          if (value === null) result = null
        }
        return result
      }
      case 'or': {
        let result: Truth = false
        for (const arg of expr.args) {
          const value = this.truth(arg)
          if (value === true) return true
          if (value === null) result = null
        }
        return result
      }
      case 'not': {
        const value = this.truth(expr.arg)
        return value === null ? null : !value
      }
      case 'is-null':
        return (this.value(expr.arg) === null) !== expr.negated
      case 'is-bool': {
        const value = this.truth(expr.arg)
        const wanted = expr.test === 'unknown' ? null : expr.test === 'true'
        return (value === wanted) !== expr.negated
      }
      case 'distinct': {
        const [a, b] = [this.value(expr.args[0]), this.value(expr.args[1])]
        const same = a === null || b === null ? a === b : this.compare('=', a, b, expr.args[0], expr.args[1])
        return same === null ? null : same === expr.negated
      }
      case 'any':
      case 'all':
        return this.quantified(expr)
      case 'sub':
        return this.sub(expr)
      case 'column':
        if (expr.own && this.situation.untrue?.(expr.name)) return false
        return asTruth(this.value(expr), this.isTrue)
      case 'op':
        return this.operator(expr)
      default:
        return asTruth(this.value(expr), this.isTrue)
    }
  }

  value(expr: Expr): Value {
    const given = this.situation.given(expr)
    if (given !== undefined) return given
    switch (expr.kind) {
      case 'const':
        return expr.value === null ? null : { constant: expr.value }
      case 'column':
        if (
          !(expr.own && this.situation.notNull(expr.name)) &&
          this.pick(`${keyOf(expr)} null`, [false, true])
        )
          return null
        return { term: keyOf(expr) }
      case 'cast': {
        const value = this.value(expr.arg)
        if (value !== null && 'constant' in value) return cast(value.constant, expr.type)
        return value
      }
      case 'value-function':
      case 'row-of':
      case 'list':
        return { term: keyOf(expr) }
      case 'coalesce':
        for (const arg of expr.args) {
          const value = this.value(arg)
          if (value !== null) return value
        }
        return null
      case 'nullif': {
        const [a, b] = [this.value(expr.args[0]), this.value(expr.args[1])]
        if (a === null || b === null) return a
        return this.compare('=', a, b, expr.args[0], expr.args[1]) === true ? null : a
      }
      case 'case':
        for (const [when, result] of expr.when) {
          const holds = expr.test
            ? this.truth({ kind: 'op', op: '=', args: [expr.test, when] })
            : this.truth(when)
          if (holds === true) return this.value(result)
        }
        return expr.otherwise ? this.value(expr.otherwise) : null
      case 'call': {
        const args = expr.args.map((arg) => this.value(arg))
        const builtin = !expr.name.includes('.')
        if (builtin && expr.name !== 'concat' && args.some((arg) => arg === null)) return null
        if (total.has(expr.name) || expr.name === 'count')
          return { term: volatile.has(expr.name) ? unique() : keyOf(expr) }
        return this.pick(`${keyOf(expr)} null`, [false, true]) ? null : { term: keyOf(expr) }
      }
      case 'sub': {
        if (expr.form === 'array') return { term: keyOf(expr) }
        if (expr.form !== 'scalar') break
        const [target] = expr.query.targets
        if (isFromless(expr.query) && target) return this.value(target)
        if (expr.query.aggregate && target?.kind === 'call' && target.name === 'count')
          return { term: keyOf(target) }
        if (!expr.query.aggregate && !this.possible(expr.query)) return null
        return this.pick(`${keyOf(expr)} null`, [false, true]) ? null : { term: keyOf(expr) }
      }
      case 'op': {
        if (comparisons.has(expr.op) || expr.op.includes('~')) break
        if (expr.args.some((arg) => this.value(arg) === null)) return null
        if (/^[-+*/%|]+$/.test(expr.op)) return { term: keyOf(expr) }
        return this.pick(`${keyOf(expr)} null`, [false, true]) ? null : { term: keyOf(expr) }
      }
      case 'other':
        return this.pick(`${keyOf(expr)} null`, [false, true]) ? null : { term: keyOf(expr) }
    }
    const truth = this.truth(expr)
    return truth === null ? null : { constant: truth }
  }

  private operator(expr: Extract<Expr, { kind: 'op' }>): Truth {
    const [left, right] = expr.args
    if (!left || !right || !(comparisons.has(expr.op) || expr.op.includes('~'))) {
      if (expr.args.some((arg) => this.value(arg) === null)) return null
      return this.pick(keyOf(expr), [true, false, null])
    }
    const [a, b] = [this.value(left), this.value(right)]
    if (a === null || b === null) return null
    if (comparisons.has(expr.op)) return this.compare(expr.op, a, b, left, right)
    if ((expr.op === '~~' || expr.op === '~~*') && 'constant' in b && /^%+$/.test(String(b.constant)))
      return true
    return this.pick(keyOf(expr), [true, false])
  }

  private compare(
    op: string,
    a: Exclude<Value, null>,
    b: Exclude<Value, null>,
    left: Expr,
    right: Expr,
  ): Truth {
    const order = this.order(a, b, left, right)
    if (op === '=') return order === 0
    if (op === '<>') return order !== 0
    if (op === '<') return order < 0
    if (op === '<=') return order <= 0
    if (op === '>') return order > 0
    return order >= 0
  }

  /** −1, 0 or 1: which of two values is greater, asked once for each pair. */
  private order(a: Exclude<Value, null>, b: Exclude<Value, null>, left: Expr, right: Expr): number {
    if ('constant' in a && 'constant' in b) {
      if (typeof a.constant === typeof b.constant)
        return a.constant === b.constant ? 0 : a.constant < b.constant ? -1 : 1
      return String(a.constant) === String(b.constant) ? 0 : 1
    }
    if ('term' in a && 'term' in b && a.term === b.term) return 0
    if ('constant' in a) return -this.order(b, a, right, left)
    if ('constant' in b) {
      if (this.situation.unequal?.(left, b.constant)) return 1
      if (typeof b.constant === 'number' && notNegative.test(termName(a.term)) && b.constant <= 0) {
        return b.constant < 0 ? 1 : this.pick(`${a.term} ? 0`, [0, 1])
      }
      return this.pick(`${a.term} ? ${JSON.stringify(b.constant)}`, [0, 1, -1])
    }
    if (a.term > b.term) return -this.order(b, a, right, left)
    return this.pick(`${a.term} ? ${b.term}`, [0, 1, -1])
  }

  private quantified(expr: Extract<Expr, { kind: 'any' | 'all' }>): Truth {
    if (expr.array.kind === 'list') {
      const kind = expr.kind === 'any' ? 'or' : 'and'
      return this.truth({
        kind,
        args: expr.array.items.map((item) => ({ kind: 'op', op: expr.op, args: [expr.arg, item] })),
      })
    }
    if (this.value(expr.array) === null || this.value(expr.arg) === null) return null
    return this.pick(keyOf(expr), [true, false, null])
  }

  private sub(expr: Extract<Expr, { kind: 'sub' }>): Truth {
    if (expr.form === 'scalar') return asTruth(this.value(expr), this.isTrue)
    if (expr.form === 'exists') {
      if (isFromless(expr.query) || expr.query.aggregate) return true
      return this.possible(expr.query) ? this.pick(keyOf(expr), [true, false]) : false
    }
    const [target] = expr.query.targets
    if (isFromless(expr.query) && target && expr.test)
      return this.truth({ kind: 'op', op: expr.op, args: [expr.test, target] })
    if (!expr.query.aggregate && !this.possible(expr.query)) return expr.form === 'all'
    if (expr.test && this.value(expr.test) === null) return null
    return this.pick(keyOf(expr), [true, false, null])
  }

  /** Can this query return a row at all? */
  private possible(query: Query): boolean {
    if (query.arms.length > 0) return query.arms.some((arm) => this.possible(arm))
    if (!query.where) return true
    const { truths, cut } = outcomes(
      query.where,
      { ...this.inside(), given: this.situation.given },
      { limit: 512 },
    )
    return cut || truths.has(true)
  }

  private inside(): Pick<Situation, 'notNull'> {
    return { notNull: (column) => this.situation.notNull(column) }
  }

  /** A value that is not null and not known: is it true? Asked once, wherever it comes from. */
  private readonly isTrue = (term: string) => this.pick(`${term} is true`, [true, false])

  private pick<Option>(key: string, options: readonly Option[]): Option {
    return options[this.choose(key, options.length)] as Option
  }
}
