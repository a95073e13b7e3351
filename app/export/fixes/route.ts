import { forbidden } from 'next/navigation'
import { getLocale } from 'next-intl/server'
import { chosenMigration } from '@/app/(admin)/findings/fixes/choose'
import { fixesSearch } from '@/app/(admin)/findings/fixes/search'
import { CatalogError } from '@/lib/catalog/error'
import { migrationSql, wayBackSql } from '@/lib/migration/write-sql'
import { decidedScan } from '@/lib/isolation/stored/decided'
import { noteActivity } from '@/lib/session/activity'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { refusal, unreadable } from '../unreadable'

/** The fixes of chosen findings as one SQL file; with `back`, what takes it back. Both are made from the same read. */
export async function GET(request: Request): Promise<Response> {
  const principal = await requirePrincipal('findings:read')
  if (!may(principal, 'export')) forbidden()
  const { searchParams } = new URL(request.url)
  const state = fixesSearch.parse(
    Object.fromEntries([...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)])),
  )
  const scan = await decidedScan(principal).catch(unreadable)
  if (scan instanceof CatalogError) return refusal(scan, '-- ')
  const language = (await getLocale()) === 'en' ? 'en' : 'pt'
  const back = searchParams.get('back') === 'true'
  const { migration } = await chosenMigration(scan, principal, state)
  await noteActivity(principal, {
    action: 'export',
    details: { what: back ? 'fixes-way-back' : 'fixes', findings: migration.findings.length },
  })
  return new Response(back ? wayBackSql(migration, language) : migrationSql(migration, language), {
    headers: {
      'content-type': 'application/sql; charset=utf-8',
      'content-disposition': `attachment; filename="tabellion-fixes${back ? '-way-back' : ''}.sql"`,
      'cache-control': 'no-store',
    },
  })
}
