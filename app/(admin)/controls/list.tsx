import { useLocale, useTranslations } from 'next-intl'
import type { Column } from '@/components/data-table'
import { Status } from '@/components/status'
import { Nothing } from '@/components/time'
import type { AssessedControl } from '@/lib/controls/assess'
import { citation, rulesOf } from '@/lib/controls/control'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { State } from './search'

/** Controls that match the state, by source as they come. The search reads both languages, rules and reasons. */
export function selected(all: readonly AssessedControl[], state: State): AssessedControl[] {
  const q = state.q.toLocaleLowerCase()
  return all.filter(
    (each) =>
      (state.source.length === 0 || state.source.includes(each.control.source)) &&
      (state.state.length === 0 || state.state.includes(each.state)) &&
      (q === '' || words(each).includes(q)),
  )
}

const words = ({ control }: AssessedControl) =>
  [citation(control), control.requirement.en, control.requirement.pt, ...rulesOf(control)]
    .join(' ')
    .toLocaleLowerCase()

/** One line for each requirement: where it stands, what it asks, and what the rules say. */
export function useColumns(): Column<AssessedControl>[] {
  const t = useTranslations('controls')
  const locale = useLocale()
  const number = (of: number) => (of > 0 ? count(of, locale) : <Nothing />)
  return [
    {
      id: 'reference',
      head: t('columns.reference'),
      width: '9rem',
      cell: ({ control }) => (
        <span className="block whitespace-normal">
          <span className="font-medium">{control.source}</span> {control.reference}
        </span>
      ),
    },
    {
      id: 'requirement',
      head: t('columns.requirement'),
      cell: (row) => (
        <span className="block max-w-[64ch] whitespace-normal">{say(row.control.requirement, locale)}</span>
      ),
    },
    { id: 'state', head: t('state'), cell: (row) => <Status of="control" value={row.state} look="pill" /> },
    {
      id: 'rules',
      head: t('columns.rules'),
      align: 'end',
      cell: (row) => number(rulesOf(row.control).length),
    },
    {
      id: 'findings',
      head: t('columns.findings'),
      align: 'end',
      cell: (row) => (row.outcomes.length > 0 ? count(row.findings.length, locale) : number(0)),
    },
  ]
}
