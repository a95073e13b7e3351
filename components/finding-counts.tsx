import { useTranslations } from 'next-intl'
import type { Severity } from '@/lib/rules/rule'
import { markOf, toneText } from './status'

const worstFirst: readonly Severity[] = ['critical', 'high', 'medium', 'low']

/** `◆1 ▲2`: findings by severity, the worst first; a dim dash where there are none. */
export function FindingCounts({ counts }: { counts: Readonly<Record<Severity, number>> }) {
  const t = useTranslations('status.severity')
  const present = worstFirst.filter((severity) => counts[severity] > 0)
  if (present.length === 0) return <span className="text-muted">—</span>
  return (
    <span className="text-meta inline-flex gap-2 whitespace-nowrap">
      {present.map((severity) => {
        const { glyph, tone } = markOf('severity', severity)
        return (
          <span key={severity} className={toneText[tone]} title={t(severity)}>
            <span aria-hidden="true">{glyph}</span>
            <span className="sr-only">{t(severity)}: </span>
            {counts[severity]}
          </span>
        )
      })}
    </span>
  )
}
