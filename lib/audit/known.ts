import { sql } from 'kysely'
import type { RecordsReadTx } from '@/lib/db/scope'

/** Names of the tables that have entries this reader may see: one index probe a table, whatever the log's size. */
export async function listTables(tx: RecordsReadTx): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    with recursive known (name) as (
      (select table_name from ledger.audit_logs where table_name is not null order by table_name limit 1)
      union all
      select (select table_name from ledger.audit_logs where table_name > known.name order by table_name limit 1)
        from known
       where known.name is not null
    )
    select name from known where name is not null limit 500`.execute(tx)
  return rows.map((row) => row.name)
}

/** Users with entries this reader may see; in the same way, at most 300. */
export async function listActors(tx: RecordsReadTx): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive known (id) as (
      (select actor_user_id from ledger.audit_logs where actor_user_id is not null order by actor_user_id limit 1)
      union all
      select (select actor_user_id from ledger.audit_logs where actor_user_id > known.id order by actor_user_id limit 1)
        from known
       where known.id is not null
    )
    select id from known where id is not null limit 300`.execute(tx)
  return rows.map((row) => row.id)
}
