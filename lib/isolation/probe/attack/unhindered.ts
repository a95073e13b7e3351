import type { Relation } from '@/lib/catalog/types-relation'
import { quietly } from '../session/quiet'
import type { Raid } from '../observe/raid'
import { treeOf } from '../schema/scope'
import { templatesOf } from '../schema/templates'
import { deletes } from './write-rows'

/**
 * Removes rows once more where nothing that points to them stands in the way: a reference without an action may hide what
 * another, with one, would do to rows of others.
 */
export async function unhindered(raid: Raid, relation: Relation): Promise<void> {
  const { arena, scope } = raid
  const { remove } = await raid.rights.of(raid.identity.role, relation.id)
  if (!remove || relation.kind === 'view') return
  const [acting, holding]: [string[], string[]] = [[], []]
  for (const child of scope.snapshot.relations)
    for (const { references } of child.constraints)
      if (references?.relation === relation.id)
        (/^(cascade|set)/.test(references.onDelete) ? acting : holding).push(child.id)
  if (acting.length === 0 || holding.length === 0) return
  const tables = holding.flatMap((id) => [...treeOf(scope, id)]).filter((id) => scope.tables.has(id))
  await arena.arrange(quietly(holding.map((id) => `delete from ${id}`)), tables)
  try {
    for (const { sql } of deletes(raid, relation, templatesOf(raid, relation, 4)))
      await raid.write(relation.id, { sql, command: null })
  } finally {
    await arena.back()
  }
}
