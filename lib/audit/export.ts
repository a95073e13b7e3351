import { sql } from 'kysely'
import type { RecordsReadTx, RecordsWriteTx } from '@/lib/db/scope'
import { cursorText } from '@/lib/db/keyset'
import { changesOf, shown, type Side } from './diff'
import { all, conditions, type EntryFilter } from './filter'
import { listEntries, type Entry, type EntryPage } from './queries'
import { recordEvent, soleClinic } from './record'

export const exportHead = [
  'id',
  'event_id',
  'recorded_at',
  'occurred_at',
  'action',
  'outcome',
  'table',
  'row',
  'actor_user_id',
  'actor_role',
  'on_behalf_of',
  'database_login',
  'clinic_id',
  'patient_ref',
  'changed_fields',
  'changes',
  'records',
  'health_data',
  'purpose_of_use',
  'legal_basis',
  'recipient',
  'component',
  'request_id',
  'transaction',
  'ip',
] as const

/** An export that was recorded and can now be taken. */
export interface Taken {
  readonly count: number
  /** The filter with the moment it was counted: later reads of it find the same entries. */
  readonly filter: EntryFilter
}

/**
 * Counts what matches now and records that it is taken, in one transaction that ends before the first entry leaves: whoever
 * breaks off has still been recorded, with all that he could have had.
 * @param fields names of the filters in use
 */
export async function beginExport(
  tx: RecordsWriteTx,
  filter: EntryFilter,
  { bound, fields, recipient }: { bound: string | null; fields: readonly string[]; recipient?: string },
): Promise<Taken> {
  const { rows } = await sql<{ now: string }>`
    select pg_current_snapshot()::text as now, set_config('statement_timeout', '120s', true)`.execute(tx)
  const fixed = { ...filter, asOf: rows[0]?.now ?? '' }
  const { rows: clinics } = await sql<{ clinicId: string | null; n: number }>`
    select l.clinic_id as "clinicId", count(*)::float8 as n from ledger.audit_logs l where ${all(conditions(fixed))} group by 1`.execute(
    tx,
  )
  const count = clinics.reduce((sum, one) => sum + one.n, 0)
  await recordEvent(tx, {
    action: 'export',
    table: 'ledger.audit_logs',
    clinic: soleClinic(clinics, bound),
    count: Math.min(count, 2 ** 31 - 1),
    fields,
    ...(recipient ? { recipient } : {}),
  })
  return { count, filter: fixed }
}

/**
 * All of it, newest first, a thousand at a time, each in a transaction of its own: however slowly it is taken, no
 * transaction stays open and no more than that is in memory.
 * @param read runs work as who asks
 */
export async function* everyEntry(
  read: <T>(work: (tx: RecordsReadTx) => Promise<T>) => Promise<T>,
  filter: EntryFilter,
): AsyncGenerator<readonly Entry[], void> {
  for (let after: string | null = null; ;) {
    const at: string | null = after
    const window: EntryPage = await read((tx) => listEntries(tx, filter, { after: at, before: null }, 1000))
    if (window.rows.length > 0) yield window.rows
    const last = window.rows.at(-1)
    if (!window.older || !last) return
    after = cursorText({ at: last.recordedAt, id: last.id })
  }
}

/** One line of the file. Masked values are masked here too; instants are UTC with their offset. */
export function exportRow(
  entry: Entry,
  isMasked: (column: string) => boolean,
): readonly (string | number | null)[] {
  const changes = changesOf(entry, isMasked).map((c) => `${c.field}: ${text(c.before)} → ${text(c.after)}`)
  return [
    entry.id,
    entry.eventId,
    entry.recordedAt,
    entry.occurredAt,
    entry.action,
    entry.outcome,
    entry.tableName,
    entry.recordId ?? entry.recordKey,
    entry.actorUserId,
    entry.actorRole,
    entry.onBehalfOf,
    entry.sessionRole,
    entry.clinicId,
    entry.patientRef,
    entry.changedFields?.join(' ') ?? null,
    changes.join('\n') || null,
    entry.recordCount,
    entry.phiAccessed ? 'yes' : 'no',
    entry.purposeOfUse,
    entry.legalBasis,
    entry.recipient,
    entry.component,
    entry.requestId,
    entry.xactId,
    entry.ip,
  ]
}

/** The entry as one JSON object, every value of a protected column replaced. */
export function maskedEntry(entry: Entry, isMasked: (column: string) => boolean) {
  const mask = (row: Entry['oldValues']) =>
    row &&
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, isMasked(name) ? '••••' : value]))
  return { ...entry, oldValues: mask(entry.oldValues), newValues: mask(entry.newValues) }
}

function text(side: Side): string {
  if (side.kind === 'masked') return '••••'
  return side.kind === 'absent' ? '(absent)' : (shown(side.value) ?? 'null')
}
