import { names, type RawNode } from '@/lib/sql/leaves'
import { castTo, typeOf } from '../expression/cast'
import { anyOrNull } from '../expression/any-or-null'
import { anything, compile, condition } from '../expression/compile'
import { mayDoAnything, noteReads } from '../routine/noted'
import { fromItem } from './from'
import { grouped } from './grouped'
import { compileLater, namesFunctions } from '../expression/later'
import { and, type Formula } from '../logic/formula'
import type { Binding, Context, Read } from '../problem'
import { aggregateIn } from '../expression/sub-link'
import { starred } from './open'
import { alikeColumns, combined } from './set-operation'
import { behindCasts, isSetReturning, rowsOfCall } from '../expression/set-returning'
import { withTables } from './with'
import { choosesBeside, isLimited, othersOf } from '../expression/window'
import type { Value } from '../logic/value'

export interface Column {
  readonly name: string
  readonly value: Value
}

/** One row that a query may return, when `when` holds. */
export interface Result {
  readonly when: Formula
  readonly columns: readonly Column[]
  /** It may be there at most when `when` holds; otherwise it is there exactly then. */
  readonly symbolic: boolean
  /** Rows of tables it is made of or depends on. */
  readonly reads: readonly Read[]
  /** What its columns are, and how many, is not known. */
  readonly open?: boolean
}

/** One combination of rows of the FROM list. */
export interface Frame {
  readonly aliases: ReadonlyMap<string, Binding>
  readonly when: Formula
  readonly symbolic: boolean
  readonly reads: readonly Read[]
}

const most = 4000

/** The rows that a SELECT may return. */
export function selectRows(select: RawNode, context: Context): readonly Result[] {
  if (context.depth > 24) {
    mayDoAnything(context)
    return [anyRow(context, 1)]
  }
  const rows = rowsBefore(select, context)
  if (asides.some((each) => select[each] && namesFunctions(select[each], context))) mayDoAnything(context)
  return asksAside(select)
    ? rows.map((row) => ({ ...row, reads: [...row.reads, { row: null, when: true }] }))
    : rows
}

const asides = 'sortClause distinctClause groupClause havingClause windowClause limitCount limitOffset'.split(
  ' ',
)
const aside = new WeakMap<RawNode, boolean>()

/** Does a sub-query decide how many of the rows there are, or in what order? What it reads is not followed. */
function asksAside(select: RawNode): boolean {
  let found = aside.get(select)
  if (found === undefined) {
    found = asides.some((each) => select[each] && JSON.stringify(select[each]).includes('"SubLink":'))
    aside.set(select, found)
  }
  return found
}

function rowsBefore(select: RawNode, context: Context): readonly Result[] {
  const inner = withTables(select, context)
  const values = select['valuesLists'] as RawNode[] | undefined
  if (values) {
    const rows = values.map((each) => ({
      when: true,
      symbolic: false,
      reads: [],
      columns: (((each['List'] as RawNode)['items'] ?? []) as RawNode[])
        .flatMap((item) => starred(item, inner)?.columns.map(({ value }) => value) ?? [compile(item, inner)])
        .map((value, at) => ({ name: `column${at + 1}`, value })),
    }))
    return limited(select, alikeColumns(rows, inner))
  }
  const operation = select['op']
  if (!operation || operation === 'SETOP_NONE') return plain(select, inner)
  const rows = combined(select, String(operation), inner)
  if (isLimited(select)) noteReads(rows, inner)
  return limited(select, rows)
}

function plain(select: RawNode, context: Context): readonly Result[] {
  const targets = ((select['targetList'] ?? []) as RawNode[]).map((each) => each['ResTarget'] as RawNode)
  const frames = framesOf(select, context)
  if (isLimited(select) && choosesBeside(context)) noteReads(frames, context)
  if (select['groupClause'] || select['havingClause'] || aggregateIn(select, 'aggregate', context))
    return limited(select, grouped(select, targets, frames, context))
  return limited(
    select,
    frames.flatMap((frame) => {
      const reads: Read[] = []
      const at = inFrame(frame, context, reads)
      const peers = othersOf(select, targets, at, context)
      return expanded(targets, frame, at).map((columns) => ({
        when: and(frame.when, columns.when),
        columns: columns.columns,
        symbolic: frame.symbolic || columns.symbolic,
        ...(columns.open ? { open: true } : {}),
        reads: [...frame.reads, ...reads, ...columns.reads, ...peers],
      }))
    }),
  )
}

/** LIMIT and OFFSET leave rows out: what they concern may be missing. */
const limited = (select: RawNode, results: readonly Result[]): readonly Result[] =>
  isLimited(select) ? results.map((each) => ({ ...each, symbolic: true })) : results

/** The combinations of rows that FROM and WHERE leave. */
export function framesOf(select: RawNode, context: Context): readonly Frame[] {
  const items = (select['fromClause'] ?? []) as RawNode[]
  const waiting = new Set(conjuncts(select['whereClause'] as RawNode | undefined))
  const last = items.length - 1
  let frames: readonly Frame[] = [{ aliases: new Map(), when: true, symbolic: false, reads: [] }]
  const later = items.map((_, at) => new Set(items.slice(at + 1).flatMap(aliasesOf)))
  items.forEach((item, at) => {
    frames = frames.flatMap((frame) => fromItem(item, frame, context))
    if (frames.length > most) frames = [tooMany(frames, context)]
    for (const part of waiting) {
      if (at < last && !isReady(part, later[at]!)) continue
      waiting.delete(part)
      frames = filtered(frames, part, context)
    }
  })
  for (const part of waiting) frames = filtered(frames, part, context)
  return frames
}

function tooMany(frames: readonly Frame[], context: Context): Frame {
  const any = ({ type }: Value) => anything(context, 'too many rows', type)
  const aliases = [...frames[0]!.aliases].map(([name, { columns, relation }]) => {
    const values = [...columns].map(([column, value]) => [column, any(value)] as const)
    return [name, { columns: new Map(values), relation }] as const
  })
  return {
    aliases: new Map(aliases),
    when: context.problem.flag('too many rows', true),
    symbolic: true,
    reads: [{ row: null, when: true }],
  }
}

export function filtered(frames: readonly Frame[], part: RawNode, context: Context): readonly Frame[] {
  return frames.flatMap((frame) => {
    const reads: Read[] = []
    const when = and(frame.when, condition(part, inFrame(frame, context, reads)).yes)
    return when === false ? [] : [{ ...frame, when, reads: [...frame.reads, ...reads] }]
  })
}

/** The context of an expression that sees the rows of a frame. */
export const inFrame = (frame: Frame, context: Context, reads: Read[] | null): Context => ({
  ...context,
  scope: { aliases: frame.aliases, outer: context.scope },
  reads: context.reads === null ? null : reads,
  depth: context.depth + 1,
})

export function conjuncts(node: RawNode | undefined): readonly RawNode[] {
  if (!node) return []
  const bool = node['BoolExpr'] as RawNode | undefined
  return bool?.['boolop'] === 'AND_EXPR' ? ((bool['args'] ?? []) as RawNode[]).flatMap(conjuncts) : [node]
}

/** Are all names it uses bound already? A name without qualifier may belong to any table. */
function isReady(node: unknown, later: ReadonlySet<string>): boolean {
  if (node === null || typeof node !== 'object') return true
  if (Array.isArray(node)) return node.every((each) => isReady(each, later))
  const body = node as RawNode
  const column = body['ColumnRef'] as RawNode | undefined
  if (column) {
    const parts = names((column['fields'] as RawNode[]).filter((field) => 'String' in field))
    return parts.length > 1 && !later.has(parts.at(-2)!)
  }
  return Object.values(body).every((each) => isReady(each, later))
}

/** The names that an item of FROM gives. */
export function aliasesOf(item: RawNode): string[] {
  const [what = ''] = Object.keys(item)
  const body = item[what] as RawNode
  if (what === 'JoinExpr')
    return [...aliasesOf(body['larg'] as RawNode), ...aliasesOf(body['rarg'] as RawNode)]
  const alias = (body['alias'] as RawNode | undefined)?.['aliasname']
  return [String(alias ?? body['relname'] ?? '')]
}

interface Expanded {
  readonly columns: readonly Column[]
  readonly when: Formula
  readonly symbolic: boolean
  readonly reads: readonly Read[]
  readonly open?: boolean
}

/** The output columns, stars spelled out; functions that return sets make several. */
function expanded(targets: readonly RawNode[], frame: Frame, context: Context): readonly Expanded[] {
  let made: Expanded[] = [{ columns: [], when: true, symbolic: false, reads: [] }]
  const isSet = (target: RawNode) => {
    const { call } = behindCasts(target['val'] as RawNode)
    return call !== undefined && isSetReturning(call, context)
  }
  // Several go side by side, and one that has ended gives NULL.
  if (targets.filter(isSet).length > 1) {
    mayDoAnything(context)
    const columns = targets.map((target) => ({
      name: nameOf(target),
      value: anything(context, 'rows side by side'),
    }))
    const when = context.problem.flag('rows side by side', true)
    return [{ columns, when, symbolic: true, reads: [{ row: null, when: true }] }]
  }
  for (const target of targets) {
    const value = target['val'] as RawNode
    const star = starred(value, context)
    const { call, casts } = behindCasts(value)
    const set = call && isSetReturning(call, context)
    if (star) {
      made = made.map((each) => ({
        ...each,
        columns: [...each.columns, ...star.columns],
        ...(star.open ? { open: true } : {}),
      }))
    } else if (set) {
      const rows = rowsOfCall(call, context)
      const cast = (one: Value) =>
        casts.reduce((inner, type) => castTo(context, inner, typeOf(type, context)), one)
      made = made.flatMap((each) =>
        rows.map((row) => ({
          columns: [...each.columns, { name: nameOf(target), value: cast(row.columns[0]!.value) }],
          when: and(each.when, row.when),
          ...(each.open ? { open: true } : {}),
          symbolic: each.symbolic || row.symbolic,
          reads: [...each.reads, ...row.reads],
        })),
      )
    } else {
      const column = { name: nameOf(target), value: compileLater(value, context) }
      made = made.map((each) => ({ ...each, columns: [...each.columns, column] }))
    }
  }
  return made
}

/** '' for `*`, the alias for `alias.*`, null for anything else. */
export function starOf(value: RawNode): string | null {
  const fields = ((value['ColumnRef'] as RawNode | undefined)?.['fields'] ?? []) as RawNode[]
  if (!fields.some((field) => 'A_Star' in field)) return null
  return names(fields.filter((field) => 'String' in field)).at(-1) ?? ''
}

export function nameOf(target: RawNode): string {
  if (target['name'] !== undefined) return String(target['name'])
  let value = target['val'] as RawNode
  while (value['TypeCast']) value = (value['TypeCast'] as RawNode)['arg'] as RawNode
  const column = value['ColumnRef'] as RawNode | undefined
  if (column) return names((column['fields'] as RawNode[]).filter((field) => 'String' in field)).at(-1) ?? ''
  const call = value['FuncCall'] as RawNode | undefined
  if (call) return names(call['funcname']).at(-1) ?? ''
  return value['CoalesceExpr'] ? 'coalesce' : value['CaseExpr'] ? 'case' : '?column?'
}

/** A row of which nothing is known. */
export function anyRow(context: Context, columns: number): Result {
  const { problem } = context
  return {
    when: problem.flag('some row', true),
    symbolic: true,
    reads: [],
    columns: Array.from({ length: columns }, (_, at) => ({
      name: `column${at + 1}`,
      value: anyOrNull(problem, 'some value', null),
    })),
  }
}
