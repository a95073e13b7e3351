import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import type { Snapshot } from '@/lib/catalog/types'
import type { StoreReadTx, StoreWriteTx } from '@/lib/db/scope'
import { NotFound } from '@/lib/errors'

/** One structure that a database had, from the first scan that saw it until the next structure. */
export interface StoredState {
  /** Of the scan that saw it first. */
  readonly id: string
  readonly database: string
  /** ISO time of that scan. */
  readonly takenAt: string
  readonly hash: string
}

/** How snapshots are stored: JSON under gzip. */
export const pack = (snapshot: Snapshot): Buffer => gzipSync(JSON.stringify(snapshot), { level: 6 })

/** The structures that databases went through, newest first; a scan that saw what the one before saw is no new one. */
export async function listStates(
  tx: StoreReadTx,
  databases: readonly string[],
  limit = 100,
): Promise<StoredState[]> {
  const rows = await tx
    .selectFrom((from) =>
      from
        .selectFrom('scan')
        .select([
          'id',
          'database',
          'taken_at',
          'snapshot_hash',
          sql<Buffer | null>`lag(snapshot_hash) over (partition by database order by taken_at)`.as('before'),
        ])
        .where(sql<boolean>`database = any (${[...databases]}::text[])`)
        .where('snapshot_hash', 'is not', null)
        .as('seen'),
    )
    .select(['id', 'database', 'taken_at', sql<string>`encode(snapshot_hash, 'hex')`.as('hash')])
    .where(sql<boolean>`before is distinct from snapshot_hash`)
    .orderBy('taken_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ id, database, taken_at, hash }) => ({
    id,
    database,
    takenAt: taken_at.toISOString(),
    hash,
  }))
}

/** The snapshot that a scan saw. @throws NotFound when it was let go, or never was */
export async function getSnapshot(tx: StoreReadTx, scan: string): Promise<Snapshot> {
  const row = await tx
    .selectFrom('scan')
    .innerJoin('snapshot', 'snapshot.hash', 'scan.snapshot_hash')
    .select(['snapshot.body', 'snapshot.packed'])
    .where('scan.id', '=', scan)
    .executeTakeFirst()
  if (!row) {
    throw new NotFound({
      en: 'This snapshot is not kept any more.',
      pt: 'Esta fotografia não é mais guardada.',
    })
  }
  return row.packed
    ? (JSON.parse(gunzipSync(row.packed).toString('utf8')) as Snapshot)
    : (row.body as unknown as Snapshot)
}

/** Lets go of snapshots that no scan of the last `days` has seen, but for the newest of each database. */
export async function letGo(tx: StoreWriteTx, days: number | undefined): Promise<void> {
  if (days === undefined) return
  await sql`
    delete from snapshot s
     where not exists (
       select from scan
        where snapshot_hash = s.hash
          and (taken_at > now() - make_interval(days => ${days})
               or id in (select distinct on (database) id from scan where snapshot_hash is not null
                          order by database, taken_at desc)))`.execute(tx)
}
