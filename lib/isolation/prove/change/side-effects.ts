import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { and } from '../logic/formula'
import type { Context, Row } from '../problem'
import { hiddenWays } from './hidden'
import { mayChange, namesIn } from '../routine/mentions'
import { referential } from './referential'
import { anyRowOf } from '../query/rows'
import { anyOf, changesByRule, isRun } from './rules'
import { rowsRuled, type Ruled } from '../query/view-rules'
import { isCopied, ownWays, sourcesAbove, sourcesOf, type Source } from './sources'
import { changesFrom } from './set-off'
import type { Change, Changed } from './statement'
import { firing } from './triggers'
import { letsThrough } from '../row-security'
import { defaultOf, type Way } from '../ways'
import { upsertWays, viewWays } from '../query/view-ways'
import type { Value } from '../logic/value'
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

/** What a change is to this table, named by its own name, through a view, or as a table it is part of or has as a part. */
function concerning({ target, ways }: Changed, relation: Relation, world: World): readonly Way[] {
  if (!target || target === relation) return ways
  const kin = new Set([...world.above(relation), ...world.below(relation)])
  const here = (row: Row | null) => row && (kin.has(row.relation!) ? { ...row, relation } : row)
  return ways
    .map((way) => ({ ...way, old: here(way.old), new: here(way.new) }))
    .filter(({ old, new: made }) =>
      old || made ? (made ?? old)!.relation === relation : target.kind === 'view' || kin.has(target),
    )
}

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
  return problem.once(`trigger ${source.id} ${trigger.name} ${event} ${context.user}`, () =>
    [
      ...sourcesOf(source, verb, context),
      ...(trigger.level === 'row' ? movedBy(source, verb, context) : []),
      ...(isCopied(trigger, source, problem.world) ? [] : sourcesAbove(source, verb, context)),
    ].flatMap((each) => {
      const inner: Context = { ...context, as: each.user, user: each.user }
      return changesFrom(trigger, source, event, each, inner, doors, 0).map(({ change }) => change)
    }),
  )
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

/** Rewrite rules run with the rights of the owner of the table they belong to. */
function byRules(relation: Relation, command: Change, context: Context): readonly Way[] {
  const { world } = context.problem
  return world.snapshot.relations.flatMap((source) =>
    source.rules.flatMap((rule) => {
      if (!isRun(rule) || !namesIn(rule.definition ?? '', relation, world.snapshot)) return []
      // What an INSTEAD rule is given is checked by no policy: the statement itself never runs.
      return ruleSources(source, rule.event as Change, context, rule.instead).flatMap((rows) =>
        changesByRule(rule, source, rows, context)
          .map(({ change }) => change)
          .filter((change) => change.command === command)
          .flatMap((change) => concerning(change, relation, world))
          .map((made) => ({
            ...made,
            when: and(rows.when, made.when),
            doors: [{ kind: 'rule', name: `${rule.name} on ${source.id}` }],
          })),
      )
    }),
  )
}

/** Rows a rule is run for: those the statement would have concerned, even when the rule takes its place. */
function ruleSources(source: Relation, event: Change, context: Context, any: boolean): readonly Ruled[] {
  const { world } = context.problem
  const usable =
    event === 'DELETE'
      ? world.may(context.as, source, 'DELETE')
      : world.mayColumns(context.as, source, event).size > 0
  if (!usable) return []
  if (source.kind === 'view') return rowsRuled(source, event, context)
  if (any) {
    const row = new Map(source.columns.map((column) => [column.name, anyOf(column.baseType, context)]))
    return [{ old: row, new: row, when: true }]
  }
  return [ruleSource(source, event, context)]
}

/**
 * An ALSO rule is a statement of its own. It reads the table by SELECT, so that DELETE's policies do not count, and what the
 * first statement wrote is worked out once more for it, past triggers and policies of the table: it may be another value then.
 */
function ruleSource(source: Relation, event: Change, context: Context): Ruled {
  const { problem } = context
  const open = event === 'DELETE' ? new Set() : problem.world.mayColumns(context.as, source, event)
  const old = event === 'INSERT' ? null : anyRowOf(problem, source, 'old')
  const seen = old ? letsThrough(source, old, 'SELECT', 'using', context) : true
  const made = source.columns.map(({ name, baseType, generated }) => {
    const kept = () => old?.columns.get(name) ?? defaultOf(source, name, context)
    return [name, open.has(name) || generated ? anyOf(baseType, context) : kept()] as const
  })
  const before = old?.columns ?? new Map<string, Value>()
  return { old: before, new: event === 'DELETE' ? before : new Map(made), when: seen }
}
