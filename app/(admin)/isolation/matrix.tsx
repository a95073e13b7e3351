import { useTranslations } from 'next-intl'
import { markOf, toneText, toneTint } from '@/components/status'
import { lineCommands, verdictOrder } from '@/lib/isolation/lines'
import { countCells, groupOf, type IsolationMatrix, type IsolationRow } from '@/lib/isolation/matrix'
import { isRoutine } from '@/lib/isolation/names'
import { tablePath } from '@/lib/url/paths'
import { peekOf } from '../coverage/cell'
import { MatrixGrid, type Mark, type Tally } from '../coverage/matrix-grid'
import { search, type State } from './search'

/** Relations and functions × roles × commands; each cell is a link to its proof or its story. */
export function IsolationTable({
  matrix,
  shown,
  state,
}: {
  matrix: IsolationMatrix
  /** The rows of this page of the list. */
  shown: readonly IsolationRow[]
  state: State
}) {
  const t = useTranslations('isolation')
  const word = useTranslations('status.isolation')
  const { roles, rows, cause } = matrix
  const marks = useMarks()
  const bare = search.href({ ...state, peek: '' })
  const peekHref = `${bare}${bare.includes('?') ? '&' : '?'}peek=`
  const firstCell = (row: IsolationRow) =>
    peekHref + encodeURIComponent(peekOf({ relation: row.relation, role: roles[0] ?? '', command: 'SELECT' }))
  const sizes = new Map<string, number>()
  for (const row of rows) {
    const group = groupOf(row, state.order)
    sizes.set(group, (sizes.get(group) ?? 0) + 1)
  }
  const headOf = (row: IsolationRow) => {
    const group = groupOf(row, state.order)
    const name = state.order === 'worst' ? word(row.worst) : group
    return t('group', { name, count: sizes.get(group) ?? 0 })
  }
  return (
    <MatrixGrid
      words={{ region: t('region'), caption: t('caption'), table: t('relation') }}
      commands={lineCommands.map((command) => ({ name: command, short: t(`short.${command}`) }))}
      roles={roles}
      tallies={roles.map((_, at) => tallyOf(rows.flatMap((row) => ofRole(row, at))))}
      marks={marks}
      rows={shown.map((row) => ({
        id: row.relation,
        href: isRoutine(row.relation) ? firstCell(row) : tablePath(row.relation, 'access'),
        note: isRoutine(row.relation) ? t('function') : null,
        group: headOf(row),
        tally: tallyOf(row.cells),
        cells: row.cells
          .map((cell) =>
            cause !== null && cell.cause === cause ? verdictOrder.length : verdictOrder.indexOf(cell.verdict),
          )
          .join(''),
      }))}
      peek={state.peek}
      peekHref={peekHref}
    />
  )
}

/** One for each verdict, and one for an unknown cell whose cause is asked for. */
function useMarks(): Mark[] {
  const word = useTranslations('status.isolation')
  const mark = (verdict: (typeof verdictOrder)[number], tinted: boolean): Mark => {
    const { glyph, tone } = markOf('isolation', verdict)
    return {
      glyph,
      word: word(verdict),
      text: verdict === 'unreachable' ? 'text-muted' : toneText[tone],
      tint: tinted ? toneTint[tone] : '',
    }
  }
  return [...verdictOrder.map((verdict) => mark(verdict, verdict === 'leaks')), mark('unknown', true)]
}

const ofRole = ({ cells }: IsolationRow, at: number) =>
  cells.slice(at * lineCommands.length, (at + 1) * lineCommands.length)

/** Leaks and doubts, where there are any. */
function tallyOf(cells: IsolationRow['cells']): Tally {
  const counts = countCells(cells)
  return (['leaks', 'unknown'] as const).flatMap((verdict) =>
    counts[verdict] > 0 ? [[verdictOrder.indexOf(verdict), counts[verdict]] as const] : [],
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
