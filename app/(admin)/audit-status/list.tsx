import { useLocale, useTranslations } from 'next-intl'
import type { Column } from '@/components/data-table'
import { Status } from '@/components/status'
import { say } from '@/lib/i18n/locale'
import { operations, type CaptureRow } from '@/lib/inventory/capture'
import type { State } from './search'

/** Tables that match the state, the worst first, then by name. */
export function selected(rows: readonly CaptureRow[], state: State): CaptureRow[] {
  const q = state.q.toLocaleLowerCase()
  return rows
    .filter(
      (row) =>
        (state.show === 'all' || row.required) &&
        (q === '' || row.id.toLocaleLowerCase().includes(q)) &&
        (state.state.length === 0 || state.state.includes(row.state)),
    )
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state) || (a.id < b.id ? -1 : 1))
}

const order = ['missing', 'disabled', 'partly', 'unknown', 'captured', 'notRequired']

/** One column for each operation, and why something does not reach the trail. */
export function useColumns(): Column<CaptureRow>[] {
  const t = useTranslations('audit-status')
  return [
    {
      id: 'table',
      head: t('columns.table'),
      cell: (row) => <span className="font-mono break-words">{row.id}</span>,
    },
    { id: 'state', head: t('state'), cell: (row) => <Status of="capture" value={row.state} look="pill" /> },
    ...operations.map((operation) => ({
      id: operation,
      head: t(`columns.${operation}`),
      cell: (row: CaptureRow) => <Status of="capture" value={row.by[operation].state} look="glyph" />,
    })),
    { id: 'why', head: t('columns.why'), cell: (row) => <Why row={row} /> },
  ]
}

/** Each reason once, with the operations it holds for. */
function Why({ row }: { row: CaptureRow }) {
  const locale = useLocale()
  const reasons = new Map<string, string[]>()
  for (const operation of operations) {
    const { because } = row.by[operation]
    if (!because) continue
    const text = say(because, locale)
    reasons.set(text, [...(reasons.get(text) ?? []), operation])
  }
  if (reasons.size === 0) return <span className="text-muted">—</span>
  return (
    <ul className="text-meta max-w-[60ch] whitespace-normal">
      {[...reasons].map(([text, of]) => (
        <li key={text}>
          <span className="text-muted">{of.join(', ')}: </span>
          {text}
        </li>
      ))}
    </ul>
  )
}
