import type { Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { Influence } from '../probe/schema/influence'
import { scopeOf } from '../probe/schema/scope'
import type { Setup } from '../types'

interface Deciding {
  /** Tables without tenants. The membership is one of them, also where its own rows are asked about. */
  readonly support: readonly Relation[]
  /** Tables with a row for each tenant: who is below whom, who may act for whom. */
  readonly tenants: readonly Relation[]
}

/** Tables whose rows decide who sees what: what a policy, a view or a function asks on the way to a relation that is asked about. */
export function decidingTables(snapshot: Snapshot, setup: Setup): Deciding {
  const declared = new Map([...setup.tenants, ...setup.tenantVia].map((each) => [each.relation, each.column]))
  const scope = scopeOf(snapshot, setup)
  const tables = new Influence(scope)
    .deciders()
    .filter(({ kind }) => kind === 'table' || kind === 'partitioned')
  const isMembership = ({ id }: Relation) => id === setup.membership?.relation
  const isOfTenants = ({ id, constraints }: Relation) =>
    constraints.some(
      ({ kind, columns: [only, more] }) =>
        (kind === 'primary' || kind === 'unique') && only === declared.get(id) && more === undefined,
    )
  return {
    support: tables.filter(
      (each) => isMembership(each) || (!declared.has(each.id) && !scope.tables.get(each.id)?.beneath),
    ),
    tenants: tables.filter((each) => !isMembership(each) && declared.has(each.id) && isOfTenants(each)),
  }
}
