import type { Relation } from '@/lib/catalog/types-relation'
import type { TableContent } from '../../types'
import type { Domains } from '../schema/domain'
import { foreignKeys, type Draft, type Plan } from '../schema/plan-rows'

/**
 * The rows of known tenants in a table that has one for each, as far as conditions look at them: above whom they are, who their
 * people are. What nothing looks at is made up.
 */
export function tenantPlans(relation: Relation, domains: Domains, rows: TableContent['rows']): Plan[] {
  const column = relation.columns.find(({ name }) => domains.isTenant(relation, name))?.name
  if (column === undefined) return []
  const known = rows.filter((row) => domains.scope.tenants.includes(row[column] ?? ''))
  const keys = foreignKeys(relation)
  const isThere = (name: string, value: string) =>
    keys
      .filter(({ columns }) => columns.includes(name))
      .every(
        ({ references, columns }) =>
          references.relation === relation.id &&
          known.some((row) => row[references.columns[columns.indexOf(name)] ?? ''] === value),
      )
  return known.map((row): Plan => {
    const told = relation.columns.flatMap(({ name, notNull, generated }): [string, string | null][] => {
      if (name === column || generated || !domains.isHot(relation, name)) return []
      const value = row[name] ?? null
      if (value === null || isThere(name, value)) return [[name, value]]
      return notNull ? [] : [[name, null]]
    })
    return { tenant: row[column] ?? null, special: new Map(told) satisfies Draft }
  })
}
