import { ident, literal } from '@/lib/clone/spelling'
import { tenantSql, type Scope, type Table } from '../schema/scope'

/** A row as the superuser sees it: the texts of its columns in order. */
export interface Row {
  readonly values: readonly (string | null)[]
  readonly tenant: string | null
}

export interface Effect {
  readonly table: Table
  readonly kind: 'INSERT' | 'UPDATE' | 'DELETE'
  readonly before: Row | null
  readonly after: Row | null
}

export type Rows = ReadonlyMap<string, Row>

/** Reads a table as the superuser sees it: key, texts and tenant of each row. */
export function rowsSql(table: Table, scope: Scope): string {
  const { id, columns } = table.relation
  const values = columns.map(({ name }) => `t.${ident(name)}::text`).join(', ')
  const key =
    table.key.length > 0
      ? `pg_catalog.concat_ws('/', ${table.key.map((name) => `t.${ident(name)}::text`).join(', ')})`
      : 't.ctid::text'
  return `select ${literal(id)} as id, ${key} as k, array[${values}]::text[] as v, ${tenantSql(table.tenancy, scope.setup, 't')} as t from only ${id} t`
}

/** What differs between two states of a table. A row without a key that was updated is one that went and one that came. */
export function differences(table: Table, before: Rows, after: Rows, updated: boolean): Effect[] {
  const found: Effect[] = []
  const gone: Row[] = []
  const come: Row[] = []
  for (const [key, was] of before) {
    const is = after.get(key)
    if (!is) gone.push(was)
    else if (was.values.some((value, at) => value !== is.values[at]) || was.tenant !== is.tenant)
      found.push({ table, kind: 'UPDATE', before: was, after: is })
  }
  for (const [key, is] of after) if (!before.has(key)) come.push(is)
  const moved = updated ? Math.min(gone.length, come.length) : 0
  for (let at = 0; at < moved; at++)
    found.push({ table, kind: 'UPDATE', before: gone[at] ?? null, after: come[at] ?? null })
  for (const row of gone.slice(moved)) found.push({ table, kind: 'DELETE', before: row, after: null })
  for (const row of come.slice(moved)) found.push({ table, kind: 'INSERT', before: null, after: row })
  return found
}
