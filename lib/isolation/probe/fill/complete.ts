import type { Relation } from '@/lib/catalog/types-relation'
import { ident, literal } from '@/lib/clone/spelling'
import { foreignKeys } from '../schema/plan-rows'
import type { Raid } from '../observe/raid'
import { tenancyOf } from '../schema/scope'
import { text } from '../schema/statements'

export type Given = Readonly<Record<string, string | null>>

/** A row to be put somewhere. */
export interface Piece {
  readonly relation: string
  readonly values: Given
}

const depth = 4

/**
 * A row of a model with what the model leaves open: columns that may not be empty, and the rows its references name, which
 * come first. Of tables whose content is known one that is there is named instead.
 */
export async function completed(
  raid: Raid,
  relation: Relation,
  given: Given,
  known: ReadonlySet<string>,
  level = 0,
): Promise<readonly Piece[]> {
  const values: Record<string, string | null> = { ...given }
  const parents: Piece[] = []
  for (const { columns, references } of foreignKeys(relation)) {
    const parent = raid.scope.relations.get(references.relation)
    const wanted = columns.map((name) => values[name])
    const needed = columns.some((name) => relation.columns.find((each) => each.name === name)?.notNull)
    if (!parent || wanted.includes(null) || (!needed && wanted.includes(undefined))) continue
    const named = columns.flatMap((name, at) =>
      values[name] === undefined ? [] : [{ column: references.columns[at]!, name, value: values[name] }],
    )
    const there = await rowsOf(raid, parent, references.columns, named)
    const whole = named.length === columns.length
    if (whole && there.length > 0) continue
    if (whole && !known.has(parent.id) && level < depth && parent.id !== relation.id) {
      const asked = Object.fromEntries(named.map(({ column, value }) => [column, value]))
      parents.push(...(await completed(raid, parent, asked, known, level + 1)))
      continue
    }
    const [row] = there.length > 0 ? there : await rowsOf(raid, parent, references.columns, [])
    if (row) columns.forEach((name, at) => (values[name] = row[at] ?? null))
  }
  relation.columns.forEach((column, at) => {
    const open = values[column.name] === undefined && column.notNull && column.default === null
    if (!open || column.generated || column.identity) return
    const plain = raid.domains.plain(relation, column, 410_000 + level * 100 + at)
    if (plain !== undefined) values[column.name] = plain
  })
  return [...parents, { relation: relation.id, values }]
}

/** Keys of rows that are there, those of other tenants first. */
async function rowsOf(
  raid: Raid,
  parent: Relation,
  columns: readonly string[],
  named: readonly { readonly column: string; readonly value: string | null }[],
): Promise<readonly (readonly (string | null)[])[]> {
  const tenancy = tenancyOf(parent.id, raid.scope.setup)
  const tenant =
    tenancy?.kind === 'column' ? tenancy.column : columns.find((name) => raid.domains.isTenant(parent, name))
  const own = raid.identity.principal.tenants.map(literal).join(', ')
  const foreign = columns.length === 1 && !tenant ? columns[0] : tenant
  const where = named.map(({ column, value }) => `${ident(column)} = ${text(value)}`).join(' and ')
  const order = foreign && own ? ` order by ${ident(foreign)}::text in (${own})` : ''
  const rows = await raid.arena.ask<{ key: (string | null)[] }>(
    `select array[${columns.map((name) => `${ident(name)}::text`).join(', ')}]::text[] as key
     from ${parent.id}${where ? ` where ${where}` : ''}${order} limit 20`,
  )
  return rows.map(({ key }) => key)
}
