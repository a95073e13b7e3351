import type { Relation } from '@/lib/catalog/types-relation'
import { spread } from '../schema/plan-rows'
import type { Raid, Statement } from '../observe/raid'
import { updateSql, whereKey } from '../schema/statements'
import type { Templates } from '../schema/templates'

/**
 * A key that others follow when it changes becomes another's in two updates, the first of which sets that one free: what
 * named the one row names the other's afterwards.
 */
export function swaps(
  raid: Raid,
  relation: Relation,
  columns: readonly string[],
  { own, foreign, key }: Templates,
): Statement[] {
  const [name, ...more] = key
  const column = relation.columns.find((each) => each.name === name)
  if (!column || more.length > 0 || !columns.includes(column.name)) return []
  const isFollowed = raid.scope.snapshot.relations.some(({ constraints }) =>
    constraints.some(
      ({ references }) => references?.relation === relation.id && references.onUpdate !== 'no action',
    ),
  )
  if (!isFollowed) return []
  const rows = spread([...own, ...foreign], 4)
  return rows.flatMap((from) =>
    rows.flatMap((to): Statement[] => {
      const taken = to.get(column.name) ?? null
      if (from === to || taken === null) return []
      const free = new Map([[column.name, raid.domains.fresh(column, raid.arena.serial++)]])
      const moved = new Map([[column.name, taken]])
      const first = updateSql(relation.id, free, whereKey(key, to))
      const second = updateSql(relation.id, moved, whereKey(key, from))
      return [{ sql: `${first}; ${second}`, command: 'UPDATE' }]
    }),
  )
}
