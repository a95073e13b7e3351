import { effectiveRoles, type AccessVerdict, type EffectiveRole } from '@/lib/catalog/access'
import type { Relation } from '@/lib/catalog/types-relation'
import type { RelationId, Snapshot } from '@/lib/catalog/types'
import type { Facts } from '@/lib/rules/facts'
import { verdictsOf } from './verdicts'

/** From what someone must act on to what is nothing: the order of "open first". */
export const worstFirst: readonly AccessVerdict[] = [
  'open',
  'open-by-policy',
  'bypass',
  'unknown',
  'filtered',
  'denied',
  'no-grant',
]

/** One relation against the chosen roles: `cells[role][command]`, in the order of `roles` and of `commands`. */
export interface MatrixRow {
  readonly id: RelationId
  readonly schema: string
  readonly kind: Relation['kind']
  /** Planner's estimate; `null` when it does not know. */
  readonly rows: number | null
  readonly cells: readonly (readonly AccessVerdict[])[]
  /** The worst of all cells. */
  readonly worst: AccessVerdict
}

export interface Matrix {
  readonly roles: readonly string[]
  readonly rows: readonly MatrixRow[]
}

const most = 6
const known = new WeakMap<Snapshot, Map<string, Matrix>>()

/**
 * The roles shown when nobody chose: those applications use, then owners that somebody can become. Superusers pass
 * everything and say nothing, so they come only where there is nobody else.
 */
export function defaultRoles(snapshot: Snapshot, facts: Facts): readonly string[] {
  const effective = effectiveRoles(snapshot)
  const names = new Set(effective.map((role) => role.name))
  const applications = facts.applicationRoles.filter((name) => names.has(name))
  const owners = new Set(facts.roots.map((table) => table.owner))
  const owning = effective.filter((role) => owners.has(role.name) && !role.superuser).map((role) => role.name)
  const chosen = [...new Set([...applications, ...owning])]
  const rest = effective.toSorted((a, b) => rank(a) - rank(b)).map((role) => role.name)
  return (chosen.length > 0 ? chosen : rest).slice(0, most)
}

const rank = (role: EffectiveRole) => (role.superuser ? 2 : 0) + (role.reachable ? 0 : 1)

/** Every governed table (without partitions), view and foreign table against these roles; made once for a snapshot. */
export function matrixOf(snapshot: Snapshot, facts: Facts, roles: readonly string[]): Matrix {
  const matrices = known.get(snapshot) ?? new Map<string, Matrix>()
  known.set(snapshot, matrices)
  const key = JSON.stringify(roles)
  let found = matrices.get(key)
  if (!found) matrices.set(key, (found = build(snapshot, facts, roles)))
  return found
}

function build(snapshot: Snapshot, facts: Facts, roles: readonly string[]): Matrix {
  const rows = [...facts.roots, ...facts.views].map((relation): MatrixRow => {
    const cells = roles.map((role) => verdictsOf(snapshot, relation, role))
    const { id, schema, kind, rows } = relation
    return { id, schema, kind, rows, cells, worst: worstOf(cells.flat()) }
  })
  return { roles, rows: rows.sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

/** The verdict that matters most of several; `no-grant` of none. */
export const worstOf = (verdicts: readonly AccessVerdict[]): AccessVerdict =>
  worstFirst.find((verdict) => verdicts.includes(verdict)) ?? 'no-grant'

export interface MatrixFilter {
  /** Part of the relation's name, any case. */
  readonly q: string
  readonly schema: readonly string[]
  /** Relations with at least one such cell. */
  readonly show: AccessVerdict | null
  readonly order: 'open' | 'name'
}

/** The rows a filter leaves, in its order. */
export function selectRows(matrix: Matrix, { q, schema, show, order }: MatrixFilter): readonly MatrixRow[] {
  const wanted = q.trim().toLowerCase()
  const rows = matrix.rows.filter(
    (row) =>
      (wanted === '' || row.id.toLowerCase().includes(wanted)) &&
      (schema.length === 0 || schema.includes(row.schema)) &&
      (show === null || row.cells.some((cells) => cells.includes(show))),
  )
  if (order === 'name') return rows
  return rows.toSorted((a, b) => worstFirst.indexOf(a.worst) - worstFirst.indexOf(b.worst))
}

/** how many cells reach every row without a decision: open, or open by policy. */
export const openCells = (rows: readonly MatrixRow[]): number =>
  rows.reduce(
    (sum, row) => sum + row.cells.flat().filter((v) => v === 'open' || v === 'open-by-policy').length,
    0,
  )
