import { createHash } from 'node:crypto'
import type { EntryFilter } from '@/lib/audit/filter'
import { listEntries, pageSize, type EntryPage } from '@/lib/audit/queries'
import { oncePerQuery, recordEvent, soleClinic } from '@/lib/audit/record'
import { doersOf, isAssessable, samePatient, type Doer, type Report } from '@/lib/audit/reports'
import { writeRecords, type Principal } from '@/lib/db/scope'
import { peopleOf } from '../people'

/** Entries on the printed sheet; the rest is in the CSV. */
export const printed = 1_000

export interface ReportPage {
  readonly doers: readonly Doer[]
  readonly total: number
  /** When it was asked. */
  readonly askedAt: Date
  readonly page: EntryPage
  readonly people: ReadonlyMap<string, string>
  /** Records merged with the patient's, itself among them. */
  readonly patients: readonly string[]
}

/**
 * One report and, in the same transaction, the entry that says it was read, with how many entries it told of.
 * @returns null where the database does not say what the report needs to know
 */
export function readReport(
  principal: Principal,
  report: Report,
  filter: EntryFilter,
  at: { readonly after: string | null; readonly before: string | null; readonly print: boolean },
): Promise<ReportPage | null> {
  const asked = JSON.stringify([principal.userId, principal.database, principal.clinicId, report, filter, at])
  return oncePerQuery(createHash('sha256').update(asked).digest('hex'), (first) =>
    writeRecords(principal, async (tx) => {
      if (!(await isAssessable(tx, report))) return null
      const doers = await doersOf(tx, filter)
      const page = await listEntries(tx, filter, at, at.print ? printed : pageSize)
      const total = doers.reduce((sum, one) => sum + one.entries, 0)
      const people = await peopleOf(principal, tx, [
        ...doers.map((one) => one.actorUserId),
        ...page.rows.map((row) => row.actorUserId),
      ])
      const patients = filter.patient ? await samePatient(tx, filter.patient) : []
      if (first) {
        await recordEvent(tx, {
          action: at.print ? 'print' : 'list',
          table: 'ledger.audit_logs',
          clinic: soleClinic(page.rows, principal.clinicId),
          patient: filter.patient && page.rows.length > 0 ? filter.patient : null,
          count: Math.min(total, 2 ** 31 - 1),
          fields: [`report ${report}`],
        })
      }
      return { doers, total, askedAt: new Date(), page, people, patients }
    }),
  )
}
