import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import { page, parseCursor, type Cursor } from '@/lib/db/keyset'
import type { RecordsReadTx } from '@/lib/db/scope'
import type { ShownStatus, Status } from './types'

/** A consent as a list shows it. Instants are ISO 8601 in UTC with microseconds, days are `YYYY-MM-DD` of the clinic. */
export interface ConsentRow {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string
  readonly timeZone: string
  readonly patientId: string
  /** Null where this reader has no right to patients. */
  readonly recordNumber: string | null
  readonly patientName: string | null
  readonly purposeCode: string
  readonly purposeTitle: string
  readonly kind: string
  /** True now: a grant whose period is over is expired, whether or not the nightly job has run. */
  readonly status: Status
  readonly reason: string | null
  /** As the row says. */
  readonly storedStatus: Status
  readonly termVersion: number
  readonly decidedAt: string | null
  readonly recordedAt: string
  /** When the clinic last came to know something about it: its end, else its grant, else its request. */
  readonly changedAt: string
  readonly endedAt: string | null
  /** Last whole day. */
  readonly validUntil: string | null
  readonly daysLeft: number | null
  readonly collectionMethod: string | null
  readonly recordedLate: boolean
}

export interface ConsentFilter {
  /** Part of a record number or name; for readers without names, the beginning of the patient's id. */
  readonly q: string
  readonly purpose: readonly string[]
  readonly status: readonly ShownStatus[]
  /** Granted, and ending within so many days. */
  readonly expiring: number | null
}

export interface ConsentPage {
  readonly rows: readonly ConsentRow[]
  readonly older: boolean
  readonly newer: boolean
}

export const pageSize = 50
/** Counts stop here: "more than 10,000". */
export const countCap = 10_000

/** ISO 8601 in UTC with microseconds: a JavaScript date would lose three digits. */
export const instant = (column: string) => iso(sql.ref(column))

const iso = (time: Expression<unknown>) =>
  sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

const changed = sql`coalesce(v.ended_at, v.granted_at, v.recorded_at)`
/** The same of the table itself: a list is found there, in its index, and only its page is read from the view. */
const moved = sql`c.changed_at`
const past = ({ at, id }: Cursor) => sql<SqlBool>`(${moved}, c.id) < (${at}::timestamptz, ${id}::uuid)`
const sooner = ({ at, id }: Cursor) => sql<SqlBool>`(${moved}, c.id) > (${at}::timestamptz, ${id}::uuid)`

/** Whether this reader's role may see who the patients are. */
export async function seesPatients(tx: RecordsReadTx): Promise<boolean> {
  const { rows } = await sql<{ sees: boolean }>`
    select has_table_privilege('public.patients', 'select') as sees`.execute(tx)
  return rows[0]?.sees ?? false
}

export const rowColumns = (names: boolean) => sql`
  v.id as "id", v.clinic_id as "clinicId", k.name as "clinicName", k.time_zone as "timeZone",
  v.patient_id as "patientId",
  ${names ? sql`p.record_number as "recordNumber", coalesce(p.social_name, p.full_name) as "patientName"` : sql`null as "recordNumber", null as "patientName"`},
  v.purpose_code as "purposeCode", v.purpose_title as "purposeTitle", v.kind::text as "kind",
  v.effective_status::text as "status", v.effective_reason as "reason", v.status::text as "storedStatus",
  v.term_version as "termVersion", ${instant('v.decided_at')} as "decidedAt", ${instant('v.recorded_at')} as "recordedAt",
  ${iso(changed)} as "changedAt", ${instant('v.ended_at')} as "endedAt", v.valid_until::text as "validUntil",
  v.days_left as "daysLeft", v.collection_method::text as "collectionMethod",
  coalesce(v.recorded_late, false) as "recordedLate"`

const source = (names: boolean) => sql`
  public.v_consent_effective v
  join public.clinics k on k.id = v.clinic_id
  ${names ? sql`join public.patients p on p.clinic_id = v.clinic_id and p.id = v.patient_id` : sql``}`

/** One page of consents, the most recently changed first; a hostile cursor is the first page. */
export async function listConsents(
  tx: RecordsReadTx,
  filter: ConsentFilter,
  at: { readonly after: string | null; readonly before: string | null },
  size: number = pageSize,
): Promise<ConsentPage> {
  const names = await seesPatients(tx)
  const after = parseCursor(at.after)
  const before = after ? null : parseCursor(at.before)
  const place = after ? [past(after)] : before ? [sooner(before)] : []
  const order = (at: RawBuilder<unknown>, id: RawBuilder<unknown>) =>
    before ? sql`${at} asc, ${id} asc` : sql`${at} desc, ${id} desc`
  // Clinic by clinic and state by state, so that each is read in the order of its index and no further than one page.
  const branches = (filter.status.length > 0 ? filter.status.flatMap(branchesOf) : [null]).map(
    (branch) => sql`
      (select c.id, c.changed_at as moved from ${table(filter)}
        where c.clinic_id = k.id and ${all([...conditions(filter, names), ...(branch ? [branch] : []), ...place])}
        order by ${order(moved, sql`c.id`)} limit ${size + 1})`,
  )
  const { rows } = await sql<ConsentRow>`
    with listed as materialized (
      select one.id, one.moved from public.clinics k
       cross join lateral (${sql.join(branches, sql` union all `)}) as one
       order by ${order(sql`one.moved`, sql`one.id`)} limit ${size + 1})
    select ${rowColumns(names)}
      from ${source(names)}
     where v.id = any (array(select id from listed))
     order by ${order(changed, sql`v.id`)}`.execute(tx)
  const cut = page(rows, size)
  if (before) return { rows: [...cut.rows].reverse(), older: true, newer: cut.more }
  return { rows: cut.rows, older: cut.more, newer: after !== null }
}

/** How many consents match, counting at most `countCap + 1`. */
export async function countConsents(tx: RecordsReadTx, filter: ConsentFilter): Promise<number> {
  const names = await seesPatients(tx)
  const found = conditions(filter, names)
  if (filter.status.length > 0) found.push(sql`(${sql.join(filter.status.flatMap(branchesOf), sql` or `)})`)
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n
      from (select 1 from ${table(filter)} where ${all(found)} limit ${countCap + 1}) as matching`.execute(tx)
  return rows[0]?.n ?? 0
}

/** One consent as a list shows it; `null` when there is none, or none for this reader. */
export async function getRow(tx: RecordsReadTx, id: string): Promise<ConsentRow | null> {
  if (!isUuid(id)) return null
  const names = await seesPatients(tx)
  const { rows } = await sql<ConsentRow>`
    select ${rowColumns(names)} from ${source(names)} where v.id = ${id}::uuid`.execute(tx)
  return rows[0] ?? null
}

/** A purpose of one clinic, with the basis it rests on and the version of its term in use. */
export interface Purpose {
  readonly code: string
  readonly title: string
  readonly basis: string
  readonly clinics: number
}

/** Purposes in use in the reader's clinics, by code. */
export async function listPurposes(tx: RecordsReadTx): Promise<readonly Purpose[]> {
  const { rows } = await sql<Purpose>`
    select a.purpose_code as "code", min(a.title) as "title", min(a.legal_basis::text) as "basis",
           count(*)::int as "clinics"
      from public.processing_activities a
     where a.status = 'active'
     group by a.purpose_code
     order by a.purpose_code`.execute(tx)
  return rows
}

/** Names of the clinics this reader sees. */
export async function listClinics(tx: RecordsReadTx): Promise<readonly { id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from public.clinics order by name, id`.execute(tx)
  return rows
}

type Condition = RawBuilder<SqlBool>

/** What the conditions speak of, and no more. */
const table = (filter: ConsentFilter) => sql`
  public.consent_records c
  ${filter.purpose.length > 0 ? sql`join public.processing_activities a on a.clinic_id = c.clinic_id and a.id = c.activity_id` : sql``}
  ${filter.expiring === null ? sql`` : sql`join public.clinics z on z.id = c.clinic_id`}`

/** What is shown as one status, as parts that an index each serves; they never overlap. */
function branchesOf(status: ShownStatus): readonly Condition[] {
  const stored = sql<SqlBool>`c.state = ${status}`
  if (status === 'granted') return [sql`(${stored} and (c.expires_at is null or c.expires_at > now()))`]
  // Over, though the nightly job has not said so: few, and found by their date.
  if (status === 'expired') return [stored, sql`(c.status = 'granted' and c.expires_at <= now())`]
  return [stored]
}

function conditions(filter: ConsentFilter, names: boolean): Condition[] {
  const found: Condition[] = []
  const q = filter.q.trim()
  if (q) found.push(isUuid(q) ? sql`c.id = ${q}::uuid` : names ? ofPatientsLike(q) : ofPatientId(q))
  if (filter.purpose.length > 0) found.push(sql`a.purpose_code = any (${filter.purpose}::text[])`)
  if (filter.expiring !== null) found.push(expiringWithin(filter.expiring))
  return found
}

/** Patients first, once: their consents are then found by an index. */
function ofPatientsLike(q: string): Condition {
  const like = `%${escaped(q)}%`
  return sql`c.patient_id = any (array(
    select p.id from public.patients p
     where p.record_number ilike ${like} or p.full_name ilike ${like} or p.social_name ilike ${like}))`
}

/** The beginning of an id as the range it is: a uuid compares leakproof, its text does not. */
function ofPatientId(q: string): Condition {
  const digits = q.toLowerCase().replaceAll('-', '')
  if (!/^[0-9a-f]{1,32}$/.test(digits)) return sql`false`
  return sql`c.patient_id between ${digits.padEnd(32, '0')}::uuid and ${digits.padEnd(32, 'f')}::uuid`
}

/** Granted, and over within so many days of the clinic (alias z); the day it ends on is the last whole one. */
export const expiringWithin = (days: number) => sql<SqlBool>`
  c.status = 'granted' and c.expires_at > now()
  and c.expires_at <= ((now() at time zone z.time_zone)::date + ${days}::int + 1)::timestamp at time zone z.time_zone`

/** The text as itself inside a LIKE pattern. */
export const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`)

export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

const all = (some: readonly Condition[]): Condition =>
  some.length > 0 ? sql.join(some, sql` and `) : sql`true`
