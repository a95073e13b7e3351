import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Drawer } from '@/components/drawer'
import { Status } from '@/components/status'
import type { AssessedControl } from '@/lib/controls/assess'
import { citation, rulesOf } from '@/lib/controls/control'
import { placeOf } from '@/lib/findings/listed'
import { say } from '@/lib/i18n/locale'
import type { RuleOutcome } from '@/lib/rules/run'
import { findingPath } from '@/lib/url/paths'
import { search as findingsSearch } from '../findings/search'

/** How many findings are listed here; the others are behind the link of their rule. */
const most = 12

/** One requirement with its evidence: each rule's outcome, the findings, and what stays open. */
export function ControlPeek({ assessed, close }: { assessed: AssessedControl; close: string }) {
  const t = useTranslations('controls')
  const locale = useLocale()
  const { control, state, findings, why } = assessed
  const { assessment } = control
  return (
    <Drawer title={citation(control)} close={close}>
      <div className="space-y-4">
        <p>{say(control.requirement, locale)}</p>
        <p className="flex flex-wrap items-baseline gap-2">
          <Status of="control" value={state} look="pill" />
          <span className="text-muted text-meta">{t(`meaning.${state}`)}</span>
        </p>
        <p className="text-muted text-meta">{t(`confidence.${control.confidence}`)}</p>
        {why.length > 0 && (
          <Part title={t('why')}>
            <ul className="list-disc space-y-1 pl-5">
              {why.map(({ code, text }, at) => (
                <li key={at} className="[overflow-wrap:anywhere]">
                  {code && <span className="text-muted">{code}: </span>}
                  {say(text, locale)}
                </li>
              ))}
            </ul>
          </Part>
        )}
        {rulesOf(control).length > 0 && (
          <Part title={t('columns.rules')}>
            <Rules assessed={assessed} />
          </Part>
        )}
        {findings.length > 0 && (
          <Part title={t('columns.findings')}>
            <ul className="space-y-1">
              {findings.slice(0, most).map((finding) => (
                <li key={finding.key} className="flex items-baseline gap-2">
                  <Status of="severity" value={finding.severity} look="glyph" />
                  <Link
                    href={findingPath(finding.key) as Route}
                    prefetch={false}
                    className="link min-w-0 [overflow-wrap:anywhere]"
                  >
                    {finding.code} {placeOf(finding.object)}
                  </Link>
                  {finding.waiver && <Status of="finding" value="accepted" />}
                </li>
              ))}
            </ul>
            {findings.length > most && (
              <p className="text-muted mt-1">{t('moreFindings', { count: findings.length - most })}</p>
            )}
          </Part>
        )}
        {assessment.by === 'rules' && assessment.beyond && (
          <Part title={t('beyond')}>
            <p>{say(assessment.beyond, locale)}</p>
          </Part>
        )}
      </div>
    </Drawer>
  )
}

function Rules({ assessed }: { assessed: AssessedControl }) {
  const locale = useLocale()
  return (
    <ul className="space-y-1">
      {[...assessed.outcomes].sort(worstFirst).map((each) => (
        <li key={each.code} className="flex items-baseline gap-2">
          <Status of="outcome" value={each.outcome} look="glyph" />
          <span className="min-w-0">
            <span className="text-muted">{each.code}</span>{' '}
            {each.hits > 0 ? (
              <Link href={findingsOf(each.code) as Route} prefetch={false} className="link">
                {say(each.title, locale)}
              </Link>
            ) : (
              say(each.title, locale)
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

const order = ['fail', 'unknown', 'pass', 'notApplicable'] as const
const worstFirst = (a: RuleOutcome, b: RuleOutcome) => order.indexOf(a.outcome) - order.indexOf(b.outcome)

const findingsOf = (code: string) => findingsSearch.href(findingsSearch.parse({}), { q: code })

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      {children}
    </section>
  )
}
