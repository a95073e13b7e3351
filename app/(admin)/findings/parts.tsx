import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { Button, LinkButton } from '@/components/button'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { Scan } from '../with-scan'
import { fixesSearch } from './fixes/search'
import { fixesForm } from './list'
import { search, type State } from './search'

const states = ['open', 'accepted', 'resolved'] as const

/** Open, accepted, resolved: the same list, three links. */
export function StateTabs({
  state,
  numbers,
}: {
  state: State
  numbers: Readonly<Record<State['state'], number>>
}) {
  const t = useTranslations('findings')
  const locale = useLocale()
  return (
    <nav aria-label={t('state')} className="border-line no-print mb-4 border-b">
      <ul className="flex gap-1">
        {states.map((value) => (
          <li key={value}>
            <Link
              href={search.href(state, { state: value }) as Route}
              prefetch={false}
              aria-current={state.state === value ? 'true' : undefined}
              className="aria-[current=true]:border-accent text-muted hover:text-ink aria-[current=true]:text-ink -mb-px block border-b-2 border-transparent px-3 py-1.5 whitespace-nowrap aria-[current=true]:font-medium"
            >
              {t(`states.${value}`)}{' '}
              <span className="text-muted text-meta ml-1">{count(numbers[value], locale)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** Rules that could not be decided are named beside the list: silence about them would read as a pass. */
export function UnknownNote({ scan }: { scan: Scan }) {
  const t = useTranslations('findings')
  const count = scan.result.counts.outcomes.unknown
  if (count === 0) return null
  return (
    <p className="mb-3">
      <span className="text-warn" aria-hidden="true">
        ?{' '}
      </span>
      <Link href={'/findings/rules?outcome=unknown' as Route} prefetch={false} className="link">
        {t('unknownNote', { count })}
      </Link>
    </p>
  )
}

/** What rules guessed and a proof of isolation took back, with the reason: a finding does not vanish without a word. */
export function RefutedNote({ scan }: { scan: Scan }) {
  const t = useTranslations('findings')
  const locale = useLocale()
  const refuted = scan.result.settled.filter(({ how }) => how === 'refuted')
  if (refuted.length === 0) return null
  return (
    <details className="mb-3">
      <summary className="cursor-pointer">
        <span className="text-ok" aria-hidden="true">
          ✓{' '}
        </span>
        {t('refutedNote', { count: refuted.length })} <span aria-hidden="true">▾</span>
      </summary>
      <ul className="mt-1.5 space-y-1 pl-5 [overflow-wrap:anywhere]">
        {refuted.map(({ key, code, why }) => (
          <li key={key}>
            <code>{code}</code> <code>{key.slice(key.indexOf(':') + 1)}</code> {say(why, locale)}
          </li>
        ))}
      </ul>
      <Link href={'/isolation' as Route} prefetch={false} className="link mt-1 inline-block pl-5">
        {t('refutedLink')}
      </Link>
    </details>
  )
}

/** Sends the chosen findings, or all that the filters leave, to the page that makes one migration of their fixes. */
export function FixesBar({ state }: { state: State }) {
  const t = useTranslations('findings.fixes')
  const filters = {
    q: state.q,
    state: state.state === 'accepted' ? ('accepted' as const) : ('open' as const),
    severity: state.severity,
    group: state.group,
  }
  return (
    <form id={fixesForm} method="get" action={fixesSearch.path} className="no-print flex flex-wrap gap-2">
      <Button type="submit">{t('ofChosen')}</Button>
      <LinkButton href={fixesSearch.href(fixesSearch.parse({}), { ...filters, all: true })}>
        {t('ofAll')}
      </LinkButton>
    </form>
  )
}
