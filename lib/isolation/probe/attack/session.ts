import type { Client } from 'pg'
import type { Relation } from '@/lib/catalog/types-relation'
import type { Arena } from '../observe/arena'
import type { Sentence } from '../../types'
import { named, nothing, ownerOf, type Booking, type Move } from '../observe/booking'
import { callable, callsOf } from '../calls/calls'
import { settles } from '../calls/texts'
import { connecting, identityOf, onceConnected } from '../session/identity'
import type { Connection } from '../session/connections'
import type { Influence } from '../schema/influence'
import { keptPlans } from './kept-plan'
import type { Raid } from '../observe/raid'
import { committed, look } from '../session/request'
import { stateOf, stateSql } from './remembers'
import { ownRoutines } from '../schema/scope'

/**
 * What a request leaves on a pooled connection: the same connection is used for a request of the principal, which ends,
 * and then for one with the same role and nothing set. What that one sees, a fresh connection without settings must see too.
 */
export async function afterwards(
  raid: Raid,
  influence: Influence,
  pooled: Connection,
  booking: Booking,
): Promise<void> {
  const { principal } = raid.identity
  if (principal.tenants.length === 0) return
  const { snapshot } = raid.scope
  const somebody = onceConnected(raid.identity)
  const nobody = onceConnected(
    identityOf({ ...principal, settings: {}, claims: null, tenants: [] }, snapshot),
  )
  const connection: Connection = (task) =>
    pooled(async (client) => {
      for (const sql of connecting(principal, snapshot)) await client.query(sql)
      return task(client)
    })
  const targets: Relation[] = []
  for (const relation of raid.scope.attacked)
    if ((await raid.rights.of(principal.role, relation.id)).select.length > 0) targets.push(relation)
  const usual = await connection((client) => look(client, nobody, targets))
  const isNew = (than: ReadonlyMap<string, string[]>, id: string) => (row: string) =>
    !(than.get(id) ?? []).includes(row)
  const state = stateSql(raid.domains, influence)
  /** States in which it was looked already: two sessions in one state see the same. */
  const looked = new Set<string>()
  const lookAround = async (client: Client, sql: string) => {
    const seen = await look(client, nobody, targets)
    const more = targets.filter(({ id }) => seen.get(id)?.some(isNew(usual, id)))
    // The request may have changed what everybody sees.
    const fresh = await connection((other) => look(other, nobody, more))
    for (const relation of more) {
      const row = seen.get(relation.id)?.find(isNew(fresh, relation.id))
      if (row === undefined) continue
      left(raid, booking, relation, row, [
        { as: somebody, sql, effect: nothing },
        { as: nobody, sql: `select * from ${relation.id}`, effect: nothing },
      ])
    }
  }
  const isOver = () => targets.every(({ id }) => booking.has(id, principal.name, 'SELECT', 'session'))
  const stands = async (client: Client) => (state === null ? null : stateOf(client, state))
  /** How every first request that sets nothing leaves its connection. */
  const plain = await connection(async (client) =>
    (await committed(client, somebody, 'select 1')) ? stands(client) : null,
  )
  const open = await requests(raid, influence, targets)
  while (open.length > 0) {
    if (isOver()) return
    await connection(async (client) => {
      // A connection serves again as long as it stands as it did, or as calls of one function leave it.
      let [stood, by] = [plain, '']
      for (let next = open.shift(); next !== undefined; next = open.shift()) {
        if (stood !== plain && next.of !== by) return void open.unshift(next)
        const isDone = await committed(client, somebody, next.sql)
        const now = await stands(client)
        if (stood !== plain && now !== stood) return void open.unshift(next)
        if (isDone && (now === null || !looked.has(now))) {
          if (now !== null) looked.add(now)
          return lookAround(client, next.sql)
        }
        if (now === null) return
        if (now !== plain) [stood, by] = [now, next.of]
      }
    })
  }
  await keptPlans(raid, influence, nobody, targets, connection, booking)
}

/** Books that a later request, the last of the moves, reads what an earlier one left. */
export function left(
  raid: Raid,
  booking: Booking,
  relation: Relation,
  row: string,
  moves: readonly Move[],
): void {
  const found = findRow(raid.arena, relation, row)
  const tenant = found?.tenant ?? raid.identity.principal.tenants[0] ?? null
  const later: Sentence = {
    en: `reads, in a later request on this connection with nothing set, a row of ${ownerOf(tenant).en}`,
    pt: `lê, em uma requisição posterior desta conexão que nada define, uma linha ${ownerOf(tenant).pt}`,
  }
  booking.add(raid.name, {
    relation: relation.id,
    command: 'SELECT',
    channel: 'session',
    row: found?.row ?? {},
    tenant,
    table: found ? relation.id : null,
    effect: later,
    moves: moves.map((move, at) => (at < moves.length - 1 ? move : { ...move, effect: later })),
  })
}

function findRow(arena: Arena, relation: Relation, look: string) {
  for (const row of arena.rowsOf(relation.id).values())
    if (JSON.stringify(row.values) === look) return { row: named(relation.columns, row), tenant: row.tenant }
  return null
}

interface Request {
  /** What it calls or reads. */
  readonly of: string
  readonly sql: string
}

/** Requests that could leave something: every call of a function that sets, and a look at what asks such a function. */
async function requests(raid: Raid, influence: Influence, targets: readonly Relation[]): Promise<Request[]> {
  const setting = ownRoutines(raid.scope.snapshot).filter(settles)
  const involved = new Set<string>(setting.flatMap(({ id }) => [id, ...influence.dependents(id)]))
  const out: Request[] = [{ of: '', sql: 'select 1' }]
  for (const routine of await callable(raid))
    if (involved.has(routine.id))
      out.push(...callsOf(raid, routine, 12).map(({ sql }) => ({ of: routine.id, sql })))
  const looks = targets.filter(({ id }) => involved.has(id)).slice(0, 40)
  out.push(...looks.map(({ id }) => ({ of: id, sql: `select * from ${id}` })))
  return out
}
