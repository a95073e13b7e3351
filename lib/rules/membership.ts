import type { Command } from '@/lib/catalog/types'
import type { Policy, Relation } from '@/lib/catalog/types-relation'
import { ownColumns, type Expr } from '@/lib/sql/expression'
import { usesSession } from '@/lib/sql/context'
import { inlined } from '@/lib/sql/inline'
import { parseExpression } from '@/lib/sql/parse'
import { literally } from '@/lib/sql/source-text'
import { isDynamic, relationsUsed } from './definers'
import type { Facts } from './facts'
import { gather } from './gather'
import { quote } from './identity'
import { ofFacts } from './memo'
import { commandsOf, functionsOf } from './policy-facts'
import { sessionDependence } from './policy-functions'
import { sameSet } from './same-set'

/** A policy that asks another relation, by a sub-select or in a function, whether the caller belongs to the row's tenant. */
interface Question {
  readonly relation: Relation
  readonly column: string
  readonly type: string
  readonly commands: readonly Command[]
  readonly text: string
  readonly part: Expr
  /** Everything that it reads on its way, through policies of what it reads as well. */
  readonly reads: ReadonlySet<Relation>
}

/**
 * How policies of other tables with this tenant column ask the members, in words for this table: what most of them ask
 * for the command, else what they ask before reading. Never what reads the table itself, which would go in a circle.
 */
export function askMembers(
  facts: Facts,
  relation: Relation,
  column: string,
  command: Command,
): string | null {
  const asked = questions(facts).filter((each) => isFor(facts, each, relation, column))
  for (const wanted of [command, 'SELECT'] as const) {
    const texts = new Map<string, Question[]>()
    for (const each of asked) {
      const text = each.commands.includes(wanted) ? inWordsFor(each, relation, column) : null
      if (text !== null) gather(texts, text, each)
    }
    const [most] = [...texts].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    if (most) return most[0]
  }
  return null
}

/** Is it a table that the policies of others ask about members? */
export const holdsMembers = (facts: Facts, relation: Relation): boolean =>
  questions(facts).some(({ relation: asking, reads }) => asking !== relation && reads.has(relation))

function isFor(facts: Facts, each: Question, relation: Relation, column: string): boolean {
  const named = relation === facts.tenancy.registry ? facts.tenancy.column : column
  const type = relation.columns.find(({ name }) => name === column)?.baseType
  return (
    each.relation !== relation && each.column === named && each.type === type && !each.reads.has(relation)
  )
}

const questions = ofFacts((facts): readonly Question[] =>
  facts.roots.flatMap((relation) => {
    const column = facts.tenancy.columnOf(relation)
    const type = relation.columns.find(({ name }) => name === column)?.baseType
    if (column === null || type === undefined || relation === facts.tenancy.registry) return []
    return relation.policies.flatMap((policy) => {
      const of = facts.policy(relation, policy)
      const text = policy.using ?? policy.check
      const part = policy.using === null ? of.check : of.using
      if (!policy.permissive || of.exposed.length === 0 || text === null || part === null) return []
      const binds = of.binds(part, sameSet([column]))
      const onlyAsks = [...ownColumns(part)].every((name) => name === column)
      if (!onlyAsks || binds.bound !== true || binds.atoms === 0) return []
      const reads = readBy(facts, relation, policy)
      if (reads === null || reads.size === 0 || reads.has(relation) || !asksSession(facts, part, policy))
        return []
      return [{ relation, column, type, commands: commandsOf(policy), text, part, reads }]
    })
  }),
)

/** What a policy reads beside its own row, and what the policies of that read; `null` where it cannot be known. */
function readBy(facts: Facts, own: Relation, policy: Policy): ReadonlySet<Relation> | null {
  const found = new Set<Relation>()
  let isKnown = true
  const visit = (from: Relation, { reads, calls }: Policy) => {
    const used = reads.flatMap((use) => facts.relation.get(use.relation) ?? [])
    for (const relation of used) if (relation !== from) enter(relation)
    for (const id of calls) {
      const routine = facts.routine.get(id)
      if (!routine || routine.extension !== null || routine.schema.startsWith('pg_')) continue
      if (isDynamic(routine)) isKnown = false
      for (const relation of relationsUsed(facts, routine)) enter(relation)
    }
  }
  const enter = (relation: Relation) => {
    if (found.has(relation)) return
    found.add(relation)
    if (relation.rls) for (const each of relation.policies) visit(relation, each)
  }
  visit(own, policy)
  return isKnown ? found : null
}

/** Does it ask who is asking, here or in a function that it calls? Without that it asks whether there are members at all. */
function asksSession(facts: Facts, part: Expr, policy: Policy): boolean {
  if (usesSession(inlined(part, facts), functionsOf(facts))) return true
  return policy.calls.some((id) => {
    const routine = facts.routine.get(id)
    const on = routine ? sessionDependence(facts, routine) : null
    return on !== null && !/^(from|now|current_timestamp|current_date)$/i.test(on)
  })
}

/** The same question about a row of another table; `null` where another name would come to mean something else. */
function inWordsFor(
  { relation, column, text, part }: Question,
  other: Relation,
  named: string,
): string | null {
  const [own, mine, name] = [`${quote(relation.name)}.`, quote(column), quote(named)]
  const before = String.raw`(?<![\p{L}\p{N}_$".])`
  const after = String.raw`(?![\p{L}\p{N}_$"])`
  const replaced = (source: string, wanted: string, by: string) =>
    source.replaceAll(new RegExp(`${before}${literally(wanted)}${after}`, 'gu'), () => by)
  const moved = replaced(replaced(text, mine, name), `${own}${mine}`, `${quote(other.name)}.${name}`)
  const again = parseExpression(moved, other.name)
  if ('failed' in again) return null
  const about = (expr: Expr, from: string) =>
    JSON.stringify(expr, (_key, value) =>
      value?.kind === 'column' && value.own && value.name === from ? { ...value, name: named } : value,
    )
  return about(again.expr, named) === about(part, column) ? moved : null
}
