import type { Relation } from '@/lib/catalog/types-relation'
import { hasHiddenWriter } from './hidden'
import { mayChange } from '../routine/mentions'
import { and, or } from '../logic/formula'
import type { Context, Problem } from '../problem'
import type { World } from '../world'
import { changesFrom, type SetOff } from './set-off'
import { referential } from './referential'
import { anyChange, madeBy, unclear } from './statement'
import { firing } from './triggers'
import type { Door, Way } from '../ways'

/** How many links of a chain are followed; what comes after them may do anything. */
const far = 3

/**
 * What changes that a function makes, or a statement on a view, set off: triggers, referential actions and rules of the
 * tables behind. A table's own questions follow what its statements set off by `allWays`; these are booked on the
 * function or the view instead, since nobody needs a right on the table to get there.
 */
export function consequences(causes: readonly SetOff[], links = 0): readonly SetOff[] {
  const next = causes.flatMap(({ change, context }) =>
    change.ways.flatMap((way) => (links < far ? setOff(way, context, links) : beyond(way, context))),
  )
  return next.length === 0 || links === far ? next : [...next, ...consequences(next, links + 1)]
}

function setOff(way: Way, context: Context, links: number): readonly SetOff[] {
  const relation = (way.new ?? way.old)?.relation
  const event = madeBy(way)?.toLowerCase() as 'insert' | 'update' | 'delete'
  if (!relation) return []
  if (hasRule(relation, event) || hasHiddenWriter(relation, context.problem.world))
    return anything(way, context)
  const { snapshot } = context.problem.world
  return [
    ...triggersOf(relation, event, context).flatMap((trigger) =>
      changesFrom(
        trigger,
        relation,
        event,
        { way, user: context.user },
        { ...context, as: context.user },
        [{ kind: 'trigger', name: `${trigger.name} on ${relation.id}` }],
        links,
      ),
    ),
    ...snapshot.relations.flatMap((child) =>
      child.constraints
        .filter((each) => each.enforced && each.references?.relation === relation.id)
        .flatMap((constraint) =>
          (['UPDATE', 'DELETE'] as const).flatMap((command): readonly SetOff[] => {
            const ways = referential(child, constraint, command, context, (verb) =>
              verb.toLowerCase() === event ? [way] : [],
            )
            const owner: Context = { ...context, as: child.owner, user: child.owner }
            return ways.length === 0 ? [] : [{ change: { target: child, command, ways }, context: owner }]
          }),
        ),
    ),
  ]
}

/** Past the last link: nothing where nothing is set off, and anything where something is. */
const beyond = (way: Way, context: Context): readonly SetOff[] =>
  setOff(way, context, far).length === 0 ? [] : anything(way, context)

const anything = (way: Way, context: Context): readonly SetOff[] =>
  anyChange.map((command) => ({
    change: { target: null, command, ways: [unclear({ statement: null, context, when: way.when }, null)] },
    context,
  }))

const hasRule = (relation: Relation, event: string) =>
  relation.rules.some(
    (rule) => rule.event.toLowerCase() === event && rule.enabled !== 'disabled' && rule.enabled !== 'replica',
  )

/** Partitions and heirs, whose own triggers a statement on the table sets off too. */
const below = (relation: Relation, world: World): readonly Relation[] =>
  (world.children.get(relation.id) ?? []).flatMap((each) => [each, ...below(each, world)])

/** Triggers whose functions may change a row somewhere. */
function triggersOf(relation: Relation, event: 'insert' | 'update' | 'delete', context: Context) {
  const { world } = context.problem
  return [relation, ...below(relation, world)]
    .flatMap((each) => firing(each, event))
    .filter((trigger) => {
      const routine = trigger.timing === 'instead of' ? undefined : world.routineById.get(trigger.routine)
      return (
        routine !== undefined &&
        world.snapshot.relations.some((each) => mayChange(routine, each, world.snapshot))
      )
    })
}

/** When changes behind a function or a view concern a row of another tenant. */
export function changing(ways: readonly Way[], door: Door, problem: Problem) {
  return ways.map((way) => {
    const rows = [way.old, way.new].filter((row) => row !== null)
    const foreign = rows.map((row) => problem.judge.foreign(row, false, problem))
    return {
      formula: rows.length === 0 ? way.when : and(way.when, or(...foreign)),
      way: { ...way, doors: [door, ...way.doors] },
    }
  })
}
