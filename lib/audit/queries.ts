import { sql } from 'kysely'
import { newerThan, olderThan, page, parseCursor, type Cursor } from '@/lib/db/keyset'
import type { RecordsReadTx } from '@/lib/db/scope'
import { all, conditions, isNarrow, isRare, type Condition, type EntryFilter } from './filter'
import { keptPage } from './page'
import { mergedClinics, reachOf, shareOf, type Place, type Readable } from './reach'
import type { JsonRow } from './types'

/** One entry as the log holds it; instants are ISO 8601 in UTC with microseconds, hashes are hexadecimal. */
export interface Entry {
  /** Order of writing; a bigint, so text. */
  readonly id: string
  readonly eventId: string
  readonly clinicId: string | null
  readonly occurredAt: string
  readonly recordedAt: string
  readonly actorUserId: string | null
  readonly actorRole: string | null
  /** How the actor is known: `signed` at sign-in, `claimed` by the application, or only the `login`. */
  readonly actorProof: string
  readonly onBehalfOf: string | null
  readonly sessionRole: string
  readonly action: string
  readonly outcome: string
  readonly tableName: string | null
  readonly recordId: string | null
  readonly recordKey: string | null
  readonly patientRef: string | null
  readonly changedFields: readonly string[] | null
  readonly oldValues: JsonRow | null
  readonly newValues: JsonRow | null
  readonly beforeHash: string | null
  readonly afterHash: string | null
  readonly phiAccessed: boolean
  readonly purposeOfUse: string | null
  readonly legalBasis: string | null
  readonly consentId: string | null
  readonly activityId: string | null
  readonly recipient: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  readonly component: string | null
  readonly requestId: string | null
  readonly sessionRef: string | null
  readonly recordCount: number | null
  readonly xactId: string
}

export interface Position {
  readonly after: string | null
  readonly before: string | null
}

export interface EntryPage {
  readonly rows: readonly Entry[]
  /** Older entries exist below the last row; newer ones above the first. */
  readonly older: boolean
  readonly newer: boolean
}

/** Entries on one page of the log. */
export const pageSize = 50
/** Counts stop here: "more than 10,000". */
export const countCap = 10_000

const time = (column: string) =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

const columns = sql`
  l.id::text as "id", l.event_id as "eventId", l.clinic_id as "clinicId", ${time('l.occurred_at')} as "occurredAt",
  ${time('l.recorded_at')} as "recordedAt", l.actor_user_id as "actorUserId", l.actor_role as "actorRole",
  l.actor_proof as "actorProof",   l.on_behalf_of as "onBehalfOf", l.session_role as "sessionRole", l.action::text as "action",
  l.outcome::text as "outcome", l.table_name as "tableName", l.record_id as "recordId", l.record_key as "recordKey",
  l.patient_ref as "patientRef", l.changed_fields as "changedFields", l.old_values as "oldValues",
  l.new_values as "newValues", encode(l.before_hash, 'hex') as "beforeHash", encode(l.after_hash, 'hex') as "afterHash",
  l.phi_accessed as "phiAccessed", l.purpose_of_use as "purposeOfUse", l.legal_basis as "legalBasis",
  l.consent_id as "consentId", l.activity_id as "activityId", l.recipient as "recipient", host(l.ip) as "ip",
  l.user_agent as "userAgent", l.component as "component", l.request_id as "requestId", l.session_ref as "sessionRef",
  l.record_count as "recordCount", l.xact_id::text as "xactId"`

/** What a reader may read: all but the salt of the proofs. */
const readableColumns = sql.raw(
  `id event_id clinic_id occurred_at recorded_at actor_user_id actor_role actor_proof on_behalf_of session_role action outcome
   table_name record_id record_key patient_ref changed_fields old_values new_values before_hash after_hash phi_accessed
   purpose_of_use legal_basis consent_id activity_id recipient ip user_agent component request_id session_ref record_count xact_id`
    .split(/\s+/)
    .map((name) => `l.${name}`)
    .join(', '),
)

/** One page of the log, newest first; a hostile cursor is the first page. */
export async function listEntries(
  tx: RecordsReadTx,
  filter: EntryFilter,
  at: Position,
  size: number = pageSize,
): Promise<EntryPage> {
  const after = cursorOf(at.after)
  const place = { after, before: after ? null : cursorOf(at.before) }
  const kept = await keptPage(tx, filter, place, size + 1)
  if (kept?.whole) return cut(kept.rows)
  const readable = filter.clinic || isNarrow(filter) ? null : await clinicsRead(tx)
  const find = (within: readonly Condition[]) => select(tx, filter, place, within, readable, size + 1)
  for (const wanted of await steps(tx, filter, size + 2)) {
    const reach = await reachOf(tx, filter, place, wanted, readable)
    if (!reach) break
    if (!reach.first || !reach.last) return cut([])
    const rows = await find([
      sql`l.recorded_at between ${reach.first}::timestamptz and ${reach.last}::timestamptz`,
    ])
    if (rows.length > size || reach.entries < wanted) return cut(rows)
  }
  return cut(await find([]))

  function cut(found: readonly Entry[]): EntryPage {
    const { rows, more } = page(found, size)
    if (place.before) return { rows: [...rows].reverse(), older: true, newer: more }
    return { rows, older: more, newer: after !== null }
  }
}

/**
 * How many entries to look at before the whole log: as many as the page has where nothing sifts them, more where something
 * does; none for what has an index of its own, or is too rare to look for in that way.
 */
async function steps(tx: RecordsReadTx, filter: EntryFilter, page: number): Promise<readonly number[]> {
  if (filter.sealed === false || isRare(filter)) return []
  const share = await shareOf(tx, filter)
  const first = Math.ceil(share === 1 ? page : (1.3 * page) / Math.max(share, 1e-6))
  return [first, 8 * first].filter((wanted) => wanted <= mostLookedAt)
}

/** Above so many, reading their index takes as long as planning for the whole log. */
const mostLookedAt = 20_000

async function select(
  tx: RecordsReadTx,
  filter: EntryFilter,
  { after, before }: Place,
  within: readonly Condition[],
  readable: Readable | null,
  limit: number,
): Promise<readonly Entry[]> {
  const place = after
    ? [past(after), sql<boolean>`l.recorded_at <= ${after.at}::timestamptz`]
    : before
      ? [sooner(before), sql<boolean>`l.recorded_at >= ${before.at}::timestamptz`]
      : []
  const where = all([...conditions(filter), ...place, ...within])
  const order = before ? sql`l.recorded_at asc, l.id asc` : sql`l.recorded_at desc, l.id desc`
  const [only] = readable?.clinics ?? []
  if (!readable || readable.clinics.length > mergedClinics) {
    const { rows } = await sql<Entry>`
      select ${columns} from ledger.audit_logs l where ${where} order by ${order} limit ${limit}`.execute(tx)
    return rows
  }
  if (only && readable.clinics.length === 1 && !readable.platform) {
    const { rows } = await sql<Entry>`
      select ${columns} from ledger.audit_logs l where l.clinic_id = ${only}::uuid and ${where} order by ${order} limit ${limit}`.execute(
      tx,
    )
    return rows
  }
  // The policy lets several clinics through, and no index gives their entries in one order: each clinic's newest come
  // from its own index, then a handful is merged.
  const platform = sql`
    union all
    (select ${readableColumns} from ledger.audit_logs l where l.clinic_id is null and ${where} order by ${order} limit ${limit})`
  const { rows } = await sql<Entry>`
    select ${columns}
      from (
        select e.*
          from unnest(${readable.clinics}::uuid[]) as clinic (id)
         cross join lateral (
           select ${readableColumns} from ledger.audit_logs l where l.clinic_id = clinic.id and ${where} order by ${order} limit ${limit}
         ) e
        ${readable.platform ? platform : sql``}
      ) l
     order by ${order}
     limit ${limit}`.execute(tx)
  return rows
}

async function clinicsRead(tx: RecordsReadTx): Promise<Readable> {
  const { rows } = await sql<Readable>`
    select case current_user when 'dashboard_admin' then ledger.clinics_of('admin')
                             else ledger.clinics_of('dpo', 'auditor') end::text[] as clinics,
           current_user <> 'dashboard_admin' as platform`.execute(tx)
  return { clinics: rows[0]?.clinics ?? [], platform: rows[0]?.platform ?? false }
}

/** How many entries match, counting at most `countCap + 1`. */
export async function countEntries(
  tx: RecordsReadTx,
  filter: EntryFilter,
  newerThanRow?: Cursor,
): Promise<number> {
  const where = all([...conditions(filter), ...(newerThanRow ? [sooner(newerThanRow)] : [])])
  // What an index serves is counted before workers have started.
  if (filter.clinic || isNarrow(filter)) await sql`set local max_parallel_workers_per_gather = 0`.execute(tx)
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n
      from (select 1 from ledger.audit_logs l where ${where} limit ${countCap + 1}) as matching`.execute(tx)
  return rows[0]?.n ?? 0
}

/** One entry by its number; `null` when there is none, or none for this reader. */
export async function getEntry(tx: RecordsReadTx, id: string): Promise<Entry | null> {
  if (!/^\d{1,18}$/.test(id)) return null
  const { rows } = await sql<{ found: readonly Entry[] | null }>`
    select ledger.entries_at(array[${id}::bigint], array[at]) as found
      from ledger.time_of(${id}::bigint, current_user = 'dashboard_admin') as at`.execute(tx)
  return rows[0]?.found?.[0] ?? null
}

/** The log's entries are numbered: any other cursor is none. */
function cursorOf(text: string | null): Cursor | null {
  const cursor = parseCursor(text)
  return cursor && /^\d{1,18}$/.test(cursor.id) ? cursor : null
}

const past = (cursor: Cursor) => olderThan('l.recorded_at', 'l.id', cursor, 'bigint')
const sooner = (cursor: Cursor) => newerThan('l.recorded_at', 'l.id', cursor, 'bigint')
