import type { Client } from 'pg'
import type { Relation } from '@/lib/catalog/types'
import { ident } from '@/lib/clone/spelling'
import type { Arena } from './arena'
import { named, type Booking } from './booking'
import { callable, callsOf } from './calls'
import { enter, identityOf, leave, type Identity } from './identity'
import type { Connection } from './connections'
import type { Raid } from './raid'

/**
 * What a request leaves on a pooled connection: the same connection is used for a request of the principal, which ends,
 * and then for one with the same role and nothing set. What that one sees, a fresh connection without settings must see too.
 */
export async function afterwards(raid: Raid, connection: Connection, booking: Booking): Promise<void> {
  const { principal } = raid.identity
  if (principal.tenants.length === 0) return
  const nobody: Identity = {
    ...identityOf({ ...principal, settings: {}, claims: null, tenants: [] }, raid.scope.snapshot),
  }
  const targets: Relation[] = []
  for (const relation of raid.scope.targets)
    if ((await raid.rights.of(principal.role, relation.id)).select.length > 0) targets.push(relation)
  for (const sql of await requests(raid, targets)) {
    if (targets.every(({ id }) => booking.has(id, principal.name, 'SELECT', 'session'))) return
    await connection(async (client) => {
      if (!(await committed(client, raid.identity, sql))) return
      const seen = await look(client, nobody, targets)
      const fresh = await connection((other) => look(other, nobody, targets))
      for (const relation of targets) {
        const row = (seen.get(relation.id) ?? []).find(
          (each) => !(fresh.get(relation.id) ?? []).includes(each),
        )
        if (row === undefined) continue
        const found = findRow(raid.arena, relation, row)
        booking.add(principal.name, {
          relation: relation.id,
          command: 'SELECT',
          channel: 'session',
          row: found?.row ?? {},
          tenant: found?.tenant ?? principal.tenants[0] ?? null,
          table: found ? relation.id : null,
          effect: 'a later request on this connection, with nothing set, reads it',
          moves: [
            { as: raid.identity, sql, effect: 'the request ends, its connection goes back to the pool' },
            {
              as: nobody,
              sql: `select * from ${relation.id}`,
              effect: `reads a row of tenant ${found?.tenant ?? ''}`,
            },
          ],
        })
      }
    })
  }
}

/** Requests that could leave something: every call of a function that sets, and a look at each table, whose conditions may. */
async function requests(raid: Raid, targets: readonly Relation[]): Promise<string[]> {
  const out: string[] = ['select 1']
  for (const routine of await callable(raid))
    if (/set_config|\bset\b/i.test(routine.body ?? ''))
      out.push(...callsOf(raid, routine, 12).map(({ sql }) => sql))
  const settling = raid.scope.snapshot.routines.some(
    ({ body, extension }) => extension === null && /set_config/i.test(body ?? ''),
  )
  if (settling) out.push(...targets.slice(0, 40).map(({ id }) => `select * from ${id}`))
  return out
}

/** A whole request, which lasts. */
async function committed(client: Client, as: Identity, sql: string): Promise<boolean> {
  try {
    await client.query(['begin', ...enter(as), sql, ...leave, 'commit'].join(';\n'))
    return true
  } catch (error) {
    if ((error as { code?: string }).code === undefined) throw error
    await client.query('rollback')
    return false
  }
}

async function look(
  client: Client,
  as: Identity,
  targets: readonly Relation[],
): Promise<Map<string, string[]>> {
  const out = new Map<string, string[]>()
  for (const relation of targets) {
    const texts = relation.columns.map(({ name }) => `${ident(name)}::text`).join(', ')
    try {
      const results = (await client.query(
        ['begin read only', ...enter(as), `select array[${texts}]::text[] as v from ${relation.id}`].join(
          ';\n',
        ),
      )) as unknown as { rows: { v?: unknown }[] }[]
      out.set(
        relation.id,
        (results.at(-1)?.rows ?? []).map(({ v }) => JSON.stringify(v)),
      )
    } catch (error) {
      if ((error as { code?: string }).code === undefined) throw error
    } finally {
      await client.query('rollback')
    }
  }
  return out
}

function findRow(arena: Arena, relation: Relation, look: string) {
  for (const row of arena.rowsOf(relation.id).values())
    if (JSON.stringify(row.values) === look) return { row: named(relation.columns, row), tenant: row.tenant }
  return null
}
