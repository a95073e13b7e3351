import { forbidden } from 'next/navigation'
import { attempt } from '@/app/(admin)/audit/attempt'
import { recordEvent } from '@/lib/audit/record'
import { takeMarks } from '@/lib/consents/restore'
import { writeRecords } from '@/lib/db/scope'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { refused } from '../../unreadable'

/** The last event of each clinic and what ended so far, to be kept outside the database; the export is logged. */
export async function GET() {
  const principal = await requirePrincipal('consents:read')
  if (!may(principal, 'export')) forbidden()
  const { value, error } = await attempt(() =>
    writeRecords(principal, async (tx) => {
      const marks = await takeMarks(tx)
      await recordEvent(tx, {
        action: 'export',
        table: 'public.consent_events',
        clinic: marks.length === 1 ? (marks[0]?.clinic ?? null) : principal.clinicId,
        count: marks.reduce((all, each) => all + each.ended.length, 0),
      })
      return marks
    }),
  )
  if (error) return refused(error)
  return new Response(`${JSON.stringify(value)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="consent-mark.json"',
      'cache-control': 'no-store',
    },
  })
}
