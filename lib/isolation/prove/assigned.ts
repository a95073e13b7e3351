import type { RawNode } from '@/lib/sql/leaves'
import type { Context } from './problem'
import type { Value } from './value'

/** A record of these fields. */
export const recordOf = (fields: ReadonlyMap<string, Value>, context: Context): Value => ({
  type: 'record',
  cases: [{ when: true, term: context.problem.free('record', null) }],
  fields,
})

/** Names of the variables that statements may assign. */
export function assignedIn(node: unknown, datums: readonly RawNode[]): string[] {
  if (node === null || typeof node !== 'object') return []
  if (Array.isArray(node)) return node.flatMap((each) => assignedIn(each, datums))
  const body = node as RawNode
  const found: string[] = []
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
        String(each['refname'] ?? ''),
      )
    }
    if (typeof body[key] === 'number') {
      const datum = (datums[body[key]] ?? {}) as RawNode
      found.push(String(((datum['PLpgSQL_var'] ?? {}) as RawNode)['refname'] ?? ''))
    }
  }
  return [...found, ...Object.values(body).flatMap((each) => assignedIn(each, datums))]
}
