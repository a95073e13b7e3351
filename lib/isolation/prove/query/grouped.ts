import { names, type RawNode } from '@/lib/sql/leaves'
import { aggregates } from '../expression/builtin'
import { anything, compile } from '../expression/compile'
import { and } from '../logic/formula'
import type { Context, Read } from '../problem'
import { aggregate, looksAt, type Looks } from './aggregate'
import { starred } from './open'
import { keySets, standing, type KeySet } from './grouping-sets'
import { anyRow, inFrame, nameOf, type Frame, type Result } from './query'
import { mayDoAnything, readsOf } from '../routine/noted'
import { othersOf } from '../expression/window'
import { variable } from '../logic/term'
import { choose, nullOf, ofTerm, truthOf, type Value } from '../logic/value'

/**
 * Rows of a query with aggregates. Without GROUP BY there is exactly one, whether or not there is anything to count;
 * with it there is one for each row that stands for its group, whose keys all rows of the group share.
 */
export function grouped(
  select: RawNode,
  targets: readonly RawNode[],
  frames: readonly Frame[],
  context: Context,
): readonly Result[] {
  const having = select['havingClause'] as RawNode | undefined
  if (select['groupClause']) {
    const all = frames.flatMap((frame) => readsOf(frame, frame.when))
    const sets = JSON.stringify(select['groupClause']).includes('"GroupingSet":')
    const spelledOut = sets ? keySets(select, targets, context) : null
    if (spelledOut) return spelledOut.flatMap((set) => ofKeySet(select, targets, frames, set, context))
    const groups = frames.map((frame) => {
      const reads: Read[] = []
      const at = inFrame(frame, context, reads)
      // Of a row that `*` may show all of, the key is what it is grouped by.
      const columns = targets.flatMap((target) => {
        const node = target['val'] as RawNode
        return starred(node, at)?.columns ?? [{ name: nameOf(target), value: ofGroup(node, at) }]
      })
      return {
        when: frame.when,
        symbolic: frame.symbolic || having !== undefined,
        reads: [...frame.reads, ...reads, ...othersOf(select, targets, at, context)],
        columns,
      }
    })
    if (!sets) return groups
    // With grouping sets there are groups of more rows, the rows of all tables or none, whose keys are NULL.
    const any = anyRow(context, targets.length)
    const columns = any.columns.map((column, at) => ({
      name: nameOf(targets[at]!),
      value: anything(context, 'grouping set', null),
    }))
    return [...groups, { ...any, columns, reads: all }]
  }
  return [oneGroup(select, targets, frames, context, null)]
}

/** All rows as one group, the keys of other grouping sets NULL. */
function oneGroup(
  select: RawNode,
  targets: readonly RawNode[],
  frames: readonly Frame[],
  context: Context,
  set: KeySet | null,
): Result {
  const having = select['havingClause'] as RawNode | undefined
  const inner: Context = { ...context, names: new Map(context.names) }
  const counted: Read[] = []
  const rows = looksAt(select, frames, context)
  const value = (node: RawNode) => {
    const own = set ? withoutAbsent(node, set, targets, inner) : node
    return compile(replaced(own, rows, inner, counted), inner)
  }
  return {
    when: having ? truthOf(value(having)).yes : true,
    symbolic: having !== undefined && frames.some((frame) => frame.symbolic),
    columns: targets.map((target) => ({ name: nameOf(target), value: value(target['val'] as RawNode) })),
    reads: counted,
  }
}

/** The groups of one grouping set: one for each row that stands for its group, or one of all rows. */
function ofKeySet(
  select: RawNode,
  targets: readonly RawNode[],
  frames: readonly Frame[],
  set: KeySet,
  context: Context,
): readonly Result[] {
  if (set.kept.length === 0) return [oneGroup(select, targets, frames, context, set)]
  const having = select['havingClause'] as RawNode | undefined
  return frames.map((frame) => {
    const reads: Read[] = []
    const seen = inFrame(frame, context, reads)
    const at: Context = { ...seen, names: new Map(seen.names) }
    const value = (node: RawNode) => ofGroup(withoutAbsent(node, set, targets, at), at)
    return {
      when: having ? and(frame.when, truthOf(value(having)).yes) : frame.when,
      symbolic: frame.symbolic || having !== undefined,
      columns: targets.map((target) => ({ name: nameOf(target), value: value(target['val'] as RawNode) })),
      reads: [...frame.reads, ...reads, ...othersOf(select, targets, at, context)],
    }
  })
}

/** The expression with each key of other grouping sets as NULL; what aggregates take in is not touched. */
function withoutAbsent(node: RawNode, set: KeySet, targets: readonly RawNode[], context: Context): RawNode {
  const put = (value: Value) => {
    const key = context.problem.name('absent key')
    ;(context.names as Map<string, Value>).set(key, value)
    return { ColumnRef: { fields: [{ String: { sval: key } }] } }
  }
  const visit = (each: unknown): unknown => {
    if (each === null || typeof each !== 'object') return each
    if (Array.isArray(each)) return each.map(visit)
    const body = each as RawNode
    if (isAggregateCall(body, context)) return body
    switch (standing(body, set, targets)) {
      case 'there':
        return body
      case 'null':
        return put(nullOf(null))
      case 'either':
        return put(
          choose([
            { when: context.problem.flag('absent key', true), value: nullOf(null) },
            { when: true, value: compile(body, context) },
          ]),
        )
      default:
        return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, visit(value)]))
    }
  }
  return visit(node) as RawNode
}

/** An expression of a grouped query: keys as they are, aggregates as values that may be anything. */
function ofGroup(node: RawNode, context: Context): Value {
  const made = new Map(context.names)
  const inner = { ...context, names: made }
  const tree = mapAggregates(node, context, (name, call) => {
    const key = context.problem.name('aggregate')
    made.set(
      key,
      // A group has a row to count, though not with a value nor one that a FILTER lets pass.
      name === 'count' && call['agg_star'] && !call['agg_filter']
        ? ofTerm(variable(context.problem.name('count'), 'bigint'))
        : choose([
            { when: context.problem.flag('aggregate null', true), value: nullOf(null) },
            { when: true, value: ofTerm(context.problem.free('aggregate', null)) },
          ]),
    )
    return key
  })
  return compile(tree, inner)
}

/** The expression with each aggregate over the frames computed and put under a name. */
function replaced(node: RawNode, rows: Looks, context: Context, counted: Read[]): RawNode {
  return mapAggregates(node, context, (name, call) => {
    const key = context.problem.name('aggregate')
    ;(context.names as Map<string, Value>).set(key, aggregate(name, call, rows, context, counted))
    return key
  })
}

function mapAggregates(
  node: RawNode,
  context: Context,
  replace: (name: string, call: RawNode) => string,
): RawNode {
  const visit = (each: unknown): unknown => {
    if (each === null || typeof each !== 'object') return each
    if (Array.isArray(each)) return each.map(visit)
    const body = each as RawNode
    if ('SubLink' in body) return body
    const call = body['FuncCall'] as RawNode | undefined
    const found = call && aggregateOf(call, context)
    if (found) {
      const { name, own } = found
      // Its functions run, though nothing names them, and may read and change what they like.
      if (own) mayDoAnything(context)
      return { ColumnRef: { fields: [{ String: { sval: replace(own ? 'own' : name, call) } }] } }
    }
    return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, visit(value)]))
  }
  return visit(node) as RawNode
}

const isAggregateCall = (node: RawNode, context: Context) =>
  'FuncCall' in node && aggregateOf(node['FuncCall'] as RawNode, context) !== null

/** The aggregate that is called, and whether it is one of the database's own; null for any other call. */
function aggregateOf(call: RawNode, context: Context) {
  const path = names(call['funcname'])
  const name = path.at(-1) ?? ''
  const own = context.problem.world
    .routinesNamed(path.length > 1 ? path[0]! : null, name, context.path)
    .some((routine) => routine.kind === 'aggregate')
  const marked = ['agg_star', 'agg_within_group', 'agg_filter', 'agg_distinct', 'agg_order']
  const isAggregate = aggregates.has(name) || own || marked.some((mark) => call[mark])
  return !call['over'] && isAggregate ? { name, own } : null
}
