import { literal } from '../prove/session'
import type { Dice } from './dice'
import type { Table } from './table'

/** A statement, and the rows that are there when it runs; all when `keep` is null. */
export interface Try {
  readonly sql: string
  readonly keep: string | null
}

export const values: Readonly<Record<string, readonly string[]>> = {
  tenant: [`'a'`, `'b'`, `'c'`, 'null'],
  kind: [`'x'`, `'a'`, `'b/x'`, 'null'],
  flag: ['true', 'false', 'null'],
  owner: ['1', '2', 'null'],
}

const combined = (columns: readonly string[], parents: readonly string[]): readonly (readonly string[])[] =>
  columns.reduce<readonly (readonly string[])[]>(
    (rows, column) =>
      rows.flatMap((row) =>
        (column === 'parent' ? parents : (values[column] ?? [])).map((one) => [...row, one]),
      ),
    [[]],
  )

/** What a function may be called with. */
const args = [...values['tenant']!, ...values['kind']!]

/**
 * Statements of one command on a relation or function over `table`.
 * @param may columns that the role may give in an UPDATE; permission is refused for all others anyway
 * @param parents ids of rows that a `parent` may name
 */
export function triesOf(
  command: string,
  on: string,
  table: Table,
  may: ReadonlySet<string>,
  parents: readonly string[],
): readonly Try[] {
  if (on.endsWith(')')) {
    const name = on.replace(/\(.*\)$/, '')
    return args.map((one) => ({ sql: `select * from ${name}(${one})`, keep: null }))
  }
  if (command === 'INSERT') return insertsOf(on, table, parents).map((sql) => ({ sql, keep: null }))
  if (command === 'TRUNCATE') return [{ sql: `truncate ${on} cascade`, keep: null }]
  // What a cascade does counts for the table it hits, never for a view of it.
  const above =
    table.parent === null || on !== table.name
      ? []
      : command === 'DELETE'
        ? [`delete from ${table.parent}`]
        : [`update ${table.parent} set id = id + 3000`, `delete from ${table.parent}`]
  const own = command === 'DELETE' ? [`delete from ${on}`] : updatesOf(on, table, may, parents)
  const parts = own.filter((sql) => command === 'DELETE' || !isWhole(sql, table, may))
  return [
    ...own.map((sql) => ({ sql, keep: null })),
    ...above.map((sql) => ({ sql, keep: null })),
    ...parts.flatMap((sql) => keeps(table).map((keep) => ({ sql, keep }))),
  ]
}

/** Rows alike in what a statement leaves: one that is refused for some passes for others. */
const keeps = (table: Table): readonly string[] => [
  ...(table.columns.includes('tenant')
    ? values['tenant']!.map((one) => `t.tenant is not distinct from ${one}`)
    : []),
  ...values['kind']!.map((one) => `t.kind is not distinct from ${one}`),
  't.flag',
  't.id % 7 = 1',
  't.id % 31 = 2',
]

function insertsOf(on: string, { columns }: Table, parents: readonly string[]): readonly string[] {
  // Only two parents of each are tried with all else; the world is large enough.
  const rows = combined(columns, parents.slice(0, 3))
  return [
    ...rows.map(
      (row, at) => `insert into ${on} (id, ${columns.join(', ')}) values (${5000 + at}, ${row.join(', ')})`,
    ),
    ...values['kind']!.map((kind, at) => `insert into ${on} (id, kind) values (${4000 + at}, ${kind})`),
    ...values['kind']!.map(
      (kind, at) => `insert into ${on} (id, kind, flag) values (${4100 + at}, ${kind}, true)`,
    ),
  ]
}

const isWhole = (sql: string, { columns }: Table, may: ReadonlySet<string>) =>
  columns.every((column) => !may.has(column) || sql.includes(`${column} = `))

/** One statement changes all rows it may change: with all columns given, they become alike and pass a check or not. */
function updatesOf(
  on: string,
  { columns }: Table,
  may: ReadonlySet<string>,
  parents: readonly string[],
): readonly string[] {
  const open = columns.filter((column) => may.has(column))
  const of = (some: readonly string[]) =>
    combined(some, parents).map(
      (row) => `update ${on} set ${some.map((name, at) => `${name} = ${row[at]}`).join(', ')}`,
    )
  const some = [...open.map((name) => [name]), ['tenant', 'flag'], ['tenant', 'kind'], ['kind', 'flag']]
  const sets = some.filter((names) => names.every((name) => open.includes(name)))
  return [...(open.length > 2 ? of(open) : []), ...sets.flatMap(of)]
}

/** About so many of them, and `every` one that removes. */
export function chosen(dice: Dice, tries: readonly Try[], most: number, every: boolean): readonly Try[] {
  const share = Math.min(1, most / Math.max(1, tries.length))
  return tries.filter(
    ({ sql, keep }) => (sql.startsWith('delete') && (every || keep === null)) || dice.chance(share),
  )
}

/** What a principal may do to the tables that decide who belongs where, so as to belong to this tenant. */
export const joining = (usr: string, tenant: string): readonly string[] => [
  ...['user', 'admin'].map(
    (role) =>
      `insert into f.members (usr, tenant, role, active) values (${usr}, ${literal(tenant)}, '${role}', true)`,
  ),
  `insert into f.members (usr, role) values (${usr}, 'admin')`,
  `insert into f.members_x (usr, tenant, role, active) values (${usr}, ${literal(tenant)}, 'admin', true)`,
  `insert into f.belongs (usr, tenant, role, active) values (${usr}, ${literal(tenant)}, 'user', true)`,
  `insert into f.teams values (${usr}, array[${literal(tenant)}], jsonb_build_array(${literal(tenant)}))`,
  `update f.teams set doc = jsonb_build_array(${literal(tenant)})`,
  `update f.teams set usr = ${usr}`,
  `update f.teams set places = array[${literal(tenant)}]`,
  `update f.members set usr = ${usr}`,
  `update f.members set tenant = ${literal(tenant)}`,
  `update f.members set role = 'admin'`,
  `update f.members set active = true`,
  'delete from f.blocked',
  `insert into f.blocked values ('z')`,
]
