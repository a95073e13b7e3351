import { useTranslations } from 'next-intl'
import { markOf, toneText, toneTint } from '@/components/status'
import { lineCommands, verdictOrder } from '@/lib/isolation/lines'
import type { IsolationRow } from '@/lib/isolation/matrix'
import { isRoutine } from '@/lib/isolation/names'
import { tablePath } from '@/lib/url/paths'
import { peekOf } from '../coverage/cell'
import { MatrixGrid, type Mark } from '../coverage/matrix-grid'
import { search, type State } from './search'

/** Relations and functions × roles × commands; each cell is a link to its proof or its story. */
export function IsolationTable({
  rows,
  roles,
  state,
}: {
  rows: readonly IsolationRow[]
  roles: readonly string[]
  state: State
}) {
  const t = useTranslations('isolation')
  const word = useTranslations('status.isolation')
  const marks = verdictOrder.map((verdict): Mark => {
    const { glyph, tone } = markOf('isolation', verdict)
    return {
      glyph,
      word: word(verdict),
      text: verdict === 'unreachable' ? 'text-muted' : toneText[tone],
      tint: verdict === 'leaks' || verdict === 'unknown' ? toneTint[tone] : '',
    }
  })
  const bare = search.href({ ...state, peek: '' })
  const peekHref = `${bare}${bare.includes('?') ? '&' : '?'}peek=`
  const firstCell = (row: IsolationRow) =>
    peekHref + encodeURIComponent(peekOf({ relation: row.relation, role: roles[0] ?? '', command: 'SELECT' }))
  return (
    <MatrixGrid
      words={{ region: t('region'), caption: t('caption'), table: t('relation') }}
      commands={lineCommands.map((command) => ({ name: command, short: t(`short.${command}`) }))}
      roles={roles}
      marks={marks}
      rows={rows.map((row) => ({
        id: row.relation,
        href: isRoutine(row.relation) ? firstCell(row) : tablePath(row.relation, 'access'),
        note: isRoutine(row.relation) ? t('function') : null,
        cells: row.cells
          .map((cells) => cells.map((verdict) => verdictOrder.indexOf(verdict)).join(''))
          .join(''),
      }))}
      peek={state.peek}
      peekHref={peekHref}
    />
  )
}

/** What the glyphs mean, always under the matrix. */
export function Legend() {
  const t = useTranslations('isolation')
  const word = useTranslations('status.isolation')
  return (
    <dl className="text-muted text-meta mt-2 grid gap-x-4 gap-y-1 sm:grid-cols-2">
      {verdictOrder.map((verdict) => {
        const { glyph, tone } = markOf('isolation', verdict)
        return (
          <div key={verdict}>
            <dt className="inline">
              <span aria-hidden="true" className={`mr-1 inline-block w-3 text-center ${toneText[tone]}`}>
                {glyph}
              </span>
              <span className="text-ink font-medium">{word(verdict)}</span>
            </dt>{' '}
            <dd className="inline">{t(`meaning.${verdict}`)}</dd>
          </div>
        )
      })}
    </dl>
  )
}
