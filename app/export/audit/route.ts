import { getLocale, getTimeZone } from 'next-intl/server'
import { forbidden } from 'next/navigation'
import { masksOf } from '@/app/(admin)/audit/mask'
import { filterOf, filtersInUse, search } from '@/app/(admin)/audit/search'
import { attempt } from '@/app/(admin)/audit/attempt'
import { exportEntries, exportHead, exportLimit, exportRow } from '@/lib/audit/export'
import { recordEvent, soleClinic } from '@/lib/audit/record'
import { writeRecords } from '@/lib/db/scope'
import { say } from '@/lib/i18n/locale'
import { csv } from '@/lib/output/csv'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'

/** What the log's page shows, all pages of it, as CSV; the export is an entry of the log itself. */
export async function GET(request: Request) {
  const principal = await requirePrincipal('audit:read')
  if (!may(principal, 'export')) forbidden()
  const state = search.parse(paramsOf(request))
  const zone = await getTimeZone()
  const { value, error } = await attempt(() =>
    writeRecords(principal, async (tx) => {
      const found = await exportEntries(tx, filterOf(state, zone))
      await recordEvent(tx, {
        action: 'export',
        table: 'ledger.audit_logs',
        clinic: soleClinic(found, principal.clinicId),
        count: found.length,
        fields: filtersInUse(state),
      })
      return found
    }),
  )
  if (error)
    return new Response(`${say(error.sentence, await getLocale())}\n`, { status: 409, headers: plain })
  const masks = await masksOf(principal.database)
  const rows = value.map((entry) => exportRow(entry, masks(entry.tableName)))
  return new Response(csv([exportHead, ...rows]), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      // A file that stops before the end says so in its name.
      'content-disposition': `attachment; filename="audit-log${value.length < exportLimit ? '' : `-newest-${exportLimit}`}.csv"`,
      'cache-control': 'no-store',
    },
  })
}

const plain = { 'content-type': 'text/plain; charset=utf-8' }

function paramsOf(request: Request): Record<string, string[]> {
  const { searchParams } = new URL(request.url)
  return Object.fromEntries([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]))
}
