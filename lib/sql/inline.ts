import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import { isFromless, partsOf, type Expr, type Query } from './expression'
import { parseQuery } from './parse'

/** What inlining needs: the routines of the snapshot, and its relations by raw `schema.name`. */
export interface Source {
  readonly snapshot: { readonly routines: readonly Routine[]; readonly relations: readonly Relation[] }
}

interface Body {
  readonly expr: Expr
  readonly parameters: readonly string[]
}

const bodies = new WeakMap<object, Map<string, Body | null>>()
const done = new WeakMap<object, WeakMap<Expr, Expr>>()

/**
 * The expression with calls of simple SQL functions (one SELECT without FROM, or `return expression` in PL/pgSQL)
 * replaced by what they compute, four levels deep: so that a hole inside a helper is seen. Others stay calls.
 */
export function inlined(expr: Expr, source: Source): Expr {
  let known = done.get(source.snapshot)
  if (!known) done.set(source.snapshot, (known = new WeakMap()))
  const before = known.get(expr)
  if (before) return before
  const result = replace(expr, source, 0)
  known.set(expr, result)
  return result
}

function replace(expr: Expr, source: Source, depth: number): Expr {
  const inner = map(expr, (part) => replace(part, source, depth))
  if (inner.kind !== 'call' || !inner.name.includes('.') || depth >= 4) return inner
  const body = bodyOf(inner.name, inner.args.length, source)
  if (!body) return inner
  return replace(substitute(body.expr, body.parameters, inner.args), source, depth + 1)
}

function bodyOf(name: string, args: number, source: Source): Body | null {
  let known = bodies.get(source.snapshot)
  if (!known) bodies.set(source.snapshot, (known = index(source)))
  return known.get(`${name}/${args}`) ?? null
}

/** Bodies of the functions worth inlining; a name that is overloaded with as many arguments is left out. */
function index(source: Source): Map<string, Body | null> {
  const found = new Map<string, Body | null>()
  for (const routine of source.snapshot.routines) {
    if (
      routine.kind !== 'function' ||
      routine.returnsSet ||
      routine.body === null ||
      routine.extension !== null
    )
      continue
    if (routine.language !== 'sql' && routine.language !== 'plpgsql') continue
    const parameters = parametersOf(routine.arguments)
    const key = `${routine.schema}.${routine.name}/${parameters.length}`
    found.set(
      key,
      found.has(key) || /\bvariadic\b/i.test(routine.arguments) ? null : readBody(routine, parameters),
    )
  }
  return found
}

function readBody(routine: Routine, parameters: readonly string[]): Body | null {
  let text = (routine.body ?? '').replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').trim()
  if (routine.language === 'plpgsql') {
    const only = /^begin\s+return\s+([\s\S]+?);\s*(?:exception[\s\S]*)?end\s*;?\s*$/i.exec(text)
    if (!only || only[1]!.includes(';')) return null
    text = `select ${only[1]}`
  } else if (routine.atomic) {
    text = text
      .replace(/^begin\s+atomic\s*/i, '')
      .replace(/;\s*end\s*;?\s*$/i, '')
      .replace(/^return\s+/i, 'select ')
  }
  const query = parseQuery(text)
  const [target] = query?.targets ?? []
  return query && target && isFromless(query) ? { expr: target, parameters } : null
}

const typeStarts = new Set('timestamp time double character bit national interval'.split(' '))

/** Parameter names of `pg_get_function_arguments`; '' where a parameter has none. */
export function parametersOf(list: string): readonly string[] {
  if (list.trim() === '') return []
  return splitAtCommas(list)
    .map((part) => part.trim().replace(/\s+(default|=)\s[\s\S]*$/i, ''))
    .filter((part) => !/^(out|table)\s/i.test(part))
    .map((part) => {
      const words = part.replace(/^(in|inout|variadic)\s+/i, '').match(/"(?:[^"]|"")+"|\S+/g) ?? []
      const [first = ''] = words
      if (
        words.length < 2 ||
        (typeStarts.has(first.toLowerCase()) && words.length <= 4 && !/^\w+\s+(text|uuid|\w+)$/i.test(part))
      )
        return ''
      return first.startsWith('"') ? first.slice(1, -1).replaceAll('""', '"') : first
    })
}

function splitAtCommas(list: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < list.length; at++) {
    if (list[at] === '(') depth++
    if (list[at] === ')') depth--
    if (list[at] === ',' && depth === 0) {
      parts.push(list.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, list.slice(start)]
}

/** Puts arguments in the place of parameters: `$1`, or an unqualified name that is a parameter's. */
function substitute(expr: Expr, parameters: readonly string[], args: readonly Expr[]): Expr {
  if (expr.kind === 'other' && /^\$\d+$/.test(expr.what)) return args[Number(expr.what.slice(1)) - 1] ?? expr
  if (expr.kind === 'column' && expr.alias === '') {
    const at = parameters.indexOf(expr.name)
    if (at >= 0 && args[at]) return args[at]
    // Not a parameter and not of the policy's row.
    return { ...expr, own: false, alias: '?' }
  }
  return map(expr, (part) => substitute(part, parameters, args))
}

/** The same expression with its parts replaced; the same object when none changed. */
function map(expr: Expr, change: (part: Expr) => Expr): Expr {
  if (partsOf(expr).length === 0) return expr
  switch (expr.kind) {
    case 'not':
    case 'is-null':
    case 'is-bool':
    case 'cast': {
      const arg = change(expr.arg)
      return arg === expr.arg ? expr : { ...expr, arg }
    }
    case 'and':
    case 'or':
    case 'coalesce':
    case 'op':
    case 'call':
    case 'other': {
      const args = expr.args.map(change)
      return args.every((arg, at) => arg === expr.args[at]) ? expr : { ...expr, args }
    }
    case 'distinct':
    case 'nullif':
      return { ...expr, args: [change(expr.args[0]), change(expr.args[1])] }
    case 'any':
    case 'all':
      return { ...expr, arg: change(expr.arg), array: change(expr.array) }
    case 'list':
      return { ...expr, items: expr.items.map(change) }
    case 'case':
      return {
        ...expr,
        test: expr.test ? change(expr.test) : null,
        when: expr.when.map(([when, result]) => [change(when), change(result)] as const),
        otherwise: expr.otherwise ? change(expr.otherwise) : null,
      }
    case 'sub':
      return { ...expr, test: expr.test ? change(expr.test) : null, query: mapQuery(expr.query, change) }
    default:
      return expr
  }
}

function mapQuery(query: Query, change: (part: Expr) => Expr): Query {
  return {
    ...query,
    where: query.where ? change(query.where) : null,
    targets: query.targets.map(change),
    rest: query.rest.map(change),
    arms: query.arms.map((arm) => mapQuery(arm, change)),
    from: query.from.map((item) => ({
      ...item,
      call: item.call ? change(item.call) : null,
      query: item.query ? mapQuery(item.query, change) : null,
    })),
  }
}
