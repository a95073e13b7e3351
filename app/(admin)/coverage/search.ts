import { commands, type Command } from '@/lib/catalog/types'
import { worstFirst } from '@/lib/coverage/matrix'
import { choice, defineSearch, list, oneOf, pageNumber, text } from '@/lib/url/search'

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

export interface Cell {
  readonly relation: string
  readonly role: string
  readonly command: Command
}

/** A cell as `peek` holds it: the role is encoded so that it has no space, the relation may have any. */
export const peekOf = ({ relation, role, command }: Cell): string =>
  `${command} ${encodeURIComponent(role)} ${relation}`

/** The cell that `peek` names; `null` for anything else. */
export function cellOf(peek: string): Cell | null {
  const [, command, role, relation] = /^(\S+) (\S+) (.+)$/s.exec(peek) ?? []
  const known = commands.find((each) => each === command)
  if (!known || !role || !relation) return null
  try {
    return { command: known, role: decodeURIComponent(role), relation }
  } catch {
    return null
  }
}
