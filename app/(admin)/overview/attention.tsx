import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import type { Route } from 'next'
import { SqlBlock } from '@/components/sql'
import { AllGood } from '@/components/states'
import { markOf, Status, toneText } from '@/components/status'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { Finding } from '@/lib/rules/rule'
import { findingPath } from '@/lib/url/paths'
import { search } from '../findings/search'
import type { Scan } from '../with-scan'

const most = 7

interface Group {
  readonly first: Finding
  readonly findings: readonly Finding[]
}

/** The worst open findings, one line for each rule; low ones stay on their own page. */
export function Attention({ scan }: { scan: Scan }) {
  const t = useTranslations('overview.attention')
  const locale = useLocale()
  const open = scan.result.findings.filter((finding) => finding.waiver === null)
  const serious = open.filter((finding) => finding.severity !== 'low')
  const groups = byRule(serious)
  const rest = open.length - groups.slice(0, most).reduce((sum, group) => sum + group.findings.length, 0)
  return (
    <section aria-labelledby="attention">
      <h2 id="attention" className="mb-1 font-semibold">
        {t('title')}
      </h2>
      {groups.length === 0 ? (
        <AllGood>{t('none', { rules: count(scan.result.counts.outcomes.pass, locale) })}</AllGood>
      ) : (
        <ul>
          {groups.slice(0, most).map((group) => (
            <Line key={group.first.key} group={group} />
          ))}
        </ul>
      )}
      {rest > 0 && (
        <p className="mt-2">
          <Link href={search.path as Route} prefetch={false} className="link">
            {t(groups.length === 0 ? 'low' : 'more', { count: rest })}
          </Link>
        </p>
      )}
    </section>
  )
}

function Line({ group }: { group: Group }) {
  const t = useTranslations('overview.attention')
  const locale = useLocale()
  const { first, findings } = group
  const { glyph, tone } = markOf('severity', first.severity)
  const one = findings.length === 1
  const href = one ? findingPath(first.key) : search.href(search.parse({}), { q: first.code })
  return (
    <li className="border-line grid grid-cols-[14px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 border-b py-2 last:border-b-0">
      <span aria-hidden="true" className={`text-center ${toneText[tone]}`}>
        {glyph}
      </span>
      <div className="min-w-0">
        <Link href={href as Route} prefetch={false} className="hover:underline">
          {say(first.title, locale)}
        </Link>
        <p className="text-muted truncate">
          {one ? <code>{nameOf(first)}</code> : t('places', { count: findings.length })}
        </p>
      </div>
      <Status of="severity" value={first.severity} look="pill" />
    </li>
  )
}

/** Where a finding lies, without the rule's name in front. */
const nameOf = (finding: Finding) => finding.key.slice(finding.rule.length + 1)

function byRule(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.rule}`
    const known = groups.get(key)
    if (known) known.push(finding)
    else groups.set(key, [finding])
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first ? [{ first, findings: [first, ...others] }] : [],
  )
}

/** What could not be decided, and why: never counted as in order. */
export function Unknown({ scan }: { scan: Scan }) {
  const t = useTranslations('overview.unknown')
  const locale = useLocale()
  const blind = scan.snapshot.unreadable
  // The scanner's own rule tells the same as the list of what it could not read, without the GRANT.
  const rules = scan.result.outcomes.filter(
    (outcome) => outcome.unknown.length > 0 && !(outcome.group === 'scanner' && blind.length > 0),
  )
  if (rules.length === 0 && blind.length === 0) return null
  return (
    <section aria-labelledby="unknown">
      <h2 id="unknown" className="mb-1 font-semibold">
        {t('title')}
      </h2>
      <ul>
        {rules.map((rule) => (
          <li key={rule.rule} className="border-line flex gap-2.5 border-b py-2 last:border-b-0">
            <span aria-hidden="true" className="text-warn w-3.5 text-center">
              ?
            </span>
            <details className="min-w-0 flex-1">
              <summary className="hover:underline">
                {say(rule.title, locale)}{' '}
                <span className="text-muted">{t('reasons', { count: rule.unknown.length })}</span>
              </summary>
              <ul className="text-muted mt-1 list-disc space-y-1 pl-4">
                {rule.unknown.slice(0, 10).map((why) => (
                  <li key={why.en}>{say(why, locale)}</li>
                ))}
              </ul>
            </details>
          </li>
        ))}
        {blind.map((spot) => (
          <li key={spot.what} className="border-line flex gap-2.5 border-b py-2 last:border-b-0">
            <span aria-hidden="true" className="text-warn w-3.5 text-center">
              ?
            </span>
            <BlindSpot spot={spot} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function BlindSpot({ spot }: { spot: Scan['snapshot']['unreadable'][number] }) {
  const t = useTranslations('overview.unknown')
  const locale = useLocale()
  const label = (
    <>
      {t.has(`blind.${spot.what}`) ? t(`blind.${spot.what}`) : spot.what}
      {spot.count !== null && <span className="text-muted"> · {count(spot.count, locale)}</span>}
    </>
  )
  if (!spot.grant) return <p className="min-w-0 flex-1">{label}</p>
  return (
    <details className="min-w-0 flex-1">
      <summary className="hover:underline">
        {label} <span className="text-muted">· {t('help')}</span>
      </summary>
      <div className="mt-1.5">
        <SqlBlock sql={spot.grant.split('; ')} label={t('help')} />
      </div>
    </details>
  )
}

/** Rules that looked and found nothing: an answer, with how much was looked at. */
export function Healthy({ scan }: { scan: Scan }) {
  const t = useTranslations('overview.healthy')
  const passed = scan.result.outcomes.filter((outcome) => outcome.outcome === 'pass')
  const shown = passed.toSorted((a, b) => b.checked - a.checked)
  return (
    <section aria-labelledby="healthy">
      <h2 id="healthy" className="mb-1 font-semibold">
        {t('title')}
      </h2>
      {passed.length === 0 && <p className="text-muted">{t('none')}</p>}
      <Passed outcomes={shown.slice(0, 5)} />
      {shown.length > 5 && (
        <details>
          <summary className="link py-2">{t('more', { count: shown.length - 5 })}</summary>
          <Passed outcomes={shown.slice(5)} />
        </details>
      )}
    </section>
  )
}

function Passed({ outcomes }: { outcomes: Scan['result']['outcomes'] }) {
  const t = useTranslations('overview.healthy')
  const locale = useLocale()
  return (
    <ul>
      {outcomes.map((outcome) => (
        <li
          key={outcome.rule}
          className="border-line grid grid-cols-[14px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 border-b py-2 last:border-b-0"
        >
          <span aria-hidden="true" className="text-ok text-center">
            ✓
          </span>
          <span>{t('line', { title: say(outcome.title, locale) })}</span>
          <span className="text-muted text-meta whitespace-nowrap">
            {t('checked', { count: count(outcome.checked, locale) })}
          </span>
        </li>
      ))}
    </ul>
  )
}
