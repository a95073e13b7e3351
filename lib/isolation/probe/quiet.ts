import type { Relation } from '@/lib/catalog/types'
import { ident } from '@/lib/clone/spelling'

const stubborn = (relation: Relation) =>
  relation.triggers.filter(({ enabled }) => enabled === 'always' || enabled === 'replica')

/**
 * Statements of a superuser's transaction that fire nothing: no foreign key, no trigger, and not those that fire in a
 * replica's session too.
 */
export const quietly = (relations: readonly Relation[], statements: readonly string[]): string[] => [
  'set local session_replication_role = replica',
  ...silence(relations),
  ...statements,
  ...wake(relations),
  'set local session_replication_role = origin',
]

export const silence = (relations: readonly Relation[]): string[] =>
  relations.flatMap((relation) =>
    stubborn(relation).map(({ name }) => `alter table ${relation.id} disable trigger ${ident(name)}`),
  )

export const wake = (relations: readonly Relation[]): string[] =>
  relations.flatMap((relation) =>
    stubborn(relation).map(
      ({ name, enabled }) => `alter table ${relation.id} enable ${enabled} trigger ${ident(name)}`,
    ),
  )
