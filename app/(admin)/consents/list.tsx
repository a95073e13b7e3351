import { getTranslations } from 'next-intl/server'
import type { Column } from '@/components/data-table'
import { Time } from '@/components/time'
import type { ConsentRow } from '@/lib/consents/queries'
import { day } from '@/lib/format/format'
import { ConsentStatus } from './status'

export const columnIds = [
  'patient',
  'purpose',
  'status',
  'clinic',
  'validUntil',
  'method',
  'changed',
] as const

/** The columns of the list; the clinic is hidden where there is only one. */
export function columns(
  t: Awaited<ReturnType<typeof getTranslations<'consents'>>>,
  locale: string,
): readonly Column<ConsentRow>[] {
  return [
    { id: 'patient', head: t('patient'), cell: (row) => <Who row={row} /> },
    {
      id: 'purpose',
      head: t('purpose'),
      cell: (row) => (
        <span className="block sm:max-w-[24ch] sm:truncate" title={row.purposeTitle}>
          {row.purposeTitle}
        </span>
      ),
    },
    {
      id: 'status',
      head: t('status'),
      always: true,
      cell: (row) => <ConsentStatus status={row.status} reason={row.reason} withReason="short" />,
    },
    {
      id: 'clinic',
      head: t('clinic'),
      cell: (row) => <span className="whitespace-nowrap">{row.clinicName}</span>,
    },
    {
      id: 'validUntil',
      head: t('validUntil'),
      cell: (row) =>
        row.status === 'granted' && row.validUntil ? (
          <span className="whitespace-nowrap">
            {day(row.validUntil, locale, row.timeZone)}
            {row.daysLeft !== null && row.daysLeft <= 30 && (
              <span className="text-warn text-meta ml-1.5">{t('left', { days: row.daysLeft })}</span>
            )}
          </span>
        ) : (
          <span className="text-muted">—</span>
        ),
    },
    {
      id: 'method',
      head: t('method'),
      cell: (row) =>
        row.collectionMethod ? (
          t(`methodsShort.${row.collectionMethod}` as 'methodsShort.portal')
        ) : (
          <span className="text-muted">—</span>
        ),
    },
    { id: 'changed', head: t('changed'), cell: (row) => <Time at={row.changedAt} /> },
  ]
}

/** The record number and, where this reader may see it, the name; else the beginning of the patient's id. */
function Who({ row }: { row: ConsentRow }) {
  return (
    <span className="whitespace-nowrap">
      <code>{row.recordNumber ?? row.patientId.slice(0, 8)}</code>
      {row.patientName && <span className="ml-2">{row.patientName}</span>}
    </span>
  )
}
