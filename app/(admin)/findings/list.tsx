import { useTranslations } from 'next-intl'
import { useLocale } from 'next-intl'
import type { Column } from '@/components/data-table'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { placeOf, type FindingFilter, type ListedFinding } from '@/lib/findings/listed'
import { say } from '@/lib/i18n/locale'
import type { State } from './search'

/** What the list of the state asks of lib/findings. */
export function findingFilter(state: State): FindingFilter {
  const by = state.sort ?? 'severity'
  return {
    q: state.q,
    state: state.state,
    severity: state.severity,
    group: state.group,
    sort: (by.startsWith('-') ? by.slice(1) : by) as FindingFilter['sort'],
    descending: by.startsWith('-'),
  }
}

/** Id of the form that the chosen findings are sent with. */
export const fixesForm = 'fixes'

/** The columns of the findings list; open ones that a statement mends can be chosen. */
export function useColumns(isMendable: (key: string) => boolean): Column<ListedFinding>[] {
  const t = useTranslations('findings')
  const locale = useLocale()
  return [
    {
      id: 'choose',
      head: t('fixes.choose'),
      always: true,
      control: true,
      width: '2rem',
      cell: (row) =>
        isMendable(row.key) && (
          <input
            type="checkbox"
            name="key"
            form={fixesForm}
            value={row.key.replaceAll('%', '%25').replaceAll(',', '%2C')}
            aria-label={t('fixes.chooseOne', { what: say(row.title, locale), where: placeOf(row.object) })}
          />
        ),
    },
    {
      id: 'severity',
      head: t('columns.severity'),
      sorts: true,
      always: true,
      width: '7.5rem',
      cell: (row) => <Status of="severity" value={row.severity} look="pill" />,
    },
    {
      id: 'what',
      head: t('columns.what'),
      always: true,
      names: true,
      cell: (row) => (
        <span className="flex flex-wrap items-baseline gap-x-2">
          {say(row.title, locale)}
          {row.state === 'returned' && <Status of="finding" value="returned" />}
        </span>
      ),
    },
    {
      id: 'where',
      head: t('columns.where'),
      sorts: true,
      always: true,
      cell: (row) => <span className="font-mono break-words">{placeOf(row.object)}</span>,
    },
    {
      id: 'since',
      head: t('columns.since'),
      sorts: true,
      cell: (row) =>
        row.firstSeen === null ? <span className="text-info">{t('new')}</span> : <Time at={row.firstSeen} />,
    },
    {
      id: 'group',
      head: t('columns.group'),
      cell: (row) => (
        <span className="text-muted">{row.group === null ? '—' : t(`groups.${row.group}`)}</span>
      ),
    },
    { id: 'code', head: t('columns.code'), cell: (row) => <code className="text-muted">{row.code}</code> },
  ]
}
