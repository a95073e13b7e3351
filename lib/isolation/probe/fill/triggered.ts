import type { Client } from 'pg'
import type { Relation } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { ident, idents } from '@/lib/clone/spelling'
import type { Setup } from '../../types'
import type { Domains } from '../schema/domain'
import { enter, identityOf } from '../session/identity'
import type { Placed } from '../schema/plan-rows'
import { quietly, taken } from '../session/quiet'
import { text, whereKey } from '../schema/statements'

/**
 * Rows as the table's own triggers would have left them: each is inserted once more with triggers firing, in a session of
 * its tenant, and that is undone. What a trigger refuses goes, unless nothing of that tenant would stay; what it changes is
 * changed.
 */
export async function throughTriggers(
  client: Client,
  domains: Domains,
  relation: Relation,
  key: readonly string[],
  rows: readonly Placed[],
): Promise<Placed[]> {
  const { snapshot, setup } = domains.scope
  if (key.length === 0 || !guardsInserts(relation, snapshot)) return [...rows]
  const tenant = relation.columns.find(({ name }) => domains.isTenant(relation, name))?.name
  const tenantOf = (row: Placed) => (tenant === undefined ? null : (row.get(tenant) ?? null))
  const byTenant = new Map<string | null, Placed[]>()
  for (const row of rows) byTenant.set(tenantOf(row), [...(byTenant.get(tenantOf(row)) ?? []), row])
  const left = new Map<Placed, Placed>()
  const empty = `delete from ${relation.id}`
  await client.query(['begin', ...quietly([empty]), 'savepoint row'].join(';\n'))
  for (const [whose, theirs] of byTenant)
    for (const [row, after] of await inserted(client, relation, theirs, sessionOf(whose, setup, snapshot)))
      left.set(row, after)
  await client.query('rollback')
  const out = await replaced(client, relation, key, [...left])
  const whole = new Set(out.map(tenantOf))
  for (const row of rows) {
    if (left.has(row)) continue
    // A trigger that refuses all of a tenant says nothing about one of them.
    if (whole.has(tenantOf(row))) await client.query(`delete from ${relation.id}${whereKey(key, row)}`)
    else out.push(row)
  }
  return out
}

function guardsInserts(relation: Relation, snapshot: Snapshot): boolean {
  return relation.triggers.some(
    ({ timing, events, enabled, level, routine }) =>
      events.includes('insert') &&
      (enabled === 'origin' || enabled === 'always') &&
      level === 'row' &&
      (timing === 'before' ||
        /\braise\b/i.test(snapshot.routines.find(({ id }) => id === routine)?.body ?? '')),
  )
}

function sessionOf(tenant: string | null, setup: Setup, snapshot: Snapshot): string[] {
  const principal = tenant !== null && setup.principals.find(({ tenants }) => tenants.includes(tenant))
  return principal ? enter(identityOf(principal, snapshot)).filter((sql) => sql.startsWith('select ')) : []
}

/** Each row that the triggers take, with what they make of it; together where they take them together. */
async function inserted(
  client: Client,
  relation: Relation,
  rows: readonly Placed[],
  session: readonly string[],
): Promise<[Placed, Placed][]> {
  const names = relation.columns.filter(({ generated }) => !generated).map(({ name }) => name)
  const returned = relation.columns.map(({ name }) => `${ident(name)}::text`).join(', ')
  const values = rows.map((row) => `(${names.map((name) => text(row.get(name))).join(', ')})`)
  const statements = [
    'rollback to savepoint row',
    ...session,
    `insert into ${relation.id} (${idents(names)}) overriding system value values ${values.join(', ')}
      returning array[${returned}]::text[] as v`,
    'set constraints all immediate',
  ]
  try {
    const results = (await client.query(statements.join(';\n'))) as unknown as {
      rows: { v: (string | null)[] }[]
    }[]
    const made = results.at(-2)?.rows ?? []
    if (made.length === rows.length)
      return rows.map((row, n) => [
        row,
        new Map(relation.columns.map(({ name }, at) => [name, made[n]?.v[at] ?? null])),
      ])
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
  }
  if (rows.length <= 1) return []
  const half = Math.ceil(rows.length / 2)
  return [
    ...(await inserted(client, relation, rows.slice(0, half), session)),
    ...(await inserted(client, relation, rows.slice(half), session)),
  ]
}

/** Makes rows what the triggers made of them; the rows as they are then. */
async function replaced(
  client: Client,
  relation: Relation,
  key: readonly string[],
  rows: readonly (readonly [Placed, Placed])[],
): Promise<Placed[]> {
  const updates = rows.flatMap(([row, after]) => {
    const changed = relation.columns.filter(
      ({ name, generated }) => !generated && row.get(name) !== after.get(name),
    )
    const set = changed.map(({ name }) => `${ident(name)} = ${text(after.get(name))}`)
    const sql = `update ${relation.id} set ${set.join(', ')}${whereKey(key, row)}`
    return changed.length === 0 ? [] : [{ row, sql }]
  })
  if (updates.length === 0 || (await taken(client, updates.map(({ sql }) => sql).join(';\n'))))
    return rows.map(([, after]) => after)
  const kept = new Set<Placed>()
  for (const { row, sql } of updates) if (!(await taken(client, sql))) kept.add(row)
  return rows.map(([row, after]) => (kept.has(row) ? row : after))
}
