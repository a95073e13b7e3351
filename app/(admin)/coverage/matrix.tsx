import { useTranslations } from 'next-intl'
import { markOf, toneText, toneTint, type Tone } from '@/components/status'
import type { AccessVerdict } from '@/lib/catalog/access'
import { commands, type Command } from '@/lib/catalog/types'
import type { MatrixRow } from '@/lib/coverage/matrix'
import { tablePath } from '@/lib/url/paths'
import { MatrixKeys } from './matrix-keys'
import { peekOf, search, type State } from './search'

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

/** Relations × roles × commands; each cell is a link to its "why?". Head and first column stay in sight. */
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
  return (
    <MatrixKeys
      label={t('region')}
      className="border-line rounded-card bg-panel relative overflow-auto border md:max-h-[max(360px,calc(100dvh-230px))]"
    >
      <table className="matrix w-max min-w-full border-separate border-spacing-0">
        <caption className="sr-only">{t('caption')}</caption>
        <thead>
          <tr>
            <th scope="col" rowSpan={2} className="matrix-name text-start">
              {t('table')}
            </th>
            {roles.map((role) => (
              <th key={role} scope="colgroup" colSpan={commands.length} className="matrix-role">
                <span className="mx-auto block max-w-44 truncate" title={role}>
                  {role}
                </span>
              </th>
            ))}
          </tr>
          <tr>
            {roles.flatMap((role) =>
              commands.map((command, at) => (
                <th key={`${role} ${command}`} scope="col" className={at === 0 ? 'matrix-first' : undefined}>
                  <abbr title={command} className="no-underline">
                    {t(`short.${command}`)}
                  </abbr>
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row" className="matrix-name text-start font-normal">
                <a
                  href={tablePath(row.id, 'access')}
                  className="flex items-baseline gap-2 hover:underline"
                  title={row.id}
                >
                  <code className="block max-w-[46vw] truncate md:max-w-72">{row.id}</code>
                  {row.kind !== 'table' && (
                    <span className="text-muted text-meta whitespace-nowrap">{t(`kind.${row.kind}`)}</span>
                  )}
                </a>
              </th>
              {roles.flatMap((role, roleAt) =>
                commands.map((command, at) => (
                  <MatrixCell
                    key={`${role} ${command}`}
                    verdict={row.cells[roleAt]?.[at] ?? 'unknown'}
                    cell={{ relation: row.id, role, command }}
                    first={at === 0}
                    state={state}
                  />
                )),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </MatrixKeys>
  )
}

interface CellProps {
  verdict: AccessVerdict
  cell: { relation: string; role: string; command: Command }
  first: boolean
  state: State
}

function MatrixCell({ verdict, cell, first, state }: CellProps) {
  const t = useTranslations('status.access')
  const { glyph, tone } = markOf('access', verdict)
  const peek = peekOf(cell)
  return (
    <td className={`${tinted.has(verdict) ? tintOf(tone) : ''} ${first ? 'matrix-first' : ''}`}>
      <a
        href={search.href(state, { peek })}
        data-cell
        aria-current={state.peek === peek ? 'true' : undefined}
        className={verdict === 'no-grant' ? 'text-muted' : toneText[tone]}
        title={`${cell.role} · ${cell.command}: ${t(verdict)}`}
      >
        <span aria-hidden="true">{glyph}</span>
        <span className="sr-only">{t(verdict)}</span>
      </a>
    </td>
  )
}

const tintOf = (tone: Tone) => toneTint[tone]

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
