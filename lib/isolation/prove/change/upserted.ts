import type { RawNode } from '@/lib/sql/leaves'
import type { Relation } from '@/lib/catalog/types-relation'
import { condition } from '../expression/compile'
import { and } from '../logic/formula'
import type { Context, Row } from '../problem'
import { letsThrough } from '../row-security'
import { anyRowOf } from '../query/rows'
import { assigned } from './statement'
import { written, type Way } from '../ways'

/** The row that was there already, as ON CONFLICT DO UPDATE changes it. */
export function upserted(target: Relation, body: RawNode, insert: Way, context: Context): readonly Way[] {
  const conflict = body['onConflictClause'] as RawNode
  const alias = ((body['relation'] as RawNode)['alias'] as RawNode | undefined)?.['aliasname']
  const old: Row = anyRowOf(context.problem, target, 'old', { moment: context.moment })
  const there = { columns: old.columns, relation: target }
  const aliases = new Map([
    [target.name, there],
    [String(alias ?? target.name), there],
    ['excluded', { columns: insert.new?.columns ?? old.columns, relation: target }],
  ])
  const at: Context = { ...context, scope: { aliases, outer: null } }
  const elements = (((conflict['infer'] as RawNode | undefined)?.['indexElems'] ?? []) as RawNode[])
    .map((each) => (each['IndexElem'] as RawNode)['name'])
    .filter((name) => name !== undefined)
  const same = elements.map((name) => {
    const field = { ColumnRef: { fields: [{ String: { sval: target.name } }, { String: { sval: name } }] } }
    const other = { ColumnRef: { fields: [{ String: { sval: 'excluded' } }, { String: { sval: name } }] } }
    return condition(
      { A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: '=' } }], lexpr: field, rexpr: other } },
      at,
    ).yes
  })
  const given = new Map(old.columns)
  for (const item of (conflict['targetList'] ?? []) as RawNode[]) {
    const set = item['ResTarget'] as RawNode
    given.set(String(set['name']), assigned(target, String(set['name']), set['val'] as RawNode, at))
  }
  for (const column of target.columns) if (column.generated) given.delete(column.name)
  const where = conflict['whereClause'] as RawNode | undefined
  return written(target, old, given, 'UPDATE', context).map((way) => ({
    ...way,
    when: and(
      ...same,
      where ? condition(where, at).yes : true,
      letsThrough(target, old, 'UPDATE', 'using', context),
      letsThrough(target, old, 'SELECT', 'using', context),
      way.when,
    ),
  }))
}
