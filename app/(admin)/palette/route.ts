import type { NextRequest } from 'next/server'
import { refusal, unreadable } from '@/app/export/unreadable'
import { CatalogError } from '@/lib/catalog/error'
import { currentScan } from '@/lib/rules/current'
import { may } from '@/lib/session/permissions'
import { currentPrincipal } from '@/lib/session/principal'
import { tablePath } from '@/lib/url/paths'

const most = 20

/** Tables whose name holds `q`, for the palette: the shortest names first. 401 and 403 as everywhere, 503 where the catalog is away. */
export async function GET(request: NextRequest): Promise<Response> {
  const principal = await currentPrincipal()
  if (!principal) return new Response(null, { status: 401 })
  if (!may(principal, 'catalog:read')) return new Response(null, { status: 403 })
  const wanted = (request.nextUrl.searchParams.get('q') ?? '').trim().toLowerCase()
  if (wanted === '') return Response.json([])
  const scan = await currentScan(principal.database).catch(unreadable)
  if (scan instanceof CatalogError) return refusal(scan)
  const { facts } = scan
  const found = [...facts.roots, ...facts.views]
    .filter((relation) => relation.id.toLowerCase().includes(wanted))
    .sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
    .slice(0, most)
  return Response.json(
    found.map((relation) => ({ label: relation.id, href: tablePath(relation.id) })),
    { headers: { 'cache-control': 'no-store' } },
  )
}
