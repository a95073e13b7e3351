import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { and, flag, not, type Formula } from '../logic/formula'
import { hiddenWriters } from './hidden'
import { calledBy, mayChange } from '../routine/mentions'
import type { Context, Problem, Row } from '../problem'
import { anyRowOf } from '../query/rows'
import { ruleNames } from './rules'
import type { Change } from './statement'
import { variable } from '../logic/term'
import { firing } from './triggers'
import type { Value } from '../logic/value'
import { tableWays, type Way } from '../ways'
import type { World } from '../world'

/** A way in which a row of a table changes, and whose rights what hangs on it runs with. */
export interface Source {
  readonly way: Way
  readonly user: string
  /** What holds of every row that changes in such a way; nothing when absent. */
  readonly lawful?: (row: Row) => Formula
}

/** What statements on the table itself may do, worked out once for all questions. */
export const ownWays = (relation: Relation, command: Change | 'SELECT' | 'TRUNCATE', context: Context) =>
  context.problem.once(`ways ${relation.id} ${command} ${context.as} ${context.user}`, () =>
    tableWays(relation, command, context),
  )

/** What holds of rows that are no other tenant's. */
export const ownRows = (problem: Problem) => (row: Row) => not(problem.judge.foreign(row, false, problem))

/**
 * All that may set off what hangs on a table: the session's own statements, and, as one, whatever triggers, rules and
 * cascades of other tables do to it. Of both it is taken for proved that they concern no row of another tenant, where
 * the proof is another question's; so a chain of any length is followed link by link. A row that cannot be vouched for
 * is any row.
 */
export function sourcesOf(relation: Relation, command: Change, context: Context): readonly Source[] {
  const { problem } = context
  return problem.once(`sources ${relation.id} ${command} ${context.user}`, () => {
    const users = changedAs(relation, context)
    const own = ownWays(relation, command, context)
    const followed = users.length > 0 ? anyChange(relation, command, problem) : null
    if (own.length === 0 && !followed) return []
    const held = problem.judge.isTenantTable(relation.id) && problem.assumeHeld(relation.id, command)
    const lawful = ownRows(problem)
    const source = (way: Way, user: string): Source => {
      if (!held) return { way, user }
      const rows = [way.old, way.new].filter((row) => row !== null)
      return { way: { ...way, when: and(...rows.map(lawful), way.when) }, user, lawful }
    }
    return [...own.map((way) => source(way, context.user)), ...users.map((user) => source(followed!, user))]
  })
}

/**
 * What statements on the tables above may do to a partition or heir: it sets off the triggers that stand on it alone. Their
 * policies are another relation's question, so any row is taken.
 */
export function sourcesAbove(relation: Relation, command: Change, context: Context): readonly Source[] {
  const { problem } = context
  return problem.once(`sources above ${relation.id} ${command} ${context.user}`, () => {
    // A row that an UPDATE moves to another partition is removed from one and inserted in the other.
    const commands: readonly Change[] = relation.isPartition ? [command, 'UPDATE'] : [command]
    const users = problem.world
      .above(relation)
      .flatMap((each) => [
        ...(commands.some((one) => ownWays(each, one, context).length > 0) ? [context.user] : []),
        ...changedAs(each, context),
      ])
    const way = users.length > 0 ? anyChange(relation, command, problem) : null
    return way ? [...new Set(users)].map((user) => ({ way, user })) : []
  })
}

/** Has a table above the same trigger? Of a partition it is then a copy, and the table's own question. */
export const isCopied = (trigger: Trigger, relation: Relation, world: World): boolean =>
  relation.isPartition &&
  world
    .above(relation)
    .some((each) =>
      each.triggers.some(({ name, routine }) => name === trigger.name && routine === trigger.routine),
    )

/** Any row of a relation, as a statement of this kind may change it. */
export function anyChange(relation: Relation, command: Change, problem: Problem): Way {
  const old = command === 'INSERT' ? null : anyRowOf(problem, relation, 'old')
  const made = command === 'DELETE' ? null : anyRowOf(problem, relation, 'new')
  return { old, new: made, when: and(old?.exists ?? true, made?.exists ?? true), doors: [] }
}

/** The row as a BEFORE trigger sees it: what later ones, constraints and policies make of it does not hold yet. */
export function unsettled({ way, user }: Source, relation: Relation, context: Context): Source {
  if (!way.new) return { way: { ...way, when: way.found ?? way.old?.exists ?? true }, user }
  const { problem } = context
  const columns = new Map(
    relation.columns.map(({ name, baseType }): [string, Value] => {
      const term = variable(problem.name(`given ${name}`), baseType)
      const absent = flag(`${term.name} null`)
      const cases = [
        { when: absent, term: null },
        { when: not(absent), term },
      ]
      return [name, { type: baseType, cases }]
    }),
  )
  const row: Row = { name: problem.name(relation.name), relation, columns, exists: true, symbolic: true }
  return { way: { ...way, new: row, when: way.old?.exists ?? true }, user }
}

/** With whose rights triggers, rules and cascades of other tables change a table. */
export const changedAs = (relation: Relation, { problem, user }: Context): readonly string[] => [
  ...new Set([...(writers(problem.world).get(relation.id) ?? [])].map((each) => each ?? user)),
]

const known = new WeakMap<World, ReadonlyMap<string, ReadonlySet<string | null>>>()

/** By table, with whose rights other tables' triggers, rules and cascades change it; `null` is the session's. */
function writers(world: World): ReadonlyMap<string, ReadonlySet<string | null>> {
  let found = known.get(world)
  if (!found) known.set(world, (found = allWriters(world)))
  return found
}

function allWriters(world: World) {
  const { relations, routines } = world.snapshot
  const found = new Map<string, Set<string | null>>(relations.map(({ id }) => [id, new Set()]))
  const links: { readonly from: string; readonly to: string }[] = []
  for (const target of relations) {
    const users = found.get(target.id)!
    const acts = (action: string) => action !== 'no action' && action !== 'restrict'
    if (target.constraints.some(({ references: key }) => key && (acts(key.onDelete) || acts(key.onUpdate))))
      users.add(target.owner)
    for (const each of hiddenWriters(world.snapshot)) {
      if (!mayChange(each, target, world.snapshot)) continue
      users.add(null)
      for (const one of calledBy(each, routines)) if (one.definer) users.add(one.owner)
    }
    for (const source of relations) {
      for (const event of ['insert', 'update', 'delete'] as const) {
        for (const { timing, routine: id } of firing(source, event)) {
          const routine = world.routineById.get(id)
          if (timing === 'instead of' || !routine || !mayChange(routine, target, world.snapshot)) continue
          const inside = calledBy(routine, routines).filter((each) => mayChange(each, target, world.snapshot))
          for (const each of inside) if (each.definer) users.add(each.owner)
          if (!routine.definer) links.push({ from: source.id, to: target.id })
        }
      }
      if (source.rules.some((rule) => ruleNames(rule, target, world.snapshot)))
        links.push({ from: source.id, to: target.id })
    }
  }
  for (const { to } of links) found.get(to)!.add(null)
  for (let grown = true; grown;) {
    grown = false
    for (const { from, to } of links) {
      const users = found.get(to)!
      const before = users.size
      for (const user of found.get(from)!) users.add(user)
      grown ||= users.size > before
    }
  }
  return found
}
