import { names, type RawNode } from '@/lib/sql/leaves'
import { aggregates } from './builtin'
import { compile } from './compile'
import { aside } from '../moment'
import { noteReads } from '../routine/noted'
import { and, named, not, or, type Formula } from '../logic/formula'
import { quantified } from './operator'
import { boolean } from './operate'
import { operatorName } from './own-operator'
import type { Context, Problem } from '../problem'
import { selectRows, type Result } from '../query/query'
import { choose, nullOf, writtenOut, type Element, type Value } from '../logic/value'

/** EXISTS, IN, scalar and array sub-queries. */
export function subLink(body: RawNode, context: Context): Value {
  const select = ((body['subselect'] ?? {}) as RawNode)['SelectStmt'] as RawNode
  const rows = selectRows(select, context)
  noteReads(rows, context)
  const results = flagged(rows, context)
  switch (body['subLinkType']) {
    case 'EXISTS_SUBLINK':
      return boolean(or(...results.map((each) => each.when)))
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK': {
      const left = compile(body['testexpr'] as RawNode, context)
      const op = operatorName(names(body['operName'])) || '='
      const every = body['subLinkType'] === 'ALL_SUBLINK'
      return quantified(context, every, op, left, setOf(results, context))
    }
    case 'ARRAY_SUBLINK':
      return setOf(
        results,
        context,
        afresh(results, context, (aside) => flagged(selectRows(select, aside), aside)),
      )
    default:
      return scalar(results, context.problem)
  }
}

/**
 * A row that may be any counts as there or not by a flag of its own: when it is, the row is as the query wants it; when
 * it is not, nothing is said. So the flag may stand under a NOT.
 */
export function flagged(results: readonly Result[], context: Context): readonly Result[] {
  const { problem } = context
  return results.map((each) => {
    if (!each.symbolic || each.when === false) return each
    const there = problem.flag('found')
    problem.constraints.push(or(not(there), each.when))
    return { ...each, when: there }
  })
}

/** Rows as a list; `again` makes those that another look at it meets. */
export function setOf(
  results: readonly Result[],
  context: Context,
  again: (() => readonly Result[]) | null = null,
): Value {
  const made = (rows: readonly Result[]): Element[] =>
    rows.map((each) => ({
      when: each.when,
      value: each.columns.length > 1 ? rowOf(each, context) : each.columns[0]!.value,
    }))
  const elements = made(results)
  const [first] = elements
  return {
    type: first?.value.type ? `${first.value.type}[]` : null,
    cases: [{ when: true, term: context.problem.free('set', null) }],
    elements,
    again: again ? looks(context.problem, elements, () => made(again())) : undefined,
  }
}

/** What each look at a list meets: the first what is there already, any other another, who looks for the same the same. */
function looks(problem: Problem, first: readonly Element[], work: () => readonly Element[]) {
  const list = problem.name('list')
  let taken: string | null | undefined
  return (by: string | null) => {
    if (taken === undefined) {
      taken = by
      return first
    }
    if (by === null) return work()
    return by === taken ? first : problem.once(`${list} ${by}`, work)
  }
}

/** Works rows out again, as they would have been at first, where one of them may be any: that it is one is said once. */
export function afresh<R extends Pick<Result, 'symbolic'>>(
  rows: readonly Pick<Result, 'symbolic'>[],
  context: Context,
  work: (context: Context) => readonly R[],
): (() => readonly R[]) | null {
  if (!rows.some(({ symbolic }) => symbolic)) return null
  const { problem } = context
  const [writing, same] = [problem.writing, problem.isAlike]
  const apart: Context = { ...aside(context), reads: context.reads && [] }
  return () => {
    const now = problem.writing
    problem.writing = writing
    try {
      return problem.alike(same, () => work(apart))
    } finally {
      problem.writing = now
    }
  }
}

const rowOf = (result: Result, context: Context): Value => ({
  type: writtenOut,
  cases: [{ when: true, term: context.problem.free('row', null) }],
  fields: new Map(result.columns.map((column, at) => [`f${at + 1}`, column.value])),
})

/**
 * Which of several that are there for sure is taken: any, but never two at once. A value that might be both of two would
 * differ from each under a NOT.
 */
export function oneAtATime(whens: readonly Formula[], problem: Problem): readonly Formula[] {
  const last = whens.lastIndexOf(true)
  if (whens.indexOf(true) === last) return whens
  let rest: Formula = true
  return whens.map((when, at) => {
    if (when !== true) return when
    const taken = at === last ? true : problem.flag('taken')
    const mine = and(rest, taken)
    rest = named(and(rest, not(taken)))
    return mine
  })
}

/** The value of the one row, or NULL when there is none. */
export function scalar(results: readonly Result[], problem: Problem): Value {
  const none: Formula = and(...results.map((each) => not(each.when)))
  const apart = oneAtATime(
    results.map(({ when }) => when),
    problem,
  )
  return choose([
    ...results.flatMap((each, at) =>
      each.columns[0] ? [{ when: apart[at]!, value: each.columns[0].value }] : [],
    ),
    { when: none, value: nullOf(results[0]?.columns[0]?.value.type ?? null) },
  ])
}

/** Is there an aggregate or window function in what a query returns, at this level of it? */
export function aggregateIn(select: RawNode, kind: 'aggregate' | 'window', context: Context): boolean {
  const { aggregates } = context.problem.world
  const key = `${kind} ${context.path.join()}`
  let known = aggregates.get(key)
  if (!known) aggregates.set(key, (known = new WeakMap()))
  let found = known.get(select)
  if (found === undefined) {
    found = isAggregateIn([select['targetList'], select['havingClause']], kind, context)
    known.set(select, found)
  }
  return found
}

function isAggregateIn(node: unknown, kind: 'aggregate' | 'window', context: Context): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some((each) => isAggregateIn(each, kind, context))
  const body = node as RawNode
  if ('SubLink' in body) {
    return isAggregateIn((body['SubLink'] as RawNode)['testexpr'], kind, context)
  }
  const call = body['FuncCall'] as RawNode | undefined
  if (call) {
    const path = names(call['funcname'])
    const isWindow = call['over'] !== undefined
    if (kind === 'window' && isWindow) return true
    if (kind === 'aggregate' && !isWindow && isAggregate(path, call, context)) return true
    return isAggregateIn(call['args'], kind, context)
  }
  return Object.values(body).some((each) => isAggregateIn(each, kind, context))
}

function isAggregate(path: readonly string[], call: RawNode, context: Context): boolean {
  const name = path.at(-1) ?? ''
  if (
    call['agg_star'] ||
    call['agg_filter'] ||
    call['agg_distinct'] ||
    call['agg_order'] ||
    call['agg_within_group']
  )
    return true
  if (path.length === 1 || path[0] === 'pg_catalog') {
    if (aggregates.has(name)) return true
  }
  const schema = path.length > 1 ? path[0]! : null
  return context.problem.world
    .routinesNamed(schema, name, context.path)
    .some((routine) => routine.kind === 'aggregate')
}
