import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Principal as Person, StoreReadTx, StoreWriteTx } from '@/lib/db/scope'
import { recordActivity } from '@/lib/users/activity'
import { sorted } from './stale'
import type { Principal } from '../types'

/** A principal as it was seen: another one where anybody has changed it since. */
export const markOf = ({ name, tenants, login, role, settings, claims }: Principal): string =>
  createHash('sha256')
    .update(JSON.stringify({ name, tenants, login, role, settings, claims }, sorted))
    .digest('hex')

/** Until the transaction ends nobody else changes the list of this database. */
export const lockPrincipals = (tx: StoreWriteTx, database: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`tabellion principals ${database}`}, 0))`.execute(tx)

/** The principals a person stored for a database, in their order; `null` when nobody did, so that detection decides. */
export async function storedPrincipals(tx: StoreReadTx, database: string): Promise<Principal[] | null> {
  const rows = await tx
    .selectFrom('isolation_principal')
    .select(['name', 'tenants', 'login', 'role', 'settings', 'claims'])
    .where('database', '=', database)
    .orderBy('position')
    .orderBy('name')
    .execute()
  return rows.length === 0 ? null : (rows as unknown as Principal[])
}

/** Stores the whole list in the place of what was there; an empty one leaves it to detection again. */
export async function storePrincipals(
  tx: StoreWriteTx,
  who: Person,
  principals: readonly Principal[],
): Promise<void> {
  await tx.deleteFrom('isolation_principal').where('database', '=', who.database).execute()
  if (principals.length > 0)
    await tx
      .insertInto('isolation_principal')
      .values(
        principals.map((each, position) => ({
          ...each,
          tenants: [...each.tenants],
          settings: JSON.stringify(each.settings),
          claims: each.claims === null ? null : JSON.stringify(each.claims),
          position,
          database: who.database,
          changed_by: who.userId,
        })),
      )
      .execute()
  await recordActivity(tx, {
    action: 'isolation-principals-changed',
    database: who.database,
    details: { principals: principals.map(({ name }) => name) },
  })
}
