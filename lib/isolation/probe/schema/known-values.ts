import type { Snapshot } from '@/lib/catalog/types'
import type { TableContent } from '../../types'
import type { Mined } from './mine'

const most = 6

/**
 * What columns are compared with, and with it what tables whose content is given hold in columns of the same name: a trigger or
 * a policy that looks something up there finds it.
 */
export function withKnownValues(mined: Mined, snapshot: Snapshot, content: readonly TableContent[]): Mined {
  const near = new Map(mined.near)
  for (const { relation: id, rows, ofTenants } of content) {
    if (ofTenants) continue
    const known = snapshot.relations.find((each) => each.id === id)
    for (const column of known?.columns ?? []) {
      const values = [...new Set(rows.flatMap((row) => row[column.name] ?? []))].slice(0, most)
      if (values.length === 0) continue
      for (const relation of snapshot.relations) {
        if (relation === known || !mined.interesting.get(relation.id)?.has(column.name)) continue
        const other = relation.columns.find(({ name }) => name === column.name)
        const key = `${relation.id} ${column.name}`
        if (other?.baseType === column.baseType)
          near.set(key, new Set([...values, ...(mined.near.get(key) ?? [])]))
      }
    }
  }
  return { ...mined, near }
}
