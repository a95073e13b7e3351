import type { Client } from 'pg'
import type { Relation, Snapshot } from '@/lib/catalog/types'
import { ident, idents } from '@/lib/clone/spelling'
import type { Setup } from '../types'
import type { Domains } from './domain'
import { enter, identityOf } from './identity'
import type { Placed } from './plan-rows'
import { quietly } from './quiet'
import { text, whereKey } from './statements'

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
  const out: Placed[] = []
  const refused: Placed[] = []
  const changed: [Placed, Placed][] = []
  const sessions = new Map<string | null, readonly string[]>()
  const empty = `delete from ${relation.id}`
  await client.query(['begin', ...quietly([empty]), 'savepoint row'].join(';\n'))
  for (const row of rows) {
    const whose = tenant === undefined ? null : (row.get(tenant) ?? null)
    const session = sessions.get(whose) ?? sessionOf(whose, setup, snapshot)
    sessions.set(whose, session)
    const after = await inserted(client, relation, row, session)
    if (after === null) refused.push(row)
    else changed.push([row, after])
  }
  await client.query('rollback')
  for (const [row, after] of changed) out.push(await replaced(client, relation, key, row, after))
  const whole = new Set(out.map((row) => row.get(tenant ?? '')))
  for (const row of refused) {
    // A trigger that refuses all of a tenant says nothing about one of them.
    if (whole.has(row.get(tenant ?? '')))
      await client.query(`delete from ${relation.id}${whereKey(key, row)}`)
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

async function inserted(
  client: Client,
  relation: Relation,
  row: Placed,
  session: readonly string[],
): Promise<Placed | null> {
  const names = relation.columns.filter(({ generated }) => !generated).map(({ name }) => name)
  const returned = relation.columns.map(({ name }) => `${ident(name)}::text`).join(', ')
  const statements = [
    'rollback to savepoint row',
    ...session,
    `insert into ${relation.id} (${idents(names)}) overriding system value values (${names.map((name) => text(row.get(name))).join(', ')})
      returning array[${returned}]::text[] as v`,
    'set constraints all immediate',
  ]
  try {
    const results = (await client.query(statements.join(';\n'))) as unknown as {
      rows: { v?: (string | null)[] }[]
    }[]
    const values = results.at(-2)?.rows[0]?.v
    return values ? new Map(relation.columns.map(({ name }, at) => [name, values[at] ?? null])) : null
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    return null
  }
}

/** Makes the row what the triggers made of it; the row as it is then. */
async function replaced(
  client: Client,
  relation: Relation,
  key: readonly string[],
  row: Placed,
  after: Placed,
): Promise<Placed> {
  const changed = relation.columns.filter(
    ({ name, generated }) => !generated && row.get(name) !== after.get(name),
  )
  if (changed.length === 0) return row
  const set = changed.map(({ name }) => `${ident(name)} = ${text(after.get(name))}`)
  const update = `update ${relation.id} set ${set.join(', ')}${whereKey(key, row)}`
  try {
    await client.query(update)
    return after
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    return row
  }
}
