import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { controlsServedBy } from '@/lib/controls/all'
import { citation } from '@/lib/controls/control'
import { say } from '@/lib/i18n/locale'
import type { Rule } from '@/lib/rules/rule'
import { search as controlsSearch } from '../../controls/search'

/** The requirements a rule bears on, each leading to its place in the control map. */
export function Requirements({ rule }: { rule: Rule }) {
  const t = useTranslations('findings.detail')
  const locale = useLocale()
  return (
    <ul className="list-disc space-y-1 pl-5 leading-6">
      {controlsServedBy(rule.code).map((control) => (
        <li key={control.id}>
          <Link
            href={controlsSearch.href(controlsSearch.parse({ q: rule.code }), { peek: control.id }) as Route}
            prefetch={false}
            className="link"
            title={say(control.requirement, locale)}
          >
            {citation(control)}
          </Link>
          {control.confidence === 'unconfirmed' && (
            <span className="text-muted text-meta"> {t('unconfirmed')}</span>
          )}
        </li>
      ))}
    </ul>
  )
}
