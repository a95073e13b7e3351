import { commands, type Command } from '@/lib/catalog/types'
import { worstFirst } from '@/lib/coverage/matrix'
import { choice, defineSearch, list, oneOf, pageNumber, text } from '@/lib/url/search'
import type { Cell } from './cell'

/** URL state of the matrix. `peek` names one cell: `SELECT role relation`. */
export const search = defineSearch('/coverage', {
  q: text,
  schema: list(),
  role: list(),
  show: oneOf(...worstFirst),
  order: choice('open', 'name'),
  page: pageNumber,
  peek: text,
})

export type State = ReturnType<typeof search.parse>

/** The cell that `peek` names; `null` for anything else. */
export function cellOf(peek: string): (Cell & { command: Command }) | null {
  const [, command, role, relation] = /^(\S+) (\S+) (.+)$/s.exec(peek) ?? []
  const known = commands.find((each) => each === command)
  if (!known || !role || !relation) return null
  try {
    return { command: known, role: decodeURIComponent(role), relation }
  } catch {
    return null
  }
}
