import type { Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import type { TableContent, Witness } from '../../types'
import { call } from './witness-call'
import { completed, type Piece } from '../fill/complete'
import { compare } from '../calls/dependence'
import type { Influence } from '../schema/influence'
import { beside } from './beside'
import { given, led } from './led'
import { viewLooks } from '../calls/looks'
import { emptied, toldOf } from './narrowed'
import { foreignKeys, inOrder } from '../schema/plan-rows'
import { quietly } from '../session/quiet'
import type { Raid } from '../observe/raid'
import { treeOf } from '../schema/scope'
import { isWritable } from '../schema/templates'
import { deleteSql, insertSql, text, updateSql, whereKey } from '../schema/statements'
import { truncates } from './write-rows'

/**
 * Puts the rows of a prover's model where they are lawful, and runs the command it is about; with `alone` also where
 * nothing else stands, since other rows may hide what these would show.
 */
export async function confirm(
  raid: Raid,
  influence: Influence,
  witness: Witness,
  content: readonly TableContent[],
  alone: boolean,
): Promise<void> {
  const { scope } = raid
  const relation = scope.relations.get(witness.relation) ?? null
  if (!relation && !witness.arguments) return
  if (raid.booking.has(witness.relation, raid.name, witness.command)) return
  const known = new Set(content.filter((each) => !each.ofTenants).map((each) => each.relation))
  for (const row of witness.rows) if (await isOtherWho(raid, row, content)) return
  const involved = inOrder(
    [...new Set(witness.rows.map((each) => each.relation))].flatMap((id) => scope.relations.get(id) ?? []),
  )
  const rows: Piece[] = []
  // What stands in these the session may have changed.
  const standing = witness.rows.filter(({ relation: id }) => known.has(id))
  for (const each of involved)
    for (const { values } of witness.rows.filter(({ relation: id }) => id === each.id && !known.has(id)))
      rows.push(...(await completed(raid, each, given(raid, each.id, values), known)))
  const aim = relation ? await aimOf(raid, relation, witness, known) : []
  rows.push(...aim.slice(0, -1))
  const inserts = rows.map(
    (each) =>
      `${insertSql(each.relation, new Map(Object.entries(each.values)), '', true)} on conflict do nothing`,
  )
  const made = { ...witness, rows, values: aim.at(-1)?.values ?? witness.values }
  const changed = rows.flatMap((each) => [...treeOf(scope, each.relation)])
  const isOpen = () => !raid.booking.has(witness.relation, raid.name, witness.command)
  await among(raid, { statements: inserts, tables: changed }, rows, async () => {
    await execute(raid, made)
    if (isOpen()) await led(raid, { ...made, rows: [...standing, ...rows] }, execute)
  })
  if (!alone || !isOpen()) return
  const { statements, tables } = emptied(raid, influence)
  if (statements.length === 0) return
  const nothingElse = { statements: [...statements, ...inserts], tables: [...tables, ...changed] }
  await among(raid, nothingElse, rows, async () => {
    await execute(raid, made)
    if (relation && witness.command === 'SELECT' && isOpen())
      await compare(raid, await viewLooks(raid, [relation]))
    // What sets it off may make a row with a key of its own, which no row holds here.
    if (relation && witness.command !== 'SELECT' && isOpen())
      await beside(raid, influence, { rows: 2, statements: 8 }, relation.id)
  })
}

/** Who a tenant's people are is known where a table has one row for each that the session cannot write: no other has them. */
async function isOtherWho(raid: Raid, { relation: id, values }: Piece, content: readonly TableContent[]) {
  const relation = raid.scope.relations.get(id)
  if (!relation || !content.some((each) => each.ofTenants && each.relation === id)) return false
  const { insert, update } = await raid.rights.of(raid.identity.role, id)
  if (insert.length + update.length > 0) return false
  const told = toldOf(raid)
  const { tenants } = raid.identity.principal
  const whose = relation.columns.find(({ name }) => raid.domains.isTenant(relation, name))?.name
  return (
    whose !== undefined &&
    !tenants.includes(values[whose] ?? '') &&
    Object.values(values).some((value) => told.includes(value ?? ''))
  )
}

/** Does something where the model's rows stand, if they can stand there. */
async function among(
  raid: Raid,
  { statements, tables }: { readonly statements: readonly string[]; readonly tables: readonly string[] },
  rows: readonly Piece[],
  work: () => Promise<void>,
): Promise<void> {
  try {
    await raid.arena.arrange(quietly(statements), [...new Set(tables)])
  } catch (error) {
    // A constraint refuses the model's rows: it is not one of this schema.
    if ((error as { code?: string }).code === undefined) throw error
    return
  }
  try {
    for (const { relation, values } of rows) if (!(await pointsSomewhere(raid, relation, values))) return
    await work()
  } finally {
    await raid.arena.back()
  }
}

/** What an INSERT is to give, with the rows it points to; nothing where another command is asked about. */
const aimOf = (raid: Raid, relation: Relation, { command, values }: Witness, known: ReadonlySet<string>) =>
  command === 'INSERT' && values
    ? completed(raid, relation, given(raid, relation.id, values), known)
    : Promise.resolve([])

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

async function execute(raid: Raid, witness: Witness): Promise<void> {
  const { relation: id, command, values, rows } = witness
  const relation = raid.scope.relations.get(id)
  if (!relation) return call(raid, witness)
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
    const also = besides(raid, relation, update, set)
    for (const where of aims)
      for (const more of [new Map<string, string | null>(), ...also]) {
        if (allowed.size + more.size === 0 || raid.booking.has(id, raid.name, command)) continue
        await raid.write(id, { sql: updateSql(id, new Map([...allowed, ...more]), where), command })
      }
  } else if (command === 'DELETE')
    for (const where of aims) await raid.write(id, { sql: deleteSql(id, where), command })
  else if (command === 'TRUNCATE')
    for (const statement of truncates(raid, relation)) await raid.write(id, statement)
}

/** Columns of which a model says nothing, changed one by one: a row that stays as it was shows no change. */
function besides(
  raid: Raid,
  relation: Relation,
  update: readonly string[],
  set: ReadonlyMap<string, unknown>,
) {
  const held = [
    ...(raid.scope.tables.get(relation.id)?.key ?? []),
    ...foreignKeys(relation).flatMap(({ columns }) => columns),
  ]
  const serial = raid.arena.serial++
  return relation.columns
    .filter(({ name }) => update.includes(name) && !set.has(name) && !held.includes(name))
    .filter((column) => isWritable(column) && !raid.domains.isTenant(relation, column.name))
    .map((column) => new Map([[column.name, raid.domains.fresh(column, serial)]]))
    .filter((each) => ![...each.values()].includes(null))
    .slice(0, 2)
}
