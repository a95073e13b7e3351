import { says } from '@/lib/sql/source-text'
import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import type { Snapshot } from '@/lib/catalog/types'
import { and } from '../logic/formula'
import { mayChange, namedIn, writes } from '../routine/mentions'
import type { Problem } from '../problem'
import { anyChange } from './sources'
import type { Change } from './statement'
import type { Way } from '../ways'
import type { World } from '../world'

const known = new WeakMap<Snapshot, readonly Routine[]>()

/**
 * Routines that may change rows and that run although no statement names them: in defaults, checks, policies, indexes,
 * keys of partitions, views, rules and WHEN, where an argument is left out, in domains, operators, casts and aggregates, on
 * TRUNCATE, on events.
 */
export function hiddenWriters(snapshot: Snapshot): readonly Routine[] {
  let found = known.get(snapshot)
  if (!found) known.set(snapshot, (found = allHidden(snapshot)))
  return found
}

const remembered = (textsOf: (relation: Relation) => readonly string[]) => {
  const byRelation = new WeakMap<Relation, boolean>()
  return (relation: Relation, { snapshot: { routines } }: World): boolean => {
    let found = byRelation.get(relation)
    if (found === undefined) {
      found = namedIn(textsOf(relation), routines).some((each) => writes(each, routines))
      byRelation.set(relation, found)
    }
    return found
  }
}

/** The expressions of a relation, as the catalog prints them. */
export const textsOf = (relation: Relation): readonly string[] => [
  ...earlyTextsOf(relation),
  ...[
    relation.partitionKey,
    ...relation.constraints.map(({ expression }) => expression),
    ...relation.indexes.flatMap(({ keys, predicate }) => [...keys.map((key) => key.expression), predicate]),
  ].filter((text) => text !== null),
]

/** Those that are worked out before it is settled whether a row is changed; what comes later is undone with the statement. */
const earlyTextsOf = (relation: Relation): readonly string[] =>
  [
    relation.definition,
    ...relation.columns.map((column) => column.default),
    ...relation.policies.flatMap(({ using, check }) => [using, check]),
    ...relation.rules.map(({ definition }) => definition),
    ...relation.triggers.map(({ when }) => when),
  ].filter((text) => text !== null)

/** Does an expression of this relation name a routine that may change rows? */
export const hasHiddenWriter = remembered(textsOf)

/** Does one that is worked out for rows, too, that a condition or a trigger then leaves out? */
export const hasEarlyWriter = remembered(earlyTextsOf)

function allHidden(snapshot: Snapshot): readonly Routine[] {
  const { routines } = snapshot
  const relations = snapshot.relations.filter((each) => each.extension === null)
  const definitions = (snapshot.definitions ?? []).filter((each) => each.extension === null)
  const byRoutine = routines.some(({ body }) => says(body ?? '', /\btruncate\s+(?!(?:on|or)\b)["%a-z_]/i))
  const texts = [...relations.flatMap(textsOf), ...textsBeside(snapshot)]
  const ids = [
    ...definitions.flatMap(({ operator, cast }) => operator?.routine ?? cast?.routine ?? []),
    ...relations.filter((each) => byRoutine || mayBeTruncated(each)).flatMap(onTruncate),
    ...onEvents(snapshot).map(({ id }) => id),
  ]
  const named = namedIn(texts, routines)
  const run = new Set([...named.map(({ id }) => id), ...ids])
  return routines.filter((each) => run.has(each.id) && writes(each, routines))
}

/** Expressions that belong to no relation: of domains, of arguments that are left out, of aggregates. */
export const textsBeside = (snapshot: Snapshot): readonly string[] =>
  [
    ...(snapshot.types ?? []).flatMap(({ shape }) =>
      shape.kind === 'domain' ? [shape.default, ...shape.checks.map(({ definition }) => definition)] : [],
    ),
    ...snapshot.routines.map((each) => (/\bDEFAULT\b/.test(each.arguments) ? each.arguments : null)),
    // An aggregate names its functions without calling them.
    ...(snapshot.definitions ?? [])
      .filter((each) => each.extension === null && each.kind === 'aggregate')
      .map(({ sql }) => sql.replaceAll(/[,)]/g, '(')),
  ].filter((text) => text != null)

const onTruncate = ({ triggers }: Relation) =>
  triggers.flatMap(({ events, routine }) => (events.includes('truncate') ? [routine as string] : []))

/** What runs with the rights of its owner when somebody connects or defines something, be it a temporary table. */
export const onEvents = ({ eventTriggers, routines }: Snapshot): readonly Routine[] => {
  const run = new Set<string>(
    eventTriggers.filter(({ enabled }) => enabled !== 'disabled').map(({ routine }) => routine),
  )
  return routines.filter((each) => each.definer && each.extension === null && run.has(each.id))
}

/** May somebody but its owner empty it? */
const mayBeTruncated = ({ grants, owner }: Relation): boolean =>
  grants.some(({ privilege, grantee }) => privilege === 'TRUNCATE' && grantee !== owner)

/** Routines that an expression of a relation names. */
export const namesFunctionsIn = (snapshot: Snapshot): readonly Routine[] =>
  namedIn(
    [
      ...snapshot.relations.filter((each) => each.extension === null).flatMap(textsOf),
      ...textsBeside(snapshot),
    ],
    snapshot.routines,
  )

/** What hidden routines may do to a table: they are not followed, so it may be anything. */
export function hiddenWays(relation: Relation, command: Change, problem: Problem): readonly Way[] {
  const { world, session } = problem
  const emptied = world.snapshot.relations.filter((each) => world.may(session.role, each, 'TRUNCATE'))
  const own = emptied.flatMap(onTruncate).flatMap((id) => world.routineById.get(id) ?? [])
  return [...new Set([...hiddenWriters(world.snapshot), ...own])]
    .filter((routine) => mayChange(routine, relation, world.snapshot))
    .map((routine) => {
      problem.notes.leaveOpen(routine.id, {
        en: `${routine.id} runs without being named, and may change ${relation.id}.`,
        pt: `${routine.id} é executada sem ser nomeada e pode alterar ${relation.id}.`,
      })
      const way = anyChange(relation, command, problem)
      const when = and(problem.flag('runs without being named', true), way.when)
      return { ...way, when, doors: [{ kind: 'function', name: routine.id }] }
    })
}
