import type { RawNode } from '@/lib/sql/leaves'
import type { Context } from '../problem'
import type { Value } from '../logic/value'

/** A record of these fields. */
export const recordOf = (fields: ReadonlyMap<string, Value>, context: Context): Value => ({
  type: 'record',
  cases: [{ when: true, term: context.problem.free('record', null) }],
  fields,
})

const known = new WeakMap<object, readonly string[]>()

/** Names of the variables, and `record.field`, that statements of one function may assign; `datums` are that function's. */
export function assignedIn(node: object, datums: readonly RawNode[]): readonly string[] {
  let found = known.get(node)
  if (!found) known.set(node, (found = [...new Set(allIn(node, datums))]))
  return found
}

function allIn(node: unknown, datums: readonly RawNode[]): string[] {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap((each) => allIn(each, datums))
  const body = node as RawNode
  const found: string[] = []
  const foreach = body['PLpgSQL_stmt_foreach_a'] as RawNode | undefined
  if (foreach) found.push(nameOf(datums[Number(foreach['varno'] ?? 0)], datums))
  const open = body['PLpgSQL_stmt_open'] as RawNode | undefined
  if (open) found.push(nameOf(datums[Number(open['curvar'] ?? 0)]))
  const assignment = body['PLpgSQL_stmt_assign'] as RawNode | undefined
  if (assignment) {
    const text = String(((assignment['expr'] as RawNode)['PLpgSQL_expr'] as RawNode)['query'])
    found.push((/^\s*([\w"]+)/.exec(text)?.[1] ?? '').replaceAll('"', '').toLowerCase())
  }
  for (const key of ['target', 'var'] as const) {
    const holder = (body[key] ?? {}) as RawNode
    for (const kind of ['PLpgSQL_row', 'PLpgSQL_rec', 'PLpgSQL_var']) {
      const each = holder[kind] as RawNode | undefined
      if (!each) continue
      found.push(
        ...((each['fields'] ?? []) as RawNode[]).map((field) => String(field['name'])),
        ...(kind === 'PLpgSQL_row' ? [] : [String(each['refname'] ?? '')]),
      )
    }
    if (typeof body[key] === 'number') {
      found.push(nameOf(datums[body[key]], datums))
    }
  }
  return [...found, ...Object.values(body).flatMap((each) => allIn(each, datums))]
}

/** The variable's name; of a field that of its record. */
export function nameOf(datum: RawNode | undefined, datums: readonly RawNode[] = []): string {
  const field = datum?.['PLpgSQL_recfield'] as RawNode | undefined
  if (field) return nameOf(datums[Number(field['recparentno'] ?? 0)])
  const holder = (datum?.['PLpgSQL_var'] ?? datum?.['PLpgSQL_rec'] ?? {}) as RawNode
  return String(holder['refname'] ?? '')
}
