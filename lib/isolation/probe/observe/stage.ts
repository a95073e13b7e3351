import type { Relation } from '@/lib/catalog/types-relation'
import type { Arena } from './arena'
import type { Row } from './effects'
import { named, type Story } from './booking'
import { names } from '../schema/mentions'
import { refreshes } from '../schema/refreshes'
import { withoutPending } from '../schema/pending'
import { foreignKeys } from '../schema/plan-rows'
import { basesOf, isForeign, treeOf, type Table } from '../schema/scope'
import { insertSql } from '../schema/statements'

/** Most rows of a scene. */
const most = 24

/** What has to stand there before a story can happen again elsewhere, as statements of a superuser. */
export interface Scene {
  readonly before: readonly string[]
  /** Rows, those first that others point to. */
  readonly rows: readonly {
    readonly sql: string
    readonly table: string
    readonly tenant: string | null
  }[]
  readonly after: readonly string[]
}

export const asStatements = ({ before, rows, after }: Scene): string[] => [
  ...before,
  ...rows.map(({ sql }) => sql),
  ...after,
]

/**
 * The row that is reached, rows that a story's statements name, what says who the session is, what a view or a function
 * reads; `more` where these are not enough; and those they point to.
 */
export function scene(arena: Arena, story: Story, more: readonly Standing[] = []): Scene {
  const rows: Scene['rows'][number][] = []
  const seen = new Set<string>()
  const touched = new Set<Relation>()
  const put = (id: string, values: Readonly<Record<string, string | null>>, tenant: string | null) => {
    const relation = arena.scope.relations.get(id)
    const mark = `${id} ${JSON.stringify(values)}`
    if (!relation || seen.has(mark) || seen.size > most + more.length) return
    seen.add(mark)
    touched.add(relation)
    for (const { columns, references } of foreignKeys(relation)) {
      const wanted = columns.map((column) => values[column] ?? null)
      if (wanted.includes(null)) continue
      const parent = find(arena, references.relation, references.columns, wanted)
      if (parent) put(parent.table, parent.values, parent.tenant)
    }
    const given = new Map(
      relation.columns
        .filter(({ name, generated }) => !generated && values[name] !== null)
        .map(({ name }) => [name, values[name] ?? null]),
    )
    const isCounted = relation.columns.some(({ identity }) => identity === 'always')
    rows.push({
      sql: insertSql(id, given, ' on conflict do nothing', isCounted),
      table: id,
      tenant,
    })
  }
  if (story.table !== null) put(story.table, story.row, story.tenant)
  for (const [table, row] of [
    ...namedRows(arena, story),
    ...ownRows(arena, story),
    ...readRows(arena, story),
    ...more,
  ])
    put(table.relation.id, named(table.relation.columns, row), row.tenant)
  const read = readBy(arena, story.relation)
  const absent = withoutPending([...touched])
  return {
    before: absent.map(({ drop }) => drop),
    rows,
    after: [
      ...absent.map(({ add }) => add),
      ...refreshes(arena.scope).filter((sql) => [...read].some((id) => sql.endsWith(` ${id}`))),
    ],
  }
}

/** A relation with all that it reads. */
function readBy(arena: Arena, id: string, seen = new Set<string>()): Set<string> {
  if (seen.has(id)) return seen
  seen.add(id)
  for (const { relation } of arena.scope.relations.get(id)?.reads ?? []) readBy(arena, relation, seen)
  return seen
}

type Standing = readonly [Table, Row]

const rowsIn = (arena: Arena, table: Table): Standing[] =>
  [...arena.rowsOf(table.relation.id).values()].map((row) => [table, row])

const byFirstKey = new WeakMap<Arena, ReadonlyMap<string, readonly Standing[]>>()

/** Rows by the first value of their key: a large schema is searched once, not for each story. */
function keyed(arena: Arena): ReadonlyMap<string, readonly Standing[]> {
  const known = arena.isArranged() ? undefined : byFirstKey.get(arena)
  if (known) return known
  const found = new Map<string, Standing[]>()
  for (const table of arena.scope.tables.values()) {
    const at = table.relation.columns.findIndex(({ name }) => name === table.key[0])
    for (const standing of at < 0 ? [] : rowsIn(arena, table)) {
      const value = standing[1].values[at] ?? ''
      const others = found.get(value)
      if (others) others.push(standing)
      else found.set(value, [standing])
    }
  }
  if (!arena.isArranged()) byFirstKey.set(arena, found)
  return found
}

/** Rows whose key, or whose text that no other has, stands in a statement. */
function namedRows(arena: Arena, { moves, relation }: Story): Standing[] {
  const said = new Set(
    moves.flatMap(({ sql }) => [...sql.matchAll(/'((?:[^']|'')*)'/g)].map(([, inner = '']) => inner)),
  )
  const says = (value: string | null | undefined) => value != null && said.has(value)
  const byKey = keyed(arena)
  const places = (table: Table) =>
    table.key.map((name) => table.relation.columns.findIndex((each) => each.name === name))
  const found = [...said]
    .flatMap((value) => byKey.get(value) ?? [])
    .filter(([table, { values }]) => {
      const keys = places(table).map((at) => values[at])
      return (
        keys.every(says) && (table.relation.id === relation || keys.some((each) => (each?.length ?? 0) > 6))
      )
    })
  const own = arena.scope.tables.get(relation)
  const telling = own
    ? rowsIn(arena, own).filter(([, { values }]) =>
        values.some((value) => (value?.length ?? 0) > 6 && says(value) && isTelling(value)),
      )
    : []
  const times = new Map<string, number>()
  return [...new Map([...found, ...telling].map((each) => [each[1], each])).values()].filter(
    ([{ relation: of }]) => {
      times.set(of.id, (times.get(of.id) ?? 0) + 1)
      return (times.get(of.id) ?? 0) <= 4
    },
  )
}

/** Neither a tenant nor a flag, a time or a word that many rows share. */
const isTelling = (value: string | null) =>
  value !== null && /zq\w+z|\d{5}/.test(value) && !/^[0-9a-f-]{36}$/.test(value)

/** Rows of tables without tenant, and of the memberships, that say who the session is. */
function ownRows(arena: Arena, { moves }: Story): Standing[] {
  const { scope } = arena
  const who = new Set(
    moves
      .flatMap(({ as }) => Object.values(as.settings))
      .filter((value) => value.length > 6 && !scope.tenants.includes(value)),
  )
  return [...scope.tables.values()]
    .filter(({ relation, tenancy }) => tenancy === null || relation.id === scope.setup.membership?.relation)
    .flatMap((table) =>
      rowsIn(arena, table)
        .filter(([, { values }]) => values.some((value) => value !== null && who.has(value)))
        .slice(0, 3),
    )
}

/** For a view, or a function by the names in its body: rows of the tenant that was reached, and one of the session's own. */
function readRows(arena: Arena, { table, relation, tenant, moves }: Story): Standing[] {
  if (table !== null && relation === table) return []
  const { scope } = arena
  const body = scope.snapshot.routines.find(({ id }) => id === relation)?.body ?? null
  const bases = basesOf(scope, relation)
  const principal = moves.at(-1)?.as.principal
  return [...scope.tables.values()]
    .filter((each) => each.tenancy !== null)
    .filter((each) => (body === null ? bases.has(each.relation.id) : names(body, each.relation)))
    .flatMap((each) => {
      const rows = rowsIn(arena, each)
      const theirs = rows.filter(([, row]) => row.tenant === tenant).slice(0, 3)
      const own = rows.filter(([, row]) => principal && !isForeign(row.tenant, principal)).slice(0, 1)
      return [...theirs, ...own]
    })
}

function find(
  arena: Arena,
  relation: string,
  columns: readonly string[],
  wanted: readonly (string | null)[],
) {
  for (const id of treeOf(arena.scope, relation)) {
    const table = arena.scope.tables.get(id)
    if (!table) continue
    const places = columns.map((name) => table.relation.columns.findIndex((each) => each.name === name))
    for (const row of arena.rowsOf(id).values())
      if (places.every((at, n) => row.values[at] === wanted[n]))
        return { table: id, values: named(table.relation.columns, row), tenant: row.tenant }
  }
  return null
}
