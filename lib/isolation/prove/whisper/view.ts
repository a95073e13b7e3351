import type { Relation } from '@/lib/catalog/types-relation'
import { isInvoker } from '@/lib/catalog/view-access'
import type { RawNode } from '@/lib/sql/leaves'
import { decide } from '../logic/decide'
import { and } from '../logic/formula'
import type { Problem } from '../problem'
import { anyRowOf, plainContext } from '../query/rows'
import { selectOf } from '../query/scan'
import { letsThrough } from '../row-security'
import { mayFail } from './may-fail'
import { silent, unsure, type Whisper } from './whisper'

const on = /^(t|tr|tru|true|y|ye|yes|on|1)$/i

/**
 * A view that reads with its owner's rights and filters without being a barrier: what a query asks besides is asked of rows that
 * the view leaves out, and an error tells what they hold. So does one of the view's own conditions, barrier or not.
 */
export function ofView(view: Relation, problem: Problem): Whisper {
  const { world } = problem
  if (isInvoker(view)) return silent
  const select = selectOf(view)
  if (!select) return unsure('view', problem)
  const isBarrier = on.test(view.options['security_barrier'] ?? '')
  if (isBarrier && !mayFail(select, world)) return silent
  if (!view.reads.some((each) => problem.judge.isTenantTable(each.relation))) return unsure('view', problem)
  if (isProtectedBelow(view, problem)) return silent
  if (isBarrier) return unsure('fails', problem)
  const model: Whisper = { outcome: 'model', doors: [{ kind: 'view', name: view.id }] }
  if (select['whereClause']) return model
  if (!filters(select)) return silent
  return stops(select) ? unsure('view', problem) : model
}

/** Does row security below show the owner no row of another tenant, so that none is left for the view to leave out? */
function isProtectedBelow(view: Relation, problem: Problem): boolean {
  const context = { ...plainContext(problem, view.owner), user: problem.session.role }
  return view.reads.every((each) => {
    const base = problem.world.relations.get(each.relation)
    if (!base || base.kind === 'view' || base.kind === 'matview') return false
    if (!problem.judge.isTenantTable(base.id)) return true
    const row = anyRowOf(problem, base, 'old')
    const through = letsThrough(base, row, 'SELECT', 'using', context)
    return decide(problem, [and(row.exists, through, problem.judge.foreign(row, true, problem))]) === null
  })
}

const filtering = new Set(
  'whereClause havingClause quals usingClause larg limitCount distinctClause'.split(' '),
)

/** Does it leave rows out, wherever? */
const filters = (node: unknown): boolean => hasKey(node, filtering)

const stopping = new Set('limitCount limitOffset distinctClause groupClause havingClause over'.split(' '))

/** May it keep a condition of the query around it from its own rows? */
const stops = (node: unknown): boolean => hasKey(node, stopping)

function hasKey(node: unknown, of: ReadonlySet<string>): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some((each) => hasKey(each, of))
  return Object.entries(node as RawNode).some(([key, value]) => of.has(key) || hasKey(value, of))
}
