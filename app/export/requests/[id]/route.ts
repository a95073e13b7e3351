import { attempt } from '@/app/(admin)/audit/attempt'
import { writeRecords } from '@/lib/db/scope'
import { makePackage } from '@/lib/requests/commands'
import { requirePrincipal } from '@/lib/session/principal'
import { refused } from '../../unreadable'

/** Everything the purposes on record keep about whoever asked, as JSON; the taking is an entry of the log. */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }) {
  const principal = await requirePrincipal('consents:write')
  const { id } = await params
  const { value, error } = await attempt(() => writeRecords(principal, (tx) => makePackage(tx, id)))
  if (error) return refused(error)
  return new Response(`${JSON.stringify(value, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="request-${id.slice(0, 8)}.json"`,
      'cache-control': 'no-store',
    },
  })
}
