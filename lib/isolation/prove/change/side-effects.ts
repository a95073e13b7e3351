import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import type { RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { condition } from '../expression/compile'
import { and, not, type Formula } from '../logic/formula'
import type { Context, Effect, Row } from '../problem'
import { hiddenWays } from './hidden'
import { mayChange, namesIn } from '../routine/mentions'
import { referential } from './referential'
import { anyRowOf, plainContext } from '../query/rows'
import { isCopied, ownWays, sourcesAbove, sourcesOf, type Source } from './sources'
import { changesFrom, changesOfAll } from './set-off'
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
      const text = rule.definition ?? ''
      if (
        rule.enabled === 'disabled' ||
        rule.enabled === 'replica' ||
        !namesIn(text, relation, world.snapshot)
      )
        return []
      const [statement] = parseStatements(text) ?? []
      const body = statement?.['RuleStmt'] as RawNode | undefined
      if (rule.event === 'SELECT') return []
      // What an INSTEAD rule is given is checked by no policy: the statement itself never runs.
      const ways = ruleSources(source, rule.event, context, rule.instead)
      return ways.flatMap((way) => {
        const effects: Effect[] = []
        const inner: Context = {
          ...plainContext(context.problem, source.owner),
          user: context.user,
          effects,
          scope: {
            aliases: new Map([
              ['old', { columns: way.old?.columns ?? new Map<string, Value>(), relation: source }],
              [
                'new',
                {
                  columns: way.new?.columns ?? way.old?.columns ?? new Map<string, Value>(),
                  relation: source,
                },
              ],
            ]),
            outer: null,
          },
        }
        const where = body?.['whereClause'] as RawNode | undefined
        const holds: Formula = where ? condition(where, inner).yes : true
        const actions: readonly (RawNode | null)[] = body ? ((body['actions'] ?? []) as RawNode[]) : [null]
        effects.push(...actions.map((statement) => ({ statement, context: inner, when: holds })))
        return changesOfAll(effects)
          .map(({ change }) => change)
          .filter((change) => change.command === command)
          .flatMap((change) => concerning(change, relation, world))
          .map((made) => ({
            ...made,
            when: and(way.when, made.when),
            doors: [...way.doors, { kind: 'rule', name: `${rule.name} on ${source.id}` }],
          }))
      })
    }),
  )
}

/** Rows a rule is run for: those the statement would have concerned, even when the rule takes its place. */
function ruleSources(source: Relation, event: Change, context: Context, any: boolean): readonly Way[] {
  if (source.kind === 'view' || any) {
    const { problem } = context
    const { world } = problem
    const usable =
      event === 'DELETE'
        ? world.may(context.as, source, 'DELETE')
        : world.mayColumns(context.as, source, event).size > 0
    if (!usable) return []
    const row: Row = {
      name: problem.name(source.name),
      relation: source,
      columns: new Map(source.columns.map((column) => [column.name, anyOf(column.baseType, context)])),
      exists: true,
      symbolic: true,
    }
    return [{ old: row, new: row, when: true, doors: [] }]
  }
  return [ruleSource(source, event, context)]
}

/**
 * An ALSO rule is a statement of its own. It reads the table by SELECT, so that DELETE's policies do not count, and what the
 * first statement wrote is worked out once more for it, past triggers and policies of the table: it may be another value then.
 */
function ruleSource(source: Relation, event: Change, context: Context): Way {
  const { problem } = context
  const open = event === 'DELETE' ? new Set() : problem.world.mayColumns(context.as, source, event)
  const usable = event === 'DELETE' ? problem.world.may(context.as, source, event) : open.size > 0
  const old = event === 'INSERT' ? null : anyRowOf(problem, source, 'old')
  const seen = old ? letsThrough(source, old, 'SELECT', 'using', context) : true
  const columns = new Map(
    source.columns.map(({ name, baseType, generated }) => {
      const kept = () => old?.columns.get(name) ?? defaultOf(source, name, context)
      return [name, open.has(name) || generated ? anyOf(baseType, context) : kept()]
    }),
  )
  const made: Row = {
    name: problem.name(source.name),
    relation: source,
    columns,
    exists: true,
    symbolic: true,
  }
  return { old, new: event === 'DELETE' ? null : made, when: usable ? seen : false, doors: [] }
}

const anyOf = (type: string, context: Context): Value => {
  const absent = context.problem.flag('null')
  return {
    type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: context.problem.free('value', type) },
    ],
  }
}
