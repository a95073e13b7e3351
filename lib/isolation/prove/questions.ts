import type { Snapshot } from '@/lib/catalog/types'
import type { Channel, IsolationCommand, Principal, Question, Setup } from '../types'

const ofRelations: readonly IsolationCommand[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']

/** Relations and functions whose rows belong to tenants, each once, in the order the setup names them. */
export const askedAbout = (setup: Setup): readonly string[] => [
  ...new Set([...setup.tenants, ...setup.tenantVia].map((each) => each.relation)),
]

/**
 * Every question a setup asks: each relation, principal and command; of a function the commands stand for the effects
 * that a call has. The order is that of the setup.
 */
export function questionsOf(
  snapshot: Snapshot,
  setup: Setup,
): readonly (Question & { readonly who: Principal })[] {
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

function rowQuestions(snapshot: Snapshot, setup: Setup): readonly (Question & { readonly who: Principal })[] {
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
