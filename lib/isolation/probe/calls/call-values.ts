import type { Column, Relation } from '@/lib/catalog/types-relation'
import type { Routine } from '@/lib/catalog/types-object'
import { literal } from '@/lib/clone/spelling'
import type { Row } from '../observe/effects'
import { names } from '../schema/mentions'
import { spread } from '../schema/plan-rows'
import type { Raid } from '../observe/raid'
import { isForeign, ownRoutines, type Scope, type Table } from '../schema/scope'
import { isDynamic } from './texts'
import { categoryOf } from '../schema/values'

const tablesNamed = new WeakMap<Scope, Map<Routine, readonly Table[]>>()

/** Tables with tenants that the body, or that of a function it calls, names; some of all where there are none. */
export function tablesFor(scope: Scope, routine: Routine): readonly Table[] {
  const byRoutine = tablesNamed.get(scope) ?? new Map<Routine, readonly Table[]>()
  tablesNamed.set(scope, byRoutine)
  const known = byRoutine.get(routine)
  if (known) return known
  const tables = [...scope.tables.values()].filter(({ tenancy }) => tenancy !== null)
  const bodies = bodiesOf(scope, routine)
  const named = tables.filter(({ relation }) => bodies.some((body) => names(body, relation)))
  const found = named.length > 0 ? named : tables.slice(0, 8)
  byRoutine.set(routine, found)
  return found
}

const bodiesKnown = new WeakMap<Routine, readonly string[]>()

/** Its body, and those of functions that it calls, however far. */
export function bodiesOf({ snapshot }: Scope, routine: Routine): readonly string[] {
  const known = bodiesKnown.get(routine)
  if (known) return known
  const found = new Set([routine])
  for (const each of found) {
    const called = new Set(calledName(each.body ?? ''))
    for (const other of ownRoutines(snapshot)) if (called.has(other.name)) found.add(other)
  }
  const bodies = [...found].map(({ body }) => body ?? '')
  bodiesKnown.set(routine, bodies)
  return bodies
}

const calledName = (body: string) => body.match(/[\p{L}_][\p{L}\p{N}_$]*(?="?\s*\()/gu) ?? []

/** Its body; of one that runs a text also those of functions that may have looked it up. */
export const mayRun = (scope: Scope, routine: Routine): readonly string[] =>
  isDynamic(routine) ? bodiesOf(scope, routine) : [routine.body ?? '']

/** Tables without tenants that the body names. */
const besideFor = (scope: Scope, routine: Routine): readonly Table[] =>
  [...scope.tables.values()].filter(
    ({ tenancy, relation }) =>
      tenancy === null && mayRun(scope, routine).some((body) => names(body, relation)),
  )

/**
 * Texts of rows that could be given as this type, of the tables that the body names: of columns that it compares with the
 * argument, then of keys, a row of each table before the next of one.
 */
export function rowTexts(
  raid: Raid,
  routine: Routine,
  type: string,
  asked: ReadonlySet<string> = new Set(),
): { own: string[]; foreign: string[] } {
  const places = [...tablesFor(raid.scope, routine), ...besideFor(raid.scope, routine)].flatMap(
    ({ relation, key }) => {
      const rank = (name: string) => Number(asked.has(name)) * 2 + Number(key.includes(name))
      const standing = raid.arena.rowsOf(relation.id)
      const rows = [...standing.values()]
      const first = raid.arena.first.get(relation.id)
      const theirs = rows.filter(({ tenant }) => isForeign(tenant, raid.identity.principal))
      const mine = rows.filter(({ tenant }) => !isForeign(tenant, raid.identity.principal))
      const made =
        first === standing ? [] : [...standing].flatMap(([mark, row]) => (first?.has(mark) ? [] : [row]))
      return relation.columns
        .map((column, at) => ({ column, at, rank: rank(column.name), theirs, mine, made }))
        .filter(
          ({ column }) =>
            column.baseType === type || (type === 'text' && categoryOf(column.baseType) === 'text'),
        )
        .sort((a, b) => b.rank - a.rank)
        .slice(0, 3)
    },
  )
  const sides = (rows: (place: (typeof places)[number]) => readonly Row[]) => {
    const told = places.filter(({ rank }) => rank >= 2).sort((a, b) => b.rank - a.rank)
    const rest = places.filter(({ rank }) => rank < 2)
    const text = (place: (typeof places)[number], turn: number) =>
      spread(rows(place), 3)[turn]?.values[place.at] ?? []
    return [
      ...told.flatMap((place) => [0, 1, 2].flatMap((turn) => text(place, turn))),
      ...[0, 1, 2].flatMap((turn) => rest.flatMap((place) => text(place, turn))),
    ]
  }
  // What the session made before is what it would go on with.
  const made = raid.before.length === 0 ? [] : sides(({ made: rows }) => rows)
  return {
    own: [...new Set([...made, ...sides(({ mine }) => mine)])].slice(0, 6),
    foreign: [...new Set([...made, ...sides(({ theirs }) => theirs)])].slice(0, 10),
  }
}

/** Rows of others, the same changed and as new ones, one's own as theirs: as one value. */
export function rowArguments(raid: Raid, relation: Relation): string[] {
  const key = raid.scope.tables.get(relation.id)?.key ?? []
  const rows = [...raid.arena.rowsOf(relation.id).values()]
  const isTenant = (name: string) => raid.domains.isTenant(relation, name)
  const theirs = rows.filter(({ tenant }) => isForeign(tenant, raid.identity.principal))
  const mine = rows.filter(({ tenant }) => !isForeign(tenant, raid.identity.principal))
  const [whose] = theirs
  const written = ({ values }: Row, change: (column: Column, at: number) => string | null | undefined) =>
    `row(${values
      .map((value, at) => {
        const column = relation.columns[at]
        const changed = column && change(column, at)
        return changed === undefined ? value : changed
      })
      .map((value) => (value === null ? 'null' : literal(value)))
      .join(', ')})::${relation.id}`
  const text = ({ name, baseType }: Column) =>
    !key.includes(name) && !isTenant(name) && categoryOf(baseType) === 'text' ? 'changed' : undefined
  const other = (column: Column): string | undefined => {
    if (key.includes(column.name) || isTenant(column.name)) return undefined
    const category = categoryOf(column.baseType)
    return category === 'json' ? '{"changed": 1}' : category === 'boolean' ? 'true' : text(column)
  }
  return [
    ...spread(theirs, 2).flatMap((row, n) => [
      written(row, other),
      written(row, () => undefined),
      written(row, (column) =>
        key.includes(column.name) && !isTenant(column.name)
          ? raid.domains.fresh(column, 420_101 + n)
          : undefined,
      ),
      written(row, (column) => (key.includes(column.name) && !isTenant(column.name) ? null : undefined)),
    ]),
    ...spread(mine, 2).map((row) =>
      written(row, ({ name }, at) => (isTenant(name) ? (whose?.values[at] ?? null) : undefined)),
    ),
    `null::${relation.id}`,
  ]
}
