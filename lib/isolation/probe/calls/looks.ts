import type { Relation } from '@/lib/catalog/types-relation'
import { ident, literal } from '@/lib/clone/spelling'
import { callable, callsOf, type Call } from './calls'
import { computedCalls } from './computed'
import type { Influence } from '../schema/influence'
import type { Raid } from '../observe/raid'

/** A question to a relation or a function whose answer may not hang on rows of others. */
export interface Look {
  readonly target: string
  readonly sql: string
  readonly asked: string
  readonly look?: readonly string[]
  /** It does nothing but read, and may be asked together with others. */
  readonly reads?: boolean
  /** Of a table it shows own rows: that they hang on others' tells of existence alone. */
  readonly ownRows?: boolean
}

export async function viewLooks(raid: Raid, views: readonly Relation[]): Promise<Look[]> {
  const out: Look[] = []
  for (const view of views) {
    const { select } = await raid.rights.of(raid.identity.role, view.id)
    if (select.length === 0) continue
    const list = select.map(ident).join(', ')
    out.push({
      target: view.id,
      sql: `select ${select.length === view.columns.length ? '*' : list} from ${view.id}`,
      asked: `select x::text as v from (select ${list} from ${view.id}) x`,
      reads: true,
    })
  }
  return out
}

/** Part of the calls of a function whose every command is proved. */
const proved = 4

/** Calls of what may be called; few of those of which `isOpen` says that nothing is left open. */
export async function functionLooks(
  raid: Raid,
  budget: number,
  total: number,
  isOpen: (routine: string) => boolean = () => true,
): Promise<Look[]> {
  const routines = await callable(raid)
  const each = Math.max(3, Math.min(budget, Math.floor(total / Math.max(1, routines.length))))
  const calls: Call[] = []
  for (const routine of routines)
    if (isOpen(routine.id) || !raid.scope.declaredRoutines.has(routine.id))
      calls.push(...callsOf(raid, routine, each), ...(await computedCalls(raid, routine)))
    else calls.push(...callsOf(raid, routine, Math.ceil(each / proved)))
  return calls.map(lookOf)
}

export const lookOf = ({ routine, sql, asked, look }: Call): Look => ({
  target: routine.id,
  sql,
  asked,
  look,
})

/** Tables whose policies ask other tables with tenants: which of one's own rows they show. */
export async function tableLooks(raid: Raid, influence: Influence): Promise<Look[]> {
  const { scope, identity } = raid
  const own = identity.principal.tenants.map(literal).join(', ')
  const asked = new Set<string>()
  for (const [id, { tenancy }] of scope.tables)
    if (tenancy !== null) for (const each of influence.dependents(id)) asked.add(each)
  const out: Look[] = []
  for (const [id, { relation, tenancy }] of scope.tables) {
    if (tenancy === null || !relation.rls || !asked.has(id) || own === '') continue
    const { select } = await raid.rights.of(identity.role, id)
    if (tenancy.kind !== 'column' || !select.includes(tenancy.column)) continue
    const list = select.map(ident).join(', ')
    const mine = `t.${ident(tenancy.column)}::text in (${own})`
    out.push({
      target: id,
      sql: `select ${list} from ${id}`,
      asked: `select x::text as v from (select ${list} from ${id} t where ${mine}) x`,
      reads: true,
      ownRows: true,
    })
  }
  return out
}
