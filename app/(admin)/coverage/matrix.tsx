import { useTranslations } from 'next-intl'
import { markOf, toneText, toneTint } from '@/components/status'
import type { AccessVerdict } from '@/lib/catalog/access'
import { commands } from '@/lib/catalog/types'
import type { MatrixRow } from '@/lib/coverage/matrix'
import { tablePath } from '@/lib/url/paths'
import { MatrixGrid, type Mark } from './matrix-grid'
import { search, type State } from './search'

const legend: readonly AccessVerdict[] = [
  'filtered',
  'denied',
  'no-grant',
  'open-by-policy',
  'open',
  'bypass',
  'unknown',
]
const tinted: ReadonlySet<AccessVerdict> = new Set(['open', 'open-by-policy', 'bypass'])

/**
 * Relations × roles × commands; each cell is a link to its "why?". A page has up to 1,200 cells, so they travel as one
 * digit each (the place in `legend`) and are drawn by the grid.
 */
export function MatrixTable({
  rows,
  roles,
  state,
}: {
  rows: readonly MatrixRow[]
  roles: readonly string[]
  state: State
}) {
  const t = useTranslations('coverage')
  const word = useTranslations('status.access')
  const marks = legend.map((verdict): Mark => {
    const { glyph, tone } = markOf('access', verdict)
    return {
      glyph,
      word: word(verdict),
      text: verdict === 'no-grant' ? 'text-muted' : toneText[tone],
      tint: tinted.has(verdict) ? toneTint[tone] : '',
    }
  })
  const bare = search.href({ ...state, peek: '' })
  return (
    <MatrixGrid
      words={{ region: t('region'), caption: t('caption'), table: t('table') }}
      commands={commands.map((command) => ({ name: command, short: t(`short.${command}`) }))}
      roles={roles}
      marks={marks}
      rows={rows.map((row) => ({
        id: row.id,
        href: tablePath(row.id, 'access'),
        note: row.kind === 'table' ? null : t(`kind.${row.kind}`),
        cells: row.cells.map((cells) => cells.map((verdict) => legend.indexOf(verdict)).join('')).join(''),
      }))}
      peek={state.peek}
      peekHref={`${bare}${bare.includes('?') ? '&' : '?'}peek=`}
    />
  )
}

/** What the glyphs mean, always under the matrix. */
export function Legend() {
  const t = useTranslations('status.access')
  return (
    <ul className="text-muted text-meta mt-2 flex flex-wrap gap-x-4 gap-y-1">
      {legend.map((verdict) => {
        const { glyph, tone } = markOf('access', verdict)
        return (
          <li key={verdict}>
            <span aria-hidden="true" className={`mr-1 inline-block w-3 text-center ${toneText[tone]}`}>
              {glyph}
            </span>
            {t(verdict)}
          </li>
        )
      })}
    </ul>
  )
}
