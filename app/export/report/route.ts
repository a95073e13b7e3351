import { forbidden } from 'next/navigation'
import { getLocale } from 'next-intl/server'
import { makeReport } from '@/lib/output/make-report'
import { reportAsMarkdown } from '@/lib/output/markdown'
import { allRules } from '@/lib/rules/all'
import { currentScan } from '@/lib/rules/current'
import { noteActivity } from '@/lib/session/activity'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { tabellionVersion } from '@/lib/version'

/** The overview's facts with every finding as a Markdown document, in the reader's language. */
export async function GET(): Promise<Response> {
  const principal = await requirePrincipal('findings:read')
  if (!may(principal, 'export')) forbidden()
  const language = (await getLocale()) === 'en' ? 'en' : 'pt'
  const { snapshot, result } = await currentScan(principal.database)
  const report = makeReport(tabellionVersion, snapshot, result, allRules, { language })
  await noteActivity(principal, {
    action: 'export',
    details: { what: 'report', findings: result.findings.length },
  })
  return new Response(reportAsMarkdown(report, language), {
    headers: {
      'content-type': 'text/markdown; charset=utf-8',
      'content-disposition': 'attachment; filename="tabellion-report.md"',
      'cache-control': 'no-store',
    },
  })
}
