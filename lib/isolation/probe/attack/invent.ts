import type { Column, Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import type { Arena } from '../observe/arena'
import type { Raid, Statement } from '../observe/raid'
import { literal } from '@/lib/clone/spelling'
import { bodiesOf } from '../calls/call-values'
import { requestSettings } from '../session/identity'
import { names, word } from '../schema/mentions'
import { belongings, mineFor } from './joining'
import { isForeign } from '../schema/scope'
import { insertSql, only } from '../schema/statements'
import { isWritable } from '../schema/templates'
import { foreignKeys, spread } from '../schema/plan-rows'
import { isDynamic, settles } from '../calls/texts'
import { sized } from '../schema/domain'
import { categoryOf, looksLike } from '../schema/values'

export interface Pointer {
  readonly column: string
  readonly value: string
}

/** Keys of rows of others for columns that point by their value alone, without a foreign key. */
export function pointers(raid: Raid, relation: Relation): Pointer[] {
  const bound = new Set(foreignKeys(relation).flatMap(({ columns }) => columns))
  const primary = new Set(relation.constraints.find(({ kind }) => kind === 'primary')?.columns)
  const pointing = relation.columns
    .filter(
      (column) =>
        isWritable(column) &&
        raid.domains.isHot(relation, column.name) &&
        !bound.has(column.name) &&
        !primary.has(column.name) &&
        !raid.domains.isTenant(relation, column.name),
    )
    .flatMap((column) => keysOf(raid, sized(column)).foreign.map((value) => ({ column: column.name, value })))
  return [...pointing, ...compared(raid, relation)]
}

interface Pair {
  readonly own: string
  readonly other: string
}

const pairsOf = new WeakMap<Relation, readonly Pair[]>()

/** What bodies of a table's triggers compare columns of the new row with. */
function comparisons(relation: Relation, { routines }: Snapshot): readonly Pair[] {
  const fired = new Set<string>(relation.triggers.map(({ routine }) => routine))
  const bodies = routines.flatMap(({ id, body }) => (fired.has(id) && body ? [body] : []))
  return bodies.flatMap((body) => [
    ...[...body.matchAll(/(\w+)\s*=\s*new\.(\w+)/gi)].map(([, other = '', own = '']) => ({ other, own })),
    ...[...body.matchAll(/new\.(\w+)\s*=\s*(?:\w+\.)?(\w+)/gi)].map(([, own = '', other = '']) => ({
      other,
      own,
    })),
  ])
}

/** Values of rows of others that a trigger compares with what the new row says: `p.email = new.email`. */
function compared(raid: Raid, relation: Relation): Pointer[] {
  const { snapshot, tables } = raid.scope
  const pairs = pairsOf.get(relation) ?? comparisons(relation, snapshot)
  pairsOf.set(relation, pairs)
  return pairs.flatMap(({ own, other }) => {
    const column = relation.columns.find(({ name }) => name === own.toLowerCase())
    if (!column || !isWritable(column) || raid.domains.isTenant(relation, column.name)) return []
    return [...tables.values()].flatMap((table) => {
      const at = table.relation.columns.findIndex(({ name }) => name === other.toLowerCase())
      if (at < 0 || table.tenancy === null) return []
      const foreign = [...raid.arena.rowsOf(table.relation.id).values()].filter(({ tenant }) =>
        isForeign(tenant, raid.identity.principal),
      )
      return spread(foreign, 2).flatMap(({ values }) => {
        const value = values[at]
        return value && looksLike(value, sized(column)) ? [{ column: column.name, value }] : []
      })
    })
  })
}

interface Keys {
  readonly own: readonly string[]
  readonly foreign: readonly string[]
}

const keysKnown = new WeakMap<Arena, Map<string, Keys>>()

/** Key values of rows with tenants that could be of this type; found once for the rows that stand in the beginning. */
function keysOf(raid: Raid, type: string): Keys {
  if (!raid.arena.isUntouched()) return findKeys(raid, type)
  const known = keysKnown.get(raid.arena) ?? new Map<string, Keys>()
  keysKnown.set(raid.arena, known)
  const mark = `${raid.name} ${type}`
  const found = known.get(mark) ?? findKeys(raid, type)
  known.set(mark, found)
  return found
}

function findKeys(raid: Raid, type: string): Keys {
  const own = new Set<string>()
  const foreign = new Set<string>()
  for (const { relation, key, tenancy } of raid.scope.tables.values()) {
    if (tenancy === null || key.length === 0 || foreign.size >= 8) continue
    const places = key.map((name) => relation.columns.findIndex((each) => each.name === name))
    const rows = [...raid.arena.rowsOf(relation.id).values()]
    for (const [side, set] of [
      [rows.filter(({ tenant }) => isForeign(tenant, raid.identity.principal)), foreign],
      [rows.filter(({ tenant }) => !isForeign(tenant, raid.identity.principal)), own],
    ] as const)
      for (const row of spread(side, 2))
        for (const at of places) {
          const value = row.values[at]
          if (value && looksLike(value, type)) set.add(value)
        }
  }
  return { own: [...own].slice(0, 2), foreign: [...foreign].slice(0, 8) }
}

/** Statements for a column of text that a function runs: what they read, and what they set. */
export function scriptsFor({ scope, identity }: Raid, relation: Relation, column: Column): string[] {
  if (categoryOf(column.baseType) !== 'text') return []
  const runs = scope.snapshot.routines.some(
    (routine) =>
      routine.extension === null &&
      isDynamic(routine) &&
      bodiesOf(scope, routine).some((body) => names(body, relation) && word(column.name).test(body)),
  )
  if (!runs) return []
  const stranger = scope.setup.principals.find((each) =>
    each.tenants.some((one) => isForeign(one, identity.principal)),
  )
  const [setting] = stranger ? Object.entries(requestSettings(stranger)) : []
  const [target] = scope.targets.filter(({ kind }) => kind === 'table')
  return [
    ...(target ? [`select * from ${target.id}`] : []),
    ...scope.targets
      .filter(({ kind, rls }) => kind === 'table' && rls)
      .slice(0, 2)
      .map(({ id }) => `alter table ${id} disable row level security`),
    ...(setting
      ? [`select pg_catalog.set_config(${literal(setting[0])}, ${literal(setting[1])}, false)`]
      : []),
  ]
}

/** Rows of what conditions compare the columns with, all together: a switch by its name, and on. */
function compareWith(
  { domains }: Raid,
  relation: Relation,
  columns: readonly Column[],
  usual: readonly (string | null | undefined)[],
): (string | null | undefined)[][] {
  const asked = columns.map((column, at) => {
    const near = [...(domains.mined.near.get(`${relation.id} ${column.name}`) ?? [])]
    const fits = near.filter((text) => looksLike(text, sized(column)))
    const isFlag = categoryOf(column.baseType) === 'boolean' && domains.isHot(relation, column.name)
    if (domains.isTenant(relation, column.name)) return [usual[at]]
    return isFlag ? ['true', 'false'] : fits.length > 0 ? fits.slice(0, 6) : [usual[at]]
  })
  const rows = asked.reduce<(string | null | undefined)[][]>(
    (found, list) => found.flatMap((row) => list.map((value) => [...row, value])).slice(0, 96),
    [[]],
  )
  return rows.length > 1 ? spread(rows, 24) : []
}

/** New rows of a table that decides, made of who asks, whose tenants there are and which rows of others. */
export function inventions(
  raid: Raid,
  relation: Relation,
  insertable: readonly string[],
  budget: number,
): Statement[] {
  const { principal, settings } = raid.identity
  const mine = raid.domains.people.filter((value) =>
    Object.values(settings).some((text) => text.includes(value)),
  )
  const others = raid.scope.tenants.filter((each) => isForeign(each, principal))
  const columns = relation.columns.filter((column) => insertable.includes(column.name) && isWritable(column))
  // A trigger may set what a row names, with or without the part before the dot.
  const fired = new Set<string>(relation.triggers.map(({ routine }) => routine))
  const setsWhatRowsSay = raid.scope.snapshot.routines.some((each) => fired.has(each.id) && settles(each))
  const told = Object.keys(settings)
    .filter((name) => name.includes('.'))
    .slice(0, 3)
  const spelled = [...told.map((name) => name.slice(name.indexOf('.') + 1)), ...told]
  const lists = columns.map((column): (string | null | undefined)[] => {
    const type = sized(column)
    const fits = (values: readonly string[]) => values.filter((value) => looksLike(value, type))
    const keys = keysOf(raid, type)
    const given =
      setsWhatRowsSay && categoryOf(column.baseType) === 'text' ? [...spelled, ...others.slice(0, 2)] : []
    const telling = raid.domains.isTenant(relation, column.name)
      ? [...fits(principal.tenants).slice(0, 1), ...fits(others).slice(0, 2)]
      : raid.domains.isHot(relation, column.name) || column.notNull || given.length > 0
        ? [
            ...mineFor(raid, column, mine),
            ...scriptsFor(raid, relation, column),
            ...given,
            ...(column.default === null ? [] : [undefined]),
            ...fits(keys.foreign).slice(0, 3),
            ...fits(principal.tenants).slice(0, 1),
            ...fits(others).slice(0, 1),
            ...fits(raid.domains.people).slice(0, 4),
            ...raid.domains.candidates(relation, column, 300_000).slice(0, 4),
          ]
        : []
    const plain = raid.domains.plain(relation, column, 300_001)
    return telling.length > 0 ? [...new Set(telling)] : [plain]
  })
  const size = lists.reduce((product, list) => product * list.length, 1)
  // First each column by itself, the others being as they would be left, or first in their lists.
  const usual = columns.map(({ default: given }, at) =>
    given !== null && lists[at]?.includes(undefined) ? undefined : lists[at]?.[0],
  )
  const single = columns.flatMap((_, turn) =>
    (lists[turn] ?? []).map((value) => usual.map((each, at) => (at === turn ? value : each))),
  )
  const out = new Map<string, Statement>()
  for (const values of belongings(raid, relation, columns, mine, others)) {
    const sql = insertSql(relation.id, only(values, insertable))
    out.set(sql, { sql, command: 'INSERT' })
  }
  const add = (row: readonly (string | null | undefined)[]) => {
    const values = new Map<string, string | null>()
    columns.forEach(({ name }, at) => {
      const value = row[at]
      if (value !== undefined) values.set(name, value)
    })
    const sql = insertSql(relation.id, only(values, insertable))
    out.set(sql, { sql, command: 'INSERT' })
  }
  for (const row of compareWith(raid, relation, columns, usual)) add(row)
  for (const row of single.slice(0, budget)) add(row)
  for (let n = 0; n < Math.min(size, budget * 3) && out.size < budget * 1.5; n++) {
    let rest = size <= budget ? n : (n * 2_654_435_761) % size
    add(
      lists.map((list) => {
        const value = list[rest % list.length]
        rest = Math.floor(rest / list.length)
        return value
      }),
    )
  }
  return [...out.values()]
}
