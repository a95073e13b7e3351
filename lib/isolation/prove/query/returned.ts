import type { RawNode } from '@/lib/sql/leaves'
import { names } from '@/lib/sql/leaves'
import { compile } from '../expression/compile'
import { aside } from '../moment'
import type { Binding, Context } from '../problem'
import { anyRow, type Column, type Result } from './query'
import { withTables } from './with'
import { changesOf } from '../change/statement'

/** The rows of a RETURNING: those that the statement makes, changes or removes; any where that is not clear. */
export function returnedBy(statement: RawNode, context: Context, columns: number): readonly Result[] {
  return (
    rowsReturned(statement, context) ?? [{ ...anyRow(context, columns), reads: [{ row: null, when: true }] }]
  )
}

function rowsReturned(statement: RawNode, context: Context): readonly Result[] | null {
  const [body] = Object.values(statement) as RawNode[]
  const clause = body?.['returningClause'] as RawNode | undefined
  const items = (body?.['returningList'] ?? clause?.['exprs'] ?? []) as RawNode[]
  const range = body?.['relation'] as RawNode | undefined
  if (!range || items.length === 0 || clause?.['options']) return null
  // MERGE shows its source as well, and what a row was before or what was done to it is not looked at.
  if ('MergeStmt' in statement || /"sval":"(old|new)"/.test(JSON.stringify(items))) return null
  // Whoever follows what the statement changes notes what it reads and sets off.
  const apart: Context = {
    ...aside(context),
    reads: context.reads === null ? null : [],
  }
  const { tables } = withTables(body!, apart)
  const alias = String((range['alias'] as RawNode | undefined)?.['aliasname'] ?? range['relname'])
  const found: Result[] = []
  for (const { target, ways } of changesOf({ statement, context: apart, when: true }))
    for (const { old, new: made, when } of ways) {
      const row = made ?? old
      if (!target || target.kind === 'view' || !row || row.relation !== target) return null
      const binding = { columns: row.columns, relation: target }
      const reads = [old, made].flatMap((each) => (each ? [{ row: each, when: true as const }] : []))
      found.push({
        when,
        symbolic: true,
        reads,
        columns: shown(items, alias, binding, { ...context, tables }),
      })
    }
  return found
}

function shown(
  items: readonly RawNode[],
  alias: string,
  binding: Binding,
  context: Context,
): readonly Column[] {
  const at: Context = { ...context, scope: { aliases: new Map([[alias, binding]]), outer: null } }
  return items.flatMap((item): readonly Column[] => {
    const target = item['ResTarget'] as RawNode
    const node = target['val'] as RawNode
    const fields = ((node['ColumnRef'] as RawNode | undefined)?.['fields'] ?? []) as RawNode[]
    if (fields.some((field) => 'A_Star' in field))
      return [...binding.columns].map(([name, value]) => ({ name, value }))
    const name = String(target['name'] ?? names(fields).at(-1) ?? '')
    return [{ name, value: compile(node, at) }]
  })
}
