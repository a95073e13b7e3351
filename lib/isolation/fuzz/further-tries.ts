import type { Table } from './table'
import { values, type Try } from './tries'

const all = (sql: string): Try => ({ sql, keep: null })

/**
 * The same changes by MERGE and by INSERT with a row that is there.
 * @param keyed no two rows have the same id, which heirs may have
 */
export function mergesOf(
  command: string,
  on: string,
  table: Table,
  version: number,
  keyed: boolean,
): readonly Try[] {
  if (on.endsWith(')') || command === 'SELECT' || command === 'TRUNCATE') return []
  const owns = table.columns.includes('tenant')
  const places = owns ? values['tenant']! : []
  const upserts = !keyed
    ? []
    : places.flatMap((place) => [
        `insert into ${on} (id, tenant, flag) select n, ${place}${table.cast}, true from generate_series(1, 144) n on conflict (id) do update set kind = 'x'`,
        `insert into ${on} (id, tenant, flag) values (7, ${place}, true) on conflict (id) do update set tenant = excluded.tenant`,
      ])
  if (command === 'UPDATE' && version < 15) return upserts.map(all)
  if (version < 15) return []
  const merge = (clause: string, from = 'generate_series(1, 144) n', key = 'n') =>
    `merge into ${on} t using ${from} on t.id = ${key} ${clause}`
  switch (command) {
    case 'UPDATE':
      return [
        ...upserts,
        ...["kind = 'x'", 'flag = true', ...places.map((place) => `tenant = ${place}`)].map((set) =>
          merge(`when matched then update set ${set}`),
        ),
      ].map(all)
    case 'DELETE':
      return [merge('when matched then delete'), merge(`when matched and t.flag then delete`)].map(all)
    default:
      return places
        .map((place) =>
          merge(
            `when not matched then insert (id, tenant, kind, flag) values (n, ${place}, 'x', true)`,
            'generate_series(7001, 7002) n',
          ),
        )
        .map(all)
  }
}

/** What may be done to a table whose triggers, rules or expressions change another. */
export function causesOf(name: string): readonly Try[] {
  const rows = values['tenant']!.flatMap((place, at) =>
    [`'x'`, `'a'`, 'null'].map(
      (kind, other) =>
        `insert into ${name} (id, tenant, kind, flag, owner) values (${8000 + at * 10 + other}, ${place}, ${kind}, true, 1)`,
    ),
  )
  return [
    ...rows,
    `insert into ${name} (id, tenant) values (8100, 'a')`,
    `insert into ${name} (id, tenant) values (8101, 'b')`,
    `update ${name} set kind = 'x'`,
    `update ${name} set kind = 'a', flag = true`,
    ...values['tenant']!.map((place) => `update ${name} set tenant = ${place}`),
    `select count(*) from ${name}`,
    `delete from ${name}`,
  ].map(all)
}
