import { names, type RawNode } from '@/lib/sql/leaves'
import type { Relation } from '@/lib/catalog/types-relation'
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
  const own = new Set(tables.map(({ alias }) => alias))
  if (!referencesIn(select).some(([first, ...more]) => more.length > 0 && !own.has(first ?? ''))) return true
  const [only] = tables
  const relation =
    only && from.length === 1 && 'RangeVar' in from[0]! ? world.relation(only.schema, only.name, []) : null
  return !!relation && isFixed(relation, equalIn(select['whereClause'] as RawNode | undefined))
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
  readonly alias: string
}

function tablesIn(node: unknown): readonly Named[] {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap(tablesIn)
  const table = (node as RawNode)['RangeVar'] as RawNode | undefined
  if (!table) return Object.values(node).flatMap(tablesIn)
  const alias = (table['alias'] as RawNode | undefined)?.['aliasname']
  const name = String(table['relname'])
  return [{ schema: (table['schemaname'] as string | undefined) ?? null, name, alias: String(alias ?? name) }]
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

/** Has it a key whose columns are all given? */
const isFixed = (relation: Relation, given: ReadonlySet<string>): boolean =>
  relation.indexes.some(
    ({ unique, predicate, keys }) =>
      unique && predicate === null && keys.every(({ column }) => column !== null && given.has(column)),
  )
