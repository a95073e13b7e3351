import { forbidden } from 'next/navigation'
import { attempt } from '@/app/(admin)/audit/attempt'
import { recordEvent, soleClinic } from '@/lib/audit/record'
import { listRopa } from '@/lib/consents/terms'
import { writeRecords } from '@/lib/db/scope'
import { csv } from '@/lib/output/csv'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { refused } from '../unreadable'

const head = [
  'clinic',
  'purpose',
  'title',
  'description',
  'legal_basis',
  'sensitive',
  'data_categories',
  'subject_categories',
  'tables_used',
  'recipients',
  'retention',
  'security_measures',
  'owner',
  'next_review',
  'status',
  'term_version',
] as const

/** The record of processing activities (LGPD art. 37), as CSV or JSON; the export is an entry of the log. */
export async function GET(request: Request) {
  const principal = await requirePrincipal('consents:read')
  if (!may(principal, 'export')) forbidden()
  const asJson = new URL(request.url).searchParams.get('format') === 'json'
  const { value, error } = await attempt(() =>
    writeRecords(principal, async (tx) => {
      const found = await listRopa(tx)
      await recordEvent(tx, {
        action: 'export',
        table: 'public.processing_activities',
        clinic: soleClinic(found, principal.clinicId),
        count: found.length,
      })
      return found
    }),
  )
  if (error) return refused(error)
  const rows = value.map((row) => [
    row.clinicName,
    row.code,
    row.title,
    row.description,
    row.basis,
    row.sensitive ? 'yes' : 'no',
    row.categories.join('; '),
    row.subjects.join('; '),
    row.tables.join('; '),
    row.recipients
      .map(({ name, role, country }) => [name, role, country].filter(Boolean).join(', '))
      .join('; '),
    row.retention,
    row.measures.join('; '),
    row.owner,
    row.nextReview,
    row.status,
    row.version,
  ])
  return new Response(asJson ? `${JSON.stringify(value, null, 2)}\n` : csv([head, ...rows]), {
    headers: {
      'content-type': `${asJson ? 'application/json' : 'text/csv'}; charset=utf-8`,
      'content-disposition': `attachment; filename="ropa.${asJson ? 'json' : 'csv'}"`,
      'cache-control': 'no-store',
    },
  })
}
