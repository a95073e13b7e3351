import type { Column, Relation } from '@/lib/catalog/types-relation'
import { belowOf } from '../schema/below'
import { ident, idents, literal } from '@/lib/clone/spelling'
import { names } from '../schema/mentions'
import { sized } from '../schema/domain'
import { pointers, scriptsFor } from './invent'
import { lookingAlike } from './looking-alike'
import { foreignKeys, spread } from '../schema/plan-rows'
import type { Raid, Statement } from '../observe/raid'
import { deleteSql, insertSql, only, text, updateSql, whereKey } from '../schema/statements'
import { treeOf, type Scope } from '../schema/scope'
import { isWritable, renewed, shown, type Templates, type Values } from '../schema/templates'
import { looksLike } from '../schema/values'

/** New rows of another tenant or of nobody, and rows that point to another tenant's. */
export function inserts(
  raid: Raid,
  relation: Relation,
  columns: readonly string[],
  t: Templates,
): Statement[] {
  const insertable = relation.columns
    .filter((column) => columns.includes(column.name) && isWritable(column))
    .map(({ name }) => name)
  const out: Values[] = []
  const add = (values: Values) => out.push(only(values, insertable))
  const again = (values: Values) => renewed(raid, relation, t, values)
  const { tenant } = t
  for (const row of spread(t.own, 3)) add(again(row))
  for (const row of t.foreign) add(again(row))
  const given = new Set(relation.columns.flatMap((each) => (each.default === null ? [] : [each.name])))
  const short = (row: Values) =>
    new Map([...again(row)].filter(([name]) => name === t.tenant || !given.has(name)))
  for (const row of spread(t.foreign, 6)) add(short(row))
  if (tenant !== null) {
    for (const row of t.own) for (const other of t.tenants.slice(0, 3)) add(again(row).set(tenant, other))
    for (const row of spread(t.own, 4)) {
      add(again(row).set(tenant, null))
      const silent = again(row)
      silent.delete(tenant)
      add(silent)
    }
  }
  for (const row of spread(t.own, 6))
    for (const link of t.links)
      for (const other of spread(t.foreign, 4)) add(again(row).set(link, other.get(link) ?? null))
  const hot = relation.columns.filter(
    (column) => raid.domains.isHot(relation, column.name) && isWritable(column),
  )
  for (const row of spread(t.own, 1))
    for (const column of hot)
      for (const value of raid.domains.candidates(relation, column, 60_000 + out.length).slice(0, 8))
        for (const other of tenant === null
          ? [null]
          : [...raid.identity.principal.tenants.slice(0, 1), ...t.tenants.slice(0, 2)]) {
          const values = again(row).set(column.name, value)
          if (tenant !== null && column.name !== tenant) values.set(tenant, other)
          add(values)
        }
  for (const row of spread(t.own, 2))
    for (const { column, value } of pointers(raid, relation)) add(again(row).set(column, value))
  const spare = relation.columns.filter(
    ({ notNull, default: given, name }) => notNull && given === null && insertable.includes(name),
  )
  for (const row of spread(t.foreign, 2))
    add(only(again(row), [...spare.map(({ name }) => name), ...(tenant === null ? [] : [tenant])]))
  return distinct(out.map((row) => ({ sql: insertSql(relation.id, row), command: 'INSERT' })))
}

/** Blind, aimed, taking over, moving away, and making an own row the image of a foreign one. */
export function updates(
  raid: Raid,
  relation: Relation,
  columns: readonly string[],
  t: Templates,
): Statement[] {
  const updatable = relation.columns.filter((column) => columns.includes(column.name) && isWritable(column))
  const settable = updatable.map(({ name }) => name)
  const { tenant, key } = t
  const out: Statement[] = []
  const add = (values: Values, where = '', further = false) => {
    const set = only(values, settable)
    if (set.size > 0) out.push({ sql: updateSql(relation.id, set, where), command: 'UPDATE', further })
  }
  /** The change alone, and together with a tenant. */
  const addFor = (name: string, value: string | null, where = '', further = false) => {
    add(new Map([[name, value]]), where, further)
    for (const to of tenant === null ? [] : t.tenants.slice(0, 1))
      add(new Map([[name, value]]).set(tenant!, to), where)
  }
  const dull = updatable.filter(({ name }) => name !== tenant && !t.unique.has(name) && !t.links.has(name))
  const [sample] = t.own.length > 0 ? t.own : t.foreign
  const change = (name: string, type: string) => {
    if (looksLike('changed', type)) return 'changed'
    const there = t.foreign.at(-1)?.get(name) ?? sample?.get(name) ?? null
    return type === 'boolean' ? String(there !== 'true') : there
  }
  for (const column of dull) add(new Map([[column.name, change(column.name, sized(column))]]))
  if (tenant !== null)
    for (const to of [...raid.identity.principal.tenants.slice(0, 1), ...t.tenants.slice(0, 2), null])
      add(new Map([[tenant, to]]))
  const first = dull.find((column) => !raid.domains.isHot(relation, column.name)) ?? dull[0]
  for (const row of t.foreign) {
    const where = whereKey(key, row)
    if (where === '') break
    if (first) add(new Map([[first.name, change(first.name, sized(first))]]), where)
    if (tenant !== null && sample) {
      add(new Map([[tenant, raid.identity.principal.tenants[0] ?? null]]), where)
      add(without(sample, t), where)
    }
  }
  if (tenant !== null && first)
    for (const other of t.tenants.slice(0, 2))
      add(
        new Map([[first.name, change(first.name, sized(first))]]),
        ` where ${ident(tenant)} = ${literal(other)}`,
      )
  const hot = updatable.filter(
    (column) => raid.domains.isHot(relation, column.name) && column.name !== tenant,
  )
  // A tenant that is worked out of others is written through them.
  const source = relation.columns.find(({ name, generated }) => generated && name === tenant)?.default ?? ''
  const sources = updatable.filter(({ name }) => names(source, { name }))
  const theirs = t.foreign.filter((row) => tenant !== null && t.tenants.includes(row.get(tenant) ?? ''))
  for (const column of sources)
    for (const other of spread(theirs, 2)) {
      const set = new Map([[column.name, renewed(raid, relation, t, other).get(column.name) ?? null]])
      for (const row of spread(t.own, 3)) add(set, whereKey(key, row))
      add(set)
      for (const beside of hot.filter((each) => each !== column))
        for (const value of [...(raid.domains.mined.near.get(`${relation.id} ${beside.name}`) ?? [])].slice(
          0,
          3,
        ))
          add(new Map([...set, [beside.name, value]]))
    }
  for (const row of t.own) {
    const where = whereKey(key, row)
    if (where === '') break
    if (tenant !== null)
      for (const to of [...t.tenants.slice(0, 2), null]) add(new Map([[tenant, to]]), where)
    for (const other of spread(t.foreign, 3)) add(without(other, t), where)
    for (const link of t.links)
      for (const other of spread(t.foreign, 2)) add(new Map([[link, other.get(link) ?? null]]), where)
  }
  // Without a WHERE the new row need not be one that the session may read; what a trigger makes of it may be another's.
  for (const column of hot)
    for (const value of raid.domains.candidates(relation, column, 65_000).slice(0, 8))
      addFor(column.name, value)
  for (const other of spread(t.foreign, 4)) add(without(other, t))
  if (sample) add(without(sample, t))
  for (const row of spread(t.own, 4))
    for (const column of hot)
      for (const value of raid.domains.candidates(relation, column, 70_000 + out.length).slice(0, 8))
        addFor(column.name, value, whereKey(key, row), true)
  for (const row of spread(t.own, 2))
    for (const { column, value } of pointers(raid, relation))
      add(new Map([[column, value]]), whereKey(key, row), true)
  for (const column of updatable)
    for (const value of scriptsFor(raid, relation, column)) add(new Map([[column.name, value]]), '', true)
  for (const row of spread(t.own, 8))
    if (key.length > 0) add(only(renewed(raid, relation, t, row), key), whereKey(key, row), true)
  return distinct(out)
}

/** The columns that may be copied from one row to another. */
const without = (row: Values, t: Templates): Values =>
  new Map([...row].filter(([name]) => name === t.tenant || (!t.unique.has(name) && !t.key.includes(name))))

export function deletes(raid: Raid, relation: Relation, t: Templates): Statement[] {
  const out: Statement[] = [{ sql: deleteSql(relation.id), command: 'DELETE' }]
  const { tenant, key } = t
  if (tenant !== null)
    for (const other of t.tenants)
      out.push({
        sql: deleteSql(relation.id, ` where ${ident(tenant)} = ${literal(other)}`),
        command: 'DELETE',
      })
  if (key.length > 0) {
    for (const row of t.foreign)
      out.push({ sql: deleteSql(relation.id, whereKey(key, row)), command: 'DELETE' })
    for (const row of t.own)
      out.push({ sql: deleteSql(relation.id, whereKey(key, row)), command: 'DELETE', further: true })
  }
  return out
}

export function truncates(raid: Raid, relation: Relation): Statement[] {
  const look = [...hangingOn(raid.scope, relation.id)]
  return ['', ' cascade'].map((tail) => ({
    sql: `truncate ${relation.id}${tail}`,
    command: 'TRUNCATE',
    look,
    further: true,
  }))
}

/** The tables that TRUNCATE … CASCADE empties: what stands below, and what points there or above. */
function hangingOn(scope: Scope, id: string): ReadonlySet<string> {
  const hit = new Set(treeOf(scope, id))
  const isHit = (other: string): boolean =>
    hit.has(other) || [...treeOf(scope, other)].some((below) => hit.has(below))
  for (let size = 0; size !== hit.size;) {
    size = hit.size
    for (const relation of scope.relations.values())
      if (!hit.has(relation.id) && foreignKeys(relation).some(({ references }) => isHit(references.relation)))
        for (const below of treeOf(scope, relation.id)) hit.add(below)
  }
  return hit
}

/** INSERT … ON CONFLICT and MERGE that meet a foreign row by its key. */
export function upserts(
  raid: Raid,
  relation: Relation,
  insertable: readonly string[],
  updatable: readonly string[],
  t: Templates,
  major: number,
): Statement[] {
  const below = belowOf(raid.scope, relation)
  if (!below || relation.kind === 'matview') return []
  const out: Statement[] = []
  const isDull = ({ name }: Column) => name !== t.tenant && !t.unique.has(name) && !t.links.has(name)
  const another = (column: Column) =>
    looksLike('changed', sized(column)) ? 'changed' : raid.domains.fresh(column, raid.arena.serial++)
  const columns = relation.columns.filter(isWritable).map(({ name }) => name)
  const give = columns.filter((name) => insertable.includes(name))
  const own = raid.identity.principal.tenants[0] ?? null
  const arbiters = below.base.indexes
    .filter(
      ({ unique, exclusion, keys, predicate }) =>
        unique && !exclusion && predicate === null && keys.every(({ column }) => column !== null),
    )
    .map(({ keys }) => keys.map(({ column }) => shown(below, column) ?? ''))
    .filter((names) => names.every((name) => columns.includes(name)))
  for (const row of spread(t.foreign, 6)) {
    const mine = new Map(t.tenant !== null && own !== null ? [...row, [t.tenant, own]] : row)
    // A row that the view does not show becomes one that it shows.
    const alike = relation.kind === 'view' ? lookingAlike(raid, below, mine) : []
    for (const arbiter of arbiters)
      for (const values of arbiter.includes(t.tenant ?? '') ? [row] : [mine, row, ...alike]) {
        const fresh = renewed(raid, relation, t, values)
        for (const name of arbiter) fresh.set(name, values.get(name) ?? null)
        const set = updatable.filter((name) => columns.includes(name) && !arbiter.includes(name))
        // What is there already would not show that it was written.
        const dull = relation.columns.filter((column) => set.includes(column.name) && isDull(column))
        for (const column of dull)
          if (!raid.domains.isHot(relation, column.name)) fresh.set(column.name, another(column))
        const made = insertSql(
          relation.id,
          only(fresh, give),
          ` on conflict (${idents(arbiter)}) do update set `,
        )
        for (const changed of [set, set.filter((name) => name !== t.tenant), set.slice(-1)])
          if (changed.length > 0)
            out.push({
              sql: `${made}${changed.map((name) => `${ident(name)} = excluded.${ident(name)}`).join(', ')}`,
              command: null,
            })
        for (const column of dull.slice(0, 1))
          out.push({ sql: `${made}${ident(column.name)} = ${text(another(column))}`, command: null })
      }
    // Views take MERGE since 17.
    if (major < (relation.kind === 'view' ? 17 : 15) || t.key.length === 0) continue
    const on = t.key.map((name) => `t.${ident(name)} = ${text(row.get(name))}`).join(' and ')
    const into = `merge into ${relation.id} t using (select 1) s on ${on}`
    const set = updatable.filter((name) => columns.includes(name) && !t.key.includes(name))
    if (set.length > 0)
      out.push({
        sql: `${into} when matched then update set ${set.map((name) => `${ident(name)} = ${text(mine.get(name))}`).join(', ')}`,
        command: null,
      })
    out.push({ sql: `${into} when matched then delete`, command: null })
    const made = only(renewed(raid, relation, t, row), give)
    if (made.size > 0)
      out.push({
        sql: `merge into ${relation.id} t using (select 1) s on false when not matched then insert (${idents([...made.keys()])}) values (${[...made.values()].map(text).join(', ')})`,
        command: null,
      })
  }
  return distinct(out)
}

function distinct(statements: readonly Statement[]): Statement[] {
  return [...new Map(statements.map((each) => [each.sql, each])).values()]
}
