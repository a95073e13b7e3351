import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import type { Route } from 'next'
import { Treemap } from '@/components/charts'
import { markOf, Status, toneText } from '@/components/status'
import { worstFirst } from '@/lib/coverage/matrix'
import { exposures, type Exposure } from '@/lib/coverage/exposure'
import { approximate, count } from '@/lib/format/format'
import { tablePath } from '@/lib/url/paths'
import type { Scan } from '../with-scan'

const most = 40

/** How much data lies open: a box for each table, as large as its rows, coloured by who can read them. */
export function ExposedRows({ scan }: { scan: Scan }) {
  const t = useTranslations('overview.exposed')
  const word = useTranslations('status.access')
  const locale = useLocale()
  const all = exposures(scan.snapshot, scan.facts)
  const sized = all.filter(
    (table): table is Exposure & { rows: number } => table.rows !== null && table.rows > 0,
  )
  const unsized = all.length - sized.length
  const shown = sized.slice(0, most)
  const verdicts = worstFirst.filter((verdict) => sized.some((table) => table.verdict === verdict))
  const rowsOf = (verdict: string) =>
    sized.filter((table) => table.verdict === verdict).reduce((sum, table) => sum + table.rows, 0)
  const rows = (count: number) => t('rows', { count, rows: approximate(count, locale) })
  return (
    <section aria-labelledby="exposed" className="border-line rounded-card bg-panel border px-4 py-3.5">
      <h2 id="exposed" className="font-semibold">
        {t('title')}
      </h2>
      <p className="text-muted text-meta mb-3">{t('lead')}</p>
      {shown.length === 0 ? (
        <p>{t('nothing')}</p>
      ) : (
        <>
          <Treemap
            label={t('title')}
            boxes={shown.map((table) => ({
              key: table.id,
              label: table.id,
              short: table.id.slice(table.id.indexOf('.') + 1),
              value: table.rows,
              tone: markOf('access', table.verdict).tone,
              title: `${table.id}: ${rows(table.rows)}, ${word(table.verdict)}`,
              href: tablePath(table.id, 'access'),
            }))}
          />
          <ul className="text-meta mt-2 flex flex-wrap gap-x-4 gap-y-1">
            {verdicts.map((verdict) => {
              const { glyph, tone } = markOf('access', verdict)
              return (
                <li key={verdict}>
                  <span aria-hidden="true" className={toneText[tone]}>
                    {glyph}{' '}
                  </span>
                  {word(verdict)} <span className="text-muted">{rows(rowsOf(verdict))}</span>
                </li>
              )
            })}
          </ul>
        </>
      )}
      {(unsized > 0 || sized.length > most) && (
        <p className="text-muted text-meta mt-2">
          {unsized > 0 && t('unsized', { count: unsized })}{' '}
          {sized.length > most && t('others', { count: sized.length - most })}
        </p>
      )}
      {shown.length > 0 && (
        <details className="mt-3">
          <summary className="link">{t('asTable')}</summary>
          <table className="table mt-2">
            <caption className="sr-only">{t('title')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('table')}</th>
                <th scope="col" data-align="end">
                  {t('estimate')}
                </th>
                <th scope="col">{t('verdict')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((table) => (
                <tr key={table.id}>
                  <td className="[overflow-wrap:anywhere]">
                    <Link
                      href={tablePath(table.id, 'access') as Route}
                      prefetch={false}
                      className="hover:underline"
                    >
                      <code>{table.id}</code>
                    </Link>
                  </td>
                  <td data-align="end">{count(table.rows, locale)}</td>
                  <td>
                    <Status of="access" value={table.verdict} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  )
}
