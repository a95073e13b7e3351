import type { Routine } from '@/lib/catalog/types-object'
import { ident, literal } from '@/lib/clone/spelling'
import { uncommented } from '@/lib/sql/source-text'
import { argumentTypes } from '../schema/argument-types'
import { parametersOf } from './argument-use'
import { argumentsFor } from './argument-values'
import { callOf, type Call } from './calls'
import { names, word } from '../schema/mentions'
import type { Raid } from '../observe/raid'
import { ownRoutines, tenantSql, type Scope, type Table } from '../schema/scope'
import { categoryOf } from '../schema/values'

/** Most calls of one function. */
const most = 12

/**
 * Calls with a value that the caller can work out: where a body compares an argument with what it makes of a tenant's key,
 * a counted key or other arguments, `md5(p.id::text) = digest`, the same expression is asked of the clone.
 */
export async function computedCalls(raid: Raid, routine: Routine): Promise<Call[]> {
  const types = argumentTypes(routine)
  const given = parametersOf(routine)
  if (routine.body === null || given.length !== types.length) return []
  const lists = types.map((type, at) => argumentsFor(raid, routine, type, at).values.slice(0, 3))
  const found: Call[] = []
  for (const [at, name] of given.entries()) {
    if (categoryOf(types[at] ?? '') !== 'text') continue
    for (const expression of expressionsOf(routine, name))
      for (const values of tuples(lists)) {
        if (found.length >= most || !isKnowable(raid.scope, expression)) break
        const filled = given.reduce(
          (text, each, n) => (n === at ? text : text.replaceAll(global(each), values[n] ?? 'null')),
          expression,
        )
        if (global(name).test(filled)) continue
        const sql = asked(raid, routine, filled, filled !== expression)
        for (const { v } of sql === null ? [] : await raid.arena.tryAsk<{ v: string | null }>(sql)) {
          if (v === null) continue
          const call = values.map((value, n) => (n === at ? `${literal(v)}::${types[at]}` : value))
          found.push({ ...callOf(routine, call), look: [] })
        }
      }
  }
  return found.slice(0, most)
}

const known = new WeakMap<Routine, Map<string, readonly string[]>>()

/** What a body compares one of its arguments with, read once. */
function expressionsOf(routine: Routine, name: string): readonly string[] {
  const byName = known.get(routine) ?? new Map<string, readonly string[]>()
  known.set(routine, byName)
  const found = byName.get(name) ?? comparedWith(uncommented(routine.body ?? ''), name)
  byName.set(name, found)
  return found
}

const global = (name: string) => new RegExp(word(name).source, 'gu')

/** Every value of one argument with the first of the others, and pairs of the first two. */
function tuples(lists: readonly (readonly string[])[]): string[][] {
  const pick = (at: (list: number) => number) => lists.map((list, n) => list[at(n) % list.length] ?? 'null')
  const all = [0, 1, 2].flatMap((depth) => lists.map((_, turn) => pick((n) => (n === turn ? depth : 0))))
  return [...new Map(all.map((each) => [each.join(), each])).values()]
}

const ends = /^\s*(?:$|;|,|\)|\b(?:and|or|then|limit|order|group|loop|union)\b)/i
const begins = /(?:^|;|,|\(|\b(?:where|and|or|if|on|when|then|select|not))\s*$/i

/** Expressions with a call that stand on the other side of a comparison with the name. */
export function comparedWith(body: string, name: string): string[] {
  const sign = '(?:=|<>|!=|\\bis\\s+(?:not\\s+)?distinct\\s+from)'
  const right = [...body.matchAll(new RegExp(`${word(name).source}\\s*${sign}\\s*`, 'giu'))]
  const left = [...body.matchAll(new RegExp(`\\s*${sign}\\s*${word(name).source}`, 'giu'))]
  return [
    ...right.map((match) => forward(body.slice(match.index + match[0].length))),
    ...left.map((match) => backward(body.slice(0, match.index))),
  ].filter((text) => text.includes('(') && text.length < 300 && !/\bselect\b/i.test(text))
}

function forward(text: string): string {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    if (depth === 0 && ends.test(text.slice(at, at + 12))) return text.slice(0, at).trim()
    depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0
  }
  return depth === 0 ? text.trim() : ''
}

function backward(text: string): string {
  let depth = 0
  for (let at = text.length; at > 0; at--) {
    if (depth === 0 && begins.test(text.slice(Math.max(0, at - 12), at))) return text.slice(at).trim()
    depth += text[at - 1] === ')' ? 1 : text[at - 1] === '(' ? -1 : 0
  }
  return ''
}

/** It calls nothing that reads: what the server has built in, and functions of one expression. */
export function isKnowable(scope: Scope, expression: string): boolean {
  return ownRoutines(scope.snapshot)
    .filter((each) => names(expression, each))
    .every(({ language, body, volatility }) => {
      const isPlain = language === 'sql' && volatility === 'immutable'
      return isPlain && !/\bfrom\b/i.test(body ?? '')
    })
}

/** Asks for it over rows of others, by keys that are known or counted; of nothing where it names no column. */
function asked(raid: Raid, { body }: Routine, expression: string, isFilled: boolean): string | null {
  const { scope, identity } = raid
  const own = identity.principal.tenants.map(literal).join(', ') || "''"
  for (const [, id = '', alias = ''] of (body ?? '').matchAll(
    /\b(?:from|join)\s+([\w."]+)\s+(?:as\s+)?(\w+)/gi,
  )) {
    const table = scope.tables.get(id)
    const columns = [...expression.matchAll(new RegExp(`\\b${alias}\\.(\\w+)`, 'g'))].map(
      ([, name]) => name ?? '',
    )
    if (!table || columns.length === 0) continue
    if (!columns.every((name) => isGuessable(raid, table, name))) return null
    const tenant = table.relation.columns.find(({ name }) => raid.domains.isTenant(table.relation, name))
    const whose = tenant
      ? `${alias}.${ident(tenant.name)}::text`
      : tenantSql(table.tenancy, scope.setup, alias)
    return `select distinct (${expression})::text as v from ${id} ${alias} where ${whose} not in (${own}) limit 6`
  }
  return isFilled && !/\b[a-z_]\w*\.(?!\w*\()/i.test(expression) ? `select (${expression})::text as v` : null
}

function isGuessable({ domains }: Raid, { relation, key }: Table, name: string): boolean {
  const column = relation.columns.find((each) => each.name === name)
  if (!column) return false
  return domains.isTenant(relation, name) || (key.includes(name) && categoryOf(column.baseType) === 'integer')
}
