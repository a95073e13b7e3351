import { Query, type Client } from 'pg'
import type { Relation } from '@/lib/catalog/types'
import { ident } from '@/lib/clone/spelling'
import type { Arena } from './arena'
import { named, type Booking } from './booking'
import { callable, callsOf, settles } from './calls'
import { enter, identityOf, leave, type Identity } from './identity'
import type { Connection } from './connections'
import type { Influence } from './influence'
import type { Raid } from './raid'
import { ownRoutines } from './scope'

/**
 * What a request leaves on a pooled connection: the same connection is used for a request of the principal, which ends,
 * and then for one with the same role and nothing set. What that one sees, a fresh connection without settings must see too.
 */
export async function afterwards(
  raid: Raid,
  influence: Influence,
  connection: Connection,
  booking: Booking,
): Promise<void> {
  const { principal } = raid.identity
  if (principal.tenants.length === 0) return
  const nobody: Identity = {
    ...identityOf({ ...principal, settings: {}, claims: null, tenants: [] }, raid.scope.snapshot),
  }
  const targets: Relation[] = []
  for (const relation of raid.scope.targets)
    if ((await raid.rights.of(principal.role, relation.id)).select.length > 0) targets.push(relation)
  const usual = await connection((client) => look(client, nobody, targets))
  const isNew = (than: ReadonlyMap<string, string[]>, id: string) => (row: string) =>
    !(than.get(id) ?? []).includes(row)
  for (const sql of await requests(raid, influence, targets)) {
    if (targets.every(({ id }) => booking.has(id, principal.name, 'SELECT', 'session'))) return
    await connection(async (client) => {
      if (!(await committed(client, raid.identity, sql))) return
      const seen = await look(client, nobody, targets)
      const more = targets.filter(({ id }) => seen.get(id)?.some(isNew(usual, id)))
      // The request may have changed what everybody sees.
      const fresh = await connection((other) => look(other, nobody, more))
      for (const relation of more) {
        const row = seen.get(relation.id)?.find(isNew(fresh, relation.id))
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

/** Requests that could leave something: every call of a function that sets, and a look at what asks such a function. */
async function requests(raid: Raid, influence: Influence, targets: readonly Relation[]): Promise<string[]> {
  const setting = ownRoutines(raid.scope.snapshot).filter(settles)
  const involved = new Set<string>(setting.flatMap(({ id }) => [id, ...influence.dependents(id)]))
  const out: string[] = ['select 1']
  for (const routine of await callable(raid))
    if (involved.has(routine.id)) out.push(...callsOf(raid, routine, 12).map(({ sql }) => sql))
  const looks = targets.filter(({ id }) => involved.has(id)).slice(0, 40)
  out.push(...looks.map(({ id }) => `select * from ${id}`))
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

/** What it sees of each relation that lets it look: all of them in one batch, which goes on after one that refuses. */
async function look(
  client: Client,
  as: Identity,
  targets: readonly Relation[],
): Promise<Map<string, string[]>> {
  const out = new Map<string, string[]>()
  for (let left = targets; left.length > 0;) {
    const looks = left.map(({ id, columns }) => {
      const texts = columns.map(({ name }) => `${ident(name)}::text`).join(', ')
      return `select coalesce(pg_catalog.json_agg(array[${texts}]::text[]), '[]') as seen from ${id}`
    })
    const { rows, refused } = await untilRefused(client, ['begin read only', ...enter(as), ...looks])
    await client.query('rollback')
    const seen = rows.flatMap((row) => ('seen' in row ? [row.seen as unknown[]] : []))
    seen.forEach((each, at) =>
      out.set(
        left[at]?.id ?? '',
        each.map((v) => JSON.stringify(v)),
      ),
    )
    left = refused ? left.slice(seen.length + 1) : []
  }
  return out
}

/** The rows that statements of one batch gave before one of them was refused. */
function untilRefused(client: Client, statements: readonly string[]) {
  return new Promise<{ rows: Record<string, unknown>[]; refused: boolean }>((resolve, reject) => {
    const rows: Record<string, unknown>[] = []
    const query = new Query<Record<string, unknown>>(statements.join(';\n'))
    query.on('row', (row) => rows.push(row))
    query.on('end', () => resolve({ rows, refused: false }))
    query.on('error', (error: Error & { code?: string }) =>
      error.code === undefined ? reject(error) : resolve({ rows, refused: true }),
    )
    client.query(query)
  })
}

function findRow(arena: Arena, relation: Relation, look: string) {
  for (const row of arena.rowsOf(relation.id).values())
    if (JSON.stringify(row.values) === look) return { row: named(relation.columns, row), tenant: row.tenant }
  return null
}
