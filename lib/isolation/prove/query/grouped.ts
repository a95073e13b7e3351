import { names, type RawNode } from '@/lib/sql/leaves'
import { aggregates } from '../expression/builtin'
import { anything, compile, condition } from '../expression/compile'
import { and, not, or, type Formula } from '../logic/formula'
import type { Context, Read } from '../problem'
import { starred } from './open'
import { keySets, standing, type KeySet } from './grouping-sets'
import { anyRow, inFrame, nameOf, type Frame, type Result } from './query'
import { mayDoAnything, readsOf } from '../routine/noted'
import { othersOf } from '../expression/window'
import { asksFurther } from '../expression/later'
import { oneAtATime, setOf } from '../expression/sub-link'
import { variable } from '../logic/term'
import { choose, isNull, nullOf, ofTerm, ofText, ofTruth, truthOf, type Value } from '../logic/value'

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
  const value = (node: RawNode) => {
    const own = set ? withoutAbsent(node, set, targets, inner) : node
    return compile(replaced(own, frames, inner, counted), inner)
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
function replaced(node: RawNode, frames: readonly Frame[], context: Context, counted: Read[]): RawNode {
  return mapAggregates(node, context, (name, call) => {
    const key = context.problem.name('aggregate')
    ;(context.names as Map<string, Value>).set(key, aggregate(name, call, frames, context, counted))
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

/** Aggregates of which something comes out where something that is not NULL goes in. */
const neverMissing = /^(?:sum|avg|string_agg|bit_(?:and|or|xor)|jsonb?_(?:object_)?agg|xmlagg|range_agg)$/

function aggregate(
  name: string,
  call: RawNode,
  frames: readonly Frame[],
  context: Context,
  reads: Read[],
): Value {
  const { problem } = context
  const [arg, ...more] = (call['args'] ?? []) as RawNode[]
  if ([more, call['agg_order']].some((part) => asksFurther(part, context))) mayDoAnything(context)
  const filter = call['agg_filter'] as RawNode | undefined
  const counted = frames.map((frame) => {
    const at = inFrame(frame, context, context.reads)
    let there: Formula = filter ? and(frame.when, condition(filter, at).yes) : frame.when
    reads.push(...readsOf(frame, there))
    const value = arg ? compile(arg, at) : null
    if (frame.symbolic && there !== false) {
      const flag = problem.flag('counted')
      problem.constraints.push(or(not(flag), there))
      there = flag
    }
    return { when: there, value }
  })
  const present = counted.map(({ when, value }) => (value ? and(when, not(isNull(value))) : when))
  const some = or(...present)
  if (name === 'count') {
    const certain = present.every((when) => typeof when === 'boolean') && !call['agg_distinct']
    if (certain) return ofText(String(present.filter(Boolean).length), 'bigint')
    return choose([
      { when: some, value: ofTerm(variable(problem.name('count'), 'bigint')) },
      { when: not(some), value: ofText('0', 'bigint') },
    ])
  }
  if (name === 'array_agg') {
    const rows = counted.map(({ when, value }) => ({
      when,
      symbolic: false,
      reads: [],
      columns: value ? [{ name: '', value }] : [],
    }))
    const set = setOf(rows, context)
    const any = or(...counted.map(({ when }) => when))
    return {
      ...set,
      cases: [
        { when: any, term: set.cases[0]!.term },
        { when: not(any), term: null },
      ],
    }
  }
  if (/^bool_or|^bool_and|^every/.test(name)) {
    const truths = counted.map(({ when, value }) => ({ when, truth: truthOf(value ?? nullOf('boolean')) }))
    const holds = (part: 'yes' | 'no') => or(...truths.map(({ when, truth }) => and(when, truth[part])))
    const [yes, no] = [holds('yes'), holds('no')]
    return ofTruth(name === 'bool_or' ? { yes, no: and(no, not(yes)) } : { yes: and(yes, not(no)), no })
  }
  const absent = { when: not(some), value: nullOf(null) }
  if (/^(min|max|any_value)$/.test(name)) {
    const apart = oneAtATime(present, problem)
    return choose([
      ...counted.map(({ value }, at) => ({ when: apart[at]!, value: value ?? nullOf(null) })),
      absent,
    ])
  }
  if (!neverMissing.test(name)) return anything(context, name)
  return choose([{ when: true, value: ofTerm(problem.free(name, null)) }, absent])
}
