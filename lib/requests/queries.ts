import { sql, type RawBuilder, type SqlBool } from 'kysely'
import { escaped, instant, isUuid, seesPatients } from '@/lib/consents/queries'
import { page, parseCursor } from '@/lib/db/keyset'
import type { RecordsReadTx } from '@/lib/db/scope'
import type { RequestStatus, RequestType } from './types'

/** A recipient who is to hear of a correction, a block or an erasure (art. 18 §6). */
export interface Propagation {
  readonly recipient: string
  readonly status: 'open' | 'told' | 'acknowledged' | 'impossible'
  readonly note?: string | null
  readonly at?: string
}

/** A request as the inbox shows it. Days are the clinic's, instants UTC. */
export interface RequestRow {
  readonly id: string
  readonly clinicId: string
  readonly clinicName: string
  readonly timeZone: string
  readonly patientId: string | null
  readonly recordNumber: string | null
  readonly patientName: string | null
  readonly type: RequestType
  readonly channel: string
  readonly receivedAt: string
  readonly identity: 'unverified' | 'verified' | 'failed'
  readonly status: RequestStatus
  /** Last whole day, where the clinic is. */
  readonly lastDay: string
  readonly daysLeft: number
  readonly overdue: boolean
  readonly basis: string
  readonly closedAt: string | null
}

export interface RequestDetail extends RequestRow {
  readonly verifiedAt: string | null
  readonly verificationMethod: string | null
  readonly outcome: string | null
  readonly legalReason: string | null
  readonly responseFile: string | null
  readonly responseSha256: string | null
  /** The readable copy that went with the answer. */
  readonly copyFile: string | null
  readonly propagation: readonly Propagation[]
  readonly assigneeId: string | null
  readonly dpoName: string | null
  readonly dpoEmail: string | null
}

export interface RequestFilter {
  readonly q: string
  readonly type: readonly RequestType[]
  /** open, overdue or closed; null is all. */
  readonly state: 'open' | 'overdue' | 'closed' | null
}

const columns = (names: boolean) => sql`
  r.id as "id", r.clinic_id as "clinicId", k.name as "clinicName", k.time_zone as "timeZone", r.patient_id as "patientId",
  ${names ? sql`p.record_number as "recordNumber", coalesce(p.social_name, p.full_name) as "patientName"` : sql`null as "recordNumber", null as "patientName"`},
  r.request_type::text as "type", r.channel as "channel", ${instant('r.received_at')} as "receivedAt",
  r.identity_status::text as "identity", r.status::text as "status",
  ((r.due_at - interval '1 microsecond') at time zone k.time_zone)::date::text as "lastDay",
  ((r.due_at - interval '1 microsecond') at time zone k.time_zone)::date - (now() at time zone k.time_zone)::date as "daysLeft",
  r.closed_at is null and r.due_at <= now() as "overdue", r.due_basis as "basis", ${instant('r.closed_at')} as "closedAt"`

const source = (names: boolean) => sql`
  public.data_subject_requests r
  join public.clinics k on k.id = r.clinic_id
  ${names ? sql`left join public.patients p on p.clinic_id = r.clinic_id and p.id = r.patient_id` : sql``}`

/** One page of the inbox, the newest first. */
export async function listRequests(
  tx: RecordsReadTx,
  filter: RequestFilter,
  at: { readonly after: string | null },
  size = 50,
): Promise<{ readonly rows: readonly RequestRow[]; readonly more: boolean }> {
  const names = await seesPatients(tx)
  const after = parseCursor(at.after)
  const conditions = where(filter, names)
  if (after) conditions.push(sql`(r.received_at, r.id) < (${after.at}::timestamptz, ${after.id}::uuid)`)
  const { rows } = await sql<RequestRow>`
    select ${columns(names)} from ${source(names)}
     where ${conditions.length > 0 ? sql.join(conditions, sql` and `) : sql`true`}
     order by r.received_at desc, r.id desc limit ${size + 1}`.execute(tx)
  return page(rows, size)
}

/** How many wait, and how many of those are past their time. */
export async function countOpen(tx: RecordsReadTx): Promise<{ open: number; overdue: number }> {
  const { rows } = await sql<{ open: number; overdue: number }>`
    select count(*)::int as open, count(*) filter (where due_at <= now())::int as overdue
      from public.data_subject_requests where closed_at is null`.execute(tx)
  return rows[0] ?? { open: 0, overdue: 0 }
}

/** One request; `null` when there is none, or none for this reader. */
export async function getRequest(tx: RecordsReadTx, id: string): Promise<RequestDetail | null> {
  if (!isUuid(id)) return null
  const names = await seesPatients(tx)
  const { rows } = await sql<RequestDetail>`
    select ${columns(names)}, ${instant('r.verified_at')} as "verifiedAt", r.verification_method as "verificationMethod",
           r.outcome_code as "outcome", r.legal_reason as "legalReason", r.assignee as "assigneeId",
           case when r.response_key like 'kept_files/%' then substr(r.response_key, 12) end as "responseFile",
           case when r.copy_key like 'kept_files/%' then substr(r.copy_key, 12) end as "copyFile",
           encode(r.response_sha256, 'hex') as "responseSha256", coalesce(r.propagation, '[]') as "propagation",
           k.dpo_name as "dpoName", k.dpo_email as "dpoEmail"
      from ${source(names)} where r.id = ${id}::uuid`.execute(tx)
  return rows[0] ?? null
}

function where(filter: RequestFilter, names: boolean): RawBuilder<SqlBool>[] {
  const found: RawBuilder<SqlBool>[] = []
  const q = filter.q.trim()
  if (q) {
    const like = `%${escaped(q)}%`
    found.push(
      names
        ? sql`(p.record_number ilike ${like} or p.full_name ilike ${like} or r.id::text = lower(${q}))`
        : sql`(r.patient_id::text like ${`${escaped(q.toLowerCase())}%`} or r.id::text = lower(${q}))`,
    )
  }
  if (filter.type.length > 0) found.push(sql`r.request_type::text = any (${filter.type}::text[])`)
  if (filter.state === 'open') found.push(sql`r.closed_at is null`)
  if (filter.state === 'overdue') found.push(sql`r.closed_at is null and r.due_at <= now()`)
  if (filter.state === 'closed') found.push(sql`r.closed_at is not null`)
  return found
}
