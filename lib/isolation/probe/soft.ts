import type { Column, Relation } from '@/lib/catalog/types-relation'
import type { Domains } from './domain'
import { names } from './mentions'
import { foreignKeys, spread, type Draft, type Placed, type Plan } from './plan-rows'
import { categoryOf } from './values'

/** Most rows of a tenant. */
const most = 10

/**
 * Rows that point to others by a value alone, as a policy looks for them, in each kind that it tells apart: a comment on a
 * post, or on a page. The tables are full by then.
 */
export function softly(
  relation: Relation,
  domains: Domains,
  rowsOf: (relation: string) => readonly Placed[],
): Plan[] {
  const written = relation.policies.flatMap(({ using, check }) => [using ?? '', check ?? '']).join('\n')
  const bound = new Set(foreignKeys(relation).flatMap(({ columns }) => columns))
  const isFree = (column: Column) =>
    !column.generated &&
    !bound.has(column.name) &&
    domains.isHot(relation, column.name) &&
    !domains.isTenant(relation, column.name) &&
    !domains.scope.tables.get(relation.id)?.key.includes(column.name)
  const free = relation.columns.filter(isFree)
  const pointing = free.filter(({ baseType }) => ['uuid', 'integer', 'text'].includes(categoryOf(baseType)))
  const kinds = free.filter(({ baseType }) => categoryOf(baseType) === 'text')
  const drafts: Draft[] = []
  for (const [id, { relation: other, key }] of domains.scope.tables) {
    if (other === relation || key.length !== 1 || !names(written, other)) continue
    const type = other.columns.find(({ name }) => name === key[0])?.baseType
    for (const column of pointing.filter(({ baseType }) => baseType === type))
      for (const row of spread(rowsOf(id), 4)) {
        const base: Draft = new Map([[column.name, row.get(key[0] ?? '') ?? null]])
        const told = kinds
          .filter(({ name }) => name !== column.name)
          .flatMap(({ name }) =>
            [...(domains.mined.near.get(`${relation.id} ${name}`) ?? [])]
              .slice(0, 4)
              .map((value): Draft => new Map([...base, [name, value]])),
          )
        drafts.push(...(told.length > 0 ? told : [base]))
      }
  }
  const tenants = relation.columns.some(({ name }) => domains.isTenant(relation, name))
    ? domains.scope.tenants
    : [domains.scope.tenants[0] ?? null]
  return tenants.flatMap((tenant) => spread(drafts, most).map((special) => ({ tenant, special })))
}
