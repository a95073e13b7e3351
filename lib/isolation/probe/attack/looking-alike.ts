import type { Raid } from '../observe/raid'
import { isWritable, shown, type Values } from '../schema/templates'
import type { Below } from '../schema/view-columns'

/** A row that a view does not show with what conditions ask of a column, one column at a time: it may show it then. */
export function lookingAlike({ domains }: Raid, below: Below, row: Values): Values[] {
  const { base } = below
  return base.columns
    .flatMap((column) => {
      const name = shown(below, column.name)
      const isAsked = isWritable(column) && domains.isHot(base, column.name)
      if (name === null || !row.has(name) || !isAsked || domains.isTenant(base, column.name)) return []
      return domains
        .candidates(base, column, 75_000)
        .slice(0, 3)
        .filter((value) => value !== row.get(name))
        .map((value) => new Map([...row, [name, value]]))
    })
    .slice(0, 6)
}
