import type { Relation } from '@/lib/catalog/types-relation'
import type { Scope } from './scope'

/** Materialized views whose content can be computed, those that read others last. */
export const refreshes = (scope: Scope): string[] =>
  scope.snapshot.relations
    .filter(({ kind, extension }) => kind === 'matview' && extension === null)
    .sort((a, b) => Number(readsMatview(a, scope)) - Number(readsMatview(b, scope)))
    .map(({ id }) => `refresh materialized view ${id}`)

const readsMatview = (relation: Relation, scope: Scope) =>
  relation.reads.some(({ relation: id }) => scope.relations.get(id)?.kind === 'matview')
