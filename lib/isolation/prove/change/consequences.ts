import type { Relation } from '@/lib/catalog/types-relation'
import { hasEarlyWriter, hasHiddenWriter } from './hidden'
import { mayChange } from '../routine/mentions'
import { and, or, type Formula } from '../logic/formula'
import type { Context, Problem } from '../problem'
import type { World } from '../world'
import { changesFrom, changesOfStatement, type SetOff } from './set-off'
import { referential } from './referential'
import { ownRows } from './sources'
import { anyChange, madeBy, unclear } from './statement'
import { firing } from './triggers'
import type { Door, Way } from '../ways'

/** How many links of a chain are followed; what comes after them may do anything. */
const far = 3

/**
 * What changes that a function makes, or a statement on a view, set off: triggers, referential actions and rules of the
 * tables behind. A table's own questions follow what its statements set off by `allWays`; these are booked on the
 * function or the view instead, since nobody needs a right on the table to get there. Of all that a function changes it is
 * taken for proved, where the proof is its own question's, that no row is another tenant's: `booked` is its name.
 */
export function consequences(causes: readonly SetOff[], booked: string | null, links = 0): readonly SetOff[] {
  const next = causes.flatMap((cause) => [
    ...cause.change.ways.flatMap((way) =>
      followed(links, way.when, cause.context, setOffBy(way, cause.context)),
    ),
    ...statementsOf(cause).flatMap((statement) =>
      followed(links, cause.starts, cause.context, setOffByStatement(statement, cause, booked)),
    ),
  ])
  return next.length === 0 || links === far ? next : [...next, ...consequences(next, booked, links + 1)]
}

/** Past the last link: nothing where nothing is set off, and anything where something is. */
function followed(
  links: number,
  when: Formula,
  context: Context,
  follow: (links: number) => readonly SetOff[],
): readonly SetOff[] {
  const found = follow(links)
  return links < far || found.length === 0 ? found : anything(when, context)
}

type Event = 'insert' | 'update' | 'delete'

const eventOf = (way: Way) => madeBy(way)?.toLowerCase() as Event

/** A table that a statement is about, what it does to it, and when it finds a row. */
interface Statement {
  readonly relation: Relation
  readonly event: Event
  readonly found: Formula
}

/** What a statement is about: behind a view, what its rows say. */
function statementsOf({ change: { target, command, ways } }: SetOff): readonly Statement[] {
  const found = or(...ways.map(({ when }) => when))
  if (target && target.kind !== 'view')
    return [{ relation: target, event: command.toLowerCase() as Event, found }]
  const behind = ways.flatMap((way) => {
    const relation = (way.new ?? way.old)?.relation
    return relation ? [{ relation, event: eventOf(way), found }] : []
  })
  return [...new Map(behind.map((each) => [`${each.relation.id} ${each.event}`, each])).values()]
}

/** What is set off though the statement finds no row: rules, triggers that are run once, and functions in policies. */
const setOffByStatement =
  ({ relation, event, found }: Statement, { context, starts }: SetOff, booked: string | null) =>
  (links: number): readonly SetOff[] => {
    if (hasRule(relation, event) || hasEarlyWriter(relation, context.problem.world))
      return anything(starts, context)
    return writing([relation], event, context.problem)
      .filter(({ level }) => level === 'statement')
      .flatMap((trigger) =>
        changesOfStatement(
          trigger,
          relation,
          event,
          { when: starts, found, ...vouchedFor(relation, event, booked, context) },
          { ...context, as: context.user },
          links,
        ),
      )
  }

function vouchedFor(relation: Relation, event: Event, booked: string | null, { problem }: Context) {
  if (booked === null || !problem.judge.isTenantTable(relation.id)) return {}
  return problem.assumeHeld(booked, event.toUpperCase()) ? { lawful: ownRows(problem) } : {}
}

const setOffBy = (way: Way, context: Context) => (): readonly SetOff[] => {
  const relation = (way.new ?? way.old)?.relation
  const event = eventOf(way)
  if (!relation) return []
  const { problem } = context
  if (hasHiddenWriter(relation, problem.world)) return anything(way.when, context)
  return [
    ...writing([relation, ...below(relation, problem.world)], event, problem)
      .filter(({ level }) => level === 'row')
      .flatMap((trigger) =>
        changesFrom(trigger, relation, event, { way, user: context.user }, { ...context, as: context.user }, [
          { kind: 'trigger', name: `${trigger.name} on ${relation.id}` },
        ]),
      ),
    ...problem.world.snapshot.relations.flatMap((child) =>
      child.constraints
        .filter((each) => each.enforced && each.references?.relation === relation.id)
        .flatMap((constraint) =>
          (['UPDATE', 'DELETE'] as const).flatMap((command): readonly SetOff[] => {
            const ways = referential(child, constraint, command, context, (verb) =>
              verb.toLowerCase() === event ? [way] : [],
            )
            const owner: Context = { ...context, as: child.owner, user: child.owner }
            const change = { target: child, command, ways }
            return ways.length === 0 ? [] : [{ change, context: owner, starts: way.when }]
          }),
        ),
    ),
  ]
}

const anything = (when: Formula, context: Context): readonly SetOff[] =>
  anyChange.map((command) => ({
    change: { target: null, command, ways: [unclear({ statement: null, context, when }, null)] },
    context,
    starts: when,
  }))

const hasRule = (relation: Relation, event: string) =>
  relation.rules.some(
    (rule) => rule.event.toLowerCase() === event && rule.enabled !== 'disabled' && rule.enabled !== 'replica',
  )

/** Partitions and heirs, whose own triggers a statement on the table sets off too. */
const below = (relation: Relation, world: World): readonly Relation[] =>
  (world.children.get(relation.id) ?? []).flatMap((each) => [each, ...below(each, world)])

/** Triggers whose functions may change a row somewhere. */
const writing = (relations: readonly Relation[], event: Event, { world }: Problem) =>
  relations
    .flatMap((each) => firing(each, event))
    .filter((trigger) => {
      const routine = trigger.timing === 'instead of' ? undefined : world.routineById.get(trigger.routine)
      return (
        routine !== undefined &&
        world.snapshot.relations.some((each) => mayChange(routine, each, world.snapshot))
      )
    })

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
