import type { Relation } from '@/lib/catalog/types-relation'
import type { Domains } from './domain'
import { escaped } from './mentions'
import type { Draft } from './plan-rows'
import { categoryOf } from './values'

/** Rows of each policy in which a text carries a tenant inside. */
const most = 6

/**
 * What a policy compares with constants, together with a text that carries a tenant, as it takes one apart:
 * `bucket = 'files' and split_part(name, '/', 1) = …` is met by both or not at all.
 */
export function askedTogether(relation: Relation, domains: Domains): Draft[] {
  const free = relation.columns.filter(
    ({ name, generated }) => !generated && domains.isHot(relation, name) && !domains.isTenant(relation, name),
  )
  const bearing = free.filter(({ baseType }) => categoryOf(baseType) === 'text')
  if (bearing.length === 0) return []
  const out = new Map<string, Draft>()
  for (const { using, check } of relation.policies) {
    const text = `${using ?? ''} ${check ?? ''}`
    const base = new Map(
      free.flatMap(({ name }): [string, string][] => {
        const value = comparedWith(text, name)
        return value === null ? [] : [[name, value]]
      }),
    )
    if (base.size === 0) continue
    for (const column of bearing) {
      if (base.has(column.name)) continue
      const carries = domains
        .candidates(relation, column, 70)
        .filter(
          (each) => each !== null && domains.scope.tenants.some((one) => each.includes(one) && each !== one),
        )
      for (const value of carries.slice(0, most)) {
        const draft = new Map([...base, [column.name, value]])
        out.set(JSON.stringify([...draft]), draft)
      }
    }
  }
  return [...out.values()]
}

/** The constant that a column has to be, as PostgreSQL writes it: `(bucket_id = 'files'::text)`. */
function comparedWith(text: string, name: string): string | null {
  const written = new RegExp(
    `(?<![\\w$'.])"?${escaped(name)}"?\\)?(?:::[\\w ]+)? = (?:'((?:[^']|'')*)'|(\\d+)\\b)`,
  )
  const [, quoted, digits] = written.exec(text) ?? []
  return quoted?.replaceAll("''", "'") ?? digits ?? null
}
