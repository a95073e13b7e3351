import type { Relation } from '@/lib/catalog/types-relation'
import { ident } from '@/lib/clone/spelling'
import type { Witness } from '../../types'
import type { Attempt } from '../observe/arena'
import { mayRun } from '../calls/call-values'
import { callable, callsOf } from '../calls/calls'
import { names } from '../schema/mentions'
import { inOrder } from '../schema/plan-rows'
import type { Raid } from '../observe/raid'
import { isWritable, type Values } from '../schema/templates'
import { insertSql, only, updateSql, whereKey } from '../schema/statements'
import { categoryOf } from '../schema/values'
import { through } from '../schema/view-columns'

/** Steps that lead to no row of the model, one after the other. */
const further = 3

/**
 * Rows of other tables may be the session's own doing: it writes them first, one after the other, each that it may, by itself or
 * by a view or a function, and runs the command after each. What a row has to become may take more: a number that may only
 * grow by one, a column that a trigger fills with what was there before.
 */
export async function led(
  raid: Raid,
  witness: Witness,
  execute: (raid: Raid, witness: Witness) => Promise<void>,
): Promise<void> {
  const { scope, arena } = raid
  const others = inOrder(
    [...new Set(witness.rows.map((each) => each.relation))]
      .filter((id) => id !== witness.relation)
      .flatMap((id) => scope.relations.get(id) ?? []),
  )
  let next = raid
  let layers = 0
  const isOpen = () => !raid.booking.has(witness.relation, raid.name, witness.command)
  /** Takes the first of these steps that changes something; true when one did. */
  const take = async (relation: Relation, steps: readonly string[]): Promise<boolean> => {
    for (const sql of steps) {
      const continued = next.before.length > 0
      const done = await arena.stay(raid.identity, [sql], { continued, worth: changes })
      layers++
      if (done.refused || !changes(done)) continue
      const effect = { en: `succeeds on ${relation.id}`, pt: `tem sucesso em ${relation.id}` }
      next = next.after({ as: raid.identity, sql, effect })
      return true
    }
    return false
  }
  try {
    for (const relation of others)
      for (const { values } of witness.rows.filter((each) => each.relation === relation.id))
        if (!(await take(relation, await writes(raid, relation, values))))
          await take(relation, await indirectly(next, relation, values))
    if (next !== raid) await execute(next, witness)
    for (const relation of others)
      for (let turn = 0; turn < further && isOpen(); turn++) {
        if (!(await take(relation, await changing(raid, relation)))) break
        await execute(next, witness)
      }
  } finally {
    for (; layers > 0; layers--) await arena.back()
  }
}

const changes = ({ touched }: Attempt) => touched.length > 0

/** How the session could come to such a row: by an INSERT, or by an UPDATE of one that is there. */
async function writes(raid: Raid, relation: Relation, values: Given): Promise<string[]> {
  const { insert, update } = await raid.rights.of(raid.identity.role, relation.id)
  const wanted = new Map<string, string | null>(Object.entries(given(raid, relation.id, values)))
  const whole = new Map(wanted)
  for (const column of relation.columns)
    if (!whole.has(column.name) && column.notNull && column.default === null) {
      const plain = raid.domains.plain(relation, column, 400_001)
      if (plain !== undefined) whole.set(column.name, plain)
    }
  return [
    ...(insert.length > 0 ? [insertSql(relation.id, only(whole, insert))] : []),
    ...updates(raid, relation.id, relation, wanted, update),
  ]
}

type Given = Readonly<Record<string, string | null>>

function updates(raid: Raid, id: string, relation: Relation, wanted: Values, update: readonly string[]) {
  const key = raid.scope.tables.get(relation.id)?.key ?? []
  const changed = only(
    wanted,
    update.filter((name) => !key.includes(name)),
  )
  if (changed.size === 0) return []
  const aimed = key.length > 0 && key.every((name) => wanted.has(name))
  return [...(aimed ? [updateSql(id, changed, whereKey(key, wanted))] : []), updateSql(id, changed)]
}

/** The same by views that show the table, and by functions that write there. */
async function indirectly(raid: Raid, relation: Relation, values: Given): Promise<string[]> {
  const out: string[] = []
  const wanted = Object.entries(given(raid, relation.id, values))
  for (const view of raid.scope.snapshot.relations) {
    const below = view.kind === 'view' ? through(raid.scope.relations, view) : null
    if (below?.base.id !== relation.id) continue
    const { update } = await raid.rights.of(raid.identity.role, view.id)
    const shown = new Map(
      [...below.named].flatMap(([name, there]) =>
        wanted.filter(([column]) => column === there).map(([, value]) => [name, value] as const),
      ),
    )
    out.push(...updates(raid, view.id, relation, shown, update))
  }
  const writers = (await callable(raid)).filter((routine) =>
    mayRun(raid.scope, routine).some((body) => writing.test(body) && names(body, relation)),
  )
  return [
    ...out,
    ...writers.slice(0, 4).flatMap((routine) => callsOf(raid, routine, 4).map(({ sql }) => sql)),
  ]
}

const writing = /\b(?:insert|update|merge|delete)\b/i

/** An UPDATE that changes a row whatever it holds: numbers by one, else a column that no key holds. */
async function changing(raid: Raid, relation: Relation): Promise<string[]> {
  const { update } = await raid.rights.of(raid.identity.role, relation.id)
  const key = raid.scope.tables.get(relation.id)?.key ?? []
  const free = relation.columns.filter(
    (column) => update.includes(column.name) && isWritable(column) && !key.includes(column.name),
  )
  const counted = free.filter(({ baseType }) => ['integer', 'number'].includes(categoryOf(baseType)))
  const others = free.filter(
    (column) => !counted.includes(column) && !raid.domains.isTenant(relation, column.name),
  )
  const grown = counted.map(({ name }) => `update ${relation.id} set ${ident(name)} = ${ident(name)} + 1`)
  const serial = raid.arena.serial++
  return [
    ...grown.slice(0, 2),
    ...others.slice(0, 2).flatMap((column) => {
      const value = raid.domains.fresh(column, serial)
      return value === null ? [] : [updateSql(relation.id, new Map([[column.name, value]]))]
    }),
  ]
}

/** Columns that are generated are not given. */
export const given = (raid: Raid, id: string, values: Given): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(values).filter(([name]) => {
      const column = raid.scope.relations.get(id)?.columns.find((each) => each.name === name)
      return column && !column.generated
    }),
  )
