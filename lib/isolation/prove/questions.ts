import type { Snapshot } from '@/lib/catalog/types'
import type { Channel, IsolationCommand, Principal, Question, Setup } from '../types'

const ofRelations: readonly IsolationCommand[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']

/** Relations and functions whose rows belong to tenants, each once, in the order the setup names them. */
export const askedAbout = (setup: Setup): readonly string[] => [
  ...new Set([...setup.tenants, ...setup.tenantVia].map((each) => each.relation)),
]

/** A question with the principal it is about. */
export type Asked = Question & { readonly who: Principal }

/**
 * Every question a setup asks: each relation, principal and command; of a function the commands stand for the effects
 * that a call has. The order is that of the setup.
 */
export function questionsOf(snapshot: Snapshot, setup: Setup): readonly Asked[] {
  const rows = rowQuestions(snapshot, setup)
  const relations = new Set<string>(snapshot.relations.map((each) => each.id))
  return [
    ...rows,
    ...(['covert', 'session'] as const).flatMap((channel) =>
      rows
        .filter((each) => relations.has(each.relation) && each.command !== 'TRUNCATE')
        .map((each) => ({ ...each, channel })),
    ),
  ]
}

/**
 * Questions that are answered one after the other, since they rest on the same: those of a principal, and those about what
 * stays on the connections of a role, which are the same for all its principals. No share needs what another found out.
 */
export function sharesOf(questions: readonly Asked[]): readonly (readonly Asked[])[] {
  const shares = new Map<unknown, Asked[]>()
  for (const each of questions) {
    const { who } = each
    const key = each.channel === 'session' ? `${who.role} ${who.login}` : who
    const share = shares.get(key)
    if (share) share.push(each)
    else shares.set(key, [each])
  }
  return [...shares.values()]
}

function rowQuestions(snapshot: Snapshot, setup: Setup): readonly Asked[] {
  const kinds = new Map<string, string>(snapshot.relations.map((each) => [each.id, each.kind]))
  return askedAbout(setup).flatMap((relation) =>
    setup.principals.flatMap((who) =>
      commandsOf(kinds.get(relation)).map((command) => ({
        relation,
        principal: who.name,
        role: who.role,
        command,
        channel: 'row' as Channel,
        who,
      })),
    ),
  )
}

/** Nobody writes a materialized view, truncates a view or a function. */
function commandsOf(kind: string | undefined): readonly IsolationCommand[] {
  if (kind === 'matview') return ['SELECT']
  if (kind === 'table' || kind === 'partitioned' || kind === 'foreign') return ofRelations
  return ofRelations.filter((command) => command !== 'TRUNCATE')
}
