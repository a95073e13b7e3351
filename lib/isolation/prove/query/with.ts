import { names, type RawNode } from '@/lib/sql/leaves'
import type { Context, Table, TableRow } from '../problem'
import { textOf } from '../logic/formula'
import { readsOf } from '../routine/noted'
import { anyRow, selectRows, type Result } from './query'
import { returnedBy } from './returned'

const rounds = 24

/** The context with the queries of a statement's WITH clause under their names; what they change is noted as set off. */
export function withTables(body: RawNode, context: Context): Context {
  const clause = body['withClause'] as RawNode | undefined
  if (!clause) return context
  const tables = new Map(context.tables)
  const inner = { ...context, tables }
  for (const each of (clause['ctes'] ?? []) as RawNode[]) {
    const query = each['CommonTableExpr'] as RawNode
    const name = String(query['ctename'])
    const statement = query['ctequery'] as RawNode
    const select = statement['SelectStmt'] as RawNode | undefined
    const renamed = names(query['aliascolnames'])
    const before = { ...inner, tables: new Map(tables) }
    if (!select) context.effects?.push({ statement, context: before, when: true })
    const make: Table = !select
      ? () => named(returnedBy(statement, before, renamed.length || 1), renamed)
      : clause['recursive'] && select['op'] === 'SETOP_UNION'
        ? () => recursive(name, renamed, select, before)
        : () => named(selectRows(select, before), renamed)
    tables.set(name, make)
  }
  return inner
}

const named = (rows: readonly Result[], renamed: readonly string[]): readonly TableRow[] =>
  rows.map((row) => ({
    ...row,
    columns: row.columns.map((column, at) => ({ ...column, name: renamed[at] ?? column.name })),
  }))

/** Rows of known content are followed until there are no new ones; any other step is one from whatever row. */
function recursive(
  name: string,
  renamed: readonly string[],
  body: RawNode,
  context: Context,
): readonly TableRow[] {
  const first = named(selectRows(body['larg'] as RawNode, context), renamed)
  const columns = first[0]?.columns.map((column) => column.name) ?? []
  const all = [...first]
  const seen = new Set(first.map(keyOf))
  let latest: readonly TableRow[] = first
  /** What a step gives, whatever row the one before it gave. */
  const step = () => {
    const any = anyRow(context, columns.length)
    const row = { ...any, columns: any.columns.map((each, at) => ({ ...each, name: columns[at]! })) }
    const inner = { ...context, tables: new Map([...context.tables, [name, () => [row]]]) }
    return named(selectRows(body['rarg'] as RawNode, inner), columns)
  }
  for (let round = 0; latest.length > 0; round++) {
    const from = latest
    const inner = { ...context, tables: new Map([...context.tables, [name, () => from]]) }
    const next = named(selectRows(body['rarg'] as RawNode, inner), columns)
    if (round > rounds || next.some((row) => row.symbolic) || all.length > 2000) {
      // Whatever row the next step has, it hangs on what each step before it reads.
      const reads = [...first, ...step()].flatMap((row) => readsOf(row, row.when))
      return [...all, ...step().map((row) => ({ ...row, symbolic: true, reads: [...row.reads, ...reads] }))]
    }
    latest = next.filter((row) => !seen.has(keyOf(row)))
    for (const row of latest) seen.add(keyOf(row))
    all.push(...latest)
  }
  return all
}

const keyOf = (row: TableRow) =>
  JSON.stringify([
    textOf(row.when),
    row.columns.map((column) => column.value.cases.map((each) => [textOf(each.when), each.term?.key])),
  ])
