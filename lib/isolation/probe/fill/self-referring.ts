import type { Relation } from '@/lib/catalog/types-relation'
import type { Domains } from '../schema/domain'
import { foreignKeys, spread, type Draft, type Placed, type Plan } from '../schema/plan-rows'

/**
 * Rows that point to others of their own table: below a row of their tenant, and, where the key does not hold the tenant,
 * below one of another. Nobody points anywhere before there are rows to point to.
 */
export function selfReferring(relation: Relation, domains: Domains, rows: readonly Placed[]): Plan[] {
  const tenant = relation.columns.find(({ name }) => domains.isTenant(relation, name))
  const keys = foreignKeys(relation).filter(
    ({ columns, references }) =>
      references.relation === relation.id && (!tenant || !columns.includes(tenant.name)),
  )
  if (!tenant || keys.length === 0) return []
  return domains.scope.tenants.flatMap((whose) => {
    const own = rows.filter((row) => row.get(tenant.name) === whose)
    const others = rows.filter((row) => row.get(tenant.name) !== whose)
    return keys.flatMap(({ columns, references }) =>
      [...spread(own, 2), ...spread(others, 2)].map((row): Plan => {
        const special: Draft = new Map(
          columns.map((name, at) => [name, row.get(references.columns[at] ?? '') ?? null]),
        )
        return { tenant: whose, special }
      }),
    )
  })
}
