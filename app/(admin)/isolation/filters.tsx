import { useLocale, useTranslations } from 'next-intl'
import { FilterBar, type Chip, type Field } from '@/components/list-controls'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import { verdictOrder } from '@/lib/isolation/lines'
import type { Counts, IsolationMatrix } from '@/lib/isolation/matrix'
import type { Summary } from '@/lib/isolation/stored/summary'
import { search, type State } from './search'

const names = ['q', 'show', 'role', 'kind', 'order'] as const

/** What the matrix shows, all of it in the address. */
export function Filters({
  summary,
  cause,
  counts,
  state,
}: {
  summary: Summary
  cause: IsolationMatrix['cause']
  counts: Counts
  state: State
}) {
  const t = useTranslations('isolation')
  const word = useTranslations('status.isolation')
  const locale = useLocale()
  const fields: Field[] = [
    { kind: 'search', name: 'q', value: state.q, label: t('search') },
    {
      kind: 'one',
      name: 'show',
      value: state.show,
      label: t('show'),
      options: verdictOrder.map((verdict) => ({
        value: verdict,
        label: `${word(verdict)} (${count(counts[verdict], locale)})`,
      })),
    },
    {
      kind: 'many',
      name: 'role',
      value: state.role,
      label: t('role'),
      options: summary.roles.map((role) => ({ value: role, label: role })),
    },
    {
      kind: 'one',
      name: 'kind',
      value: state.kind,
      label: t('kind'),
      options: [
        { value: 'relation', label: t('relations') },
        { value: 'function', label: t('functions') },
      ],
    },
    {
      kind: 'one',
      name: 'order',
      value: state.order,
      label: t('order'),
      options: [
        { value: 'worst', label: t('worstFirst') },
        { value: 'name', label: t('byName') },
      ],
      always: true,
    },
  ]
  const without = (change: Parameters<typeof search.href>[1]) => search.href(state, change)
  const chips: Chip[] = [
    ...(state.q ? [{ label: t('search'), value: state.q, href: without({ q: null }) }] : []),
    ...(state.show ? [{ label: t('show'), value: word(state.show), href: without({ show: null }) }] : []),
    ...state.role.map((role) => ({
      label: t('role'),
      value: role,
      href: without({ role: state.role.filter((each) => each !== role) }),
    })),
    ...(state.kind ? [{ label: t('kind'), value: t(`${state.kind}s`), href: without({ kind: null }) }] : []),
    ...(cause
      ? [{ label: t('causes.chip'), value: say(cause.because, locale), href: without({ why: null }) }]
      : []),
  ]
  return (
    <FilterBar
      path={search.path}
      fields={fields}
      kept={search.kept(state, names)}
      chips={chips}
      clearHref={search.path}
    />
  )
}
