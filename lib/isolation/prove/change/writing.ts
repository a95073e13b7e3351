import type { Column, Relation } from '@/lib/catalog/types-relation'
import { and, not, or, type Formula } from '../logic/formula'
import { notDistinct, typed } from '../expression/operate'
import type { Writing } from '../knowledge'
import type { Context, Effect, Problem, Row } from '../problem'
import { rowsOfRoutine } from '../routine/routine'
import { rowsSaid } from '../query/belonging'
import { anyRowOf, plainContext } from '../query/rows'
import { hiddenWriters } from './hidden'
import { makesUp, mayChange } from '../routine/mentions'
import { signatureOf } from '../routine/signature'
import { ruleNames } from './rules'
import { changesOfAll } from './set-off'
import { firing } from './triggers'
import { variable } from '../logic/term'
import { upsertWays, viewWays } from '../query/view-ways'
import { tableWays, type Way } from '../ways'
import { ofText, type Value } from '../logic/value'
import type { World } from '../world'

/**
 * How a session may change a table that decides who belongs where, by any of the roles it can be: by itself, through a
 * view or a function it may call; `null` when it cannot. What triggers, rules and references may write is not followed.
 */
export function writingOf(relation: Relation, world: World, roles: readonly string[]): Writing | null {
  return written(relation, world, roles, new Set())
}

function written(
  relation: Relation,
  world: World,
  roles: readonly string[],
  seen: ReadonlySet<Relation>,
): Writing | null {
  if (relation.kind === 'matview') return refreshes(world) ? { removes: true, row: null } : null
  if (relation.kind !== 'table' && relation.kind !== 'partitioned') return null
  const users = roles.filter((role) => world.mayUse(role, relation.schema))
  const may = (privilege: string) => users.some((role) => mayAny(role, relation, privilege, world))
  const [inserts, updates, deletes] = [may('INSERT'), may('UPDATE'), may('DELETE') || may('TRUNCATE')]
  const usable = viewsOver(relation, world).filter(
    (view) =>
      (view.updatable?.length ?? 0) > 0 &&
      roles.some((role) => ['INSERT', 'UPDATE', 'DELETE'].some((one) => mayAny(role, view, one, world))),
  )
  const all = world.snapshot.routines
  const routines = all.filter(
    (routine) =>
      routine.extension === null &&
      !/\btrigger$/.test(routine.returns) &&
      routine.definer &&
      roles.some((role) => world.mayExecute(role, routine) && world.mayUse(role, routine.schema)) &&
      mayChange(routine, relation, world.snapshot),
  )
  const own = inserts || updates || deletes || usable.length > 0 || routines.length > 0
  const lost = actions(relation, world, roles, seen)
  const hidden =
    lost.some((action) => action !== 'cascade') ||
    changedByItself(relation, world, own) ||
    routines.some((routine) => makesUp(routine, all)) ||
    [...world.above(relation), ...world.below(relation)].some((kin) => writtenAs(kin, world, roles))
  if (!own && !hidden && lost.length === 0) return null
  return {
    removes: updates || deletes || usable.length > 0 || routines.length > 0 || hidden || lost.length > 0,
    row: hidden
      ? null
      : (problem) =>
          users.flatMap((role) => {
            const context: Context = {
              ...plainContext(problem, role),
              path: world.searchPath(role, problem.session.login),
            }
            return [
              ...newRows(tableWays(relation, 'INSERT', context)),
              ...changedRows(relation, tableWays(relation, 'UPDATE', context), inserts, problem, context),
              ...usable.flatMap((view) => [
                ...newRows(viewWays(view, 'INSERT', context)),
                ...newRows(viewWays(view, 'UPDATE', context)),
                ...newRows(upsertWays(view, context)),
              ]),
              ...routines.flatMap((routine) => byRoutine(routine.id, relation, context)),
            ]
          }),
  }
}

const mayAny = (role: string, relation: Relation, privilege: string, world: World) =>
  world.may(role, relation, privilege) || world.mayColumns(role, relation, privilege).size > 0

/** A partition or heir, or what it is one of, that the session may write by its own name. */
const writtenAs = (relation: Relation, world: World, roles: readonly string[]) =>
  roles.some(
    (role) =>
      world.mayUse(role, relation.schema) &&
      ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'].some((one) => mayAny(role, relation, one, world)),
  )

/** Views of a relation, and views of those. */
function viewsOver(relation: Relation, world: World): readonly Relation[] {
  const found = new Set([relation])
  for (const each of found)
    for (const view of world.snapshot.relations)
      if (view.kind === 'view' && view.reads.some((use) => use.relation === each.id)) found.add(view)
  return [...found].slice(1)
}

/** What references do to its rows once the session changes those they point to. */
function actions(
  relation: Relation,
  world: World,
  roles: readonly string[],
  seen: ReadonlySet<Relation>,
): readonly string[] {
  return relation.constraints.flatMap(({ enforced, references: key }) => {
    const parent = key && world.relations.get(key.relation)
    if (!parent || !enforced || parent === relation || seen.has(parent)) return []
    const done = [key.onDelete, key.onUpdate === 'cascade' ? 'update' : key.onUpdate].filter(
      (action) => action !== 'no action' && action !== 'restrict',
    )
    if (done.length === 0) return []
    return written(parent, world, roles, new Set([...seen, relation]))?.removes ? done : []
  })
}

/** May any routine refresh what materialized views hold? */
const refreshes = ({ refreshesViews, snapshot: { routines } }: World): boolean =>
  refreshesViews || routines.some((each) => makesUp(each, routines) && each.definer)

const newRows = (ways: readonly Way[]) =>
  ways.flatMap((way) => (way.new ? [{ row: way.new, when: way.when }] : []))

/** Rows an UPDATE makes of those that are there, when none can be added. */
function changedRows(
  relation: Relation,
  ways: readonly Way[],
  inserts: boolean,
  problem: Problem,
  context: Context,
): { readonly row: Row; readonly when: Formula }[] {
  const content = problem.frozen(relation)
  return ways.flatMap((way) => {
    if (!way.new || !way.old) return []
    const old = way.old
    const isRow = (valueOf: (column: Column) => Value) =>
      and(
        ...relation.columns.map((column) =>
          notDistinct(context, old.columns.get(column.name)!, valueOf(column)),
        ),
      )
    const before =
      inserts || !content || content.length > 200
        ? true
        : or(
            ...content.map((values) =>
              isRow(({ name, baseType }) => typed(context, ofText(values.get(name) ?? null, null), baseType)),
            ),
            // What the setup says of the user is a row as well.
            ...rowsSaid(relation, content, context).map(({ row }) =>
              isRow(({ name }) => row.columns.get(name)!),
            ),
          )
    return [{ row: way.new, when: and(way.when, before) }]
  })
}

function byRoutine(
  id: string,
  relation: Relation,
  context: Context,
): { readonly row: Row; readonly when: Formula }[] {
  const { problem } = context
  const routine = problem.world.routineById.get(id)
  const signature = routine && signatureOf(routine, context)
  if (!routine || !signature) return []
  const effects: Effect[] = []
  const args = signature.inputs.map(({ type }, at) => {
    const absent = problem.flag('argument null')
    return {
      type,
      cases: [
        { when: absent, term: null },
        { when: not(absent), term: variable(problem.name(`argument ${at + 1}`), type) },
      ],
    }
  })
  rowsOfRoutine({ ...context, effects }, routine, args)
  if (!['sql', 'plpgsql'].includes(routine.language)) effects.push({ statement: null, context, when: true })
  return changesOfAll(effects)
    .map(({ change }) => change)
    .filter((change) => !change.target || change.target === relation)
    .flatMap(({ target, command, ways }) =>
      ways.flatMap((way) => {
        if (way.new) return [{ row: way.new, when: way.when }]
        if (way.when === false || (target && command === 'DELETE')) return []
        // A statement that is not understood may write any row.
        const any = anyRowOf(problem, relation, 'new')
        return [{ row: any, when: and(way.when, any.exists) }]
      }),
    )
}

/** Do triggers of other tables, rules or routines that nobody names change it; once it is written, its own triggers? */
function changedByItself(relation: Relation, world: World, written: boolean): boolean {
  const { relations } = world.snapshot
  const triggered = relations.some(
    (source) =>
      (source.id !== relation.id || written) &&
      (['insert', 'update', 'delete'] as const).some((event) =>
        firing(source, event).some((trigger) => {
          const routine = world.routineById.get(trigger.routine)
          return routine !== undefined && mayChange(routine, relation, world.snapshot)
        }),
      ),
  )
  const ruled = relations.some((source) =>
    source.rules.some((rule) => ruleNames(rule, relation, world.snapshot)),
  )
  return (
    triggered ||
    ruled ||
    hiddenWriters(world.snapshot).some((each) => mayChange(each, relation, world.snapshot))
  )
}
