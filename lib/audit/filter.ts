import { sql, type RawBuilder, type SqlBool } from 'kysely'

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
  /** A clinic's uuid. */
  readonly clinic: string | null
  /** HL7 v3 PurposeOfUse, as the log writes it. */
  readonly purpose: string | null
  /** Whether a block holds the entry. */
  readonly sealed: boolean | null
  /** What an officer's report looks for beyond the other filters. */
  readonly only: Only | null
  /** A `pg_snapshot`: only what was committed in it, so that a list stays the same however long it is read. */
  readonly asOf?: string
}

/** The filter that leaves everything. */
export const noFilter: EntryFilter = {
  q: '',
  action: [],
  table: [],
  actor: null,
  outcome: null,
  since: null,
  until: null,
  zone: 'America/Sao_Paulo',
  row: null,
  patient: null,
  clinic: null,
  purpose: null,
  sealed: null,
  only: null,
}

/** Chart opened in an emergency; outside working hours; about patients who work in the clinic; denied or failed. */
export type Only = 'emergency' | 'afterHours' | 'colleagues' | 'refused'

/** Working hours of a house that has said no others: Monday to Saturday, on the clinic's clock. */
export const workingHours = { opens: 7, closes: 20 } as const

export type Condition = RawBuilder<SqlBool>

/** The filter as conditions on `l`, an entry of `ledger.audit_logs`. What cannot be meant matches nothing. */
export function conditions(filter: EntryFilter): Condition[] {
  const found: Condition[] = []
  if (filter.clinic) found.push(uuidIs('l.clinic_id', filter.clinic))
  // The enum itself, not its text: only so the indexes of what is rare are found.
  if (filter.action.length > 0) found.push(sql`l.action = any (${filter.action}::ledger.action[])`)
  if (filter.table.length > 0) found.push(sql`l.table_name = any (${filter.table}::text[])`)
  if (filter.actor) found.push(uuidIs('l.actor_user_id', filter.actor))
  if (filter.patient) found.push(patientIs(filter.patient))
  if (filter.outcome) found.push(sql`l.outcome = ${filter.outcome}::ledger.outcome`)
  if (filter.purpose) found.push(sql`l.purpose_of_use = ${filter.purpose}`)
  if (filter.row) {
    // Both of them, as their one index has them.
    found.push(
      isUuid(filter.row)
        ? sql`l.record_id = ${filter.row}::uuid and l.record_key is null`
        : sql`l.record_id is null and l.record_key = ${filter.row}`,
    )
  }
  if (filter.since && isDay(filter.since)) {
    found.push(sql`l.recorded_at >= ${filter.since}::date::timestamp at time zone ${filter.zone}`)
  }
  if (filter.until && isDay(filter.until)) {
    found.push(sql`l.recorded_at < (${filter.until}::date + 1)::timestamp at time zone ${filter.zone}`)
  }
  if (filter.sealed !== null) found.push(sealedIs(filter.sealed))
  if (filter.only) found.push(onlySuch[filter.only])
  if (filter.asOf) found.push(sql`pg_catalog.pg_visible_in_snapshot(l.xact_id, ${filter.asOf}::pg_snapshot)`)
  const q = filter.q.trim()
  if (q) found.push(says(q))
  return found
}

export const all = (some: readonly Condition[]): Condition =>
  some.length > 0 ? sql.join(some, sql` and `) : sql`true`

/** Whether the filter finds few entries through an index of their own, in whatever clinic they are. */
export const isNarrow = (filter: EntryFilter): boolean =>
  Boolean(filter.row || filter.patient || filter.actor) || filter.sealed === false

const nothing: Condition = sql`false`

const uuidIs = (column: string, value: string): Condition =>
  isUuid(value) ? sql`${sql.ref(column)} = ${value}::uuid` : nothing

/** Whether the filter finds what is rare, by the index that db/ledger/090_rollup.sql makes of it. */
export const isRare = ({ action, outcome, only }: EntryFilter): boolean =>
  only === 'refused' ||
  (outcome !== null && outcome !== 'success') ||
  (action.length > 0 && action.every((each) => rareActions.has(each)))

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

/** Records that were merged with the patient's are the patient's. */
const patientIs = (value: string): Condition =>
  isUuid(value) ? sql`l.patient_ref = any ((select ledger.same_patient(${value}::uuid))::uuid[])` : nothing

/** The zones of the reader's clinics, asked once for a statement and not for each entry: the database looks a zone up in a table. */
const zones = sql`(select jsonb_object_agg(mine, ledger.zone_of(mine)) from unnest(ledger.clinics_of('dpo', 'auditor', 'admin')) as mine)`
const local = sql`(l.recorded_at at time zone coalesce(${zones} ->> l.clinic_id::text, (select ledger.zone_of(null))))`

const onlySuch: Readonly<Record<Only, Condition>> = {
  emergency: sql`(l.action = 'break_glass' or l.purpose_of_use = 'BTG')`,
  afterHours: sql`l.actor_user_id is not null and (extract(isodow from ${local}) = 7
    or extract(hour from ${local}) not between ${workingHours.opens} and ${workingHours.closes - 1})`,
  colleagues: sql`l.patient_ref = any ((select ledger.staff_patients())::uuid[])`,
  refused: sql`l.outcome <> 'success'`,
}

const lastSeal = sql`(select b.snapshot_after from ledger.block b order by b.number desc limit 1)`

/** Unsealed ones come from the index of transactions, through a function: a policy keeps readers from it. */
const sealedIs = (sealed: boolean): Condition =>
  sealed
    ? sql`pg_catalog.pg_visible_in_snapshot(l.xact_id, ${lastSeal})`
    : sql`l.id = any (array(select ledger.unsealed_ids()))`

function says(q: string): Condition {
  const like = `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  return sql`(l.table_name ilike ${like} or l.request_id = ${q} or l.record_key = ${q} or ${q} = any (l.changed_fields)
    or l.record_id::text = lower(${q}) or l.event_id::text = lower(${q}) or l.xact_id::text = ${q})`
}

export const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** A day of the calendar that PostgreSQL will also take. */
export const isDay = (text: string): boolean =>
  /^[12]\d{3}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text)
