import type { RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { recordOf } from '../expression/assigned'
import { isAtOnce, isSilent, later } from '../expression/later'
import type { Context } from '../problem'
import { expressionOf } from '../query/rows'
import type { Value } from '../logic/value'
import { assignmentOf, type Path } from './variables'

/**
 * Does a statement of PL/pgSQL leave nothing behind but values in variables: no row read or changed that somebody listens
 * for, no error raised, nothing returned? Then it is run when one of these values is asked for, and most never are.
 */
export function isQuiet(statement: RawNode, context: Context): boolean {
  const { problem, path, reads, effects } = context
  if (isAtOnce(problem)) return false
  const { quiet } = problem.world
  const key = `${path.join()} ${reads === null} ${effects === null}`
  let known = quiet.get(key)
  if (!known) quiet.set(key, (known = new WeakMap()))
  let found = known.get(statement)
  if (found === undefined) known.set(statement, (found = assignsOnly(statement, context, false)))
  return found
}

/** Does it go through rows or turns? After it whatever it assigns may be anything, so that it need not be run at all. */
export const isLoop = (statement: RawNode): boolean => loops.has(Object.keys(statement)[0] ?? '')

const loops = new Set([
  'PLpgSQL_stmt_fors',
  'PLpgSQL_stmt_fori',
  'PLpgSQL_stmt_while',
  'PLpgSQL_stmt_loop',
  'PLpgSQL_stmt_foreach_a',
])

function assignsOnly(statement: RawNode, context: Context, turning: boolean): boolean {
  const [what = ''] = Object.keys(statement)
  const body = statement[what] as RawNode
  const all = (list: unknown, inLoop = turning) =>
    ((list ?? []) as RawNode[]).every((each) => assignsOnly(each, context, inLoop))
  const silent = (holder: unknown) => {
    if (!holder) return true
    const node = expressionOf(textIn(holder as RawNode))
    return node !== null && isSilent(node, context)
  }
  switch (what) {
    case 'PLpgSQL_stmt_assign': {
      const read = assignmentOf(textIn(body['expr'] as RawNode))
      return read !== null && isSilent(read.node, context)
    }
    case 'PLpgSQL_stmt_if':
      return (
        silent(body['cond']) &&
        all(body['then_body']) &&
        all(body['else_body']) &&
        ((body['elsif_list'] ?? []) as RawNode[]).every((each) => {
          const arm = each['PLpgSQL_if_elsif'] as RawNode
          return silent(arm['cond']) && all(arm['stmts'])
        })
      )
    case 'PLpgSQL_stmt_case':
      return (
        silent(body['t_expr']) &&
        all(body['else_stmts']) &&
        ((body['case_when_list'] ?? []) as RawNode[]).every((each) => {
          const arm = each['PLpgSQL_case_when'] as RawNode
          return silent(arm['expr']) && all(arm['stmts'])
        })
      )
    case 'PLpgSQL_stmt_execsql':
      return !body['strict'] && readsOnly(textIn(body['sqlstmt'] as RawNode), context)
    case 'PLpgSQL_stmt_exit':
      return turning && body['label'] === undefined && silent(body['cond'])
    case 'PLpgSQL_stmt_fors':
      return readsOnly(textIn(body['query'] as RawNode), context) && all(body['body'], true)
    default:
      return (
        loops.has(what) &&
        ['cond', 'lower', 'upper', 'step', 'expr'].every((key) => silent(body[key])) &&
        all(body['body'], true)
      )
  }
}

const textIn = (holder: RawNode) => String(((holder['PLpgSQL_expr'] ?? {}) as RawNode)['query'] ?? '')

/** A query whose rows nobody listens for. */
function readsOnly(text: string, context: Context): boolean {
  const [statement, second] = parseStatements(text) ?? []
  return (
    context.reads === null &&
    !second &&
    !!statement &&
    'SelectStmt' in statement &&
    isSilent(statement, context)
  )
}

/** A path on which these names hold what `run` leaves in them, once somebody asks. */
export function leftLater(
  path: Path,
  names: readonly string[],
  context: Context,
  run: () => ReadonlyMap<string, Value>,
): Path {
  const { problem } = context
  const after = later(problem, () => recordOf(run(), context))
  const all = new Map(path.names)
  for (const name of names)
    all.set(
      name,
      later(problem, () => after.fields!.get(name)!, true),
    )
  return { ...path, names: all }
}
