import type { Relation } from '@/lib/catalog/types-relation'
import type { Scope } from './scope'

/** Materialized views whose content can be computed, those that read others last. */
export const refreshes = (scope: Scope): string[] =>
  scope.snapshot.relations
    .filter(({ kind, extension }) => kind === 'matview' && extension === null)
    .sort((a, b) => Number(readsMatview(a, scope)) - Number(readsMatview(b, scope)))
    .map(({ id }) => `refresh materialized view ${id}`)

/** The same in a world where some cannot be: those stay as they were refreshed before, as they would anywhere. */
export const refreshedAgain = (scope: Scope): string[] =>
  refreshes(scope).map(
    (sql) => `do $do$ begin ${sql}; exception when query_canceled or others then null; end $do$`,
  )

const readsMatview = (relation: Relation, scope: Scope) =>
  relation.reads.some(({ relation: id }) => scope.relations.get(id)?.kind === 'matview')
