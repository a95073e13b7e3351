import type { Relation } from '@/lib/catalog/types-relation'
import { spread } from '../schema/plan-rows'
import type { Raid, Statement } from '../observe/raid'
import { swaps } from './swapped'
import { templatesOf } from '../schema/templates'
import { deletes, inserts, truncates, updates, upserts } from './write-rows'

export interface Force {
  /** Rows of each side that are attacked and copied. */
  readonly rows: number
  /** Most statements on one relation. */
  readonly statements: number
}

/** Everything one session can try on one relation directly. */
export async function assault(raid: Raid, relation: Relation, force: Force): Promise<void> {
  await raid.read(relation)
  if (relation.kind === 'matview') return
  for (const statement of await attempts(raid, relation, force)) await raid.write(relation.id, statement)
}

/** The statements alone. */
export async function attempts(raid: Raid, relation: Relation, force: Force): Promise<Statement[]> {
  const reach = await raid.rights.of(raid.identity.role, relation.id)
  const { insert, update, remove, truncate } = reach
  if (insert.length + update.length === 0 && !remove && !truncate) return []
  const templates = templatesOf(raid, relation, force.rows)
  const major = Math.trunc(raid.scope.snapshot.server.version / 10_000)
  const some = (statements: readonly Statement[]) => spread(statements, force.statements)
  return [
    ...(insert.length > 0 ? some(inserts(raid, relation, insert, templates)) : []),
    ...(update.length > 0 ? some(updates(raid, relation, update, templates)) : []),
    ...(update.length > 0 ? swaps(raid, relation, update, templates) : []),
    ...(insert.length > 0 || update.length > 0 || remove
      ? some(upserts(raid, relation, insert, update, templates, major))
      : []),
    ...(remove ? some(deletes(raid, relation, templates)) : []),
    ...(truncate && relation.kind !== 'view' ? truncates(raid, relation) : []),
  ]
}
