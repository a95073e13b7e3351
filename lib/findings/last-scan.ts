import type { StoreReadTx } from '@/lib/db/scope'

/** When the newest recorded scan of a database read its catalog; `null` where none did. */
export async function lastScanAt(tx: StoreReadTx, database: string): Promise<Date | null> {
  const row = await tx
    .selectFrom('scan')
    .select('taken_at')
    .where('database', '=', database)
    .orderBy('taken_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.taken_at ?? null
}
