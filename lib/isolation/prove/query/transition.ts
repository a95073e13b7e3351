import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { and, type Formula } from '../logic/formula'
import type { Problem, Row, Table } from '../problem'
import type { Age } from './any-value'
import { anyRowOf } from './rows'

/** The rows a statement changed, of which each reading meets one that may be any of them. */
export function transition(
  { oldTable, newTable }: Trigger,
  relation: Relation,
  problem: Problem,
  lawful: (row: Row) => Formula,
): ReadonlyMap<string, Table> {
  const table =
    (age: Age): Table =>
    () => {
      const row = anyRowOf(problem, relation, age)
      const columns = [...row.columns].map(([name, value]) => ({ name, value }))
      return [{ when: and(row.exists, lawful(row)), columns, symbolic: true, reads: [] }]
    }
  return new Map([
    ...(oldTable === null ? [] : [[oldTable, table('old')] as const]),
    ...(newTable === null ? [] : [[newTable, table('new')] as const]),
  ])
}
