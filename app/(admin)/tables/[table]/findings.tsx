import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { Status } from '@/components/status'
import type { Relation } from '@/lib/catalog/types-relation'
import { say } from '@/lib/i18n/locale'
import { findingPath } from '@/lib/url/paths'
import type { Scan } from '../../with-scan'

/** Findings about this relation, the worst first; none is said as such. */
export function RelationFindings({ scan, relation }: { scan: Scan; relation: Relation }) {
  const t = useTranslations('tables.detail')
  const locale = useLocale()
  const found = scan.result.findings.filter(
    ({ object }) =>
      object.schema === relation.schema && object.name === relation.name && object.kind !== 'function',
  )
  return (
    <section className="border-line rounded-card bg-panel border px-4 py-3.5">
      <h2 className="mb-2 font-semibold">{t('findings')}</h2>
      {found.length === 0 && (
        <p>
          <span className="text-ok" aria-hidden="true">
            ✓{' '}
          </span>
          {t('noFindings')}
        </p>
      )}
      <ul className="space-y-2">
        {found.map((finding) => (
          <li key={finding.key}>
            <Status of="severity" value={finding.severity} />{' '}
            <Link href={findingPath(finding.key) as Route} prefetch={false} className="link">
              {say(finding.title, locale)}
            </Link>
            {(finding.object.column ?? finding.object.part) !== null && (
              <span className="text-muted text-meta font-mono break-words">
                {' '}
                {finding.object.column ?? finding.object.part}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
