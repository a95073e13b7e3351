import { names, type RawNode } from '@/lib/sql/leaves'
import type { Relation } from '@/lib/catalog/types-relation'
import { selectOf } from '../query/scan'
import type { World } from '../world'

/**
 * Does a sub-query of one value never fail for some of the rows around it, because it finds more rows than one? It has one row, or
 * looks at no column of theirs.
 */
export function isOneRow(query: RawNode, world: World): boolean {
  const select = (query['SelectStmt'] ?? {}) as RawNode
  const from = (select['fromClause'] ?? []) as RawNode[]
  if (select['op'] !== undefined && select['op'] !== 'SETOP_NONE') return false
  if (from.length === 0 || select['limitCount'] !== undefined) return true
  const [target] = (select['targetList'] ?? []) as RawNode[]
  if (select['groupClause'] === undefined && isAggregate(target)) return true
  const tables = tablesIn(from)
  const own = new Set([...tables.map(({ name }) => name), ...aliasesIn(from)])
  if (!referencesIn(select).some(([first, ...more]) => more.length > 0 && !own.has(first ?? ''))) return true
  const [only] = tables
  const relation =
    only && from.length === 1 && 'RangeVar' in from[0]! ? world.relation(only.schema, only.name, []) : null
  return !!relation && isFixed(relation, equalIn(select['whereClause'] as RawNode | undefined), world)
}

const aggregates =
  /^(count|min|max|sum|avg|bool_or|bool_and|every|array_agg|string_agg|jsonb?_agg|jsonb?_object_agg)$/

/** Does it stand alone in what is made of all rows? */
function isAggregate(target: RawNode | undefined): boolean {
  const value = (target?.['ResTarget'] as RawNode | undefined)?.['val'] as RawNode | undefined
  const call = value?.['FuncCall'] as RawNode | undefined
  if (call) return call['over'] === undefined && aggregates.test(names(call['funcname']).at(-1) ?? '')
  const inner = (value?.['CoalesceExpr'] as RawNode | undefined)?.['args'] as RawNode[] | undefined
  return inner !== undefined && isAggregate({ ResTarget: { val: inner[0] } })
}

interface Named {
  readonly schema: string | null
  readonly name: string
}

function tablesIn(node: unknown): readonly Named[] {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap(tablesIn)
  const table = (node as RawNode)['RangeVar'] as RawNode | undefined
  if (!table) return Object.values(node).flatMap(tablesIn)
  return [{ schema: (table['schemaname'] as string | undefined) ?? null, name: String(table['relname']) }]
}

/** Names that anything in FROM was given. */
function aliasesIn(node: unknown): readonly string[] {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap(aliasesIn)
  const alias = ((node as RawNode)['alias'] as RawNode | undefined)?.['aliasname']
  return [...(alias === undefined ? [] : [String(alias)]), ...Object.values(node).flatMap(aliasesIn)]
}

function referencesIn(node: unknown): readonly string[][] {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap(referencesIn)
  const fields = ((node as RawNode)['ColumnRef'] as RawNode | undefined)?.['fields']
  return fields ? [names(fields)] : Object.values(node).flatMap(referencesIn)
}

/** Columns that one side of an equality is, where all of a condition must hold. */
function equalIn(where: RawNode | undefined): ReadonlySet<string> {
  const both = where?.['BoolExpr'] as RawNode | undefined
  if (both?.['boolop'] === 'AND_EXPR')
    return new Set(((both['args'] ?? []) as RawNode[]).flatMap((each) => [...equalIn(each)]))
  const test = where?.['A_Expr'] as RawNode | undefined
  if (test?.['kind'] !== 'AEXPR_OP' || names(test['name']).join() !== '=') return new Set()
  return new Set(
    [test['lexpr'], test['rexpr']].flatMap((side) => {
      const fields = ((side as RawNode)['ColumnRef'] as RawNode | undefined)?.['fields']
      return fields ? [names(fields).at(-1) ?? ''] : []
    }),
  )
}

/** Has it, or the one table behind a view, a key whose columns are all given? */
function isFixed(relation: Relation, given: ReadonlySet<string>, world: World): boolean {
  // A key holds in a table alone, not in its heirs too.
  if (world.below(relation).some(({ partitionBound }) => partitionBound === null)) return false
  if (relation.kind !== 'view')
    return relation.indexes.some(
      ({ unique, predicate, keys }) =>
        unique && predicate === null && keys.every(({ column }) => column !== null && given.has(column)),
    )
  const select = selectOf(relation)
  const from = (select?.['fromClause'] ?? []) as RawNode[]
  const table = from[0]?.['RangeVar'] as RawNode | undefined
  const [below] = table ? tablesIn(from) : []
  const base = below && from.length === 1 ? world.relation(below.schema, below.name, []) : null
  if (!base || base.kind === 'view') return false
  const columns = ((select!['targetList'] ?? []) as RawNode[]).flatMap((each, at) => {
    const value = ((each['ResTarget'] as RawNode)['val'] ?? {}) as RawNode
    const fields = (value['ColumnRef'] as RawNode | undefined)?.['fields']
    return fields && given.has(relation.columns[at]?.name ?? '') ? [names(fields).at(-1) ?? ''] : []
  })
  return isFixed(base, new Set(columns), world)
}
