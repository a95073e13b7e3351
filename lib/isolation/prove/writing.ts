import type { Relation } from '@/lib/catalog/types'
import { and, not, or, type Formula } from './formula'
import { notDistinct, typed } from './operate'
import type { Writing } from './knowledge'
import type { Context, Effect, Problem, Row } from './problem'
import { rowsOfRoutine } from './routine'
import { plainContext } from './rows'
import { makesUp, mayChange } from './mentions'
import { signatureOf } from './signature'
import { changesOfAll } from './set-off'
import { firing } from './triggers'
import { variable } from './term'
import { viewWays } from './view-ways'
import { tableWays, type Way } from './ways'
import { ofText } from './value'
import type { World } from './world'

/**
 * How a session may change a table that decides who belongs where, by any of the roles it can be: by itself, through a
 * view or a function it may call; `null` when it cannot. What triggers, rules and cascades may write is not followed.
 */
export function writingOf(relation: Relation, world: World, roles: readonly string[]): Writing | null {
  if (relation.kind !== 'table' && relation.kind !== 'partitioned') return null
  const own = roles.filter((role) => world.mayUse(role, relation.schema))
  const any = (privilege: string) =>
    own.some(
      (role) => world.may(role, relation, privilege) || world.mayColumns(role, relation, privilege).size > 0,
    )
  const [inserts, updates, deletes] = [any('INSERT'), any('UPDATE'), any('DELETE') || any('TRUNCATE')]
  const views = world.snapshot.relations.filter(
    (view) =>
      view.kind === 'view' &&
      (view.updatable?.length ?? 0) > 0 &&
      view.reads.some((each) => each.relation === relation.id),
  )
  const usable = views.filter((view) =>
    roles.some((role) =>
      ['INSERT', 'UPDATE', 'DELETE'].some(
        (one) =>
          world.mayColumns(role, view, one).size > 0 || (one === 'DELETE' && world.may(role, view, one)),
      ),
    ),
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
  const hidden = changedByItself(relation, world) || routines.some((routine) => makesUp(routine, all))
  if (!inserts && !updates && !deletes && usable.length === 0 && routines.length === 0 && !hidden) return null
  return {
    removes: updates || deletes || usable.length > 0 || routines.length > 0 || hidden,
    row: hidden
      ? null
      : (problem) =>
          own.flatMap((role) => {
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
              ]),
              ...routines.flatMap((routine) => byRoutine(routine.id, relation, context)),
            ]
          }),
  }
}

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
    const before =
      inserts || !content || content.length > 200
        ? true
        : or(
            ...content.map((values) =>
              and(
                ...relation.columns.map((column) =>
                  notDistinct(
                    context,
                    old.columns.get(column.name)!,
                    typed(context, ofText(values.get(column.name) ?? null, null), column.baseType),
                  ),
                ),
              ),
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
  if (effects.length === 0 || !['sql', 'plpgsql'].includes(routine.language))
    effects.push({ statement: null, context, when: true })
  return changesOfAll(effects)
    .map(({ change }) => change)
    .filter((change) => !change.target || change.target === relation)
    .flatMap((change) => change.ways)
    .flatMap((way) => {
      const row = way.new ?? (way.when !== false && way.old?.relation === relation ? null : undefined)
      return row ? [{ row, when: way.when }] : []
    })
}

/** Do triggers, rules or cascades of other tables change it? */
function changedByItself(relation: Relation, world: World): boolean {
  const { relations } = world.snapshot
  const triggered = relations.some(
    (source) =>
      source.id !== relation.id &&
      (['insert', 'update', 'delete'] as const).some((event) =>
        firing(source, event).some((trigger) => {
          const routine = world.routineById.get(trigger.routine)
          return routine !== undefined && mayChange(routine, relation, world.snapshot)
        }),
      ),
  )
  const ruled = relations.some((source) =>
    source.rules.some((rule) => (rule.definition ?? '').includes(relation.name) && source.id !== relation.id),
  )
  return triggered || ruled
}
