import { lineCommands, verdictOrder, type LineCommand } from '@/lib/isolation/lines'
import { choice, defineSearch, list, oneOf, pageNumber, text } from '@/lib/url/search'
import type { Cell } from '../coverage/cell'

/** URL state of the matrix. `peek` names one cell: `SELECT role relation`; `why` a cause of unknown cells. */
export const search = defineSearch('/isolation', {
  q: text,
  show: oneOf(...verdictOrder),
  role: list(),
  kind: oneOf('relation', 'function'),
  why: text,
  order: choice('worst', 'name'),
  page: pageNumber,
  peek: text,
})

export type State = ReturnType<typeof search.parse>

/** The cell that `peek` names; `null` for anything else. */
export function cellOf(peek: string): (Cell & { command: LineCommand }) | null {
  const [, command, role, relation] = /^(\S+) (\S+) (.+)$/s.exec(peek) ?? []
  const known = lineCommands.find((each) => each === command)
  if (!known || !role || !relation) return null
  try {
    return { command: known, role: decodeURIComponent(role), relation }
  } catch {
    return null
  }
}
