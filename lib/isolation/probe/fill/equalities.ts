import type { Client } from 'pg'
import type { Column, Relation } from '@/lib/catalog/types-relation'
import { ident, literal } from '@/lib/clone/spelling'
import { sized } from '../schema/domain'
import type { Draft } from '../schema/plan-rows'

/**
 * What checks say that columns have to be, given the others, for each row: `(sha256 = sha256(content))`. One question of
 * the server for all; nothing where it cannot say.
 */
export async function equalities(
  client: Client,
  relation: Relation,
  conditions: readonly string[],
  drafts: readonly Draft[],
): Promise<Draft[]> {
  const columns = relation.columns.filter(({ generated }) => !generated)
  const found = conditions.flatMap((each) => equationsOf(each, columns))
  if (found.length === 0 || drafts.length === 0) return []
  const asked = found.map(({ right }) => `(${right})::text`).join(', ')
  try {
    const { rows } = await client.query<{ v: (string | null)[] }>(
      `select array[${asked}] as v from ${rowsOf(columns, drafts)} order by "row of the try"`,
    )
    return rows.map(({ v }) => new Map(found.map(({ left }, at) => [left, v[at] ?? null])))
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    return []
  }
}

/** Rows that are only tried, as something to select from. */
export function rowsOf(columns: readonly Column[], drafts: readonly Draft[]): string {
  const rows = drafts.map(
    (draft, n) => `(${n}, ${columns.map((column) => valueOf(column, draft)).join(', ')})`,
  )
  return `(values ${rows.join(', ')}) as x("row of the try", ${columns.map(({ name }) => ident(name)).join(', ')})`
}

/** Parts of a condition, as the server writes it, that name a column and what a call makes of others. */
function equationsOf(expression: string, columns: readonly Column[]): { left: string; right: string }[] {
  return columns.flatMap(({ name }) => {
    const spelled = /^[a-z_][a-z0-9_]*$/.test(name) ? name : ident(name)
    const begin = `(${spelled} = `
    const from = expression.indexOf(begin)
    if (from < 0) return []
    let depth = 1
    let at = from + begin.length
    for (; at < expression.length && depth > 0; at++)
      depth += expression[at] === '(' ? 1 : expression[at] === ')' ? -1 : 0
    const right = expression.slice(from + begin.length, at - 1)
    return depth > 0 || !right.includes('(') || /^(ANY|ALL) /.test(right) ? [] : [{ left: name, right }]
  })
}

function valueOf(column: Column, draft: Draft): string {
  const value = draft.get(column.name)
  const bare =
    value === undefined
      ? column.identity
        ? '0'
        : (column.default ?? 'null')
      : value === null
        ? 'null'
        : literal(value)
  return `(${bare})::${sized(column)}`
}
