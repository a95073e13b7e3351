import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { or } from '../logic/formula'
import type { Context } from '../problem'
import { hiddenWays } from './hidden'
import { mayChange } from '../routine/mentions'
import { referential } from './referential'
import { isCopied, ownWays, sourcesAbove, sourcesOf, type Source } from './sources'
import { changesFrom, changesOfStatement, concerning } from './set-off'
import { byRules } from './by-rules'
import type { Change, Changed } from './statement'
import { firing } from './triggers'
import type { Way } from '../ways'
import { upsertWays, viewWays } from '../query/view-ways'
import type { World } from '../world'

/**
 * What a session may do to a table: by statements on it, and by cascades, triggers and rules of other tables. Worked
 * out once for all questions: each way stands for itself, so that none is ever asked together with another.
 */
export function allWays(relation: Relation, command: Change, context: Context): readonly Way[] {
  if (relation.kind === 'view')
    return [
      ...viewWays(relation, command, context),
      ...(command === 'UPDATE' ? upsertWays(relation, context) : []),
    ]
  return [
    ...ownWays(relation, command, context),
    ...cascades(relation, command, context),
    ...byTriggers(relation, command, context),
    ...byRules(relation, command, context),
    ...hiddenWays(relation, command, context.problem),
  ]
}

/** Referential actions run with the rights of the table's owner and past its row security. */
function cascades(relation: Relation, command: Change, context: Context): readonly Way[] {
  const { world } = context.problem
  if (command === 'INSERT') return []
  return relation.constraints.flatMap((constraint) => {
    const parent = constraint.references && world.relations.get(constraint.references.relation)
    if (!parent || !constraint.enforced) return []
    return referential(relation, constraint, command, context, (verb) =>
      [...sourcesOf(parent, verb, context), ...sourcesAbove(parent, verb, context)].map(({ way }) => way),
    )
  })
}

const events = [
  ['insert', 'INSERT'],
  ['update', 'UPDATE'],
  ['delete', 'DELETE'],
] as const

/** Triggers of other tables whose functions write this one, with the rights those functions run with. */
function byTriggers(relation: Relation, command: Change, context: Context): readonly Way[] {
  return triggersOver(relation, context.problem.world).flatMap(({ trigger, source, event, verb }) =>
    changesBy(trigger, source, event, verb, context)
      .filter((change) => change.command === command)
      .flatMap((change) => concerning(change, relation, context.problem.world)),
  )
}

interface Over {
  readonly trigger: Trigger
  readonly source: Relation
  readonly event: 'insert' | 'update' | 'delete'
  readonly verb: Change
}

const over = new WeakMap<Relation, readonly Over[]>()

/** Triggers whose functions may write a table, and what sets them off. */
function triggersOver(relation: Relation, world: World): readonly Over[] {
  let found = over.get(relation)
  if (!found) over.set(relation, (found = allOver(relation, world)))
  return found
}

const allOver = (relation: Relation, { snapshot, routineById }: World): readonly Over[] =>
  snapshot.relations.flatMap((source) =>
    events.flatMap(([event, verb]) =>
      firing(source, event)
        .filter((trigger) => {
          const routine = routineById.get(trigger.routine)
          return trigger.timing !== 'instead of' && routine && mayChange(routine, relation, snapshot)
        })
        .map((trigger) => ({ trigger, source, event, verb })),
    ),
  )

/** What one trigger does, for everything that sets it off. */
function changesBy(
  trigger: Trigger,
  source: Relation,
  event: 'insert' | 'update' | 'delete',
  verb: Change,
  context: Context,
): readonly Changed[] {
  const { problem } = context
  const doors = [{ kind: 'trigger', name: `${trigger.name} on ${source.id}` }]
  const inner = (user: string): Context => ({ ...context, as: user, user })
  return problem.once(`trigger ${source.id} ${trigger.name} ${event} ${context.user}`, () => {
    const sources = sourcesOf(source, verb, context)
    const made =
      trigger.level === 'statement'
        ? [...new Set(sources.map(({ user }) => user))].flatMap((user) => {
            const all = sources.filter((each) => each.user === user)
            const found = or(...all.map(({ way }) => way.when))
            const whole = { ...all[0]!, when: true, found }
            return changesOfStatement(trigger, source, event, whole, inner(user), 0)
          })
        : [
            ...sources,
            ...movedBy(source, verb, context),
            ...(isCopied(trigger, source, problem.world) ? [] : sourcesAbove(source, verb, context)),
          ].flatMap((each) => changesFrom(trigger, source, event, each, inner(each.user), doors))
    return made.map(({ change }) => change)
  })
}

/** A row that an UPDATE moves to another partition is removed from one and inserted in the other. */
const movedBy = (source: Relation, verb: Change, context: Context): readonly Source[] =>
  source.kind !== 'partitioned' || verb === 'UPDATE'
    ? []
    : sourcesOf(source, 'UPDATE', context).map((each) => {
        const { old, new: made } = each.way
        return {
          ...each,
          way: { ...each.way, old: verb === 'INSERT' ? null : old, new: verb === 'INSERT' ? made : null },
        }
      })
