import { isContextCall, usesSession, type Functions } from './context'
import { outcomes } from './evaluate'
import { keyOf, ownColumns, some, unwrapped, type Expr } from './expression'
import type { Situation, Value } from './values'

/** What is known about the row a predicate is about. */
export interface Row {
  notNull(column: string): boolean
}

const open = () => undefined

/**
 * `always`: true for every row and session. `constant`: depends on neither, and is not known to be false.
 * `never`: lets no row through. `unknown`: too many cases to tell.
 */
export type Truthfulness = 'always' | 'constant' | 'never' | 'depends' | 'unknown'

/** Decides whether a predicate filters at all: constant folding, three-valued logic, what NOT NULL columns imply. */
export function truthfulness(expr: Expr, row: Row, functions: Functions): Truthfulness {
  const { truths, cut } = outcomes(expr, { notNull: row.notNull, given: open })
  if (!cut && !truths.has(true)) return 'never'
  if (!cut && truths.size === 1) return 'always'
  const free = !usesSession(expr, functions) && !some(expr, dependsOnSomething)
  if (free) return 'constant'
  return cut ? 'unknown' : 'depends'
}

const dependsOnSomething = (part: Expr) =>
  part.kind === 'column' ||
  part.kind === 'row-of' ||
  (part.kind === 'sub' && part.query.from.length > 0) ||
  (part.kind === 'call' && part.name.includes('.'))

/** Names a comparison by whether it must hold for the row to belong to someone. */
export interface Binding {
  /** Comparisons, calls and sub-queries that use one of the columns. */
  readonly atoms: number
  /** No row is let through unless one of them holds. `null`: too many cases to tell. */
  readonly bound: boolean | null
}

/**
 * Do these columns of the row decide who sees it? Every comparison (call, sub-query) that uses one of them is taken to
 * fail; when the predicate can then still be true, the columns do not bind it: another branch lets rows through.
 */
export function binding(expr: Expr, columns: ReadonlySet<string>, row: Row): Binding {
  let atoms = 0
  const given = (part: Expr): Value | undefined => {
    if (!isAtom(part) || !uses(part, columns)) return undefined
    atoms++
    if (part.kind === 'op') return { constant: part.op === '<>' }
    if (part.kind === 'all') return { constant: part.op === '<>' }
    if (part.kind === 'distinct') return { constant: !part.negated }
    return { constant: false }
  }
  const { truths, cut } = outcomes(expr, {
    notNull: (column) => columns.has(column) || row.notNull(column),
    given,
  })
  return { atoms, bound: cut ? null : !truths.has(true) }
}

function isAtom(expr: Expr): boolean {
  if (expr.kind === 'op') return true
  if (expr.kind === 'call') return expr.name.includes('.')
  return expr.kind === 'any' || expr.kind === 'all' || expr.kind === 'distinct' || expr.kind === 'sub'
}

/**
 * Can it be true by the row's own attributes alone, with every comparison that binds the row or asks the session taken
 * to fail? (`tenant = … or published`: yes; `tenant = … or role = 'admin'`: no.)
 */
export function opensByAttributes(
  expr: Expr,
  columns: ReadonlySet<string>,
  row: Row,
  functions: Functions,
): boolean {
  const given = (part: Expr): Value | undefined => {
    if (!isAtom(part) || !(uses(part, columns) || usesSession(part, functions) || part.kind === 'sub'))
      return undefined
    if (part.kind === 'op' || part.kind === 'all') return { constant: part.op === '<>' }
    return { constant: part.kind === 'distinct' && !part.negated }
  }
  const notNull = (column: string) => columns.has(column) || row.notNull(column)
  return outcomes(expr, { notNull, given }).truths.has(true)
}

const orderings = new Set(['<', '>', '<=', '>='])

/** A comparison of the column with itself or with a constant says nothing about who is asking, nor does its order. */
function uses(expr: Expr, columns: ReadonlySet<string>): boolean {
  const own = ownColumns(expr)
  if (!own.has('*') && ![...own].some((name) => columns.has(name))) return false
  if (expr.kind !== 'op') return true
  const [left, right] = expr.args
  if (!left || !right || orderings.has(expr.op)) return false
  if ((left.kind === 'const' || right.kind === 'const') && expr.op !== '=') return false
  return keyOf(unwrapped(left)) !== keyOf(unwrapped(right))
}

/** How a predicate opens when the session says nothing. */
export interface FailOpen {
  /** The missing context was taken as NULL, or as the empty text that a used setting falls back to. */
  readonly missing: 'null' | 'empty'
}

const sentinel = /^(|0|-1|none|null|00000000-0000-0000-0000-000000000000|anonymous)$/i
const publicWords =
  /(^|_)(public|publico|published|publicado|visible|visivel|shared|global|active|ativo)($|_)/i

/**
 * Is there a row that is let through when the context is missing and that some session with a context would not see?
 * Rows that everyone sees whatever the context (a flag, a NULL tenant) are no failure. `null`: too many cases to tell.
 */
export function failOpen(expr: Expr, row: Row, functions: Functions): FailOpen | false | null {
  if (!some(expr, (part) => isContextCall(part, functions))) return false
  let cut = false
  for (const missing of ['null', 'empty'] as const) {
    const absent: Situation = {
      notNull: row.notNull,
      given: (part) => missingValue(part, missing, functions),
      unequal: (left, constant) => sentinel.test(String(constant)) || isPublic(left),
      untrue: (column) => publicWords.test(column),
    }
    const present: Situation = { notNull: row.notNull, given: (part) => presentValue(part, functions) }
    let found = false
    const tried = outcomes(expr, absent, {
      limit: 256,
      on(truth, choices) {
        if (truth !== true) return true
        const others = outcomes(expr, present, { fixed: choices, limit: 256 })
        if (others.truths.has(false) || others.truths.has(null)) found = true
        return !found
      },
    })
    if (found) return { missing }
    cut ||= tried.cut
  }
  return cut ? null : false
}

const isPublic = (expr: Expr) =>
  [...ownColumns(expr)].some((name) => publicWords.test(name) || /^(status|visibility|state)$/i.test(name))

function missingValue(part: Expr, missing: 'null' | 'empty', functions: Functions): Value | undefined {
  if (part.kind !== 'call') return undefined
  // Without missing_ok it raises while unset; once set in a connection it comes back as ''.
  if (part.name === 'current_setting')
    return missing === 'empty' || part.args.length < 2 ? { constant: '' } : null
  const context: boolean = isContextCall(part, functions)
  return context || part.name.includes('.') ? null : undefined
}

function presentValue(part: Expr, functions: Functions): Value | undefined {
  return isContextCall(part, functions) ? { term: keyOf(part) } : undefined
}
