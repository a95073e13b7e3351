import { getTranslations } from 'next-intl/server'
import { ColumnChooser } from '@/components/column-chooser'
import { FilterBar, type Chip, type Field } from '@/components/list-controls'
import type { Purpose } from '@/lib/consents/queries'
import { asksConsent, shownStatuses } from '@/lib/consents/types'
import { columnIds } from './list'
import { search, type State } from './search'

/** The filter bar of the list: text, purposes that ask for consent, statuses, and what ends soon. */
export async function Filters({
  state,
  purposes,
  clinics,
  names,
}: {
  state: State
  purposes: readonly Purpose[]
  clinics: number
  /** Whether this reader sees who the patients are. */
  names: boolean
}) {
  const t = await getTranslations('consents')
  const s = await getTranslations('status.consent')
  const titles = new Map(purposes.map((purpose) => [purpose.code, purpose.title]))
  const fields: Field[] = [
    { kind: 'search', name: 'q', value: state.q, label: t(names ? 'search' : 'searchById') },
    {
      kind: 'many',
      name: 'purpose',
      value: state.purpose,
      label: t('purpose'),
      options: purposes
        .filter((purpose) => asksConsent(purpose.basis, purpose.code))
        .map((purpose) => ({ value: purpose.code, label: purpose.title })),
    },
    {
      kind: 'many',
      name: 'status',
      value: state.status,
      label: t('status'),
      options: shownStatuses.map((status) => ({ value: status, label: s(status) })),
    },
    {
      kind: 'one',
      name: 'expiring',
      value: state.expiring,
      label: t('expiring'),
      options: ['30', '60', '90'].map((days) => ({ value: days, label: t('days', { count: days }) })),
    },
  ]
  const chips: Chip[] = [
    ...(state.q ? [{ label: t('searchLabel'), value: state.q, href: search.href(state, { q: null }) }] : []),
    ...state.purpose.map((code) => ({
      label: t('purpose'),
      value: titles.get(code) ?? code,
      href: search.href(state, { purpose: state.purpose.filter((other) => other !== code) }),
    })),
    ...state.status.map((status) => ({
      label: t('status'),
      value: s(status),
      href: search.href(state, { status: state.status.filter((other) => other !== status) }),
    })),
    ...(state.expiring
      ? [
          {
            label: t('expiring'),
            value: t('days', { count: state.expiring }),
            href: search.href(state, { expiring: null }),
          },
        ]
      : []),
  ]
  return (
    <FilterBar
      path={search.path}
      fields={fields}
      kept={search.kept(state, ['q', 'purpose', 'status', 'expiring'])}
      chips={chips}
      clearHref={search.href(search.parse({}), { hide: state.hide })}
    >
      <ColumnChooser
        columns={columnIds
          .filter((id) => id !== 'clinic' || clinics > 1)
          .map((id) => ({ id, head: t(id), always: id === 'status' }))}
        hidden={state.hide}
        href={(hide) => search.href(state, { hide })}
      />
    </FilterBar>
  )
}
