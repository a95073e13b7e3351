import type { RawNode } from '@/lib/sql/leaves'
import { compile, condition } from '../expression/compile'
import { and, not, or, type Formula } from '../logic/formula'
import { ofOneType } from '../expression/one-type'
import { notDistinct } from '../expression/operate'
import { nullOf } from '../logic/value'
import type { Context, Row } from '../problem'
import { inFrame, selectRows, starOf, type Column, type Result } from './query'
import { letsThrough } from '../row-security'
import { aggregateIn } from '../expression/sub-link'

/** The rows of UNION, INTERSECT and EXCEPT. */
export function combined(select: RawNode, operation: string, context: Context): readonly Result[] {
  const [one, two] = [select['larg'] as RawNode, select['rarg'] as RawNode]
  const [left, right] = [selectRows(one, context), selectRows(two, context)]
  if (operation === 'SETOP_UNION') {
    const named = left[0]?.columns.map((column) => column.name)
    const renamed = right.map((each) => ({
      ...each,
      columns: each.columns.map((column, at) => ({ ...column, name: named?.[at] ?? column.name })),
    }))
    return alikeColumns([...left, ...renamed], context)
  }
  return left.map((each) => {
    const alike = right.map((other) => ({ ...other, when: and(other.when, same(each, other, context)) }))
    // A row of the other side has to do with no row but its like.
    const others = alike.flatMap((other) =>
      other.reads.map((read) => ({ row: read.row, when: and(read.when, other.when) })),
    )
    const when =
      operation === 'SETOP_INTERSECT'
        ? and(each.when, or(...alike.map((other) => other.when)))
        : select['all'] === true
          ? each.when
          : and(each.when, not(or(...takenAway(two, each, context))))
    return { ...each, when, symbolic: true, reads: [...each.reads, ...others] }
  })
}

/** Rows whose columns have the types that all of them make together. */
export function alikeColumns(rows: readonly Result[], context: Context): readonly Result[] {
  const [first] = rows
  if (!first) return rows
  const differ = (at: number) =>
    new Set(rows.flatMap(({ columns }) => columns[at]?.value.type ?? [])).size > 1
  const mixed = first.columns.flatMap((_, at) => (differ(at) ? [at] : []))
  if (mixed.length === 0) return rows
  const made = new Map(
    mixed.map((at) => [
      at,
      ofOneType(
        context,
        rows.map(({ columns }) => columns[at]?.value ?? nullOf(null)),
      ),
    ]),
  )
  return rows.map((row, place) => ({
    ...row,
    columns: row.columns.map((column, at) => ({ ...column, value: made.get(at)?.[place] ?? column.value })),
  }))
}

const same = (one: { readonly columns: readonly Column[] }, other: typeof one, context: Context): Formula =>
  and(
    ...one.columns.map(({ value }, at) => {
      const beside = other.columns[at]?.value
      return beside ? notDistinct(context, value, beside) : true
    }),
  )

/** When the rows a result is made of are themselves among those that EXCEPT takes away, and look like it. */
function takenAway(select: RawNode, result: Result, context: Context): readonly Formula[] {
  if (select['op'] === 'SETOP_UNION') {
    const parts = [select['larg'], select['rarg']] as RawNode[]
    return parts.flatMap((part) => takenAway(part, result, context))
  }
  const rows = new Set(result.reads.map(({ row }) => row))
  return [...rows].map((row) => {
    const columns = row?.symbolic && !row.past ? selected(select, row, context) : null
    return columns ? and(columns.when, same(result, columns, context)) : false
  })
}

const more =
  'groupClause havingClause distinctClause limitCount limitOffset windowClause withClause valuesLists'.split(
    ' ',
  )

/** What a plain SELECT from one table makes of this row of the table, and when it returns it; null for any other SELECT. */
function selected(
  select: RawNode,
  row: Row,
  context: Context,
): { readonly when: Formula; readonly columns: readonly Column[] } | null {
  const from = (select['fromClause'] ?? []) as RawNode[]
  const range = from[0]?.['RangeVar'] as RawNode | undefined
  const { world } = context.problem
  const alias = range?.['alias'] as RawNode | undefined
  if (!range || !row.relation || from.length !== 1 || range['inh'] !== true || alias?.['colnames'])
    return null
  if (select['op'] !== 'SETOP_NONE' || more.some((each) => select[each] !== undefined)) return null
  if (range['schemaname'] === undefined) return null
  const relation = world.relation(String(range['schemaname']), String(range['relname']), [])
  if (relation !== row.relation || world.mayColumns(context.as, relation, 'SELECT').size === 0) return null
  const targets = ((select['targetList'] ?? []) as RawNode[]).map(
    (each) => (each['ResTarget'] as RawNode)['val'] as RawNode,
  )
  if (aggregateIn(select, 'aggregate', context) || aggregateIn(select, 'window', context)) return null
  if (targets.some((target) => starOf(target) !== null || !('ColumnRef' in target))) return null
  const name = String(alias?.['aliasname'] ?? range['relname'])
  const frame = {
    aliases: new Map([[name, { columns: row.columns, relation }]]),
    when: true,
    symbolic: false,
    reads: [],
  }
  const at = inFrame(frame, context, null)
  const where = select['whereClause'] as RawNode | undefined
  return {
    when: and(
      row.exists,
      letsThrough(relation, row, 'SELECT', 'using', context),
      where ? condition(where, at).yes : true,
    ),
    columns: targets.map((target) => ({ name: '', value: compile(target, at) })),
  }
}
