import { loadModule, parsePlPgSQLSync, parseSync } from 'libpg-query'
import { convertExpression, convertQuery, type RawNode } from './convert'
import type { Expr, Query } from './expression'

let loading: Promise<void> | undefined
let ready = false

/**
 * Loads PostgreSQL's parser once; must have finished before anything is parsed. Who reads a catalog first may start it
 * meanwhile: the parser is compiled when it is used for the first time, so it is used here.
 */
export async function loadParser(): Promise<void> {
  if (ready) return
  loading ??= loadModule().then(() => void parseSync('select a.b from a where b = $1'))
  await loading
  ready = true
}

/** A text that the parser refused: what depends on it is unknown. */
export interface ParseFailure {
  readonly failed: string
}

export type Parsed = { readonly expr: Expr } | ParseFailure

const limit = 100_000
/** By the alias, then by the text itself: equal texts are one string, and a key made of both would be hashed anew. */
const expressions = new Map<string, Map<string, Parsed>>()

/**
 * Parses an expression as `pg_get_expr` prints it. `own` is the alias that means the row itself inside sub-queries.
 * The same text gives the same object. Never throws on bad text; throws when the parser was not loaded.
 */
export function parseExpression(text: string, own: string = ''): Parsed {
  let byText = expressions.get(own)
  const known = byText?.get(text)
  if (known) return known
  if (expressions.size > limit) expressions.clear()
  if (!byText || byText.size > limit) expressions.set(own, (byText = new Map()))
  const parsed = parseOnce(text, own)
  byText.set(text, parsed)
  return parsed
}

function parseOnce(text: string, own: string): Parsed {
  const raw = rawParse(`select ${text}`)
  if ('failed' in raw) return raw
  const [statement, second] = raw.statements
  const select = statement?.['SelectStmt'] as RawNode | undefined
  const targets = (select?.['targetList'] ?? []) as RawNode[]
  const value = (targets[0]?.['ResTarget'] as RawNode | undefined)?.['val'] as RawNode | undefined
  if (second || targets.length !== 1 || !value || select?.['fromClause'])
    return { failed: 'It is not one expression.' }
  return { expr: convertExpression(value, own) }
}

/** Parses one SELECT, as a view's definition or the body of an SQL function; null when it is anything else. */
export function parseQuery(text: string): Query | null {
  const raw = rawParse(text)
  if ('failed' in raw || raw.statements.length !== 1) return null
  const select = raw.statements[0]?.['SelectStmt'] as RawNode | undefined
  return select ? convertQuery(select) : null
}

/** One statement of any kind, as the parser's tree: the name of its node and what is in it; null when there is not exactly one. */
export function parseStatement(
  text: string,
): { readonly kind: string; readonly node: Readonly<Record<string, unknown>> } | null {
  const raw = rawParse(text)
  if ('failed' in raw || raw.statements.length !== 1) return null
  const [entry] = Object.entries(raw.statements[0] ?? {})
  return entry ? { kind: entry[0], node: entry[1] as Readonly<Record<string, unknown>> } : null
}

const trees = new Map<string, readonly RawNode[] | null>()

/** The statements of a text as PostgreSQL's own parse trees; null when it refuses the text. The same text, the same trees. */
export function parseStatements(sql: string): readonly RawNode[] | null {
  const known = trees.get(sql)
  if (known !== undefined) return known
  if (trees.size > limit) trees.clear()
  const raw = rawParse(sql)
  const found = 'failed' in raw ? null : raw.statements
  trees.set(sql, found)
  return found
}

/** The tree of a PL/pgSQL function from its whole CREATE FUNCTION; null when the parser refuses it. */
export function parseBlock(createFunction: string): RawNode | null {
  try {
    const result = parsePlPgSQLSync(createFunction) as unknown as { plpgsql_funcs?: RawNode[] }
    return (result.plpgsql_funcs?.[0]?.['PLpgSQL_function'] as RawNode | undefined) ?? null
  } catch {
    return null
  }
}

function rawParse(sql: string): { readonly statements: readonly RawNode[] } | ParseFailure {
  if (!ready) throw new Error('The SQL parser is not loaded; await loadParser() first.')
  try {
    const result = parseSync(sql) as { stmts?: { stmt?: RawNode }[] }
    return { statements: (result.stmts ?? []).map((statement) => statement.stmt ?? {}) }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}
