import { findingFilter } from '@/app/(admin)/findings/list'
import { search } from '@/app/(admin)/findings/search'
import { readStore } from '@/lib/db/scope'
import { findingStates } from '@/lib/findings/findings'
import { listedFindings, placeOf, selectFindings } from '@/lib/findings/listed'
import { say } from '@/lib/i18n/locale'
import { catalogCsv } from '../catalog-csv'

export const GET = catalogCsv('findings', 'findings:read', async ({ result }, params, who) => {
  const history = await readStore(who, (tx) => findingStates(tx, who.database))
  const all = listedFindings(result.findings, result.outcomes, history)
  const byKey = new Map(result.findings.map((finding) => [finding.key, finding]))
  return [
    ['key', 'code', 'rule', 'severity', 'state', 'title', 'where', 'message', 'fix', 'since'],
    ...selectFindings(all, findingFilter(search.parse(params))).map((row) => {
      const finding = byKey.get(row.key)
      return [
        row.key,
        row.code,
        row.rule,
        row.severity,
        row.state,
        say(row.title, who.locale),
        placeOf(row.object),
        finding ? say(finding.message, who.locale) : '',
        finding ? finding.fix.sql.map((statement) => `${statement};`).join('\n') : '',
        row.firstSeen,
      ]
    }),
  ]
})
