import { notFound } from 'next/navigation'
import { migrationScript, migrationSets } from '@/lib/audit/migration'
import { requirePrincipal } from '@/lib/session/principal'

/** The SQL that installs the ledger or the consent tables, for a DBA to read and run. */
export async function GET(_request: Request, { params }: { params: Promise<{ set: string }> }) {
  await requirePrincipal('catalog:read')
  const wanted = (await params).set
  const set = migrationSets.find((each) => each === wanted)
  if (!set) notFound()
  return new Response(migrationScript(set), {
    headers: {
      'content-type': 'application/sql; charset=utf-8',
      'content-disposition': `attachment; filename="tabellion-${set}.sql"`,
      'cache-control': 'no-store',
    },
  })
}
