import { sql } from 'kysely'
import { letGo, pack } from '@/lib/drift/stored'
import type { Snapshot } from '@/lib/catalog/types'
import type { StoreWriteTx } from '@/lib/db/scope'
import type { ScanResult } from '@/lib/rules/run'
import { aboutHash } from './about'
import { structureHash } from './structure'

/** How many findings a recorded scan brought, kept, closed and reopened. */
export interface Recorded {
  readonly found: number
  readonly known: number
  readonly resolved: number
  readonly returned: number
}

/**
 * Stores a scan and moves the history of its findings on. A finding is resolved only when its rule ran and decided
 * everything: a rule that could not see leaves its findings open. Answers `null` when this scan, or a newer one, is
 * already stored. With `keepDays`, snapshots that no scan of so many days has seen are let go. Run it in `systemStore({ system: 'scan' }, …)`.
 */
export async function recordScan(
  tx: StoreWriteTx,
  database: string,
  scan: { readonly snapshot: Snapshot; readonly result: ScanResult },
  keepDays?: number,
): Promise<Recorded | null> {
  const { snapshot, result } = scan
  await sql`select pg_advisory_xact_lock(hashtextextended(${`tabellion scan ${database}`}, 0))`.execute(tx)
  const newer = await tx
    .selectFrom('scan')
    .select('id')
    .where('database', '=', database)
    .where('taken_at', '>=', new Date(snapshot.takenAt))
    .limit(1)
    .executeTakeFirst()
  if (newer) return null
  const hash = structureHash(snapshot)
  const stored = await tx.selectFrom('snapshot').select('hash').where('hash', '=', hash).executeTakeFirst()
  if (!stored) {
    await tx
      .insertInto('snapshot')
      .values({ hash, packed: pack(snapshot) })
      .onConflict((c) => c.doNothing())
      .execute()
  }
  await tx
    .insertInto('scan')
    .values({
      database,
      taken_at: snapshot.takenAt,
      score: result.score.value,
      outcomes: JSON.stringify(result.counts.outcomes),
      severities: JSON.stringify(result.counts.severities),
      snapshot_hash: hash,
    })
    .execute()
  await letGo(tx, keepDays)
  return moveHistory(tx, database, snapshot, result)
}

async function moveHistory(
  tx: StoreWriteTx,
  database: string,
  snapshot: Snapshot,
  result: ScanResult,
): Promise<Recorded> {
  const { takenAt } = snapshot
  const seen = result.findings.map(({ key, rule, code, severity, object, message }) => ({
    about: aboutHash(snapshot, { object, severity }).toString('hex'),
    key,
    rule,
    code,
    severity,
    object,
    message,
  }))
  const decided = result.outcomes
    .filter((o) => o.outcome !== 'unknown' && o.unknown.length === 0)
    .map((o) => o.rule)
  // One statement, so that ten thousand findings are one round trip; each part sees the table as it was before.
  const { rows } = await sql<{ event: string; count: number }>`
    with seen as (
      select * from jsonb_to_recordset(${JSON.stringify(seen)}::jsonb)
        as s(key text, rule text, code text, severity text, object jsonb, message jsonb, about text)
    ), before as (
      select key, rule, state from finding where database = ${database}
    ), moved as (
      select s.key, case when b.key is null then 'found' when b.state = 'resolved' then 'returned' else 'known' end as event
        from seen s left join before b using (key)
      union all
      select b.key, 'resolved' from before b
       where b.state <> 'resolved'
         and b.rule = any (${decided}::text[])
         and not exists (select from seen s where s.key = b.key)
    ), written as (
      insert into finding (database, key, rule, code, severity, object, message, about, state, first_seen, last_seen)
      select ${database}, key, rule, code, severity, object, message, decode(about, 'hex'), 'open', ${takenAt}::timestamptz, ${takenAt}::timestamptz
        from seen
      on conflict (database, key) do update
         set severity = excluded.severity, code = excluded.code, object = excluded.object, message = excluded.message,
             about = excluded.about,
             last_seen = excluded.last_seen, resolved_at = null,
             state = case when finding.state = 'open' then 'open' else 'returned' end
      returning key
    ), closed as (
      update finding f set state = 'resolved', resolved_at = ${takenAt}::timestamptz
        from moved m where f.database = ${database} and f.key = m.key and m.event = 'resolved'
      returning f.key
    )
    select event, count(*) as count from moved
     where (select count(*) from written) >= 0 and (select count(*) from closed) >= 0
     group by event`.execute(tx)
  await sql`
    insert into finding_event (database, key, at, event)
    select database, key, ${takenAt}::timestamptz,
           case when state = 'resolved' then 'resolved' when first_seen = last_seen then 'found' else 'returned' end
      from finding f
     where database = ${database}
       and (resolved_at = ${takenAt}::timestamptz
            or (last_seen = ${takenAt}::timestamptz and first_seen = last_seen)
            or (last_seen = ${takenAt}::timestamptz and state = 'returned'
                and 'resolved' = (select e.event from finding_event e
                                   where e.database = f.database and e.key = f.key
                                     and e.event in ('found', 'resolved', 'returned')
                                   order by e.at desc, e.id desc limit 1)))`.execute(tx)
  const count = (event: string) => rows.find((row) => row.event === event)?.count ?? 0
  return {
    found: count('found'),
    known: count('known'),
    resolved: count('resolved'),
    returned: count('returned'),
  }
}
