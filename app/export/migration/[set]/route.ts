import { notFound } from 'next/navigation'
import { migrationFiles, migrationScript, migrationSets } from '@/lib/audit/migration'
import { requirePrincipal } from '@/lib/session/principal'

/** The SQL that installs the ledger or the consent tables, for a DBA to run; with `?file=` one part of it, to read. */
export async function GET(request: Request, { params }: { params: Promise<{ set: string }> }) {
  await requirePrincipal('catalog:read')
  const wanted = (await params).set
  const set = migrationSets.find((each) => each === wanted)
  if (!set) notFound()
  const name = new URL(request.url).searchParams.get('file')
  if (name !== null) {
    const file = migrationFiles(set).find((each) => each.name === name)
    if (!file) notFound()
    return new Response(file.sql, {
      headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    })
  }
  return new Response(migrationScript(set), {
    headers: {
      'content-type': 'application/sql; charset=utf-8',
      'content-disposition': `attachment; filename="tabellion-${set}.sql"`,
      'cache-control': 'no-store',
    },
  })
}
