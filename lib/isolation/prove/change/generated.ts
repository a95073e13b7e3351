import type { Relation } from '@/lib/catalog/types-relation'
import { compileLater, later } from '../expression/later'
import { typed } from '../expression/operate'
import { isPure } from '../expression/pure'
import type { Context } from '../problem'
import type { Value } from '../logic/value'
import { expressionOf, plainContext } from '../query/rows'

/** The columns of a row that was written, with what its stored generated columns hold. */
export function withGenerated(
  relation: Relation,
  columns: ReadonlyMap<string, Value>,
  context: Context,
): ReadonlyMap<string, Value> {
  const { problem } = context
  const at: Context = {
    ...plainContext(problem, relation.owner),
    scope: { aliases: new Map([[relation.name, { columns, relation }]]), outer: null },
  }
  const made = relation.columns.flatMap(({ name, generated, default: text, baseType }) => {
    const node = generated === 'stored' && text && !columns.has(name) ? expressionOf(text) : null
    if (!node || !isPure(node, problem)) return []
    const value = compileLater(node, at)
    return [[name, later(problem, () => typed(at, value, baseType))] as const]
  })
  return made.length === 0 ? columns : new Map([...columns, ...made])
}
