import type { RawNode } from '@/lib/sql/leaves'
import { compile } from '../expression/compile'
import { findRoutine, packed } from './find-routine'
import { and, or, type Formula } from '../logic/formula'
import type { Context } from '../problem'
import { selectRows } from '../query/query'
import { bound, rowsOfBody } from './routine'
import { signatureOf } from './signature'
import { noteReads } from './noted'
import { isNull } from '../logic/value'

/** What may keep a SELECT from calling the functions that it names. */
const narrowing = `fromClause whereClause groupClause havingClause limitCount limitOffset distinctClause
  valuesLists withClause larg`.split(/\s+/)

/** When a SELECT of function calls ends without an error that they raise. */
export function finished(statement: RawNode, context: Context): Formula {
  const select = statement['SelectStmt'] as RawNode | undefined
  const targets = (select?.['targetList'] ?? []) as RawNode[]
  if (!select || narrowing.some((each) => select[each])) {
    if (select && context.reads) noteReads(selectRows(select, context), context)
    return true
  }
  return and(
    ...targets.map((target) => {
      const call = ((target['ResTarget'] as RawNode)['val'] as RawNode)['FuncCall'] as RawNode | undefined
      return call ? completion(call, context) : true
    }),
  )
}

function completion(call: RawNode, context: Context): Formula {
  const path = ((call['funcname'] ?? []) as RawNode[]).map((each) =>
    String((each['String'] as RawNode)['sval']),
  )
  const args = ((call['args'] ?? []) as RawNode[]).map((node) => compile(node, context))
  const routine = findRoutine(context, path.length > 1 ? path[0]! : null, path.at(-1) ?? '', args)
  const signature = routine && signatureOf(routine, context)
  if (!routine || !signature) return true
  if (!context.problem.world.mayExecute(context.user, routine)) return false
  const given = bound(context, signature, packed(context, routine, args, call), [])
  const rows = given && routine.language === 'plpgsql' ? rowsOfBody(context, routine, signature, given) : null
  if (routine.language === 'sql' && given) rowsOfBody(context, routine, signature, given)
  if (!rows || !given || routine.returnsSet) return true
  return or(routine.strict ? or(...given.map(isNull)) : false, ...rows.map((row) => row.when))
}
