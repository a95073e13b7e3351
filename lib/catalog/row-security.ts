import { roleGraph, type RoleGraph } from './memberships'
import { reason, type AccessVerdict, type Fact, type Reason } from './reason'
import type { Command, Snapshot } from './types'
import type { Policy, Relation } from './types-relation'

export interface Answer {
  readonly verdict: AccessVerdict
  readonly because: readonly Reason[]
}

type Part = 'using' | 'check'

/**
 * What row-level security leaves of a command whose privileges are given, as `check_enable_rls` and
 * `get_row_security_policies` decide it. UPDATE and DELETE are judged by their own policies: SELECT's apply only to a
 * statement that reads a column, so they cannot make a verdict safer; they are told as a reason.
 */
export function rowSecurity(snapshot: Snapshot, relation: Relation, role: string, command: Command): Answer {
  const graph = roleGraph(snapshot)
  const attributes = graph.roles.get(role)
  if (attributes?.superuser) return { verdict: 'bypass', because: [reason({ kind: 'superuser', role })] }
  if (attributes?.bypassRls) return { verdict: 'bypass', because: [reason({ kind: 'bypassrls', role })] }
  if (!relation.rls) {
    return {
      verdict: 'open',
      because: [reason({ kind: 'rls-off', on: relation.id, policies: relation.policies.length })],
    }
  }
  const chain = graph.inherited(role).get(relation.owner)
  const owner = chain && { on: relation.id, owner: relation.owner, chain }
  if (owner && !relation.rlsForced)
    return { verdict: 'bypass', because: [reason({ kind: 'owner', ...owner })] }
  const forced = owner ? [reason({ kind: 'owner-forced', ...owner })] : []
  const { verdict, because } = byPolicies(graph, relation, role, command)
  return { verdict, because: [...forced, ...because] }
}

function byPolicies(graph: RoleGraph, relation: Relation, role: string, command: Command): Answer {
  const parts: readonly Part[] =
    command === 'INSERT' ? ['check'] : command === 'UPDATE' ? ['using', 'check'] : ['using']
  const answers = parts.map((part) => onePart(graph, relation, role, command, part))
  const because =
    answers.length === 1 ? (answers[0]?.because ?? []) : dedupe(answers.flatMap((answer) => answer.because))
  if (answers.some((answer) => answer.verdict === 'denied')) return { verdict: 'denied', because }
  const open = answers.every((answer) => answer.verdict === 'open-by-policy')
  return { verdict: open ? 'open-by-policy' : 'filtered', because }
}

function onePart(graph: RoleGraph, relation: Relation, role: string, command: Command, part: Part): Answer {
  const inherited = graph.inherited(role)
  const because: Reason[] = []
  let admits: 'none' | 'some' | 'all' = 'none'
  let narrowed = false
  let closed = false
  let restrictive = 0
  for (const policy of relation.policies) {
    if (policy.command !== null && policy.command !== command) continue
    const to = policy.roles === null ? null : nearest(policy.roles, inherited)
    if (to === undefined) {
      because.push(
        once(policy, '', () => ({
          kind: 'policy-of-others',
          on: relation.id,
          policy: policy.name,
          roles: policy.roles ?? [],
        })),
      )
      continue
    }
    const own = part === 'check' ? policy.check : policy.using
    // A policy without WITH CHECK checks new rows with its USING; one without either admits nothing and narrows nothing.
    const expression = part === 'check' ? (policy.check ?? policy.using) : policy.using
    if (!policy.permissive) restrictive++
    if (expression === null) continue
    const value = constant(expression)
    if (policy.permissive) {
      if (value === true) admits = 'all'
      else if (value === undefined && admits === 'none') admits = 'some'
    } else if (value === false) closed = true
    else if (value === undefined) narrowed = true
    because.push(
      once(policy, `${part} ${role}`, () => ({
        kind: 'policy',
        on: relation.id,
        policy: policy.name,
        permissive: policy.permissive,
        part: own === null ? 'using' : part,
        expression,
        to: to === null ? null : (to.at(-1) ?? null),
        chain: to ?? [role],
      })),
    )
  }
  if (admits === 'none' || closed) {
    because.push(reason({ kind: 'no-policy', on: relation.id, command, part, restrictive }))
    return { verdict: 'denied', because }
  }
  return { verdict: admits === 'all' && !narrowed ? 'open-by-policy' : 'filtered', because }
}

const made = new WeakMap<Policy, Map<string, Reason>>()

/** One reason for all commands that a policy is asked for. */
function once(policy: Policy, key: string, fact: () => Fact): Reason {
  let known = made.get(policy)
  if (!known) made.set(policy, (known = new Map()))
  let found = known.get(key)
  if (!found) known.set(key, (found = reason(fact())))
  return found
}

/** The shortest chain to one of the policy's roles; undefined when it applies to none that this role has. */
function nearest(
  roles: NonNullable<Policy['roles']>,
  inherited: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  let best: readonly string[] | undefined
  for (const role of roles) {
    const chain = inherited.get(role)
    if (chain && (!best || chain.length < best.length)) best = chain
  }
  return best
}

/** Whether an expression is plainly true or false; anything else needs a parser. */
export function constant(expression: string): boolean | undefined {
  if (expression.length > 40) return undefined
  const bare = expression.replaceAll(/[()\s]/g, '').toLowerCase()
  if (bare === 'true' || bare === '1=1' || bare === 'notfalse') return true
  if (bare === 'false' || bare === 'nottrue' || bare === 'null::boolean') return false
  return undefined
}

/** The same sentence once: USING and WITH CHECK often are one expression. */
function dedupe(reasons: readonly Reason[]): Reason[] {
  return reasons.filter((each, at) => reasons.findIndex((other) => other.sentence === each.sentence) === at)
}
