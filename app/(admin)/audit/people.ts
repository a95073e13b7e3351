import { sql } from 'kysely'
import { readStore, type Principal, type RecordsReadTx } from '@/lib/db/scope'

/**
 * Names for the users an audit entry or a consent event points to: Tabellion's own users, then professionals of the
 * clinics this reader may see. A user nobody names stays an id.
 */
export async function peopleOf(
  principal: Principal,
  tx: RecordsReadTx,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  const names = new Map<string, string>()
  if (wanted.length === 0) return names
  const { rows } = await sql<{ there: boolean }>`
    select coalesce(has_table_privilege(to_regclass('public.professionals'), 'select'), false) as there`.execute(
    tx,
  )
  if (rows[0]?.there) {
    const found = await sql<{ id: string; name: string }>`
      select user_id as id, full_name as name from public.professionals where user_id = any (${wanted}::uuid[])`.execute(
      tx,
    )
    for (const { id, name } of found.rows) names.set(id, name)
  }
  const users = await readStore(principal, (store) =>
    store.selectFrom('user').select(['subject', 'name']).where('subject', 'in', wanted).execute(),
  )
  for (const { subject, name } of users) names.set(subject, name)
  return names
}
