import type { Relation } from '@/lib/catalog/types-relation'
import { and, not, or } from '../logic/formula'
import type { Context } from '../problem'
import type { Fired } from './triggers'
import { choose } from '../logic/value'

/** Where else a row may lie that a statement on the table concerns, with triggers of its own. */
export function placesOf(relation: Relation, event: string, context: Context): readonly Relation[] {
  const below = context.problem.world.below(relation)
  if (relation.kind === 'table') return event === 'insert' ? [] : below
  // A partition has copies of its table's triggers: one may be switched off, and it may have others.
  const usual = rowTriggers(relation)
  return below.filter((each) => each.kind !== 'partitioned' && rowTriggers(each) !== usual)
}

const rowTriggers = ({ triggers }: Relation) =>
  triggers
    .filter(({ level }) => level === 'row')
    .map(({ name, routine, enabled }) => `${name} ${routine} ${enabled}`)
    .toSorted()
    .join()

/** One or the other, by where the row lies. */
export function either(one: Fired, other: Fired, { problem }: Context): Fired {
  const first = problem.flag('lies in the table itself')
  const columns =
    one.columns && other.columns
      ? new Map(
          [...one.columns].map(([name, value]) => [
            name,
            choose([
              { when: first, value },
              { when: not(first), value: other.columns?.get(name) ?? value },
            ]),
          ]),
        )
      : one.columns
  return {
    when: or(and(first, one.when), and(not(first), other.when)),
    columns,
    doors: [...one.doors, ...other.doors],
  }
}
