import type { Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import { literal } from '@/lib/clone/spelling'
import type { Row } from './effects'
import { names, word } from './mentions'
import { spread } from './plan-rows'
import type { Raid } from './raid'
import { isForeign, type Scope, type Table } from './scope'
import { categoryOf } from './values'

/** Documents that say of everything that is looked for in them what a row of others says, alone and in a list. */
export function documents(
  { scope, domains, arena, identity }: Raid,
  routine: Routine,
  others: readonly string[],
) {
  const keys = [...domains.mined.jsonKeys].filter((key) => word(key).test(routine.body ?? ''))
  const rows = tablesFor(scope, routine).flatMap(({ relation, key }) => {
    const foreign = [...arena.rowsOf(relation.id).values()].filter(({ tenant }) =>
      isForeign(tenant, identity.principal),
    )
    return spread(foreign, 2).flatMap(({ values }, n) => {
      const row = Object.fromEntries(relation.columns.map(({ name }, at) => [name, values[at] ?? null]))
      const fresh = relation.columns
        .filter(({ name }) => key.includes(name) && !domains.isTenant(relation, name))
        .map((column) => [column.name, domains.plain(relation, column, 420_001 + n) ?? row[column.name]])
      // What is there already would not show that it was written.
      const told = relation.columns
        .filter(({ name, baseType }) => !key.includes(name) && categoryOf(baseType) === 'text')
        .filter(({ name }) => !domains.isTenant(relation, name))
        .map(({ name }) => [name, 'changed'])
      const written = told.length > 0 ? [{ ...row, ...Object.fromEntries(told) }] : []
      return [row, ...(fresh.length > 0 ? [{ ...row, ...Object.fromEntries(fresh) }] : []), ...written]
    })
  })
  const plain = others.slice(0, 2).map((each) => Object.fromEntries(keys.map((key) => [key, each])))
  const made = [...rows.map((row) => ({ ...row, ...keysIn(row, keys) })), ...plain]
  return ['{}', ...made.flatMap((each) => [JSON.stringify(each), JSON.stringify([each])])]
}

/** What is looked for under a name that no column has is a number, in case it has to be one. */
const keysIn = (row: object, keys: readonly string[]) =>
  Object.fromEntries(keys.filter((key) => !Object.hasOwn(row, key)).map((key) => [key, 1]))

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
