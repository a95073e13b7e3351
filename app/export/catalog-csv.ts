import { forbidden } from 'next/navigation'
import { CatalogError } from '@/lib/catalog/error'
import { csv } from '@/lib/output/csv'
import { currentScan } from '@/lib/rules/current'
import { noteActivity } from '@/lib/session/activity'
import { may, type Permission } from '@/lib/session/permissions'
import { requirePrincipal, type Principal } from '@/lib/session/principal'
import type { SearchParams } from '@/lib/url/search'
import { refusal, unreadable } from './unreadable'

type Cells = readonly (string | number | null)[]
export type CatalogScan = Awaited<ReturnType<typeof currentScan>>

/**
 * A GET handler that answers what a catalog page shows, all pages of it, as CSV. The export is noted in the activity
 * log with its number of lines before anything is sent.
 */
export const catalogCsv = (
  name: string,
  permission: Permission,
  rows: (
    scan: CatalogScan,
    params: SearchParams,
    who: Principal,
  ) => Promise<readonly Cells[]> | readonly Cells[],
) =>
  catalogFile(`${name}.csv`, 'text/csv', permission, async (scan, params, who) => {
    const lines = await rows(scan, params, who)
    return { text: csv(lines), lines: lines.length - 1 }
  })

/** The same for a file of another kind; `lines` is what the activity log says was taken. */
export function catalogFile(
  name: string,
  type: string,
  permission: Permission,
  made: (
    scan: CatalogScan,
    params: SearchParams,
    who: Principal,
  ) => Promise<{ readonly text: string; readonly lines: number }>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const principal = await requirePrincipal(permission)
    if (!may(principal, 'export')) forbidden()
    const { searchParams } = new URL(request.url)
    const params = Object.fromEntries(
      [...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]),
    )
    const scan = await currentScan(principal.database).catch(unreadable)
    if (scan instanceof CatalogError) return refusal(scan)
    const { text, lines } = await made(scan, params, principal)
    const what = name.replace(/\.csv$/, '')
    await noteActivity(principal, { action: 'export', details: { what, lines } })
    return new Response(text, {
      headers: {
        'content-type': `${type}; charset=utf-8`,
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'no-store',
      },
    })
  }
}
