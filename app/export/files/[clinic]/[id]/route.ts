import { attempt } from '@/app/(admin)/audit/attempt'
import { openFile } from '@/lib/consents/files'
import { writeRecords } from '@/lib/db/scope'
import { requirePrincipal } from '@/lib/session/principal'
import { refused } from '../../../unreadable'

const endings: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/json': 'json',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'text/html': 'html',
}

/**
 * A file as it was kept. It always leaves as a download with its type fixed, so that nothing in it ever runs here; who
 * opened it is written down in the same transaction.
 */
export async function GET(_: Request, { params }: { params: Promise<{ clinic: string; id: string }> }) {
  const principal = await requirePrincipal('consents:read')
  const { clinic, id } = await params
  const { value, error } = await attempt(() => writeRecords(principal, (tx) => openFile(tx, clinic, id)))
  if (error) return refused(error)
  return new Response(new Uint8Array(value.content), {
    headers: {
      'content-type': value.mime === 'text/html' ? 'text/html; charset=utf-8' : value.mime,
      'content-disposition': `attachment; filename="${value.kind}-${id.slice(0, 8)}.${endings[value.mime] ?? 'bin'}"`,
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  })
}
