import { names, type RawNode } from '@/lib/sql/leaves'
import { isSetReturning } from '../expression/set-returning'
import { ownOperators } from '../expression/own-operator'
import type { Context, Table } from '../problem'

const partners = new WeakMap<Table, Table>()

/** The rows that an UPDATE changed as they were and as they are: at one place of both is one row. */
export function pair(old: Table, made: Table): void {
  partners.set(old, made)
  partners.set(made, old)
}

/**
 * Does a join number all rows of both transition tables of one UPDATE, and join them by that number? Then neither side is
 * ever without the other: PostgreSQL puts a row into both at once (AfterTriggerSaveEvent), and `row_number() over ()` counts
 * them in the order in which they were put there.
 */
export function isPaired(body: RawNode, context: Context): boolean {
  // A variable may have the name of one of the columns.
  if (context.variablesFirst) return false
  const sides = [body['larg'], body['rarg']].map((each) => numberedIn(each as RawNode, context))
  const [left, right] = sides
  if (!left || !right || partners.get(left.table) !== right.table) return false
  const { kind, name, lexpr, rexpr } = ((body['quals'] as RawNode | undefined)?.['A_Expr'] ?? {}) as RawNode
  if (kind !== 'AEXPR_OP' || names(name).join('.') !== '=') return false
  if (ownOperators(context, '=', false).length > 0) return false
  const joined = [lexpr, rexpr].map((each) => columnOf(each as RawNode))
  return [left, right].every(({ place }) => joined.includes(place))
}

const columnOf = (node: RawNode): string =>
  names((node['ColumnRef'] as RawNode | undefined)?.['fields']).join('\n')

interface Numbered {
  readonly table: Table
  /** The column that holds the number, by the name of the sub-query and its own. */
  readonly place: string
}

const plain = new Set(['targetList', 'fromClause', 'limitOption', 'op'])

/** `(select row_number() over () as place, ... from table) as name` */
function numberedIn(item: RawNode, context: Context): Numbered | null {
  const { alias, lateral, subquery } = (item['RangeSubselect'] ?? {}) as RawNode
  const { aliasname, colnames } = (alias ?? {}) as RawNode
  const select = ((subquery ?? {}) as RawNode)['SelectStmt'] as RawNode | undefined
  if (!select || lateral || colnames || !aliasname) return null
  if (select['op'] !== 'SETOP_NONE' || Object.keys(select).some((key) => !plain.has(key))) return null
  const [range, ...more] = ((select['fromClause'] ?? []) as RawNode[]).map((each) => each['RangeVar'])
  const { relname, schemaname } = (range ?? {}) as RawNode
  const table = more.length === 0 && !schemaname ? context.tables.get(String(relname)) : undefined
  const targets = ((select['targetList'] ?? []) as RawNode[]).map((each) => each['ResTarget'] as RawNode)
  const numbers = targets.filter(({ val }) => isPlace(val as RawNode, context))
  if (!table || numbers.length !== 1 || !keepsOrder(targets, context)) return null
  return { table, place: `${String(aliasname)}\n${String(numbers[0]!['name'])}` }
}

function isPlace(node: RawNode, { problem, path }: Context): boolean {
  const call = node['FuncCall'] as RawNode | undefined
  if (!call?.['over'] || call['agg_filter']) return false
  const [name, ...schema] = names(call['funcname']).toReversed()
  if (name !== 'row_number') return false
  return schema.length > 0
    ? schema.join() === 'pg_catalog'
    : problem.world.routinesNamed(null, name, path).length === 0
}

/** Nothing sorts the rows, leaves any out or makes more of them. */
function keepsOrder(node: unknown, context: Context): boolean {
  if (node === null || typeof node !== 'object') return true
  if (Array.isArray(node)) return node.every((each) => keepsOrder(each, context))
  const body = node as RawNode
  const { funcname, over } = body
  if (funcname && isSetReturning(body, context)) return false
  const window = (over ?? {}) as RawNode
  if (window['name'] || window['refname'] || window['partitionClause'] || window['orderClause']) return false
  return Object.values(body).every((each) => keepsOrder(each, context))
}
