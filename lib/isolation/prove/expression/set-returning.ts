import { names, type RawNode } from '@/lib/sql/leaves'
import { elementsOf, parseArray } from './array'
import { isScalar, otherRowMakers, rowMakers } from './builtin'
import { anything, compile } from './compile'
import { typed } from './operate'
import type { Context } from '../problem'
import { render } from './render'
import { unnamed } from '../query/open'
import { anyRow, type Result } from '../query/query'
import { findRoutine, packed } from '../routine/find-routine'
import { rowsOfRoutine } from '../routine/routine'
import { isGround } from '../logic/term'
import { isNull, ofText, type Value } from '../logic/value'
import { and, not } from '../logic/formula'

/** The rows that a function in FROM, or a set-returning one in a select list, gives. */
export function rowsOfCall(call: RawNode, context: Context): readonly Result[] {
  const path = names(call['funcname'])
  const name = path.at(-1) ?? ''
  const schema = path.length > 1 ? path[0]! : null
  const nodes = (call['args'] ?? []) as RawNode[]
  const args = nodes.map((node) => compile(node, context))
  if ((schema === null || schema === 'pg_catalog') && rowMakers.has(name)) return built(name, args, context)
  const named = nodes.map((node) => {
    const arg = node['NamedArgExpr'] as RawNode | undefined
    return arg ? String(arg['name']) : null
  })
  const routine = findRoutine(context, schema, name, args)
  if (!routine) {
    const value = compile({ FuncCall: call }, context)
    if (isScalar(name)) return [{ when: true, symbolic: false, reads: [], columns: [{ name: '', value }] }]
    return [
      populated(name, nodes[0], context) ?? { ...anyRow(context, 0), columns: unnamed(context), open: true },
    ]
  }
  return rowsOfRoutine(context, routine, packed(context, routine, args, call), named)
}

/** A row of the type that a document is poured into: any, with the columns of that type. */
function populated(name: string, into: RawNode | undefined, context: Context): Result | null {
  const cast = into?.['TypeCast'] as RawNode | undefined
  if (!cast || !/^jsonb?_populate_record(set)?$/.test(name)) return null
  const [table = '', schema = null] = names((cast['typeName'] as RawNode)['names']).toReversed()
  const relation = context.problem.world.relation(schema, table, context.path)
  if (!relation) return null
  return {
    ...anyRow(context, 0),
    columns: relation.columns.map((column) => ({
      name: column.name,
      value: anything(context, column.name, column.baseType),
    })),
  }
}

function built(name: string, args: readonly Value[], context: Context): readonly Result[] {
  const one = (value: Value, when: Result['when'] = true): Result => ({
    when,
    symbolic: false,
    reads: [],
    columns: [{ name: '', value }],
  })
  const [first] = args
  // Several lists go side by side, and one that has ended gives NULL; views say ROWS FROM that way, too.
  if (name === 'unnest' && args.length > 1) {
    const row = anyRow(context, args.length)
    return [{ ...row, columns: row.columns.map(({ value }) => ({ name, value })) }]
  }
  if (name === 'unnest' && first) {
    const elements = elementsOf(context, first)
    if (elements) return elements.map((each) => one(each.value, and(each.when, not(isNull(first)))))
  }
  const terms = args.map((arg) => (arg.cases.length === 1 ? arg.cases[0]!.term : undefined))
  if (terms.some((term) => term === null)) return []
  if (terms.every((term) => term && isGround(term)) && args.every((arg) => !arg.elements && !arg.token)) {
    const { problem } = context
    const list = terms.map((term) => render(term!)).join(', ')
    const answer = problem.ask(`array(select each::text from ${name}(${list}) each limit 500)`)
    if (answer && 'text' in answer) {
      const type = rowMakers.get(name) ?? null
      return (parseArray(answer.text ?? '{}') ?? []).map((text) =>
        one(type === null || type === 'text' ? ofText(text, type) : typed(context, ofText(text, null), type)),
      )
    }
    if (answer) return []
  }
  return [anyRow(context, 1)].map((row) => ({ ...row, columns: [{ ...row.columns[0]!, name: '' }] }))
}

/** The call inside casts, and the types it is cast to, innermost first. */
export function behindCasts(node: RawNode): {
  readonly call: RawNode | undefined
  readonly casts: readonly RawNode[]
} {
  const casts: RawNode[] = []
  let inner = node
  while (inner['TypeCast']) {
    const cast = inner['TypeCast'] as RawNode
    casts.unshift(cast['typeName'] as RawNode)
    inner = cast['arg'] as RawNode
  }
  return { call: inner['FuncCall'] as RawNode | undefined, casts }
}

/** Does a call give rows? */
export function isSetReturning(call: RawNode, context: Context): boolean {
  const path = names(call['funcname'])
  const name = path.at(-1) ?? ''
  const schema = path.length > 1 ? path[0]! : null
  if ((schema === null || schema === 'pg_catalog') && (rowMakers.has(name) || otherRowMakers.has(name)))
    return true
  return context.problem.world.routinesNamed(schema, name, context.path).some((each) => each.returnsSet)
}
