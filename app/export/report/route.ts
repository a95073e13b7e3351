import { forbidden } from 'next/navigation'
import { getLocale } from 'next-intl/server'
import { CatalogError } from '@/lib/catalog/error'
import { readStore } from '@/lib/db/scope'
import { findingStates, type FindingHistory, type OpenFinding } from '@/lib/findings/findings'
import { makeReport } from '@/lib/output/make-report'
import { reportAsMarkdown } from '@/lib/output/markdown'
import { allRules } from '@/lib/rules/all'
import { plain } from '@/lib/rules/found'
import type { Finding } from '@/lib/rules/rule'
import { decidedScan } from '@/lib/isolation/stored/decided'
import { noteActivity } from '@/lib/session/activity'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { tabellionVersion } from '@/lib/version'
import { refusal, unreadable } from '../unreadable'

/** What people accepted here stands in the report as the configuration's waivers do. */
function withAcceptance(finding: Finding, known: FindingHistory | OpenFinding | undefined): Finding {
  const { acceptance } = known ?? {}
  if (finding.waiver || acceptance?.state !== 'in force') return finding
  return {
    ...plain(finding),
    waiver: {
      rule: finding.rule,
      kind: kinds[acceptance.kind],
      reason: acceptance.reason,
      ...(acceptance.requestedByName === null ? {} : { requestedBy: acceptance.requestedByName }),
      approvedBy: acceptance.approvedByName ?? acceptance.requestedByName ?? '—',
      until: acceptance.until ?? '—',
    },
  }
}

const kinds = {
  accepted_risk: 'accepted risk',
  false_positive: 'false positive',
  by_design: 'by design',
} as const

/** The overview's facts with every finding as a Markdown document, in the reader's language. */
export async function GET(): Promise<Response> {
  const principal = await requirePrincipal('findings:read')
  if (!may(principal, 'export')) forbidden()
  const language = (await getLocale()) === 'en' ? 'en' : 'pt'
  const scan = await decidedScan(principal).catch(unreadable)
  if (scan instanceof CatalogError) return refusal(scan)
  const { snapshot, result: found } = scan
  const history = await readStore(principal, (tx) => findingStates(tx, principal.database))
  const result = {
    ...found,
    findings: found.findings.map((each) => withAcceptance(each, history.get(each.key))),
  }
  const report = makeReport(tabellionVersion, snapshot, result, allRules, { language })
  await noteActivity(principal, {
    action: 'export',
    details: { what: 'report', findings: result.findings.length },
  })
  return new Response([...reportAsMarkdown(report, language)].join(''), {
    headers: {
      'content-type': 'text/markdown; charset=utf-8',
      'content-disposition': 'attachment; filename="tabellion-report.md"',
      'cache-control': 'no-store',
    },
  })
}
