import type { RawNode } from '@/lib/sql/leaves'
import { compile } from './compile'
import { and } from '../logic/formula'
import { notDistinct } from './operate'
import type { Context, Read } from '../problem'
import { framesOf, inFrame } from '../query/query'

/** What a window function sees beside the row itself: other rows of the same partition, whatever a query around keeps. */
export function peersOf(
  select: RawNode,
  targets: readonly RawNode[],
  here: Context,
  context: Context,
): readonly Read[] {
  const keys = sharedKeys(select, targets)
  return framesOf(select, context).flatMap((frame) => {
    const there = inFrame(frame, context, [])
    const same = keys.map((key) => notDistinct(context, compile(key, here), compile(key, there)))
    return frame.reads.map((read) => ({ row: read.row, when: and(read.when, frame.when, ...same) }))
  })
}

/** What LIMIT, OFFSET and DISTINCT ON choose among: which of the rows is returned hangs on the others. */
export function rivalsOf(select: RawNode, here: Context, context: Context): readonly Read[] {
  const on = ((select['distinctClause'] ?? []) as RawNode[]).filter((each) => Object.keys(each).length > 0)
  // In a function, whose variables have names, it would be worked out for each statement; there it is left out.
  if (
    context.reads === null ||
    context.names.size > 0 ||
    (on.length === 0 && !select['limitCount'] && !select['limitOffset'])
  )
    return []
  const keys = select['limitCount'] || select['limitOffset'] ? [] : on
  return framesOf(select, context).flatMap((frame) => {
    const there = inFrame(frame, context, [])
    const same = keys.map((key) => notDistinct(context, compile(key, here), compile(key, there)))
    return frame.reads.map((read) => ({ row: read.row, when: and(read.when, frame.when, ...same) }))
  })
}

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
