import type { RecordsReadTx } from '@/lib/db/scope'
import { cursorText } from '@/lib/db/keyset'
import { changesOf, shown, type Side } from './diff'
import type { EntryFilter } from './filter'
import { listEntries, type Entry } from './queries'

/** Entries in one file; more needs narrower filters. */
export const exportLimit = 10_000

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

/** Everything that matches, newest first, up to `exportLimit`; the same filters as the page, in windows of 1,000. */
export async function exportEntries(tx: RecordsReadTx, filter: EntryFilter): Promise<readonly Entry[]> {
  const found: Entry[] = []
  for (let after: string | null = null; ;) {
    const window = await listEntries(tx, filter, { after, before: null }, 1000)
    found.push(...window.rows)
    const last = window.rows.at(-1)
    if (!window.older || !last || found.length >= exportLimit) return found.slice(0, exportLimit)
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

function text(side: Side): string {
  if (side.kind === 'masked') return '••••'
  return side.kind === 'absent' ? '(absent)' : (shown(side.value) ?? 'null')
}
