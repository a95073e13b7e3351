import { forbidden } from 'next/navigation'
import { attempt } from '@/app/(admin)/audit/attempt'
import { filterOf, filtersInUse, search } from '@/app/(admin)/consents/search'
import { recordEvent, soleClinic } from '@/lib/audit/record'
import { exportConsents, exportHead, exportLimit, exportRow } from '@/lib/consents/export'
import { writeRecords } from '@/lib/db/scope'
import { csv } from '@/lib/output/csv'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { refused } from '../unreadable'

/** What the list of consents shows, all pages of it, as CSV without names; the export is an entry of the log. */
export async function GET(request: Request) {
  const principal = await requirePrincipal('consents:read')
  if (!may(principal, 'export')) forbidden()
  const state = search.parse(paramsOf(request))
  const { value, error } = await attempt(() =>
    writeRecords(principal, async (tx) => {
      const found = await exportConsents(tx, filterOf(state))
      await recordEvent(tx, {
        action: 'export',
        table: 'public.consent_records',
        clinic: soleClinic(found, principal.clinicId),
        count: found.length,
        fields: filtersInUse(state),
        health: true,
      })
      return found
    }),
  )
  if (error) return refused(error)
  return new Response(csv([exportHead, ...value.map(exportRow)]), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="consents${value.length < exportLimit ? '' : `-newest-${exportLimit}`}.csv"`,
      'cache-control': 'no-store',
    },
  })
}

function paramsOf(request: Request): Record<string, string[]> {
  const { searchParams } = new URL(request.url)
  return Object.fromEntries([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]))
}
