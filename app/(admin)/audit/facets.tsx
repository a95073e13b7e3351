import Link from 'next/link'
import type { Route } from 'next'
import { getLocale, getTimeZone, getTranslations } from 'next-intl/server'
import { Bar } from '@/components/charts'
import { isCounted, rollupOf, tallies, type Tally } from '@/lib/audit/rollup'
import { readRecords, type Principal } from '@/lib/db/scope'
import { count } from '@/lib/format/format'
import { attempt } from './attempt'
import { filterOf, search, type State } from './search'

interface Value {
  readonly id: string
  readonly label: string
  readonly entries: number
  readonly href: string
}

/**
 * How the filtered log divides: by action, outcome and table, each with the other filters and without its own. Only where
 * the counts can say it; a facet that nobody counted is not shown.
 */
export async function Facets({ principal, state }: { principal: Principal; state: State }) {
  const t = await getTranslations('audit')
  const s = await getTranslations('status')
  const zone = await getTimeZone()
  const filter = filterOf(state, zone)
  const { value } = await attempt(() =>
    readRecords(principal, async (tx) => {
      const counted = await rollupOf(tx)
      return counted && isCounted(filter, counted) ? await tallies(tx, filter) : null
    }),
  )
  const tellsTables = value?.every((one) => one.table !== null) ?? false
  if (!value || value.length === 0 || (state.table.length > 0 && !tellsTables)) return null
  const passes = (one: Tally, but: 'action' | 'outcome' | 'table') =>
    (but === 'action' || state.action.length === 0 || state.action.includes(one.action as 'read')) &&
    (but === 'outcome' || !state.outcome || state.outcome === one.outcome) &&
    (but === 'table' || state.table.length === 0 || state.table.includes(one.table ?? ''))
  const divide = (by: 'action' | 'outcome' | 'table', label: (id: string) => string): Value[] => {
    const sums = new Map<string, number>()
    for (const one of value)
      if (passes(one, by)) sums.set(one[by] ?? '', (sums.get(one[by] ?? '') ?? 0) + one.entries)
    return [...sums]
      .map(([id, entries]) => ({
        id,
        label: label(id),
        entries,
        href: search.href(state, by === 'outcome' ? { outcome: id as 'denied' } : { [by]: [id] }),
      }))
      .filter((one) => one.id !== '')
      .sort((a, b) => b.entries - a.entries)
  }
  return (
    <details className="text-meta mt-1">
      <summary className="link w-fit">{t('facets.title')}</summary>
      <div className="mt-2 grid gap-x-8 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
        <Facet title={t('action')} values={divide('action', (id) => s(`action.${id as 'read'}`))} />
        {tellsTables && <Facet title={t('table')} values={divide('table', (id) => id)} />}
        <Facet title={t('outcome')} values={divide('outcome', (id) => s(`auditOutcome.${id as 'denied'}`))} />
      </div>
    </details>
  )
}

async function Facet({ title, values }: { title: string; values: readonly Value[] }) {
  const locale = await getLocale()
  const t = await getTranslations('audit.facets')
  const shown = values.slice(0, 8)
  const max = shown[0]?.entries ?? 0
  return (
    <section>
      <h3 className="text-muted mb-1 font-medium">{title}</h3>
      <ul>
        {shown.map((one) => (
          <li key={one.id} className="flex items-baseline justify-between gap-3 py-0.5">
            <Link href={one.href as Route} prefetch={false} className="link min-w-0 truncate">
              {one.label}
            </Link>
            <Bar value={one.entries} max={max}>
              {count(one.entries, locale)}
            </Bar>
          </li>
        ))}
      </ul>
      {values.length > shown.length && (
        <p className="text-muted">{t('more', { count: values.length - shown.length })}</p>
      )}
    </section>
  )
}
