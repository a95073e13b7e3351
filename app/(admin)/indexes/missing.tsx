import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { AllGood } from '@/components/states'
import { SqlBlock } from '@/components/sql'
import { say } from '@/lib/i18n/locale'
import { findingPath } from '@/lib/url/paths'
import type { Scan } from '../with-scan'

const shownAtMost = 100

/** Foreign keys that no index serves, each with the statement that makes one. */
export function MissingIndexes({ scan }: { scan: Scan }) {
  const t = useTranslations('indexes')
  const locale = useLocale()
  const rule = scan.result.outcomes.find((outcome) => outcome.code === 'I01')
  const missing = scan.result.findings.filter((finding) => finding.code === 'I01')
  if (!rule || rule.outcome === 'notApplicable') return null
  return (
    <section className="mt-8">
      <h2 className="mb-2 font-semibold">
        {t('missing')}{' '}
        {missing.length > 0 && <span className="text-muted font-normal">{missing.length}</span>}
      </h2>
      {missing.length === 0 && rule.outcome === 'pass' && <AllGood>{t('missingNone')}</AllGood>}
      <ul className="space-y-3">
        {missing.slice(0, shownAtMost).map((finding) => (
          <li key={finding.key} className="border-line rounded-card bg-panel border px-4 py-3">
            <p className="mb-2">
              <Link href={findingPath(finding.key) as Route} prefetch={false} className="link">
                {say(finding.message, locale)}
              </Link>
            </p>
            <SqlBlock sql={finding.fix.sql} />
          </li>
        ))}
      </ul>
    </section>
  )
}
