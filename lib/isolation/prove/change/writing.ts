import type { Column, Relation } from '@/lib/catalog/types-relation'
import { and, not, or, type Formula } from '../logic/formula'
import { later } from '../expression/later'
import { notDistinct, typed } from '../expression/operate'
import type { Made, Writing } from '../knowledge'
import { joining, type Context, type Effect, type Problem, type Row } from '../problem'
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
import { mayWriteBehind, upsertWays, viewWays } from '../query/view-ways'
import { tableWays, type Way } from '../ways'
import { choose, ofText, type Value } from '../logic/value'
import type { World } from '../world'

/**
 * How a session may change a table that decides who belongs where, by any of the roles it can be: by itself, through a
 * view or a function it may call; `null` when it cannot. What triggers, rules and references may write is not followed.
 */
export function writingOf(relation: Relation, world: World, roles: readonly string[]): Writing | null {
  return written(relation, world, roles, new Set())
}

/** INSERT, UPDATE, and what ON CONFLICT updates. */
const waysOfView = 3

function written(
  relation: Relation,
  world: World,
  roles: readonly string[],
  seen: ReadonlySet<Relation>,
): Writing | null {
  if (relation.kind === 'matview') return refreshes(world) ? { removes: true, made: null, ways: 0 } : null
  if (relation.kind !== 'table' && relation.kind !== 'partitioned') return null
  const users = roles.filter((role) => world.mayUse(role, relation.schema))
  const may = (privilege: string) => users.some((role) => mayAny(role, relation, privilege, world))
  const [inserts, updates, deletes] = [may('INSERT'), may('UPDATE'), may('DELETE') || may('TRUNCATE')]
  const kin = [...world.above(relation), ...world.below(relation)]
  const usable = viewsOver(relation, world).filter(
    (view) =>
      (view.updatable?.length ?? 0) > 0 &&
      mayWriteBehind(view, [relation, ...kin], world) &&
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
    kin.some((each) => writtenAs(each, world, roles))
  if (!own && !hidden && lost.length === 0) return null
  const waysOf = (role: string): number =>
    ['INSERT', 'UPDATE'].filter((one) => mayAny(role, relation, one, world)).length +
    usable.length * waysOfView +
    routines.length
  return {
    ways: users.reduce((sum, role) => sum + waysOf(role), 0),
    removes: updates || deletes || usable.length > 0 || routines.length > 0 || hidden || lost.length > 0,
    made: hidden
      ? null
      : (problem) => {
          const all = users.flatMap((role): readonly Change[] => {
            const context: Context = {
              ...plainContext(problem, role),
              path: world.searchPath(role, problem.session.login),
            }
            return [
              ...tableWays(relation, 'INSERT', context),
              ...tableWays(relation, 'UPDATE', context),
              ...usable.flatMap((view) => [
                ...viewWays(view, 'INSERT', context),
                ...viewWays(view, 'UPDATE', context),
                ...upsertWays(view, context),
              ]),
              ...routines.flatMap((routine) => byRoutine(routine.id, relation, context)),
            ]
          })
          return madeOf(relation, all, problem)
        },
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

/** A row that is written, and the one that it was before. */
type Change = Pick<Way, 'old' | 'new' | 'when'>

/**
 * An UPDATE changes a row that was there at first, or what the session made of one before: in columns that nothing changes it is
 * still the same. One that the session added is taken to name no other tenant, where that is proved.
 */
function madeOf(relation: Relation, all: readonly Change[], problem: Problem): Made {
  const made = all.flatMap(({ old, new: row, when }) => (row && when !== false ? [{ old, row, when }] : []))
  const adds = made.some(({ old }) => !old)
  const kept = relation.columns.filter(({ name }) =>
    made.every(({ old, row }) => !old || isSame(old.columns.get(name), row.columns.get(name))),
  )
  const lasting = new Set(adds ? [] : kept.map(({ name }) => name))
  const content = made.some(({ old }) => old) ? problem.frozen(relation) : null
  if (!content || content.length > 200) return { rows: made, lasting }
  const context = plainContext(problem, relation.owner)
  const before = [
    ...content.map(
      (values) =>
        ({ name, baseType }: Column) =>
          typed(context, ofText(values.get(name) ?? null, null), baseType),
    ),
    // What the setup says of the user is a row as well.
    ...rowsSaid(relation, content, context).map(
      ({ row }) =>
        ({ name }: Column) =>
          row.columns.get(name)!,
    ),
  ]
  const rows = made.map(({ old, row, when }) => {
    if (!old) return { row, when }
    const first = before.map((valueOf) =>
      and(...kept.map((column) => notDistinct(context, old.columns.get(column.name)!, valueOf(column)))),
    )
    if (adds) return { row, when: and(when, or(...first, ofNoOther(old, relation, problem))) }
    const known = kept.map((column): readonly [string, Value] => [
      column.name,
      later(problem, () => choose(first.map((is, at) => ({ when: is, value: before[at]!(column) })))),
    ])
    return { row: { ...row, columns: new Map([...row.columns, ...known]) }, when: and(when, or(...first)) }
  })
  return { rows, lasting }
}

const isSame = (one: Value | undefined, other: Value | undefined) => one !== undefined && one === other

function ofNoOther(row: Row, relation: Relation, problem: Problem): Formula {
  const joins = problem.judge.joins(row, problem)
  return joins === null || !problem.assumeHeld(relation.id, joining) || not(joins)
}

function byRoutine(id: string, relation: Relation, context: Context): readonly Change[] {
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
      ways.flatMap((way): Change[] => {
        if (way.new) return [target ? way : { ...way, old: null }]
        if (way.when === false || (target && command === 'DELETE')) return []
        // A statement that is not understood may write any row.
        const any = anyRowOf(problem, relation, 'new')
        return [{ old: null, new: any, when: and(way.when, any.exists) }]
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
