import type { Routine } from '@/lib/catalog/types-object'
import type { Column } from '@/lib/catalog/types-relation'
import { rowTexts, tablesFor } from './call-values'
import { foreignKeys, isUnique, spread } from '../schema/plan-rows'
import type { Raid } from '../observe/raid'
import { isForeign, type Table } from '../schema/scope'
import { categoryOf } from '../schema/values'

const lists = /_array_elements|_array_length|_(to|populate)_recordset|json_table|json_path_query/i

/** What goes through a document's keys, whatever they are called. */
const maps = /\bjsonb?_(each|each_text|object_keys)\b/i

/**
 * Documents that say of everything that is looked for in them what a row of others says, alone, in a list, and in a list
 * behind a row of one's own; that a row of one's own is theirs; and, for what goes through all keys, what is to become of each.
 */
export function documents(raid: Raid, routine: Routine, others: readonly string[]) {
  const { domains, identity } = raid
  const keys = [...domains.mined.jsonKeys].filter((key) => routine.body?.includes(key))
  const rows = tablesFor(raid.scope, routine).map((table) => {
    const own = written(raid, table, keys, (tenant) => !isForeign(tenant, identity.principal))
    const foreign = written(raid, table, keys, (tenant) => isForeign(tenant, identity.principal))
    return { own, foreign, given: given(raid, table, own, foreign) }
  })
  const plain = others.slice(0, 2).map((each) => Object.fromEntries(keys.map((key) => [key, each])))
  const made = [
    ...rows.flatMap(({ foreign, given: [first, ...more] }) => [
      ...foreign.slice(0, 3),
      ...(first ? [first] : []),
      ...foreign.slice(3),
      ...more,
    ]),
    ...plain,
  ]
  const behind = rows.flatMap(({ own, foreign }) =>
    own.length > 0 && foreign.length > 0 ? [[own.at(-1), foreign.at(-1)]] : [],
  )
  const isList = lists.test(routine.body ?? '')
  return [
    '{}',
    ...(maps.test(routine.body ?? '') ? mapped(raid, routine) : []),
    ...(isList ? behind : []).map((each) => JSON.stringify(each)),
    ...made.map((each) => JSON.stringify(isList ? [each] : each)),
    ...made.map((each) => JSON.stringify(isList ? each : [each])),
  ]
}

/** Keys, and other texts, of rows of others with what their columns may hold besides. */
function mapped(raid: Raid, routine: Routine): string[] {
  const keys = ['text', 'integer', 'bigint', 'uuid'].flatMap((type) =>
    rowTexts(raid, routine, type).foreign.slice(0, 4),
  )
  const near = tablesFor(raid.scope, routine).flatMap(({ relation }) =>
    relation.columns
      .filter(({ name }) => !raid.domains.isTenant(relation, name))
      .flatMap(({ name }) => [...(raid.domains.mined.near.get(`${relation.id} ${name}`) ?? [])].slice(0, 3)),
  )
  const values = [...new Set(['changed', ...near, '1', 'true', '2031-01-01'])].slice(0, 8)
  return values.map((value) => JSON.stringify(Object.fromEntries(keys.map((key) => [key, value]))))
}

/** A row of one's own that says it belongs to others, one of theirs that says it is one's own, and a new one without its key. */
function given(
  { domains }: Raid,
  { relation, key }: Table,
  own: readonly Document[],
  foreign: readonly Document[],
): Document[] {
  const tenants = relation.columns.map(({ name }) => name).filter((name) => domains.isTenant(relation, name))
  const [mine, theirs] = [own[0], foreign[0]]
  const whose = (row: Document) => Object.fromEntries(tenants.map((name) => [name, row[name] ?? null]))
  const without = (row: Document) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !key.includes(name) || tenants.includes(name)))
  return [
    ...(theirs ? [without(theirs)] : []),
    ...(mine && theirs && tenants.length > 0
      ? [
          { ...mine, ...whose(theirs) },
          { ...theirs, ...whose(mine) },
        ]
      : []),
  ]
}

type Document = Record<string, string | number | null>

/** Rows of one side as documents, the same with keys of their own, and with other texts; what else is looked for in them besides. */
function written(
  { domains, arena }: Raid,
  { relation, key }: Table,
  keys: readonly string[],
  side: (tenant: string | null) => boolean,
): Document[] {
  const rows = [...arena.rowsOf(relation.id).values()].filter(({ tenant }) => side(tenant))
  const bound = new Set(foreignKeys(relation).flatMap(({ columns }) => columns))
  return spread(rows, 2).flatMap(({ values }, n) => {
    const row = Object.fromEntries(relation.columns.map(({ name }, at) => [name, values[at] ?? null]))
    const fresh = relation.columns
      .filter(({ name }) => key.includes(name) || isUnique(relation, name))
      .filter(({ name }) => !domains.isTenant(relation, name))
      .map((column) => [column.name, domains.plain(relation, column, 420_001 + n) ?? row[column.name]])
    // What is there already would not show that it was written.
    const told = relation.columns
      .filter(({ name }) => !key.includes(name) && !bound.has(name) && !domains.isTenant(relation, name))
      .flatMap((column) => {
        const other = changed(column, row[column.name] ?? null)
        return other === null ? [] : [[column.name, other] as const]
      })
    const numbers = told.filter(([, value]) => value !== 'changed')
    const others = [told, ...(numbers.length < told.length ? [numbers] : []), fresh].filter(
      (each) => each.length > 0,
    )
    return [row, ...others.map((each) => ({ ...row, ...Object.fromEntries(each) }))].map((each) => ({
      ...each,
      ...keysIn(each, keys),
    }))
  })
}

/** Another value of a plain column: another text, one more, the contrary. */
function changed({ baseType }: Column, value: string | null): string | null {
  const category = categoryOf(baseType)
  if (category === 'text') return 'changed'
  if (value === null) return null
  if (category === 'boolean') return value === 'true' ? 'false' : 'true'
  return category === 'integer' || category === 'number' ? String(Number(value) + 1) : null
}

/**
 * What is looked for under a name that no column has: what the column holds that is spelt alike, as `deviceId` or `device` for
 * `device_id`; else a number, in case it has to be one.
 */
function keysIn(row: Document, keys: readonly string[]): Document {
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
