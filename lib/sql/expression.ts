/**
 * An SQL expression as rules read it: the parts that decide who sees what, names resolved to the row's own table or to
 * a relation of a sub-query. Made by lib/sql/convert.ts from the parse tree of PostgreSQL's own parser.
 */
export type Expr =
  | { readonly kind: 'const'; readonly value: string | number | boolean | null; readonly type: string | null }
  | ColumnExpr
  /** Own or outer row as a whole (`t.*`). */
  | { readonly kind: 'row-of'; readonly own: boolean; readonly alias: string }
  | CallExpr
  /** `current_user`, `session_user`, `current_date` …; lower-case. */
  | { readonly kind: 'value-function'; readonly name: string }
  | { readonly kind: 'op'; readonly op: string; readonly args: readonly Expr[] }
  | { readonly kind: 'and' | 'or'; readonly args: readonly Expr[] }
  | { readonly kind: 'not'; readonly arg: Expr }
  | { readonly kind: 'is-null'; readonly arg: Expr; readonly negated: boolean }
  | {
      readonly kind: 'is-bool'
      readonly arg: Expr
      readonly test: 'true' | 'false' | 'unknown'
      readonly negated: boolean
    }
  | { readonly kind: 'distinct'; readonly args: readonly [Expr, Expr]; readonly negated: boolean }
  | { readonly kind: 'cast'; readonly arg: Expr; readonly type: string }
  | { readonly kind: 'coalesce'; readonly args: readonly Expr[] }
  | { readonly kind: 'nullif'; readonly args: readonly [Expr, Expr] }
  | {
      readonly kind: 'case'
      readonly test: Expr | null
      readonly when: readonly (readonly [Expr, Expr])[]
      readonly otherwise: Expr | null
    }
  /** `x = any (array)` or `x op all (array)`; `in (…)` is `any` of a list. */
  | { readonly kind: 'any' | 'all'; readonly op: string; readonly arg: Expr; readonly array: Expr }
  | { readonly kind: 'list'; readonly items: readonly Expr[] }
  | SubExpr
  /** Anything else, with what it is made of. */
  | { readonly kind: 'other'; readonly what: string; readonly args: readonly Expr[] }

export interface ColumnExpr {
  readonly kind: 'column'
  /** A column of the row that the expression is about. */
  readonly own: boolean
  /** Alias that names it inside a sub-query; '' for own columns. */
  readonly alias: string
  /** `schema.name` of the relation behind the alias, raw; `null` for own columns, functions and sub-queries. */
  readonly relation: string | null
  readonly name: string
}

export interface CallExpr {
  readonly kind: 'call'
  /** `schema.name` as written, or the bare name for functions of pg_catalog. */
  readonly name: string
  readonly args: readonly Expr[]
  readonly star: boolean
}

export interface SubExpr {
  readonly kind: 'sub'
  readonly form: 'exists' | 'scalar' | 'any' | 'all' | 'array'
  /** Left side and operator of `x = any (select …)`. */
  readonly test: Expr | null
  readonly op: string
  readonly query: Query
  /** Uses the row's own columns, or those of an outer sub-query. */
  readonly correlated: boolean
}

export interface Query {
  readonly from: readonly FromItem[]
  readonly where: Expr | null
  readonly targets: readonly Expr[]
  /** Join conditions, HAVING, ORDER BY, LIMIT and the like. */
  readonly rest: readonly Expr[]
  /** Arms of UNION, INTERSECT or EXCEPT; then the fields above are empty. */
  readonly arms: readonly Query[]
  readonly aggregate: boolean
}

export interface FromItem {
  readonly alias: string
  readonly relation: string | null
  readonly call: Expr | null
  readonly query: Query | null
}

/** Direct parts of an expression; of a sub-query, all its expressions. */
export function partsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'const':
    case 'column':
    case 'row-of':
    case 'value-function':
      return none
    case 'not':
    case 'is-null':
    case 'is-bool':
    case 'cast':
      return [expr.arg]
    case 'case':
      return [
        ...(expr.test ? [expr.test] : []),
        ...expr.when.flat(),
        ...(expr.otherwise ? [expr.otherwise] : []),
      ]
    case 'any':
    case 'all':
      return [expr.arg, expr.array]
    case 'list':
      return expr.items
    case 'sub':
      return [...(expr.test ? [expr.test] : []), ...queryParts(expr.query)]
    default:
      return expr.args
  }
}

const none: readonly Expr[] = []

/** All expressions of a query, sub-queries in FROM and set-operation arms included. */
export function queryParts(query: Query): readonly Expr[] {
  return [
    ...query.targets,
    ...(query.where ? [query.where] : []),
    ...query.rest,
    ...query.from.flatMap((item) => [
      ...(item.call ? [item.call] : []),
      ...(item.query ? queryParts(item.query) : []),
    ]),
    ...query.arms.flatMap(queryParts),
  ]
}

/** Visits an expression and everything in it, outside in. `enter` returns false to leave its inside out. */
export function walk(expr: Expr, enter: (expr: Expr) => boolean | void): void {
  if (enter(expr) === false) return
  for (const part of partsOf(expr)) walk(part, enter)
}

/** Does anything in it, itself included, satisfy the test? */
export function some(expr: Expr, test: (expr: Expr) => boolean): boolean {
  return test(expr) || partsOf(expr).some((part) => some(part, test))
}

/** Without the casts around it: `(x)::uuid` → `x`. */
export function bare(expr: Expr): Expr {
  return expr.kind === 'cast' ? bare(expr.arg) : expr
}

/** Without casts and without scalar sub-selects that have no FROM: `(select f())::uuid` → `f()`. */
export function unwrapped(expr: Expr): Expr {
  const inner = bare(expr)
  if (inner.kind !== 'sub' || inner.form !== 'scalar' || !isFromless(inner.query)) return inner
  const [target] = inner.query.targets
  return target ? unwrapped(target) : inner
}

/** `select expr` and nothing else. */
export const isFromless = (query: Query) =>
  query.from.length === 0 &&
  query.arms.length === 0 &&
  query.where === null &&
  query.targets.length === 1 &&
  !query.aggregate

/** Names of the row's own columns that occur anywhere in it, `*` for the whole row. */
export function ownColumns(expr: Expr): ReadonlySet<string> {
  const known = columnsOf.get(expr)
  if (known) return known
  const names = new Set<string>()
  walk(expr, (part) => {
    if (part.kind === 'column' && part.own) names.add(part.name)
    if (part.kind === 'row-of' && part.own) names.add('*')
  })
  columnsOf.set(expr, names)
  return names
}

const columnsOf = new WeakMap<Expr, ReadonlySet<string>>()

/** A text that is the same for the same expression: for comparing two of them. */
export function keyOf(expr: Expr): string {
  const known = keys.get(expr)
  if (known !== undefined) return known
  const key = JSON.stringify(expr)
  keys.set(expr, key)
  return key
}

const keys = new WeakMap<Expr, string>()
