import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import { literal } from '@/lib/clone/spelling'
import type { Row } from './effects'
import { names } from './mentions'
import { spread } from './plan-rows'
import type { Raid } from './raid'
import { isForeign, type Scope, type Table } from './scope'
import { categoryOf } from './values'

const lists = /_array_elements|_(to|populate)_recordset|json_table|json_path_query/i

/**
 * Documents that say of everything that is looked for in them what a row of others says, alone, in a list, and in a list
 * behind a row of one's own.
 */
export function documents(raid: Raid, routine: Routine, others: readonly string[]) {
  const { domains, identity } = raid
  const keys = [...domains.mined.jsonKeys].filter((key) => routine.body?.includes(key))
  const rows = tablesFor(raid.scope, routine).map((table) => {
    const own = written(raid, table, keys, (tenant) => !isForeign(tenant, identity.principal))
    const foreign = written(raid, table, keys, (tenant) => isForeign(tenant, identity.principal))
    return { own, foreign }
  })
  const plain = others.slice(0, 2).map((each) => Object.fromEntries(keys.map((key) => [key, each])))
  const made = [...rows.flatMap(({ foreign }) => foreign), ...plain]
  const behind = rows.flatMap(({ own, foreign }) =>
    own.length > 0 && foreign.length > 0 ? [[own.at(-1), foreign.at(-1)]] : [],
  )
  return [
    '{}',
    ...(lists.test(routine.body ?? '') ? behind : []).map((each) => JSON.stringify(each)),
    ...made.flatMap((each) => [JSON.stringify(each), JSON.stringify([each])]),
  ]
}

/** Rows of one side as documents, the same with keys of their own, and with other texts; what else is looked for in them besides. */
function written(
  { domains, arena }: Raid,
  { relation, key }: Table,
  keys: readonly string[],
  side: (tenant: string | null) => boolean,
): object[] {
  const rows = [...arena.rowsOf(relation.id).values()].filter(({ tenant }) => side(tenant))
  return spread(rows, 2).flatMap(({ values }, n) => {
    const row = Object.fromEntries(relation.columns.map(({ name }, at) => [name, values[at] ?? null]))
    const fresh = relation.columns
      .filter(({ name }) => key.includes(name) && !domains.isTenant(relation, name))
      .map((column) => [column.name, domains.plain(relation, column, 420_001 + n) ?? row[column.name]])
    // What is there already would not show that it was written.
    const told = relation.columns
      .filter(({ name, baseType }) => !key.includes(name) && categoryOf(baseType) === 'text')
      .filter(({ name }) => !domains.isTenant(relation, name))
      .map(({ name }) => [name, 'changed'])
    const others = [told, fresh].filter((each) => each.length > 0)
    return [row, ...others.map((each) => ({ ...row, ...Object.fromEntries(each) }))].map((each) => ({
      ...each,
      ...keysIn(each, keys),
    }))
  })
}

/**
 * What is looked for under a name that no column has: what the column holds that is spelt alike, as `deviceId` or `device` for
 * `device_id`; else a number, in case it has to be one.
 */
function keysIn(row: Record<string, string | null>, keys: readonly string[]) {
  const spelt = (name: string) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  const columns = Object.keys(row)
  const alike = (key: string) =>
    columns.find((name) => spelt(name) === spelt(key)) ??
    columns.find((name) => spelt(name) === `${spelt(key)}id`)
  return Object.fromEntries(
    keys
      .filter((key) => !Object.hasOwn(row, key))
      .map((key) => {
        const column = alike(key)
        return [key, column === undefined ? 1 : (row[column] ?? null)]
      }),
  )
}

const tablesNamed = new WeakMap<Scope, Map<Routine, readonly Table[]>>()

/** Tables with tenants that the body names; some of all where it names none. */
export function tablesFor(scope: Scope, routine: Routine): readonly Table[] {
  const byRoutine = tablesNamed.get(scope) ?? new Map<Routine, readonly Table[]>()
  tablesNamed.set(scope, byRoutine)
  const known = byRoutine.get(routine)
  if (known) return known
  const tables = [...scope.tables.values()].filter(({ tenancy }) => tenancy !== null)
  const named = tables.filter(({ relation }) => names(routine.body ?? '', relation))
  const found = named.length > 0 ? named : tables.slice(0, 8)
  byRoutine.set(routine, found)
  return found
}

/** Tables without tenants that the body names. */
const besideFor = ({ tables }: Scope, { body }: Routine): readonly Table[] =>
  [...tables.values()].filter(({ tenancy, relation }) => tenancy === null && names(body ?? '', relation))

/** Texts of rows that could be given as this type: keys first, of the tables that the body names. */
export function rowTexts(raid: Raid, routine: Routine, type: string): { own: string[]; foreign: string[] } {
  const own = new Set<string>()
  const foreign = new Set<string>()
  for (const { relation, key } of [...tablesFor(raid.scope, routine), ...besideFor(raid.scope, routine)]) {
    const places = relation.columns
      .map((column, at) => ({ column, at }))
      .filter(
        ({ column }) =>
          column.baseType === type || (type === 'text' && categoryOf(column.baseType) === 'text'),
      )
      .sort((a, b) => Number(key.includes(b.column.name)) - Number(key.includes(a.column.name)))
    const rows = [...raid.arena.rowsOf(relation.id).values()]
    const sides: [Row[], Set<string>][] = [
      [rows.filter(({ tenant }) => isForeign(tenant, raid.identity.principal)), foreign],
      [rows.filter(({ tenant }) => !isForeign(tenant, raid.identity.principal)), own],
    ]
    for (const [side, set] of sides)
      for (const { at } of places.slice(0, 3))
        for (const row of spread(side, 3)) if (row.values[at]) set.add(row.values[at])
  }
  return { own: [...own].slice(0, 6), foreign: [...foreign].slice(0, 8) }
}

export function rowArguments(raid: Raid, relation: Relation): string[] {
  const rows = [...raid.arena.rowsOf(relation.id).values()].filter(({ tenant }) =>
    isForeign(tenant, raid.identity.principal),
  )
  return [
    ...spread(rows, 3).map(
      ({ values }) =>
        `row(${values.map((value) => (value === null ? 'null' : literal(value))).join(', ')})::${relation.id}`,
    ),
    `null::${relation.id}`,
  ]
}
