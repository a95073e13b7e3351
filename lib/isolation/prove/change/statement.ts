import type { RawNode } from '@/lib/sql/leaves'
import type { Relation } from '@/lib/catalog/types-relation'
import { condition } from '../expression/compile'
import { fromItem } from '../query/from'
import { and, type Formula } from '../logic/formula'
import { compileLater, later } from '../expression/later'
import { typed } from '../expression/operate'
import type { Context, Effect, Row } from '../problem'
import { onlyWhen } from '../routine/noted'
import { mayBeTemporary } from '../routine/temporary'
import { starred } from '../query/open'
import { inFrame, selectRows, type Frame } from '../query/query'
import { withTables } from '../query/with'
import { letsThrough } from '../row-security'
import { anyRowOf } from '../query/rows'
import { defaultOf, written, type Way } from '../ways'
import { beforeTriggers } from './triggers'
import { truncated } from './truncated'
import { onView } from '../query/view-ways'
import { assignedTo } from '../expression/cast'
import { merged } from './merge'
import { upserted } from './upserted'
import type { Value } from '../logic/value'

export type Change = 'INSERT' | 'UPDATE' | 'DELETE'

/** What a statement inside a function, rule or trigger does to rows of a relation; `target` null when that is not clear. */
export interface Changed {
  readonly target: Relation | null
  readonly command: Change
  readonly ways: readonly Way[]
}

export const anyChange: readonly Change[] = ['INSERT', 'UPDATE', 'DELETE']

/** The changes of one statement; one that is not understood may change anything anywhere. */
export function changesOf(effect: Effect): readonly Changed[] {
  const { reads } = effect.context
  const from = reads?.length ?? 0
  const made = changesBy(effect)
  if (!reads) return made
  const [body] = Object.values(effect.statement ?? {}) as RawNode[]
  if (body?.['returningList'] ?? body?.['returningClause'])
    for (const way of made.flatMap(({ ways }) => ways))
      reads.push({ row: way.new ?? way.old, when: way.when })
  onlyWhen(effect.when, reads, from)
  return made
}

function changesBy(effect: Effect): readonly Changed[] {
  const { statement, context } = effect
  if (effect.sets) return []
  const [what = ''] = Object.keys(statement ?? {})
  const body = ((statement ?? {})[what] ?? {}) as RawNode
  const range = body['relation'] as RawNode | undefined
  const target = range ? targetOf(range, context) : null
  if (body['withClause'] && changing.has(what)) {
    const from = context.effects?.length ?? 0
    const made = changesBy({
      ...effect,
      statement: { [what]: { ...body, withClause: undefined } },
      context: withTables(body, context),
    })
    if (context.effects) onlyWhen(effect.when, context.effects, from)
    return made
  }
  if (!target || !changing.has(what)) {
    if (what === 'TruncateStmt') return truncated(body, effect)
    if (harmless.has(what)) return []
    return anyChange.map((command) => ({ target, command, ways: [unclear(effect, target)] }))
  }
  const guarded = (ways: readonly Way[]) =>
    ways.map((way) => ({
      ...way,
      when: and(effect.when, way.when),
      ...(way.found === undefined ? {} : { found: and(effect.when, way.found) }),
    }))
  if (target.kind === 'view') {
    // An INSTEAD OF trigger may make something else of it.
    return guarded(onView(target, what, body, context)).flatMap((way) => {
      const made = madeBy(way)
      return (made ? [made] : anyChange).map((each) => ({ target, command: each, ways: [way] }))
    })
  }
  if (what === 'InsertStmt') return inserted(target, body, context, guarded)
  if (what === 'MergeStmt') return merged(target, body, context, guarded)
  const frames = framesWith(target, range!, body, context)
  if (what === 'DeleteStmt')
    return [{ target, command: 'DELETE', ways: guarded(deletedIn(target, frames, context)) }]
  const items = (body['targetList'] ?? []) as RawNode[]
  return [{ target, command: 'UPDATE', ways: guarded(updatedIn(target, frames, items, context)) }]
}

/** Rows that a DELETE removes, each in its frame. */
export const deletedIn = (target: Relation, frames: readonly Framed[], context: Context): readonly Way[] =>
  !context.problem.world.may(context.as, target, 'DELETE')
    ? []
    : frames.map(({ frame, row }) => {
        const found = and(frame.when, letsThrough(target, row, 'DELETE', 'using', context))
        const when = and(found, beforeTriggers(target, 'delete', row, null, context).when)
        return { old: row, new: null, when, found, doors: [] }
      })

/** Rows that an UPDATE changes, each in its frame. */
export function updatedIn(
  target: Relation,
  frames: readonly Framed[],
  items: readonly RawNode[],
  context: Context,
): readonly Way[] {
  if (context.problem.world.mayColumns(context.as, target, 'UPDATE').size === 0) return []
  return frames.flatMap(({ frame, row }) => {
    const at = inFrame(frame, context, context.reads)
    const given = new Map(row.columns)
    for (const item of items) {
      const set = item['ResTarget'] as RawNode
      given.set(String(set['name']), assigned(target, String(set['name']), set['val'] as RawNode, at))
    }
    for (const column of target.columns) if (column.generated) given.delete(column.name)
    return written(target, row, given, 'UPDATE', context).map((way) => ({
      ...way,
      when: and(frame.when, letsThrough(target, row, 'UPDATE', 'using', context), way.when),
    }))
  })
}

/** What happens to the row of a way; null where no row is known. */
export const madeBy = ({ old, new: made }: Way): Change | null =>
  old && made ? 'UPDATE' : made ? 'INSERT' : old ? 'DELETE' : null

const changing = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'])

/** Statements that change no row of a table. */
export const harmless = new Set(['NotifyStmt', 'ListenStmt', 'SelectStmt', 'VariableSetStmt', 'LockStmt'])

/** The relation that a statement names; null where that is not clear. */
export function targetOf(range: RawNode, context: Context): Relation | null {
  const schema = range['schemaname'] === undefined ? null : String(range['schemaname'])
  const name = String(range['relname'])
  if (schema === null && mayBeTemporary(name, context)) return null
  return context.problem.world.relation(schema, name, context.path)
}

/** A change of which nothing is known. */
export function unclear(effect: Effect, target: Relation | null): Way {
  const { problem } = effect.context
  const when: Formula = problem.flag('a statement that is not understood', true)
  const row =
    target && target.kind !== 'view'
      ? anyRowOf(problem, target, 'old', { moment: effect.context.moment })
      : null
  problem.notes.leaveOpen('statement', {
    en: 'A statement inside a function is not understood.',
    pt: 'Um comando dentro de uma função não é compreendido.',
  })
  return { old: row, new: null, when: and(effect.when, when, row?.exists ?? true), doors: [] }
}

/** A row of the table that a statement is about, beside one of each other that it names. */
export interface Framed {
  readonly frame: Frame
  readonly row: Row
}

export function framesWith(
  target: Relation,
  range: RawNode,
  body: RawNode,
  context: Context,
): readonly Framed[] {
  const alias = String((range['alias'] as RawNode | undefined)?.['aliasname'] ?? range['relname'])
  const row = anyRowOf(context.problem, target, 'old', { moment: context.moment })
  let frames: readonly Frame[] = [
    {
      aliases: new Map([[alias, { columns: row.columns, relation: target }]]),
      when: true,
      symbolic: true,
      reads: [],
    },
  ]
  const items = (body['fromClause'] ?? body['usingClause'] ?? []) as RawNode[]
  for (const item of items) frames = frames.flatMap((frame) => fromItem(item, frame, context))
  const where = body['whereClause'] as RawNode | undefined
  return frames.map((frame) => {
    // A statement with a condition reads, so that SELECT's policies count as well.
    const visible = where ? letsThrough(target, row, 'SELECT', 'using', context) : true
    const holds = where ? condition(where, inFrame(frame, context, context.reads)).yes : true
    const when = and(frame.when, visible, holds)
    context.reads?.push(...frame.reads.map((read) => ({ row: read.row, when: and(when, read.when) })))
    return { frame: { ...frame, when }, row }
  })
}

export function assigned(target: Relation, name: string, node: RawNode, context: Context): Value {
  if ('SetToDefault' in node) return defaultOf(target, name, context)
  const type = target.columns.find((each) => each.name === name)?.baseType ?? null
  const value = compileLater(node, context)
  if (type === null) return value
  return later(context.problem, () =>
    value.type === null ? typed(context, value, type) : assignedTo(context, value, type),
  )
}

export function inserted(
  target: Relation,
  body: RawNode,
  context: Context,
  guarded: (ways: readonly Way[]) => readonly Way[],
): readonly Changed[] {
  const { world } = context.problem
  if (world.mayColumns(context.as, target, 'INSERT').size === 0) return []
  const listed = ((body['cols'] ?? []) as RawNode[]).map((each) =>
    String((each['ResTarget'] as RawNode)['name']),
  )
  const columns = listed.length > 0 ? listed : target.columns.map((column) => column.name)
  const source = (body['selectStmt'] as RawNode | undefined)?.['SelectStmt'] as RawNode | undefined
  const rows = source
    ? sourceRows(source, columns, target, context)
    : [{ when: true, given: new Map<string, Value>() }]
  const made = rows.flatMap(({ when, given }) => {
    for (const column of target.columns) {
      if (!given.has(column.name) && !column.generated)
        given.set(column.name, defaultOf(target, column.name, context))
    }
    return written(target, null, given, 'INSERT', context).map((way) => ({
      ...way,
      when: and(when, way.when),
    }))
  })
  const insert: Changed = { target, command: 'INSERT', ways: guarded(made) }
  const conflict = body['onConflictClause'] as RawNode | undefined
  if (conflict?.['action'] !== 'ONCONFLICT_UPDATE') return [insert]
  return [
    insert,
    {
      target,
      command: 'UPDATE',
      ways: guarded(made.flatMap((way) => upserted(target, body, way, context))),
    },
  ]
}

function sourceRows(
  source: RawNode,
  columns: readonly string[],
  target: Relation,
  context: Context,
): readonly { readonly when: Formula; readonly given: Map<string, Value> }[] {
  const values = source['valuesLists'] as RawNode[] | undefined
  if (values && !source['withClause']) {
    return values.map((each) => ({
      when: true,
      given: valuesGiven(((each['List'] as RawNode)['items'] ?? []) as RawNode[], columns, target, context),
    }))
  }
  const rows = selectRows(source, context)
  for (const row of rows)
    context.reads?.push(...row.reads.map((read) => ({ row: read.row, when: and(row.when, read.when) })))
  return rows.map((row) => ({
    when: row.when,
    given: new Map(
      row.columns.map(({ value }, at) => [columns[at] ?? '', inPlace(value, columns[at], target, context)]),
    ),
  }))
}

/** What one row of VALUES gives each column; `(row).*` gives several. */
function valuesGiven(
  items: readonly RawNode[],
  columns: readonly string[],
  target: Relation,
  context: Context,
): Map<string, Value> {
  const makers = items.flatMap((item): ((name: string) => Value)[] => {
    const several = starred(item, context)?.columns
    return several
      ? several.map(
          ({ value }) =>
            (name) =>
              inPlace(value, name, target, context),
        )
      : [(name) => assigned(target, name, item, context)]
  })
  return new Map(makers.map((make, at) => [columns[at] ?? '', make(columns[at] ?? '')]))
}

/** A value as its column holds it. */
function inPlace(value: Value, name: string | undefined, target: Relation, context: Context): Value {
  const type = target.columns.find((each) => each.name === name)?.baseType ?? null
  return type === null ? value : later(context.problem, () => assignedTo(context, value, type))
}
