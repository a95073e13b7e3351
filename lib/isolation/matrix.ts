import { lineCommands, verdictOrder } from './lines'
import { isRoutine, partsOfId } from './names'
import type { Cause, Summary } from './stored/summary'
import type { Verdict } from './types'

/** One relation or function against the roles that are shown. */
export interface IsolationRow {
  readonly relation: string
  /** For each role and command in turn. */
  readonly cells: readonly IsolationCell[]
  readonly worst: Verdict
}

export interface IsolationCell {
  readonly verdict: Verdict
  /** Why it is unknown, or what opens it to a leak. */
  readonly cause: Cause | null
}

export type Counts = Readonly<Record<Verdict, number>>

export interface IsolationFilter {
  /** Part of the relation's name, any case. */
  readonly q: string
  readonly show: Verdict | null
  /** Roles to show; none: all. */
  readonly role: readonly string[]
  readonly kind: 'relation' | 'function' | null
  /** Id of a cause; one that this run does not have counts for none. */
  readonly why: string
  readonly order: 'worst' | 'name'
}

export interface IsolationMatrix {
  readonly roles: readonly string[]
  readonly rows: readonly IsolationRow[]
  /** The cause that is asked for. */
  readonly cause: Cause | null
}

/** The rows and columns that a filter leaves, in its order: by the worst of what is shown, or by name. */
export function selectIsolation(summary: Summary, filter: IsolationFilter): IsolationMatrix {
  const { q, show, kind, why, order } = filter
  const wanted = q.trim().toLowerCase()
  const chosen = summary.roles.filter((role) => filter.role.includes(role))
  const roles = chosen.length > 0 ? chosen : summary.roles
  const columns = roles.flatMap((role) =>
    lineCommands.map((_, at) => summary.roles.indexOf(role) * lineCommands.length + at),
  )
  const cause = summary.causes.find(({ id }) => id === why) ?? null
  const rows = summary.rows
    .filter(
      ({ relation }) =>
        (wanted === '' || relation.toLowerCase().includes(wanted)) &&
        (kind === null || (kind === 'function') === isRoutine(relation)),
    )
    .map(({ relation, cells: digits, causes, opened = [] }): IsolationRow => {
      const places = { unknown: [...causes], leaks: [...opened], isolated: [], unreachable: [] }
      const all = [...digits].map((digit): IsolationCell => {
        const verdict = verdictOrder[Number(digit)] ?? 'unknown'
        return { verdict, cause: summary.causes[places[verdict].shift() ?? -1] ?? null }
      })
      const cells = columns.flatMap((at) => all[at] ?? [])
      return { relation, cells, worst: worstOf(cells) }
    })
    .filter(
      ({ cells }) =>
        (show === null || cells.some(({ verdict }) => verdict === show)) &&
        (cause === null || cells.some((cell) => cell.cause === cause)),
    )
  if (order === 'worst') rows.sort((a, b) => verdictOrder.indexOf(a.worst) - verdictOrder.indexOf(b.worst))
  return { roles, rows, cause }
}

const worstOf = (cells: readonly IsolationCell[]): Verdict =>
  verdictOrder.find((wanted) => cells.some(({ verdict }) => verdict === wanted)) ?? 'unreachable'

/** How many cells have each verdict. */
export function countCells(cells: Iterable<IsolationCell>): Counts {
  const counts = { leaks: 0, unknown: 0, isolated: 0, unreachable: 0 }
  for (const { verdict } of cells) counts[verdict]++
  return counts
}

/** What a row stands under: its worst verdict, or its schema where rows are in the order of names. */
export const groupOf = ({ relation, worst }: IsolationRow, order: IsolationFilter['order']): string =>
  order === 'worst' ? worst : partsOfId(relation).schema
