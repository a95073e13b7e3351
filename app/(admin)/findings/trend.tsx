import { useFormatter, useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { markOf, toneText, useStatusWord } from '@/components/status'
import { ChartFrame, StepChart } from '@/components/trend-chart'
import { Time } from '@/components/time'
import { readStore } from '@/lib/db/scope'
import { listTrend, type TrendPoint } from '@/lib/findings/findings'
import { count, dateStyle } from '@/lib/format/format'
import type { Severity } from '@/lib/rules/rule'
import type { Principal } from '@/lib/session/principal'

/** Worst at the bottom: what has to go first is what one sees shrink. */
const layers: readonly Severity[] = ['critical', 'high', 'medium', 'low']
/** Rows of the table that tells the same. */
const most = 30

/** Score and open findings by severity over the recorded scans, as pictures and as a table. */
export async function TrendOverTime({ principal }: { principal: Principal }) {
  const t = await getTranslations('findings.trend')
  const points = await readStore(principal, (tx) => listTrend(tx, principal.database, 200))
  if (points.length < 2) return <p className="text-muted">{t('tooFew')}</p>
  return <Charts points={points} />
}

function Charts({ points }: { points: readonly TrendPoint[] }) {
  const t = useTranslations('findings.trend')
  const locale = useLocale()
  const word = useStatusWord()
  const format = useFormatter()
  const at = points.map((point) => Date.parse(point.takenAt))
  const total = (point: TrendPoint) => layers.reduce((sum, severity) => sum + point.severities[severity], 0)
  const highest = Math.max(1, ...points.map(total))
  const [first, last] = [points[0], points.at(-1)]
  const when = (point: TrendPoint | undefined) =>
    point === undefined
      ? ''
      : format.dateTime(new Date(point.takenAt), { dateStyle: dateStyle(locale), timeStyle: 'short' })
  const frame = { from: when(first), to: when(last) }
  return (
    <div className="space-y-4">
      <div className="grid gap-x-8 gap-y-4 md:grid-cols-2">
        <figure>
          <figcaption className="mb-1.5">
            {t('score')} <b className="font-semibold">{last?.score}</b>
          </figcaption>
          <ChartFrame max={100} {...frame}>
            <StepChart
              at={at}
              max={100}
              line
              label={t('scoreLabel', { from: first?.score ?? 0, to: last?.score ?? 0, scans: points.length })}
              layers={[{ key: 'score', tone: 'info', values: points.map((point) => point.score) }]}
            />
          </ChartFrame>
        </figure>
        <figure>
          <figcaption className="mb-1.5 flex flex-wrap gap-x-3">
            {t('open')}
            {layers.map((severity) => {
              const { glyph, tone } = markOf('severity', severity)
              return (
                <span key={severity} className="whitespace-nowrap">
                  <span aria-hidden="true" className={toneText[tone]}>
                    {glyph}{' '}
                  </span>
                  <span className="text-muted">{word('severity', severity)}</span>{' '}
                  {count(last?.severities[severity] ?? 0, locale)}
                </span>
              )
            })}
          </figcaption>
          <ChartFrame max={count(highest, locale)} {...frame}>
            <StepChart
              at={at}
              max={highest}
              label={t('openLabel', {
                from: first ? total(first) : 0,
                to: last ? total(last) : 0,
                scans: points.length,
              })}
              layers={layers.map((severity) => ({
                key: severity,
                tone: markOf('severity', severity).tone,
                values: points.map((point) => point.severities[severity]),
              }))}
            />
          </ChartFrame>
        </figure>
      </div>
      <details>
        <summary className="link">{t('asTable')}</summary>
        <Table points={points} />
      </details>
    </div>
  )
}

function Table({ points }: { points: readonly TrendPoint[] }) {
  const t = useTranslations('findings.trend')
  const locale = useLocale()
  const word = useStatusWord()
  return (
    <div className="mt-2 overflow-x-auto" tabIndex={0} role="region" aria-label={t('caption')}>
      <table className="table">
        <caption className="sr-only">{t('caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('when')}</th>
            <th scope="col" data-align="end">
              {t('score')}
            </th>
            {layers.map((severity) => (
              <th key={severity} scope="col" data-align="end">
                {word('severity', severity)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points
            .slice(-most)
            .toReversed()
            .map((point) => (
              <tr key={point.takenAt}>
                <td>
                  <Time at={point.takenAt} />
                </td>
                <td data-align="end">{point.score}</td>
                {layers.map((severity) => (
                  <td key={severity} data-align="end">
                    {count(point.severities[severity], locale)}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
      {points.length > most && (
        <p className="text-muted text-meta mt-1">{t('newest', { count: most, of: points.length })}</p>
      )}
    </div>
  )
}
