import { useLocale, useTranslations } from 'next-intl'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { Meter, Spark } from '@/components/charts'
import { Time } from '@/components/time'
import { readStore } from '@/lib/db/scope'
import { listTrend } from '@/lib/findings/findings'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { Measure, Score } from '@/lib/rules/score'
import type { Principal } from '@/lib/session/principal'

/** The score, and the whole sum that makes it: nobody has to believe a number. */
export function ScoreCard({
  score,
  waived,
  trend,
  since,
}: {
  score: Score
  /** Findings that the configuration waives, and what the score were with them. */
  waived: { readonly count: number; readonly value: number }
  trend: ReactNode
  /** What changed in the structure lately. */
  since: ReactNode
}) {
  const t = useTranslations('overview.score')
  const locale = useLocale()
  const points = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const judged = score.measures.filter((measure) => measure.total > 0)
  const weights = judged.reduce((sum, measure) => sum + measure.weight, 0)
  const sum = judged.reduce((total, measure) => total + measure.points, 0)
  return (
    <section aria-labelledby="score" className="border-line rounded-card bg-panel border px-4 py-3.5">
      <h2 id="score" className="font-semibold">
        {t('title')}
      </h2>
      <div className="mt-1 flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        {judged.length === 0 ? (
          <p className="text-score font-semibold">
            <span aria-hidden="true">–</span>
            <span className="text-muted text-body font-normal"> {t('nothing')}</span>
          </p>
        ) : (
          <p className="text-score font-semibold">
            {score.value}
            <span className="text-muted text-body font-normal"> / 100</span>
          </p>
        )}
        {trend}
      </div>
      <div className="mt-3 overflow-x-auto">
        <table className="w-full border-separate border-spacing-0 [&_td]:py-2 [&_td]:pr-4 [&_td:last-child]:pr-0 [&_th]:py-1.5 [&_th]:pr-4 [&_th:last-child]:pr-0">
          <caption className="sr-only">{t('caption')}</caption>
          <thead className="text-muted text-meta">
            <tr>
              <th scope="col" className="text-start font-medium">
                {t('measure')}
              </th>
              <th scope="col" className="w-1/4 text-start font-medium max-sm:hidden">
                {t('covered')}
              </th>
              <th scope="col" className="text-end font-medium">
                {t('objects')}
              </th>
              <th scope="col" className="text-end font-medium">
                {t('points')}
              </th>
            </tr>
          </thead>
          <tbody>
            {score.measures.map((measure) => (
              <Line key={measure.id} measure={measure} points={points} />
            ))}
          </tbody>
          {judged.length > 0 && (
            <tfoot className="[&_td]:border-line [&_td]:border-t">
              <tr>
                <td colSpan={2} className="max-sm:hidden">
                  {t('sum', { points: points.format(sum), weights })}
                </td>
                <td className="sm:hidden">{t('sum', { points: points.format(sum), weights })}</td>
                <td colSpan={2} className="text-end font-semibold whitespace-nowrap">
                  {points.format(score.sum)}
                </td>
              </tr>
            </tfoot>
          )}
        </table>
      </div>
      {score.cap && score.sum > score.cap.at && (
        <p className="mt-2">
          <span aria-hidden="true" className="text-high">
            ▾{' '}
          </span>
          {t('capped', { at: score.cap.at })} {say(score.cap.because, locale)}
        </p>
      )}
      {waived.count > 0 && (
        <p className="mt-2">
          <span aria-hidden="true" className="text-none">
            ◇{' '}
          </span>
          {t('waived', { count: waived.count, value: waived.value })}
        </p>
      )}
      <p className="text-muted text-meta mt-2">{t('note')}</p>
      <div className="mt-2">{since}</div>
    </section>
  )
}

function Line({ measure, points }: { measure: Measure; points: Intl.NumberFormat }) {
  const t = useTranslations('overview.score')
  const locale = useLocale()
  const label = say(measure.label, locale)
  const missing = measure.total - measure.covered
  const unknown = Math.min(measure.unknown, missing)
  const figures =
    measure.total === 0 ? t('nothing') : `${count(measure.covered, locale)} / ${count(measure.total, locale)}`
  return (
    <tr className="[&>td]:border-line [&>td]:border-t">
      <td>
        {label}
        {unknown > 0 && (
          <span className="text-warn text-meta block">? {t('unknown', { count: measure.unknown })}</span>
        )}
      </td>
      <td className="max-sm:hidden">
        {measure.total > 0 && (
          <Meter
            label={label}
            text={figures}
            whole={measure.total}
            parts={
              [
                { value: measure.covered, tone: 'ok', label: t('inOrder') },
                { value: unknown, tone: 'warn', label: t('undecided') },
                { value: missing - unknown, tone: 'bad', label: t('notInOrder') },
              ].filter((part) => part.value > 0) as Parameters<typeof Meter>[0]['parts']
            }
          />
        )}
      </td>
      <td className="text-end whitespace-nowrap">{figures}</td>
      <td className="text-end whitespace-nowrap">
        {measure.total === 0 ? '–' : `${points.format(measure.points)} / ${measure.weight}`}
      </td>
    </tr>
  )
}

/** How the score went, from the recorded scans; nothing until there are two of them. */
export async function Trend({ principal, value }: { principal: Principal; value: number }) {
  const t = await getTranslations('overview.score')
  const locale = await getLocale()
  const points = await readStore(principal, (tx) => listTrend(tx, principal.database, 60))
  const first = points[0]
  if (!first || points.length < 2) return null
  const values = [...points.map((point) => point.score), value]
  const change = value - first.score
  const label = t('trend', { from: first.score, to: value })
  return (
    <div className="w-56 max-w-full">
      <Spark values={values} label={label} />
      <p className={`text-meta text-end ${change > 0 ? 'text-ok' : change < 0 ? 'text-bad' : 'text-muted'}`}>
        {change === 0 ? t('same') : `${change > 0 ? '▲' : '▼'} ${count(Math.abs(change), locale)}`}{' '}
        <span className="text-muted">
          {t('since')} <Time at={first.takenAt} look="day" />
        </span>
      </p>
    </div>
  )
}
