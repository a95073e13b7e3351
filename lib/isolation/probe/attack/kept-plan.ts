import type { Relation } from '@/lib/catalog/types-relation'
import { nothing, type Booking } from '../observe/booking'
import type { Connection } from '../session/connections'
import { enter, onceConnected, type Identity } from '../session/identity'
import type { Influence } from '../schema/influence'
import type { Raid } from '../observe/raid'
import { foldedAskers } from './remembers'
import { committed, look, lookSql, untilRefused } from '../session/request'
import { left } from './session'

/**
 * Plans that a request leaves prepared on a pooled connection: where a function that reads the session claims to be
 * immutable, the plan holds the answer it gave then, and a later request that executes it is served with that.
 */
export async function keptPlans(
  raid: Raid,
  influence: Influence,
  nobody: Identity,
  targets: readonly Relation[],
  connection: Connection,
  booking: Booking,
): Promise<void> {
  const folded = new Set(
    foldedAskers(raid.scope.snapshot, influence).flatMap(({ id }) => [...influence.dependents(id)]),
  )
  const first = onceConnected(raid.identity)
  for (const relation of targets) {
    if (!folded.has(relation.id) || booking.has(relation.id, raid.name, 'SELECT', 'session')) continue
    await connection(async (client) => {
      const kept = (query: string) => `prepare kept as ${query};\nexecute kept`
      if (!(await committed(client, first, kept(lookSql(relation))))) return
      const { rows } = await untilRefused(client, ['begin read only', ...enter(nobody), 'execute kept'])
      await client.query('rollback')
      const seen = rows.flatMap((row) => ('seen' in row ? (row.seen as unknown[]) : []))
      const fresh = (await connection((other) => look(other, nobody, [relation]))).get(relation.id) ?? []
      const row = seen.map((each) => JSON.stringify(each)).find((each) => !fresh.includes(each))
      if (row === undefined) return
      left(raid, booking, relation, row, [
        {
          as: first,
          sql: kept(`select * from ${relation.id}`),
          effect: nothing,
        },
        { as: nobody, sql: 'execute kept', effect: nothing },
      ])
    })
  }
}
