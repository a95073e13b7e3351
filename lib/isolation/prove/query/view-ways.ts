import type { Command } from '@/lib/catalog/types'
import type { Relation } from '@/lib/catalog/types-relation'
import { names, type RawNode } from '@/lib/sql/leaves'
import { compile, condition } from '../expression/compile'
import { and, type Formula } from '../logic/formula'
import { atFirst, atFirstOf } from '../moment'
import type { Context, Effect, Row } from '../problem'
import { letsThrough } from '../row-security'
import { anyRowOf } from './rows'
import { selectOf } from './scan'
import { changesOfAll } from '../change/set-off'
import { triggerPaths } from '../change/trigger-paths'
import { firing } from '../change/triggers'
import { isRun, replaces } from '../change/rules'
import { defaultOf, tableWays, written, type Way } from '../ways'
import { anyRecord, anyWay, rowsShown, ruledWays } from './view-rules'
import type { Value } from '../logic/value'
import type { World } from '../world'

interface Shape {
  readonly base: Relation
  readonly alias: string
  readonly where: RawNode | null
  /** Column of the view → column of the table; columns that are computed are left out. */
  readonly columns: ReadonlyMap<string, string>
  /** What its columns are made of, one by one. */
  readonly targets: readonly RawNode[]
}

/** What a view above leaves to the one below it. */
interface Above {
  /** Columns that the statement may write there. */
  readonly open: ReadonlySet<string>
  /** Columns that are given a value without its doing: defaults of the view above. */
  readonly fixed: ReadonlyMap<string, Value>
  /** Its check option counts for the conditions below as well. */
  readonly cascaded: boolean
}

/**
 * May a statement on a view write rows of one of these tables? Where no rule or trigger takes its place it writes the table the view
 * stands for, whatever others its conditions ask.
 */
export function mayWriteBehind(view: Relation, tables: readonly Relation[], world: World): boolean {
  const isPlain =
    !view.rules.some(isRun) && !['INSERT', 'UPDATE', 'DELETE'].some((command) => isInstead(view, command))
  const base = isPlain ? shapeOf(view, world)?.base : undefined
  if (!base || tables.includes(base)) return true
  return base.kind === 'view' && mayWriteBehind(base, tables, world)
}

/** What a session may do to the table behind a view through the view, and what its INSTEAD OF triggers do. */
export function viewWays(
  view: Relation,
  command: Exclude<Command, 'SELECT'>,
  context: Context,
  above: Above | null = null,
  unseen = false,
): readonly Way[] {
  const { world } = context.problem
  const usable =
    command === 'DELETE'
      ? world.may(context.as, view, 'DELETE')
      : world.mayColumns(context.as, view, command).size > 0
  if (!usable) return []
  const rules = view.rules.filter((rule) => rule.event === command && isRun(rule))
  const ruled = rules.flatMap((rule) => ruledWays(view, rule, command, context))
  if (rules.some((rule) => replaces(rule) && !world.unsure.has(rule))) return ruled
  return [...ruled, ...unruledWays(view, command, context, above, unseen)]
}

/** What a statement on a view does where no rule takes its place. */
function unruledWays(
  view: Relation,
  command: Exclude<Command, 'SELECT'>,
  context: Context,
  above: Above | null,
  unseen: boolean,
): readonly Way[] {
  const { world } = context.problem
  if (isInstead(view, command)) return insteadWays(view, command.toLowerCase() as Event, context)
  if (view.updatable && !view.updatable.includes(command)) return []
  const shape = shapeOf(view, world)
  if (!shape) return [anyWay(context)]
  const inner: Context = { ...context, as: world.viewRole(view, context.user) }
  const below = belowOf(view, shape, command, context, inner, above)
  const checked = checks(view, above) && command !== 'DELETE'
  const { base } = shape
  if (base.kind === 'view') {
    const ways = viewWays(base, command, inner, below, unseen)
    // What triggers and rules make of a row of the view below is no row that this view has a condition for.
    if (isInstead(base, command) || base.rules.some(({ event }) => event === command)) return ways
    return ways.map((way) => within(view, shape, way, checked, inner, unseen))
  }
  if (command === 'DELETE')
    return tableWays(base, 'DELETE', inner).map((way) => within(view, shape, way, checked, inner))
  const allowed = new Set(
    [...world.mayColumns(inner.as, base, command)].filter((name) => below.open.has(name)),
  )
  if (allowed.size === 0) return []
  const old = command === 'UPDATE' ? anyRowOf(context.problem, base, 'old', { moment: context.moment }) : null
  const given = new Map<string, Value>()
  for (const { name, generated } of base.columns) {
    if (allowed.has(name) || generated) continue
    given.set(name, old?.columns.get(name) ?? below.fixed.get(name) ?? defaultOf(base, name, inner))
  }
  const through = old ? letsThrough(base, old, 'UPDATE', 'using', inner) : true
  return written(base, old, given, command, inner).map((way) =>
    within(view, shape, { ...way, when: and(through, way.when) }, checked, inner, unseen),
  )
}

/** ON CONFLICT DO UPDATE on a view meets rows that the view does not show, where the table behind has a key. */
export function upsertWays(view: Relation, context: Context): readonly Way[] {
  const { world } = context.problem
  const usable = (['SELECT', 'INSERT'] as const).every(
    (command) => world.mayColumns(context.as, view, command).size > 0,
  )
  if (!usable || isInstead(view, 'INSERT') || isInstead(view, 'UPDATE')) return []
  if (view.updatable && !view.updatable.includes('INSERT')) return []
  let base = shapeOf(view, world)?.base
  while (base?.kind === 'view') base = shapeOf(base, world)?.base
  const keyed = base?.indexes.some(({ unique }) => unique) ?? true
  return keyed ? viewWays(view, 'UPDATE', context, null, true) : []
}

/** What a statement on a view does to the table behind. */
export function onView(view: Relation, what: string, body: RawNode, context: Context): readonly Way[] {
  if (what === 'UpdateStmt') return viewWays(view, 'UPDATE', context)
  if (what === 'DeleteStmt') return viewWays(view, 'DELETE', context)
  if (what === 'MergeStmt')
    return (['INSERT', 'UPDATE', 'DELETE'] as const).flatMap((command) => viewWays(view, command, context))
  const conflict = body['onConflictClause'] as RawNode | undefined
  const also = conflict?.['action'] === 'ONCONFLICT_UPDATE' ? upsertWays(view, context) : []
  return [...viewWays(view, 'INSERT', context), ...also]
}

type Event = 'insert' | 'update' | 'delete'

const isInstead = (view: Relation, command: string) =>
  firing(view, command.toLowerCase() as Event).some((each) => each.timing === 'instead of')

const checks = (view: Relation, above: Above | null) =>
  view.options['check_option'] !== undefined || above?.cascaded === true

/** What of its columns the statement may write, in the names of the relation below. */
function belowOf(
  view: Relation,
  shape: Shape,
  command: Command,
  context: Context,
  inner: Context,
  above: Above | null,
): Above {
  const granted = context.problem.world.mayColumns(
    context.as,
    view,
    command === 'DELETE' ? 'SELECT' : command,
  )
  const open = new Set<string>()
  const fixed = new Map<string, Value>()
  for (const { name, default: text } of view.columns) {
    const real = shape.columns.get(name)
    if (real === undefined) continue
    const value =
      above?.fixed.get(name) ?? (command === 'INSERT' && text ? defaultOf(view, name, inner) : null)
    if (granted.has(name) && (!above || above.open.has(name))) open.add(real)
    else if (value) fixed.set(real, value)
  }
  return { open, fixed, cascaded: above?.cascaded === true || view.options['check_option'] === 'cascaded' }
}

/** The row must be one that the view shows, if it is not met `unseen`, and stay one where it has a check option. */
function within(
  view: Relation,
  shape: Shape,
  way: Way,
  checked: boolean,
  context: Context,
  unseen = false,
): Way {
  const shows = (row: Row | null): Formula =>
    row && shape.where ? condition(shape.where, inside(shape, row, context)).yes : true
  return {
    ...way,
    when: and(way.when, unseen || shows(way.old), checked ? shows(way.new) : true),
    doors: [...way.doors, { kind: 'view', name: view.id }],
  }
}

/** Where the expressions of a view stand for a row of the table it goes back to. */
function inside(shape: Shape, row: Row, context: Context): Context {
  const columns = shape.base.kind === 'view' ? shownBy(shape.base, row, context) : row.columns
  return {
    ...context,
    path: [],
    names: new Map(),
    scope: { aliases: new Map([[shape.alias, { columns, relation: shape.base }]]), outer: null },
  }
}

/** What a view shows of a row of the table it goes back to. */
function shownBy(view: Relation, row: Row, context: Context): ReadonlyMap<string, Value> {
  const shape = shapeOf(view, context.problem.world)
  if (!shape) return new Map()
  const at = inside(shape, row, { ...context, as: context.problem.world.viewRole(view, context.user) })
  return new Map(
    view.columns.flatMap(({ name }, place) => {
      const target = shape.targets[place]
      return target ? [[name, compile(target, at)] as const] : []
    }),
  )
}

/** Which table and columns an updatable view stands for; null when that is not plain. */
export function shapeOf(view: Relation, world: World): Shape | null {
  const select = selectOf(view)
  const from = (select?.['fromClause'] ?? []) as RawNode[]
  const range = from[0]?.['RangeVar'] as RawNode | undefined
  if (!select || from.length !== 1 || !range) return null
  const base = world.relation(String(range['schemaname'] ?? ''), String(range['relname']), [])
  if (!base) return null
  const alias = String((range['alias'] as RawNode | undefined)?.['aliasname'] ?? range['relname'])
  const columns = new Map<string, string>()
  const targets = ((select['targetList'] ?? []) as RawNode[]).map(
    (each) => (each['ResTarget'] as RawNode)['val'] as RawNode,
  )
  targets.forEach((target, at) => {
    const column = target['ColumnRef'] as RawNode | undefined
    const name = column && names((column['fields'] as RawNode[]).filter((field) => 'String' in field)).at(-1)
    if (name && view.columns[at]) columns.set(view.columns[at].name, name)
  })
  if (base.kind === 'view' && !shapeOf(base, world)) return null
  return { base, alias, where: (select['whereClause'] as RawNode | undefined) ?? null, columns, targets }
}

/** The statements that INSTEAD OF triggers run; what they change counts for the view. */
function insteadWays(view: Relation, event: Event, context: Context): readonly Way[] {
  const olds = event === 'insert' ? [{ columns: null, when: true as Formula }] : rowsShown(view, context)
  return firing(view, event)
    .filter((each) => each.timing === 'instead of')
    .flatMap((trigger) =>
      olds.flatMap(({ columns, when }) => {
        const effects: Effect[] = []
        const moment = context.moment === atFirst ? atFirstOf(view.id) : context.moment
        const inner: Context = { ...context, effects, moment, told: 0, reads: null }
        const after = event === 'delete' ? null : anyRecord(view, context)
        const paths = triggerPaths(trigger, view, event, columns, after, inner)
        if (!paths) return [anyWay(context)]
        return changesOfAll(effects)
          .flatMap(({ change }) => change.ways)
          .map((way) => ({ ...way, when: and(when, way.when) }))
      }),
    )
    .map((way) => ({ ...way, doors: [...way.doors, { kind: 'view', name: view.id }] }))
}
