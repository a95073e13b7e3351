import type { Relation } from '@/lib/catalog/types-relation'
import { ofFacts, type Facts } from '@/lib/rules/facts'
import { claimPaths } from '@/lib/sql/claims'
import { partsOf, queryParts, unwrapped, walk, type CallExpr, type Expr } from '@/lib/sql/expression'
import { inlined } from '@/lib/sql/inline'
import { parseQuery } from '@/lib/sql/parse'
import { takenApart, takenApartIn } from './taken-apart'

/** Where a session says something about itself. */
export type Source =
  | { readonly kind: 'setting'; readonly name: string }
  | { readonly kind: 'claim'; readonly path: readonly string[] }
  | { readonly kind: 'role' }

export const keyOf = (source: Source): string =>
  source.kind === 'setting'
    ? source.name
    : source.kind === 'claim'
      ? `claims.${source.path.join('.')}`
      : 'current_user'

/** A column that some policy, view or SQL function compares with what the session says. */
export interface Comparison {
  readonly relation: Relation
  readonly column: string
  readonly sources: readonly Source[]
  /** The table is asked by a sub-query or a function, not by a policy of its own. */
  readonly asked: boolean
}

export interface SessionUse {
  readonly comparisons: readonly Comparison[]
  /** Custom settings read anywhere, PL/pgSQL bodies included. */
  readonly settings: readonly string[]
  /** Claims read anywhere, as paths that none goes on from. */
  readonly claims: readonly (readonly string[])[]
  /** Keys of what policies themselves ask. */
  readonly decisive: ReadonlySet<string>
  /** Keys of what is not taken as a whole somewhere. */
  readonly apart: ReadonlySet<string>
}

/** What policies, views and functions of the governed schemas ask of the session. The parser must be loaded. */
export const sessionUse = ofFacts((facts: Facts): SessionUse => {
  const comparisons: Comparison[] = []
  const settings = new Set<string>()
  const claims = new Map<string, readonly string[]>()
  const decisive = new Set<string>()
  const apart = new Set<string>()
  const byName = new Map(facts.snapshot.relations.map((each) => [`${each.schema}.${each.name}`, each]))
  for (const { expr, own } of expressions(facts)) {
    for (const key of takenApart(expr)) apart.add(key)
    for (const source of sourcesOf(expr, true)) {
      if (own) decisive.add(keyOf(source))
      if (source.kind === 'setting') settings.add(source.name)
      if (source.kind === 'claim') claims.set(source.path.join('.'), source.path)
    }
    walk(expr, (part) => {
      for (const [left, right] of equalities(part)) {
        const column = unwrapped(left)
        if (column.kind !== 'column') continue
        const relation = column.own ? own : byName.get(column.relation ?? '')
        const sources = relation ? sourcesOf(right, false) : []
        if (relation && sources.length > 0)
          comparisons.push({ relation, column: column.name, sources, asked: !column.own })
      }
    })
  }
  for (const { body, language } of facts.routines)
    for (const name of language === 'sql' ? [] : takenApartIn(body ?? '')) apart.add(name)
  for (const { body } of facts.routines)
    for (const [, name] of (body ?? '').matchAll(/\bcurrent_setting\(\s*'([^']+)'/gi))
      if (name !== undefined && !isRequest(name)) settings.add(name)
  return {
    comparisons,
    settings: [...settings].sort(),
    claims: leavesOf([...claims.values()]),
    decisive,
    apart,
  }
})

/** Without what is only on the way to another claim: `app_metadata` where `app_metadata.clinic_id` is read. */
const leavesOf = (paths: readonly (readonly string[])[]) =>
  paths.filter(
    (path) =>
      !paths.some((other) => other.length > path.length && path.every((key, at) => key === other[at])),
  )

function* expressions(facts: Facts): Generator<{ expr: Expr; own: Relation | null }> {
  const seen = new Map<Expr, Set<Relation>>()
  for (const relation of facts.governed) {
    for (const policy of relation.policies) {
      const { using, check, exposed } = facts.policy(relation, policy)
      // What policies ask for an owner that nobody is, its functions answer each other.
      for (const text of exposed.length > 0 ? [using, check] : []) {
        if (!text) continue
        const known = seen.get(text) ?? new Set()
        seen.set(text, known.add(relation))
      }
    }
  }
  for (const [text, relations] of seen) {
    const expr = inlined(text, facts)
    for (const own of relations) yield { expr, own }
  }
  const queries = [
    ...facts.views.map(({ definition }) => definition),
    ...facts.routines.filter(({ language }) => language === 'sql').map(({ body }) => selectOf(body)),
  ]
  for (const text of queries) {
    const query = text === null ? null : parseQuery(text)
    for (const part of query ? queryParts(query) : []) yield { expr: inlined(part, facts), own: null }
  }
}

const selectOf = (body: string | null) =>
  body === null
    ? null
    : body
        .replace(/^\s*begin\s+atomic\s*/i, '')
        .replace(/;\s*end\s*;?\s*$/i, '')
        .replace(/^\s*return\s+/i, 'select ')

/** Both ways round of every comparison for equality. */
function equalities(part: Expr): readonly (readonly [Expr, Expr])[] {
  if (part.kind === 'op' && part.op === '=' && part.args.length === 2)
    return both(part.args[0]!, part.args[1]!)
  if (part.kind === 'distinct' && part.negated) return both(...part.args)
  if (part.kind === 'any' && part.op === '=') return both(part.arg, part.array)
  if (part.kind === 'sub' && part.test && part.op === '=' && part.query.from.length === 0)
    return part.query.targets.flatMap((target) => both(part.test as Expr, target))
  return []
}
const both = (left: Expr, right: Expr) =>
  [
    [left, right],
    [right, left],
  ] as const

const subject = new Set(['auth.uid', 'auth.user_id'])
const isRequest = (name: string) => /^request\.jwt\.claims?(\.|$)/.test(name)

/** What an expression asks of the session; sub-queries over tables are another matter unless `deep`. */
export function sourcesOf(expr: Expr, deep: boolean): readonly Source[] {
  const found: Source[] = []
  const visit = (part: Expr) => {
    if (part.kind === 'sub' && part.query.from.length > 0 && !deep) return
    const paths = claimPaths(part).filter((path) => path.length > 0)
    if (paths.length > 0 && (part.kind === 'op' || part.kind === 'call' || part.kind === 'other')) {
      found.push(...paths.map((path) => ({ kind: 'claim', path }) as const))
      if (deep) partsOf(part).forEach(visit)
      return
    }
    if (part.kind === 'call') {
      const name = settingOf(part)
      if (name !== null && !isRequest(name)) found.push({ kind: 'setting', name })
      if (subject.has(part.name)) found.push({ kind: 'claim', path: ['sub'] })
    }
    if (part.kind === 'value-function' && /^(current_user|current_role|user|session_user)$/.test(part.name))
      found.push({ kind: 'role' })
    partsOf(part).forEach(visit)
  }
  visit(expr)
  return found
}

function settingOf(call: CallExpr): string | null {
  const [name] = call.args
  return call.name === 'current_setting' && name?.kind === 'const' ? String(name.value) : null
}
