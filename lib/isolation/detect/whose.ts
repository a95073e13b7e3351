import type { Relation } from '@/lib/catalog/types-relation'
import { ofFacts, type Facts } from '@/lib/rules/facts'

/** How rows say whose they are. */
export interface Whose {
  /** No table has a tenant: each person's rows are kept apart instead, and the person is the tenant. */
  readonly personal: boolean
  columnOf(relation: Relation): string | null
}

export const whoseOf = ofFacts((facts: Facts): Whose => {
  const { tenancy } = facts
  const tenants = tenancy.source === 'none' || facts.governed.some((each) => tenancy.columnOf(each) !== null)
  if (tenants) return { personal: false, columnOf: (relation) => tenancy.columnOf(relation) }
  return { personal: true, columnOf: (relation) => tenancy.ownersOf(relation)[0] ?? null }
})
