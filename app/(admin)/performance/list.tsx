import { useLocale, useTranslations } from 'next-intl'
import { Bar } from '@/components/charts'
import type { Column } from '@/components/data-table'
import { Status } from '@/components/status'
import { count, duration, nothing } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { Measured } from '@/lib/operations/measure'

/** The columns of the operations list; bars are shares of the limit. */
export function useColumns(): Column<Measured>[] {
  const t = useTranslations('performance')
  const locale = useLocale()
  const time = (ms: number | null | undefined) =>
    ms === null || ms === undefined ? nothing : duration(ms, locale)
  return [
    { id: 'name', head: t('columns.name'), cell: (row) => say(row.operation.title, locale) },
    { id: 'outcome', head: t('columns.outcome'), cell: (row) => <Outcome row={row} /> },
    {
      id: 'p50',
      head: t('columns.p50'),
      align: 'end',
      cell: (row) => time(row.times?.p50),
    },
    {
      id: 'p95',
      head: t('columns.p95'),
      align: 'end',
      cell: (row) => (
        <Bar
          value={row.times ? Math.min(row.times.p95, row.operation.limit) : null}
          max={row.operation.limit}
        >
          {time(row.times?.p95)}
        </Bar>
      ),
    },
    { id: 'limit', head: t('columns.limit'), align: 'end', cell: (row) => time(row.operation.limit) },
    { id: 'policies', head: t('columns.policies'), align: 'end', cell: (row) => time(row.policies) },
    { id: 'rows', head: t('columns.rows'), align: 'end', cell: (row) => count(row.rows, locale) },
    { id: 'role', head: t('columns.role'), cell: (row) => <code>{row.operation.role}</code> },
  ]
}

function Outcome({ row }: { row: Measured }) {
  const t = useTranslations('performance')
  if (row.outcome === 'unknown') return <Status of="outcome" value="unknown" />
  return (
    <Status of="outcome" value={row.outcome}>
      {t(row.outcome === 'pass' ? 'within' : 'over')}
    </Status>
  )
}
