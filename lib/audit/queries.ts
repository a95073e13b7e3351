import { sql } from 'kysely'
import { newerThan, olderThan, page, parseCursor, type Cursor } from '@/lib/db/keyset'
import type { RecordsReadTx } from '@/lib/db/scope'
import { all, conditions, isDay, isNarrow, type Condition, type EntryFilter } from './filter'
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
  const find = (within: readonly Condition[]) => select(tx, filter, { after, before }, within, size + 1)
  // A page is mostly found in a few days or weeks, and then a plan for a few months of the log is enough: making one for
  // all of them takes longer than running it.
  for (const days of windows(filter)) {
    const rows = await find(bound({ after, before }, filter, days))
    if (rows.length > size) return cut(rows)
  }
  return cut(await find([]))

  function cut(found: readonly Entry[]): EntryPage {
    const { rows, more } = page(found, size)
    if (before) return { rows: [...rows].reverse(), older: true, newer: more }
    return { rows, older: more, newer: after !== null }
  }
}

interface Place {
  readonly after: Cursor | null
  readonly before: Cursor | null
}

/** Days worth trying before the whole log; none for what an index of its own finds. */
function windows(filter: EntryFilter): readonly number[] {
  const { row, patient, sealed, outcome, action, table, q, purpose, only } = filter
  if (row || patient || sealed === false || only === 'refused' || (outcome && outcome !== 'success'))
    return []
  if (action.length > 0 && action.every((each) => rareActions.has(each))) return []
  const sifted = q || purpose || only || table.length > 0 || action.length > 0
  return sifted && !filter.actor && !filter.clinic ? [2, 35] : [35]
}

/** Those of the partial indexes in db/ledger/090_rollup.sql. */
const rareActions: ReadonlySet<string> = new Set([
  'break_glass',
  'export',
  'print',
  'disclose',
  'permission',
  'login_failed',
  'inactivate',
  'truncate',
  'backup',
])

/** Conditions that keep to so many days beside the page's place. */
function bound({ after, before }: Place, filter: EntryFilter, days: number): readonly Condition[] {
  const long = sql`make_interval(days => ${days}::int)`
  if (before) return [sql`l.recorded_at <= ${before.at}::timestamptz + ${long}`]
  if (after) return [sql`l.recorded_at >= ${after.at}::timestamptz - ${long}`]
  const end = filter.until && isDay(filter.until) ? Date.parse(filter.until) + 2 * day : Date.now()
  return [sql`l.recorded_at >= ${new Date(end - days * day).toISOString()}::timestamptz`]
}

const day = 86_400_000

async function select(
  tx: RecordsReadTx,
  filter: EntryFilter,
  { after, before }: Place,
  within: readonly Condition[],
  limit: number,
): Promise<readonly Entry[]> {
  const place = after
    ? [past(after), sql<boolean>`l.recorded_at <= ${after.at}::timestamptz`]
    : before
      ? [sooner(before), sql<boolean>`l.recorded_at >= ${before.at}::timestamptz`]
      : []
  const where = all([...conditions(filter), ...place, ...within])
  const order = before ? sql`l.recorded_at asc, l.id asc` : sql`l.recorded_at desc, l.id desc`
  const reach = filter.clinic || isNarrow(filter) ? null : await clinicsRead(tx)
  const [only] = reach?.clinics ?? []
  if (!reach || reach.clinics.length > mergedClinics) {
    const { rows } = await sql<Entry>`
      select ${columns} from ledger.audit_logs l where ${where} order by ${order} limit ${limit}`.execute(tx)
    return rows
  }
  if (only && reach.clinics.length === 1 && !reach.platform) {
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
    (select ${readable} from ledger.audit_logs l where l.clinic_id is null and ${where} order by ${order} limit ${limit})`
  const { rows } = await sql<Entry>`
    select ${columns}
      from (
        select e.*
          from unnest(${reach.clinics}::uuid[]) as clinic (id)
         cross join lateral (
           select ${readable} from ledger.audit_logs l where l.clinic_id = clinic.id and ${where} order by ${order} limit ${limit}
         ) e
        ${reach.platform ? platform : sql``}
      ) l
     order by ${order}
     limit ${limit}`.execute(tx)
  return rows
}

/** Above so many clinics their entries are taken in the order of the whole log instead. */
const mergedClinics = 20

/** The clinics whose entries the policies let this role read, and whether it reads those of no clinic. */
async function clinicsRead(tx: RecordsReadTx): Promise<{ clinics: string[]; platform: boolean }> {
  const { rows } = await sql<{ clinics: string[]; platform: boolean }>`
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

const past = (cursor: Cursor) => olderThan('l.recorded_at', 'l.id', cursor, 'bigint')
const sooner = (cursor: Cursor) => newerThan('l.recorded_at', 'l.id', cursor, 'bigint')
