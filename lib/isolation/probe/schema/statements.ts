import { ident, idents, literal } from '@/lib/clone/spelling'
import type { Values } from './templates'

export const text = (value: string | null | undefined) =>
  value === null || value === undefined ? 'null' : literal(value)

const equal = ([name, value]: readonly [string, string | null | undefined]) =>
  value === null || value === undefined ? `${ident(name)} is null` : `${ident(name)} = ${literal(value)}`

/** `where` that names one row, or nothing when there is no key to name it by. */
export const whereKey = (key: readonly string[], row: Values) =>
  key.length === 0 ? '' : ` where ${key.map((name) => equal([name, row.get(name)])).join(' and ')}`

/** With `whole`, columns whose values PostgreSQL counts out are given, too. */
export const insertSql = (relation: string, values: Values, tail = '', whole = false) =>
  values.size === 0
    ? `insert into ${relation} default values${tail}`
    : `insert into ${relation} (${idents([...values.keys()])})${whole ? ' overriding system value' : ''} values (${[...values.values()].map(text).join(', ')})${tail}`

export const updateSql = (relation: string, values: Values, where = '') =>
  `update ${relation} set ${[...values].map(([name, value]) => `${ident(name)} = ${text(value)}`).join(', ')}${where}`

export const deleteSql = (relation: string, where = '') => `delete from ${relation}${where}`

export const only = (values: Values, names: readonly string[]): Values =>
  new Map([...values].filter(([name]) => names.includes(name)))
