import { ident } from '@/lib/clone/spelling'
import type { TableContent, Witness } from '../types'
import { foreignKeys, inOrder } from './plan-rows'
import { quietly } from './quiet'
import type { Raid } from './raid'
import { treeOf } from './scope'
import { deleteSql, insertSql, text, updateSql, whereKey } from './statements'
import { truncates } from './write-rows'

/** Puts the rows of a prover's model where they are lawful, and runs the command it is about. */
export async function confirm(raid: Raid, witness: Witness, content: readonly TableContent[]): Promise<void> {
  const { scope, arena } = raid
  const relation = scope.relations.get(witness.relation)
  if (!relation || raid.booking.has(witness.relation, raid.name, witness.command)) return
  const known = new Set(content.map((each) => each.relation))
  const involved = inOrder(
    [...new Set(witness.rows.map((each) => each.relation))].flatMap((id) => scope.relations.get(id) ?? []),
  )
  const rows = involved.flatMap(({ id }) =>
    witness.rows.filter((each) => each.relation === id && !known.has(id)),
  )
  const inserts = rows.map(
    (each) =>
      `${insertSql(each.relation, new Map(Object.entries(given(raid, each.relation, each.values))))} on conflict do nothing`,
  )
  try {
    await arena.arrange(quietly(inserts), [
      ...new Set(rows.flatMap((each) => [...treeOf(scope, each.relation)])),
    ])
  } catch (error) {
    // A constraint refuses the model's rows: it is not one of this schema.
    if ((error as { code?: string }).code === undefined) throw error
    return
  }
  try {
    for (const { relation: id, values } of rows) if (!(await pointsSomewhere(raid, id, values))) return
    await execute(raid, witness)
  } finally {
    await arena.back()
  }
}

/** Columns that are generated are not given. */
const given = (raid: Raid, id: string, values: Readonly<Record<string, string | null>>) =>
  Object.fromEntries(
    Object.entries(values).filter(([name]) => {
      const column = raid.scope.relations.get(id)?.columns.find((each) => each.name === name)
      return column && !column.generated
    }),
  )

async function pointsSomewhere(raid: Raid, id: string, values: Readonly<Record<string, string | null>>) {
  const relation = raid.scope.relations.get(id)
  for (const { columns, references } of relation ? foreignKeys(relation) : []) {
    const wanted = columns.map((name) => values[name] ?? null)
    if (wanted.includes(null)) continue
    const where = references.columns.map((name, at) => `${ident(name)} = ${text(wanted[at])}`).join(' and ')
    const [found] = await raid.arena.ask<{ there: boolean }>(
      `select exists (select from ${references.relation} where ${where}) as there`,
    )
    if (!found?.there) return false
  }
  return true
}

async function execute(raid: Raid, { relation: id, command, values, rows }: Witness): Promise<void> {
  const relation = raid.scope.relations.get(id)
  if (!relation) return
  if (command === 'SELECT') return void (await raid.read(relation))
  const set = new Map(Object.entries(given(raid, id, values ?? {})))
  const key = raid.scope.tables.get(id)?.key ?? []
  const aims = [
    ...rows
      .filter((each) => each.relation === id)
      .map((each) => whereKey(key, new Map(Object.entries(each.values)))),
    '',
  ]
  if (command === 'INSERT') await raid.write(id, { sql: insertSql(id, set), command })
  else if (command === 'UPDATE') {
    const { update } = await raid.rights.of(raid.identity.role, id)
    const allowed = new Map([...set].filter(([name]) => update.includes(name) && !key.includes(name)))
    for (const where of aims)
      if (allowed.size > 0) await raid.write(id, { sql: updateSql(id, allowed, where), command })
  } else if (command === 'DELETE')
    for (const where of aims) await raid.write(id, { sql: deleteSql(id, where), command })
  else if (command === 'TRUNCATE')
    for (const statement of truncates(raid, relation)) await raid.write(id, statement)
}
