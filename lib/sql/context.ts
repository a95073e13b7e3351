import { some, walk, type CallExpr, type Expr } from './expression'

/** What is known about the functions of a database, for telling context calls from others. */
export interface Functions {
  /** Volatility of `schema.name` with this number of arguments; `undefined` when it is not known. */
  volatility(name: string, args: number): 'immutable' | 'stable' | 'volatile' | undefined
  /** Named by the configuration as telling who is asking. */
  isContext(name: string): boolean
}

const known = new Set([
  'current_setting',
  'auth.uid',
  'auth.jwt',
  'auth.role',
  'auth.email',
  'auth.user_id',
  'auth.session',
  'auth.org_id',
])

/**
 * Is it a call that tells who is asking: `current_setting`, the platform's `auth.…`, a configured function, or a
 * function of the user's own that takes nothing of the row and is not IMMUTABLE?
 */
export function isContextCall(expr: Expr, functions: Functions): expr is CallExpr {
  if (expr.kind !== 'call') return false
  if (known.has(expr.name) || functions.isContext(expr.name)) return true
  if (!expr.name.includes('.')) return false
  if (expr.args.some(touchesRow)) return false
  return functions.volatility(expr.name, expr.args.length) !== 'immutable'
}

/** Does it use a column, of its own row or of a sub-query's? */
export const touchesRow = (expr: Expr) =>
  some(expr, (part) => part.kind === 'column' || part.kind === 'row-of')

const identities = new Set(['current_user', 'session_user', 'current_role', 'user'])

/** Does it depend on the session: a context call, or current_user and the like? */
export function usesSession(expr: Expr, functions: Functions): boolean {
  return some(
    expr,
    (part) => isContextCall(part, functions) || (part.kind === 'value-function' && identities.has(part.name)),
  )
}

export interface BareCall {
  readonly call: CallExpr
  /** It stands in a sub-query that uses the outer row, which runs again for each row. */
  readonly correlated: boolean
}

/**
 * Context calls that run for each row: those outside a scalar sub-select without FROM. Inside a sub-query that does
 * not use the row a call runs once for the whole statement; inside one that does, it runs again for each row.
 * Calls that take a column of the row cannot be wrapped and are left out.
 */
export function bareCalls(expr: Expr, functions: Functions): readonly BareCall[] {
  const found: BareCall[] = []
  const visit = (part: Expr, correlated: boolean) => {
    walk(part, (inner) => {
      if (inner.kind === 'sub') {
        if (inner.test) visit(inner.test, correlated)
        if (inner.correlated) {
          for (const child of queryExpressions(inner)) visit(child, true)
        }
        return false
      }
      if (inner.kind !== 'call') return true
      if (isContextCall(inner, functions) && !inner.args.some(touchesRow)) {
        found.push({ call: inner, correlated })
        return false
      }
      return true
    })
  }
  visit(expr, false)
  return found
}

function queryExpressions(sub: Extract<Expr, { kind: 'sub' }>): readonly Expr[] {
  const { query } = sub
  return [
    ...query.targets,
    ...(query.where ? [query.where] : []),
    ...query.rest,
    ...query.from.flatMap((item) => (item.call ? [item.call] : [])),
    ...query.arms.flatMap((arm) => [...arm.targets, ...(arm.where ? [arm.where] : []), ...arm.rest]),
  ]
}
