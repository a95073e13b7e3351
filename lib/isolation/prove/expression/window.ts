import type { RawNode } from '@/lib/sql/leaves'
import { compile } from './compile'
import { and } from '../logic/formula'
import { notDistinct } from './operate'
import type { Context, Read } from '../problem'
import { aggregateIn } from './sub-link'
import { readsOf } from '../routine/noted'
import { framesOf, inFrame } from '../query/query'

/** The rows beside the row itself that a result hangs on, whatever a query around keeps. */
export const othersOf = (
  select: RawNode,
  targets: readonly RawNode[],
  here: Context,
  context: Context,
): readonly Read[] => [
  ...(aggregateIn(select, 'window', context) ? peersOf(select, targets, here, context) : []),
  ...rivalsOf(select, here, context),
]

/** What a window function sees beside the row itself: other rows of the same partition. */
function peersOf(
  select: RawNode,
  targets: readonly RawNode[],
  here: Context,
  context: Context,
): readonly Read[] {
  return alikeIn(sharedKeys(select, targets), select, here, context)
}

/**
 * What LIMIT, OFFSET and DISTINCT ON choose among: which of the rows is returned hangs on the others. In a function, where
 * its rows need not be followed a second time, a LIMIT counts as a read of all of them; see `choosesBeside`.
 */
function rivalsOf(select: RawNode, here: Context, context: Context): readonly Read[] {
  const on = ((select['distinctClause'] ?? []) as RawNode[]).filter((each) => Object.keys(each).length > 0)
  const limits = isLimited(select)
  if (context.reads === null || (on.length === 0 && !limits) || (limits && choosesBeside(context))) return []
  return alikeIn(limits ? [] : on, select, here, context)
}

/** What the rows of a query that have the same keys are made of. */
const alikeIn = (keys: readonly RawNode[], select: RawNode, here: Context, context: Context) =>
  framesOf(select, context).flatMap((frame) => {
    const there = inFrame(frame, context, [])
    const same = keys.map((key) => notDistinct(context, compile(key, here), compile(key, there)))
    return readsOf(frame, and(frame.when, ...same))
  })

/** The partition keys when there is one window only; with several nothing is taken to be shared. */
function sharedKeys(select: RawNode, targets: readonly RawNode[]): readonly RawNode[] {
  const windows: RawNode[] = []
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return
    if (Array.isArray(node)) return node.forEach(visit)
    const over = (node as RawNode)['over'] as RawNode | undefined
    if (over) windows.push(over)
    Object.values(node).forEach(visit)
  }
  visit(targets)
  const named = ((select['windowClause'] ?? []) as RawNode[]).map((each) => each['WindowDef'] as RawNode)
  const [only] = windows
  if (windows.length !== 1 || !only) return []
  const definition = only['name'] ? named.find((each) => each['name'] === only['name']) : only
  return ((definition?.['partitionClause'] ?? []) as RawNode[]).filter(
    (each) => (each['A_Const'] as RawNode | undefined) === undefined,
  )
}

/** Are rows that LIMIT chooses from noted beside its result? Where variables have names they would be followed for each statement. */
export const choosesBeside = ({ names }: Context): boolean => names.size > 0

export const isLimited = (select: RawNode): boolean => Boolean(select['limitCount'] ?? select['limitOffset'])
