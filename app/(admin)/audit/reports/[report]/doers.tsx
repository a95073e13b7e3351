import { useLocale, useTimeZone, useTranslations } from 'next-intl'
import { Bar } from '@/components/charts'
import { DataTable } from '@/components/data-table'
import { Time } from '@/components/time'
import { purposes } from '@/lib/audit/types'
import type { Doer } from '@/lib/audit/reports'
import { count, day } from '@/lib/format/format'
import { useActor } from '../../entry'

/** Who did it, how much, and what for. */
export function Doers({ doers, people }: { doers: readonly Doer[]; people: ReadonlyMap<string, string> }) {
  const t = useTranslations('reports.columns')
  const a = useTranslations('audit')
  const s = useTranslations('status')
  const locale = useLocale()
  const actor = useActor(people)
  const max = doers[0]?.entries ?? 0
  const number = (value: number) =>
    value === 0 ? <span className="text-muted">–</span> : count(value, locale)
  const purpose = (code: string) => {
    const known = purposes.find((one) => one === code)
    return known ? a(`purposes.${known}`) : code
  }
  return (
    <DataTable
      caption={t('caption')}
      rows={doers}
      rowKey={(row) => `${row.actorUserId} ${row.sessionRole}`}
      columns={[
        {
          id: 'who',
          head: a('actor'),
          cell: (row) => <span className="whitespace-nowrap">{actor(row)}</span>,
        },
        {
          id: 'entries',
          head: t('entries'),
          align: 'end',
          cell: (row) => (
            <Bar value={row.entries} max={max}>
              {count(row.entries, locale)}
            </Bar>
          ),
        },
        { id: 'refused', head: t('refused'), align: 'end', cell: (row) => number(row.refused) },
        { id: 'patients', head: t('patients'), align: 'end', cell: (row) => number(row.patients) },
        { id: 'records', head: t('records'), align: 'end', cell: (row) => number(row.records) },
        {
          id: 'actions',
          head: t('actions'),
          cell: (row) => (
            <span className="block min-w-32 whitespace-normal">
              {row.actions.map((action) => s(`action.${action as 'read'}`)).join(', ')}
            </span>
          ),
        },
        {
          id: 'purposes',
          head: a('purposeOfUse'),
          cell: (row) => (
            <span className="block min-w-28 whitespace-normal">
              {row.purposes.map(purpose).join(', ') || '–'}
            </span>
          ),
        },
        {
          id: 'days',
          head: t('days'),
          cell: (row) => <Days first={row.first} last={row.last} />,
        },
      ]}
    />
  )
}

/** From the first entry to the last, each day under the other: side by side they do not fit a laptop. */
function Days({ first, last }: { first: string; last: string }) {
  const [locale, zone] = [useLocale(), useTimeZone() ?? 'UTC']
  return (
    <span className="flex flex-col">
      <Time at={first} look="day" />
      {day(first, locale, zone) !== day(last, locale, zone) && <Time at={last} look="day" />}
    </span>
  )
}
