import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { newerThan, olderThan, page, parseCursor, type Cursor } from '@/lib/db/keyset'
import type { RecordsReadTx } from '@/lib/db/scope'
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

/** What a list of the log shows. Empty lists and nulls do not filter. */
export interface EntryFilter {
  /** Part of a table name; or a whole field name, request, row or transaction. */
  readonly q: string
  readonly action: readonly string[]
  /** Qualified names, as the log writes them. */
  readonly table: readonly string[]
  /** A user's uuid. */
  readonly actor: string | null
  readonly outcome: string | null
  /** Days, `YYYY-MM-DD`, both whole, in `zone`. */
  readonly since: string | null
  readonly until: string | null
  /** IANA name. */
  readonly zone: string
  /** Key of one row, with `table`. */
  readonly row: string | null
  /** A patient's uuid. */
  readonly patient: string | null
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
const readable = sql.raw(
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
  const after = parseCursor(at.after)
  const before = after ? null : parseCursor(at.before)
  const place = after ? [past(after)] : before ? [sooner(before)] : []
  const order = before ? sql`l.recorded_at asc, l.id asc` : sql`l.recorded_at desc, l.id desc`
  const where = all([...conditions(filter), ...place])
  // The policy lets several clinics through, and no index gives their entries in one order: each clinic's newest come
  // from its own index, then a handful is merged.
  const { rows } = await sql<Entry>`
    select ${columns}
      from (
        select e.*
          from unnest(${mine}) as clinic (id)
         cross join lateral (
           select ${readable} from ledger.audit_logs l where l.clinic_id = clinic.id and ${where} order by ${order} limit ${size + 1}
         ) e
        union all
        (select ${readable} from ledger.audit_logs l where l.clinic_id is null and ${where} order by ${order} limit ${size + 1})
      ) l
     order by ${order}
     limit ${size + 1}`.execute(tx)
  const cut = page(rows, size)
  if (before) return { rows: [...cut.rows].reverse(), older: true, newer: cut.more }
  return { rows: cut.rows, older: cut.more, newer: after !== null }
}

/** How many entries match, counting at most `countCap + 1`. */
export async function countEntries(
  tx: RecordsReadTx,
  filter: EntryFilter,
  newerThanRow?: Cursor,
): Promise<number> {
  const where = all([...conditions(filter), ...(newerThanRow ? [sooner(newerThanRow)] : [])])
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n
      from (select 1 from ledger.audit_logs l where ${where} limit ${countCap + 1}) as matching`.execute(tx)
  return rows[0]?.n ?? 0
}

/** One entry by its number; `null` when there is none, or none for this reader. */
export async function getEntry(tx: RecordsReadTx, id: string): Promise<Entry | null> {
  if (!/^\d{1,18}$/.test(id)) return null
  const { rows } = await sql<Entry>`
    select ${columns} from ledger.audit_logs l where l.id = ${id}::bigint`.execute(tx)
  return rows[0] ?? null
}

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

/** The clinics whose entries the policies let this role read. */
const mine = sql`case current_user when 'dashboard_admin' then ledger.clinics_of('admin') else ledger.clinics_of('dpo', 'auditor') end`

const past = (cursor: Cursor) => olderThan('l.recorded_at', 'l.id', cursor, 'bigint')
const sooner = (cursor: Cursor) => newerThan('l.recorded_at', 'l.id', cursor, 'bigint')

type Condition = RawBuilder<SqlBool>

function conditions(filter: EntryFilter): Condition[] {
  const found: Condition[] = []
  if (filter.action.length > 0) found.push(sql`l.action::text = any (${filter.action}::text[])`)
  if (filter.table.length > 0) found.push(sql`l.table_name = any (${filter.table}::text[])`)
  if (filter.actor) found.push(isUuid(filter.actor) ? sql`l.actor_user_id = ${filter.actor}::uuid` : nothing)
  if (filter.patient)
    found.push(isUuid(filter.patient) ? sql`l.patient_ref = ${filter.patient}::uuid` : nothing)
  if (filter.outcome) found.push(sql`l.outcome::text = ${filter.outcome}`)
  if (filter.row) {
    found.push(
      isUuid(filter.row) ? sql`l.record_id = ${filter.row}::uuid` : sql`l.record_key = ${filter.row}`,
    )
  }
  if (filter.since && isDay(filter.since)) {
    found.push(sql`l.recorded_at >= ${filter.since}::date::timestamp at time zone ${filter.zone}`)
  }
  if (filter.until && isDay(filter.until)) {
    found.push(sql`l.recorded_at < (${filter.until}::date + 1)::timestamp at time zone ${filter.zone}`)
  }
  const q = filter.q.trim()
  if (q) {
    const like = `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    found.push(sql`(l.table_name ilike ${like} or l.request_id = ${q} or l.record_key = ${q} or ${q} = any (l.changed_fields)
      or l.record_id::text = lower(${q}) or l.event_id::text = lower(${q}) or l.xact_id::text = ${q})`)
  }
  return found
}

const nothing: Condition = sql`false`

const all = (some: readonly Condition[]): Condition =>
  some.length > 0 ? sql.join(some, sql` and `) : sql`true`

const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** A day of the calendar that PostgreSQL will also take. */
export const isDay = (text: string): boolean =>
  /^[12]\d{3}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text)
