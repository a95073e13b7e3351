import type { Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { Influence } from './probe/influence'
import { scopeOf } from './probe/scope'
import type { Setup } from './types'

/**
 * Tables without tenants whose rows decide who sees what: what a policy, a view or a function asks on the way to a
 * relation that is asked about. The membership is one of them, also where its own rows are asked about.
 */
export function supportTables(snapshot: Snapshot, setup: Setup): readonly Relation[] {
  const declared = new Set([...setup.tenants, ...setup.tenantVia].map(({ relation }) => relation))
  const scope = scopeOf(snapshot, setup)
  return new Influence(scope)
    .deciders()
    .filter(
      ({ id, kind }) =>
        (kind === 'table' || kind === 'partitioned') &&
        (!scope.tables.get(id)?.beneath || id === setup.membership?.relation) &&
        (!declared.has(id) || id === setup.membership?.relation),
    )
}
