import type { Expr } from './expression'

/** SQL's three truth values. */
export type Truth = true | false | null

/** A value as far as it is known: SQL NULL, a constant, or something that is not null, named by a term. */
export type Value = null | { readonly constant: string | number | boolean } | { readonly term: string }

/** What is given about the row and the session. */
export interface Situation {
  /** Is this column of the row never null? */
  notNull(column: string): boolean
  /** The value of an expression where the situation decides it; `undefined` leaves it open. */
  given(expr: Expr): Value | undefined
  /** A comparison of a column of the row with a constant that must be taken as not equal. */
  unequal?(expr: Expr, constant: string | number | boolean): boolean
  /** A boolean column of the row that must be taken as false. */
  untrue?(column: string): boolean
}

/** The server would raise an error here; no row is let through. */
export class Failure extends Error {}

export const comparisons = new Set(['=', '<>', '<', '<=', '>', '>='])

export function asTruth(value: Value, open: (term: string) => boolean): Truth {
  if (value === null) return null
  if ('constant' in value)
    return typeof value.constant === 'boolean'
      ? value.constant
      : value.constant === 'true' || value.constant === 't'
  return open(value.term)
}

export function cast(constant: string | number | boolean, type: string): Value {
  if (
    constant === '' &&
    /^(uuid|smallint|integer|bigint|numeric|json|jsonb|date|timestamp|timestamptz|boolean|inet)/.test(type)
  )
    throw new Failure()
  if (
    typeof constant === 'string' &&
    /^(smallint|integer|bigint|numeric)$/.test(type) &&
    /^-?\d+$/.test(constant)
  )
    return { constant: Number(constant) }
  if (typeof constant === 'string' && type === 'boolean')
    return { constant: /^(t|true|y|yes|on|1)$/i.test(constant) }
  return { constant: type === 'text' ? String(constant) : constant }
}

let uniques = 0
export const unique = () => `#${++uniques}`

/** Function name of a term made by a call, else ''. */
export const termName = (term: string) => /^\{"kind":"call","name":"([^"]*)"/.exec(term)?.[1] ?? ''

/** Functions that give NULL only for NULL. */
export const total = new Set(
  'lower upper btrim ltrim rtrim trim length char_length md5 date_trunc now abs concat to_jsonb clock_timestamp random'.split(
    ' ',
  ),
)
export const notNegative = /^(count|length|char_length|cardinality|abs)$/
export const volatile = new Set('random clock_timestamp gen_random_uuid nextval'.split(' '))
