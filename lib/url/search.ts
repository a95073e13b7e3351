import {
  createLoader,
  createMultiParser,
  createParser,
  createSerializer,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  type inferParserType,
  type ParserMap,
} from 'nuqs/server'

/** What Next hands to a page. */
export type SearchParams = Record<string, string | string[] | undefined>

/** Any text, '' when absent; at most 500 characters are believed. */
export const text = createParser<string>({
  parse: (value) => value.slice(0, 500),
  serialize: String,
}).withDefault('')

/** One of these values, `null` when absent or anything else. */
export const oneOf = <const T extends string>(...values: readonly T[]) => parseAsStringLiteral(values)

/** One of these values, the first when absent or anything else (and then not in the URL). */
export const choice = <const T extends string>(first: T, ...others: readonly T[]) =>
  parseAsStringLiteral([first, ...others]).withDefault(first as never)

/** True only for `true`; absent is false. */
export const flag = parseAsBoolean.withDefault(false)

/** A whole number from 1, 1 when absent. */
export const pageNumber = createParser<number>({
  parse: (value) => {
    const number = parseAsInteger.parse(value)
    return number === null || number < 1 || number > 1_000_000 ? null : number
  },
  serialize: String,
}).withDefault(1)

/**
 * Several values. Written `a,b`; read from that and from a form's `x=a&x=b` alike. A comma in a value is `%2C` twice
 * encoded, so identifiers with commas survive. With `allowed`, anything else is dropped.
 */
export const list = <const T extends string = string>(...allowed: readonly T[]) =>
  createMultiParser<T[]>({
    parse: (values) => {
      const all = values
        .flatMap((value) => value.split(','))
        .map((value) => value.replaceAll('%2C', ',').replaceAll('%25', '%'))
        .filter((value) => value !== '' && (allowed.length === 0 || allowed.includes(value as T)))
      return [...new Set(all)].slice(0, 200) as T[]
    },
    serialize: (values) => [values.map((v) => v.replaceAll('%', '%25').replaceAll(',', '%2C')).join(',')],
    eq: (a, b) => a.length === b.length && a.every((value, at) => value === b[at]),
  }).withDefault([])

/** `column` or `-column` (descending) of a list's `sort`; `null` when absent or not one of these. */
export const sort = <const T extends string>(...columns: readonly T[]) =>
  parseAsStringLiteral(columns.flatMap((column) => [column, `-${column}` as const]))

/** An opaque position of keyset paging, as lib/db/keyset writes it; `null` when absent. */
export const cursor = parseAsString

/** Keys that say where in the result one is: dropped whenever what is shown changes. */
const positions = ['after', 'before', 'page', 'peek']
/** Keys whose change leaves the result as it is. */
const appearance = ['hide']

/** The URL state of one page: the only description of what its list shows. */
export interface Search<P extends ParserMap> {
  /** Reads what fits and silently leaves the rest. */
  parse(params: SearchParams): inferParserType<P>
  /**
   * The page's address for `state` with `change` laid over it, without defaults. A change of anything but the
   * position or the appearance drops `after`, `before`, `page` and `peek`.
   */
  href(state: inferParserType<P>, change?: Partial<Nullable<inferParserType<P>>>): string
  /** The part from `?` on, '' when everything is default: a saved view, or what an export appends. */
  query(state: inferParserType<P>): string
  /** What a GET form must carry as hidden inputs: everything but its own fields and the position. */
  kept(
    state: inferParserType<P>,
    fields: readonly (keyof P & string)[],
  ): readonly (readonly [string, string])[]
  /** The same state under another path, for pages with parameters in their path. */
  at(path: string): Search<P>
  readonly path: string
}

type Nullable<T> = { [K in keyof T]: T[K] | null }

export function defineSearch<P extends ParserMap>(path: string, parsers: P): Search<P> {
  const load = createLoader(parsers)
  const serialize = createSerializer(parsers)
  const query = (state: object) => serialize(state as never)
  return {
    path,
    parse: (params) => load(params),
    query,
    href(state, change = {}) {
      const moved = Object.keys(change).some((key) => !positions.includes(key) && !appearance.includes(key))
      const start = moved ? Object.fromEntries(positions.map((key) => [key, null])) : {}
      const known = Object.fromEntries(Object.entries(start).filter(([key]) => key in parsers))
      return path + query({ ...state, ...known, ...change })
    },
    kept(state, fields) {
      const rest = Object.fromEntries(
        Object.entries(state).filter(([key]) => !positions.includes(key) && !fields.includes(key)),
      )
      return [...new URLSearchParams(query(rest))]
    },
    at: (other) => defineSearch(other, parsers),
  }
}
