import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { and, type Formula } from '../logic/formula'
import type { Context, Row, Table } from '../problem'
import type { Age } from './any-value'
import { pair } from './paired'
import { anyRowOf } from './rows'

/** The rows a statement changed, of which each reading meets one that may be any of them. */
export function transition(
  { oldTable, newTable }: Trigger,
  relation: Relation,
  { problem, moment }: Context,
  lawful: (row: Row) => Formula,
): ReadonlyMap<string, Table> {
  const table =
    (age: Age): Table =>
    () => {
      const row = anyRowOf(problem, relation, age, { moment })
      const columns = [...row.columns].map(([name, value]) => ({ name, value }))
      return [{ when: and(row.exists, lawful(row)), columns, symbolic: true, reads: [] }]
    }
  const [old, made] = [table('old'), table('new')]
  // A row that moves to another partition may be refused there once it has left its own.
  if (relation.kind !== 'partitioned') pair(old, made)
  return new Map([
    ...(oldTable === null ? [] : [[oldTable, old] as const]),
    ...(newTable === null ? [] : [[newTable, made] as const]),
  ])
}
