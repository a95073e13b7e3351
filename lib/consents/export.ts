import { cursorText } from '@/lib/db/keyset'
import type { RecordsReadTx } from '@/lib/db/scope'
import { listConsents, type ConsentFilter, type ConsentRow } from './queries'
import { shownStatus } from './types'

/** Consents in one file; more needs narrower filters. */
export const exportLimit = 10_000

/** No name and no free text: the record number is enough for whoever may look the patient up. */
export const exportHead = [
  'id',
  'clinic',
  'patient_id',
  'record_number',
  'purpose',
  'kind',
  'status',
  'reason',
  'decided_at',
  'requested_at',
  'ended_at',
  'valid_until',
  'days_left',
  'collection_method',
  'term_version',
  'documented_late',
  'changed_at',
] as const

/** Everything that matches, newest first, up to `exportLimit`; the same filters as the page. */
export async function exportConsents(
  tx: RecordsReadTx,
  filter: ConsentFilter,
): Promise<readonly ConsentRow[]> {
  const found: ConsentRow[] = []
  for (let after: string | null = null; ;) {
    const window = await listConsents(tx, filter, { after, before: null }, 1000)
    found.push(...window.rows)
    const last = window.rows.at(-1)
    if (!window.older || !last || found.length >= exportLimit) return found.slice(0, exportLimit)
    after = cursorText({ at: last.changedAt, id: last.id })
  }
}

/** One line of the file; instants are UTC, the last day is the clinic's. */
export const exportRow = (row: ConsentRow): readonly (string | number | null)[] => [
  row.id,
  row.clinicName,
  row.patientId,
  row.recordNumber,
  row.purposeCode,
  row.kind,
  shownStatus(row.status, row.reason),
  row.reason,
  row.decidedAt,
  row.recordedAt,
  row.endedAt,
  row.validUntil,
  row.daysLeft,
  row.collectionMethod,
  row.termVersion,
  row.recordedLate ? 'yes' : 'no',
  row.changedAt,
]
