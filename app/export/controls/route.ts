import { selected } from '@/app/(admin)/controls/list'
import { search } from '@/app/(admin)/controls/search'
import { allControls } from '@/lib/controls/all'
import { assess } from '@/lib/controls/assess'
import { say } from '@/lib/i18n/locale'
import { catalogCsv } from '../catalog-csv'

export const GET = catalogCsv('controls', 'findings:read', ({ result, snapshot }, params, who) => [
  [
    'control',
    'source',
    'reference',
    'requirement',
    'state',
    'confidence',
    'rules',
    'findings',
    'why',
    'beyond the catalog',
    'read at',
  ],
  ...selected(assess(allControls, result), search.parse(params)).map(
    ({ control, state, outcomes, findings, why }) => [
      control.id,
      control.source,
      control.reference,
      say(control.requirement, who.locale),
      state,
      control.confidence,
      outcomes.map(({ code, outcome }) => `${code} ${outcome}`).join('; '),
      findings.map((finding) => (finding.waiver ? `${finding.key} (waived)` : finding.key)).join('\n'),
      why.map(({ code, text }) => `${code ? `${code}: ` : ''}${say(text, who.locale)}`).join('\n'),
      control.assessment.by === 'rules' && control.assessment.beyond
        ? say(control.assessment.beyond, who.locale)
        : '',
      snapshot.takenAt,
    ],
  ),
])
