import { lineCommands, linesOf, verdictOrder } from './lines'
import type { Bare } from './stored'
import type { Setup, Verdict } from './types'

/** One relation or function against the roles: `cells[role][command]`, in the order of `roles` and `lineCommands`. */
export interface IsolationRow {
  readonly relation: string
  readonly cells: readonly (readonly Verdict[])[]
  readonly worst: Verdict
}

export interface IsolationMatrix {
  readonly roles: readonly string[]
  readonly rows: readonly IsolationRow[]
  /** What gets out by other channels than rows: leaks and doubts. */
  readonly others: readonly Bare[]
}

/** Row verdicts of a run as a matrix; what was not found anything about cannot be reached. */
export function isolationMatrix(setup: Setup, found: readonly Bare[]): IsolationMatrix {
  const lines = linesOf(found)
  const roles = [...new Set(setup.principals.map(({ role }) => role))]
  const at = new Map(
    lines
      .filter(({ channel }) => channel === 'row')
      .map((line) => [JSON.stringify([line.relation, line.role, line.command]), line.verdict]),
  )
  const relations = [...new Set([...setup.tenants, ...setup.tenantVia].map(({ relation }) => relation))]
  const rows = relations.sort().map((relation): IsolationRow => {
    const cells = roles.map((role) =>
      lineCommands.map((command) => at.get(JSON.stringify([relation, role, command])) ?? 'unreachable'),
    )
    return { relation, cells, worst: worstOf(cells.flat()) }
  })
  const others = lines.filter(
    ({ channel, verdict }) => channel !== 'row' && (verdict === 'leaks' || verdict === 'unknown'),
  )
  return { roles, rows, others }
}

export const worstOf = (verdicts: readonly Verdict[]): Verdict =>
  verdictOrder.find((verdict) => verdicts.includes(verdict)) ?? 'unreachable'

export interface IsolationFilter {
  /** Part of the relation's name, any case. */
  readonly q: string
  readonly show: Verdict | null
  readonly order: 'worst' | 'name'
}

/** The rows a filter leaves, in its order. */
export function selectIsolation(
  matrix: IsolationMatrix,
  { q, show, order }: IsolationFilter,
): readonly IsolationRow[] {
  const wanted = q.trim().toLowerCase()
  const rows = matrix.rows.filter(
    (row) =>
      (wanted === '' || row.relation.toLowerCase().includes(wanted)) &&
      (show === null || row.cells.some((cells) => cells.includes(show))),
  )
  if (order === 'name') return rows
  return rows.toSorted((a, b) => verdictOrder.indexOf(a.worst) - verdictOrder.indexOf(b.worst))
}
