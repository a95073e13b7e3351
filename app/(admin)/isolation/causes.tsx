import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import type { Route } from 'next'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { IsolationRow } from '@/lib/isolation/matrix'
import type { Cause } from '@/lib/isolation/stored/summary'
import { search, type State } from './search'

/** So many are in sight, the rest folded. */
const inSight = 3

/** Why cells are unknown, or what opened them: hundreds share a few reasons. Each is a link to its cells. */
export function Causes({
  causes,
  rows,
  state,
}: {
  causes: readonly Cause[]
  rows: readonly IsolationRow[]
  state: State
}) {
  const t = useTranslations('isolation.causes')
  const locale = useLocale()
  const cells = new Map<Cause, number>()
  for (const row of rows)
    for (const { cause } of row.cells) if (cause) cells.set(cause, (cells.get(cause) ?? 0) + 1)
  const shown = causes
    .filter((cause) => cells.has(cause))
    .toSorted((a, b) => (cells.get(b) ?? 0) - (cells.get(a) ?? 0))
  if (shown.length === 0) return null
  const all = [...cells.values()].reduce((sum, each) => sum + each, 0)
  const list = (part: readonly Cause[]) => (
    <ul>
      {part.map((cause) => (
        <li key={cause.id} className="flex gap-3 py-1">
          <span
            className={`${cause.opens ? 'text-bad' : 'text-warn'} min-w-14 text-end font-medium whitespace-nowrap`}
          >
            <span aria-hidden="true">{cause.opens ? '✕' : '?'} </span>
            {count(cells.get(cause) ?? 0, locale)}
            <span className="sr-only"> {t(cause.opens ? 'leaking' : 'cells')}</span>
          </span>
          <Link
            href={search.href(state, { why: state.why === cause.id ? null : cause.id }) as Route}
            prefetch={false}
            aria-current={state.why === cause.id ? 'true' : undefined}
            className="link min-w-0 [overflow-wrap:anywhere] aria-[current]:font-medium"
          >
            {say(cause.because, locale)}
          </Link>
        </li>
      ))}
    </ul>
  )
  return (
    <section className="border-line rounded-card bg-panel mb-3 border px-4 py-3">
      <h2 className="font-semibold">{t('title', { cells: all, causes: shown.length })}</h2>
      {list(shown.slice(0, inSight))}
      {shown.length > inSight && (
        <details open={shown.slice(inSight).some(({ id }) => id === state.why)}>
          <summary className="text-muted inline-block py-1 font-medium">
            {t('more', { count: shown.length - inSight })} <span aria-hidden="true">▾</span>
          </summary>
          {list(shown.slice(inSight))}
        </details>
      )}
    </section>
  )
}
