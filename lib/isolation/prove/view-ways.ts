import type { Command, Relation } from '@/lib/catalog/types'
import { names, type RawNode } from '@/lib/sql/leaves'
import { condition } from './compile'
import { and, type Formula } from './formula'
import type { Context, Effect, Row } from './problem'
import { letsThrough } from './row-security'
import { anyRowOf } from './rows'
import { selectOf } from './scan'
import { changesOf } from './statement'
import { firing, triggerPaths } from './triggers'
import { defaultOf, tableWays, written, type Way } from './ways'
import { ofTerm, type Value } from './value'
import { variable } from './term'

interface Shape {
  readonly base: Relation
  readonly alias: string
  readonly where: RawNode | null
  /** Column of the view → column of the table; columns that are computed are left out. */
  readonly columns: ReadonlyMap<string, string>
}

/** What a session may do to the table behind a view through the view, and what its INSTEAD OF triggers do. */
export function viewWays(
  view: Relation,
  command: Exclude<Command, 'SELECT'>,
  context: Context,
): readonly Way[] {
  const { world } = context.problem
  const usable =
    command === 'DELETE'
      ? world.may(context.as, view, 'DELETE')
      : world.mayColumns(context.as, view, command).size > 0
  if (!usable) return []
  const event = command.toLowerCase() as 'insert' | 'update' | 'delete'
  const instead = firing(view, event).filter((each) => each.timing === 'instead of')
  if (instead.length > 0) return insteadWays(view, event, context)
  if (view.rules.some((rule) => rule.event === command)) return [anyWay(context)]
  if (view.updatable && !view.updatable.includes(command)) return []
  const shape = shapeOf(view, context)
  if (!shape) return [anyWay(context)]
  const as = world.viewRole(view, context.as)
  const inner: Context = { ...context, as }
  const granted = [...world.mayColumns(context.as, view, command === 'DELETE' ? 'SELECT' : command)]
  const open = new Set(granted.map((name) => shape.columns.get(name)).filter((name) => name !== undefined))
  if (shape.base.kind === 'view') {
    return viewWays(shape.base, command, inner).map((way) => within(view, shape, way, command, inner))
  }
  if (command === 'DELETE') {
    return tableWays(shape.base, 'DELETE', inner).map((way) => within(view, shape, way, command, inner))
  }
  const allowed = new Set([...world.mayColumns(as, shape.base, command)].filter((name) => open.has(name)))
  if (allowed.size === 0) return []
  const old = command === 'UPDATE' ? anyRowOf(context.problem, shape.base, 'old') : null
  const given = new Map<string, Value>()
  for (const column of shape.base.columns) {
    if (allowed.has(column.name) || column.generated) continue
    given.set(column.name, old?.columns.get(column.name) ?? defaultOf(shape.base, column.name, inner))
  }
  const through = old ? letsThrough(shape.base, old, 'UPDATE', 'using', inner) : true
  return written(shape.base, old, given, command, inner).map((way) =>
    within(view, shape, { ...way, when: and(through, way.when) }, command, inner),
  )
}

/** The row must be one that the view shows, and stay one where it has a check option. */
function within(view: Relation, shape: Shape, way: Way, command: Command, context: Context): Way {
  const shows = (row: Row | null): Formula =>
    row && shape.where
      ? condition(shape.where, {
          ...context,
          path: [],
          names: new Map(),
          scope: {
            aliases: new Map([[shape.alias, { columns: viewed(shape, row), relation: shape.base }]]),
            outer: null,
          },
        }).yes
      : true
  const checked = view.options['check_option'] !== undefined && command !== 'DELETE'
  return {
    ...way,
    when: and(way.when, shows(way.old), checked ? shows(way.new) : true),
    doors: [...way.doors, { kind: 'view', name: view.id }],
  }
}

/** The columns a row shows under the view below: those of the table, or of the view that stands between. */
const viewed = (shape: Shape, row: Row): ReadonlyMap<string, Value> => {
  if (shape.base.kind !== 'view') return row.columns
  return row.columns
}

/** Which table and columns an updatable view stands for; null when that is not plain. */
export function shapeOf(view: Relation, context: Context): Shape | null {
  const select = selectOf(view)
  const from = (select?.['fromClause'] ?? []) as RawNode[]
  const range = from[0]?.['RangeVar'] as RawNode | undefined
  if (!select || from.length !== 1 || !range) return null
  const base = context.problem.world.relation(String(range['schemaname'] ?? ''), String(range['relname']), [])
  if (!base) return null
  const alias = String((range['alias'] as RawNode | undefined)?.['aliasname'] ?? range['relname'])
  const columns = new Map<string, string>()
  ;((select['targetList'] ?? []) as RawNode[]).forEach((each, at) => {
    const column = ((each['ResTarget'] as RawNode)['val'] as RawNode)['ColumnRef'] as RawNode | undefined
    const name = column && names((column['fields'] as RawNode[]).filter((field) => 'String' in field)).at(-1)
    if (name && view.columns[at]) columns.set(view.columns[at].name, name)
  })
  if (base.kind === 'view') {
    // Names of a view below are translated to its table's only where they are the same.
    const below = shapeOf(base, context)
    if (!below || [...below.columns].some(([shown, real]) => shown !== real)) return null
  }
  return { base, alias, where: (select['whereClause'] as RawNode | undefined) ?? null, columns }
}

const anyWay = (context: Context): Way => ({
  old: null,
  new: null,
  when: context.problem.flag('a view that is not understood', true),
  doors: [],
})

/** The statements that INSTEAD OF triggers run; what they change counts for the view. */
function insteadWays(
  view: Relation,
  event: 'insert' | 'update' | 'delete',
  context: Context,
): readonly Way[] {
  const { problem } = context
  const record = (what: string): ReadonlyMap<string, Value> =>
    new Map(
      view.columns.map((column) => [
        column.name,
        ofTerm(variable(problem.name(`${what} ${column.name}`), column.baseType)),
      ]),
    )
  return firing(view, event)
    .filter((each) => each.timing === 'instead of')
    .flatMap((trigger) => {
      const effects: Effect[] = []
      const inner: Context = { ...context, effects, reads: null }
      const [before, after] = [
        event === 'insert' ? null : record('old'),
        event === 'delete' ? null : record('new'),
      ]
      const paths = triggerPaths(trigger, view, event, before, after, inner)
      if (!paths) return [anyWay(context)]
      return effects.flatMap((effect) => changesOf(effect).flatMap((change) => change.ways))
    })
    .map((way) => ({ ...way, doors: [...way.doors, { kind: 'view', name: view.id }] }))
}
