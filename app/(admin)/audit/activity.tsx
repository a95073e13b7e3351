import { getLocale, getTimeZone, getTranslations } from 'next-intl/server'
import { BarChart } from '@/components/bar-chart'
import { ChartFrame } from '@/components/trend-chart'
import { Time } from '@/components/time'
import { activityOf, daysAfter, kinds, type Activity as Told, type Bar } from '@/lib/audit/activity'
import { readRecords, type Principal } from '@/lib/db/scope'
import { count, day } from '@/lib/format/format'
import { attempt } from './attempt'
import { filterOf, search, type State } from './search'
import { Unread } from '../requests/frame'

const tones = { rest: 'none', changes: 'info', left: 'warn', refused: 'bad' } as const

/** The day it is in a zone. */
const today = (zone: string) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date())

/** How much happened over time of what the filters let through: the counts alone, no entry. */
export async function Activity({ principal, state }: { principal: Principal; state: State }) {
  const t = await getTranslations('audit.activity')
  const locale = await getLocale()
  const zone = await getTimeZone()
  const { value, error } = await attempt(() =>
    readRecords(principal, (tx) => activityOf(tx, filterOf(state, zone), today(zone))),
  )
  if (error) return <Unread error={error} />
  if (value.total === 0) return <p className="text-muted">{t('none')}</p>
  const name = (at: string) => (value.by === 'day' ? day(at, locale, 'UTC') : monthName(at, locale))
  const sum = (bar: Bar) => kinds.reduce((all, kind) => all + bar.counts[kind], 0)
  const busiest = value.bars.reduce((most, bar) => (sum(bar) > sum(most) ? bar : most))
  // One day alone is said by its words.
  const days = value.bars.filter((bar) => sum(bar) > 0).length
  const refused = value.bars.reduce((all, bar) => all + bar.counts.refused, 0)
  const label = t('label', {
    total: count(value.total, locale),
    refused: count(refused, locale),
    busiest: name(busiest.at),
    most: count(sum(busiest), locale),
  })
  const first = value.bars[0]?.at ?? ''
  const last = value.bars.at(-1)?.at ?? ''
  return (
    <figure className="m-0">
      <figcaption className="text-meta mb-2 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span>{label}</span>
        {days > 1 && <Legend value={value} />}
      </figcaption>
      {days > 1 && (
        <ChartFrame max={count(sum(busiest), locale)} from={name(first)} to={name(last)}>
          <BarChart
            label={label}
            tones={kinds.map((kind) => tones[kind])}
            bars={value.bars.map((bar) => ({
              key: bar.at,
              values: kinds.map((kind) => bar.counts[kind]),
              title: t('bar', {
                at: name(bar.at),
                parts: new Intl.ListFormat(locale, { type: 'unit' }).format(
                  kinds
                    .filter((kind) => bar.counts[kind] > 0)
                    .map((kind) => `${t(`kinds.${kind}`)} ${count(bar.counts[kind], locale)}`),
                ),
              }),
              href: search.href(state, { since: bar.at, until: endOf(bar.at, value.by) }),
            }))}
          />
        </ChartFrame>
      )}
      <p className="text-muted text-meta mt-1">
        {value.capped && `${t('capped', { count: count(value.total, locale) })} `}
        {value.zone !== zone && `${t('otherZone', { zone: value.zone })} `}
        {value.countedAt && (
          <>
            {t('counted')} <Time at={value.countedAt} look="clock" />
          </>
        )}
      </p>
    </figure>
  )
}

const swatch = { none: 'bg-edge', info: 'bg-info', warn: 'bg-warn', bad: 'bg-bad' } as const

async function Legend({ value }: { value: Told }) {
  const t = await getTranslations('audit.activity')
  const there = kinds.filter((kind) => value.bars.some((bar) => bar.counts[kind] > 0))
  return (
    <span className="text-muted flex flex-wrap gap-x-3">
      {there.map((kind) => (
        <span key={kind} className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className={`inline-block size-2 rounded-[2px] ${swatch[tones[kind]]}`} />
          {t(`kinds.${kind}`)}
        </span>
      ))}
    </span>
  )
}

function endOf(at: string, by: 'day' | 'month'): string {
  if (by === 'day') return at
  const [year = 0, month = 1] = at.split('-').map(Number)
  return daysAfter(new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10), -1)
}

const monthName = (at: string, locale: string) =>
  new Intl.DateTimeFormat(locale, { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(at))
