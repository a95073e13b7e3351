import type { Command } from '@/lib/catalog/types'
import type { Policy, Relation } from '@/lib/catalog/types-relation'
import { condition } from './expression/compile'
import { and, or, type Formula } from './logic/formula'
import type { Context, Read, Row } from './problem'
import { namesFunctions } from './expression/later'
import { expressionOf, plainContext, withRow } from './query/rows'

/**
 * When row security lets a role read or write a row by a command: one permissive policy and all restrictive ones. The
 * part is `using` for rows that are there and `check` for rows that are being written; a policy without WITH CHECK
 * checks with its USING.
 */
export function letsThrough(
  relation: Relation,
  row: Row,
  command: Command,
  part: 'using' | 'check',
  context: Context,
): Formula {
  const { world } = context.problem
  if (world.bypasses(context.as, relation)) return row.exists
  const key = `policies ${relation.id} ${row.name} ${command} ${part} ${context.as} ${context.user} ${within(context)}`
  return context.problem.once(key, () => {
    const applying = policiesFor(relation, command, world.power(context.as))
    const one = (policy: Policy) => holds(policy, part, relation, row, context)
    const permissive = applying.filter((each) => each.permissive).map(one)
    const restrictive = applying.filter((each) => !each.permissive && textOf(each, part) !== null).map(one)
    return and(row.exists, or(...permissive), ...restrictive)
  })
}

/** Rows of tenants that policies ask about, and when, before they let a role read or write a row by a command. */
export function askedBy(relation: Relation, row: Row, command: Command, context: Context): readonly Read[] {
  const reads: Read[] = []
  if (context.problem.world.bypasses(context.as, relation)) return reads
  for (const policy of policiesFor(relation, command, context.problem.world.power(context.as))) {
    for (const part of ['using', 'check'] as const) {
      const text = policy[part]
      const node = text === null ? null : expressionOf(text)
      if (node && (hasQuery(node) || namesFunctions(node, context)))
        holds(policy, part, relation, row, context, reads)
    }
  }
  return reads
}

/** What a key has to say of the functions that something is worked out in. */
export const within = ({ settings, stale, moment }: Context): string =>
  `${settings.size > 0 ? JSON.stringify([...settings]) : ''} ${stale} ${moment.id}`

export const policiesFor = (relation: Relation, command: Command, power: ReadonlySet<string>) =>
  relation.policies.filter(
    (each) =>
      (each.command === null || each.command === command) &&
      (each.roles === null || each.roles.some((role) => power.has(role))),
  )

const textOf = (policy: Policy, part: 'using' | 'check') =>
  part === 'check' ? (policy.check ?? policy.using) : policy.using

function holds(
  policy: Policy,
  part: 'using' | 'check',
  relation: Relation,
  row: Row,
  context: Context,
  reads: Read[] | null = null,
): Formula {
  const text = textOf(policy, part)
  if (text === null) return false
  const node = expressionOf(text)
  if (!node) return context.problem.flag(`policy ${policy.name}`, true)
  const asks = hasQuery(node)
  // PostgreSQL refuses the statement: infinite recursion detected in policy.
  if (asks && context.expanding.includes(relation.id)) return false
  const plain = plainContext(context.problem, context.as)
  return condition(
    node,
    withRow(
      {
        ...plain,
        user: context.user,
        settings: context.settings,
        stale: context.stale,
        moment: context.moment,
        reads,
        depth: context.depth + 1,
        expanding: asks ? [...context.expanding, relation.id] : context.expanding,
      },
      row,
    ),
  ).yes
}

const asking = new WeakMap<object, boolean>()

/** Is there a sub-query in an expression? */
export function hasQuery(node: object): boolean {
  let found = asking.get(node)
  if (found === undefined) asking.set(node, (found = asks(node)))
  return found
}

function asks(node: unknown): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some(asks)
  return 'SubLink' in node || Object.values(node).some(asks)
}
