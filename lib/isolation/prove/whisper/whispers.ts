import type { Relation } from '@/lib/catalog/types-relation'
import type { Question, Setup } from '../../types'
import type { Change } from '../change/statement'
import { firing } from '../change/triggers'
import { isRun } from '../change/rules'
import { foreignReads } from '../foreign'
import { decide } from '../logic/decide'
import { and, not } from '../logic/formula'
import type { Context } from '../problem'
import { anyRowOf, expressionOf } from '../query/rows'
import { askedBy, policiesFor } from '../row-security'
import { namesReader } from './asks-others'
import { heldBy, keys, references } from './keys'
import { mayFail, routineFails } from './may-fail'
import { ofView } from './view'
import { silent, unsure, type Reason, type Whisper } from './whisper'
import { tableWays } from '../ways'

/**
 * Can existence of a row of another tenant get out, or a value of it by an error? Through a unique key or a reference that does not
 * carry the tenant, a condition that hangs on others' rows or fails for some, or one that a view without security_barrier lets
 * run before its own. Timing, plans and statistics are out of scope; functions that raise errors of their own are not followed.
 */
export function whispers(question: Question, relation: Relation, setup: Setup, context: Context): Whisper {
  const { command } = question
  const { problem } = context
  if (command === 'TRUNCATE' || command === 'EXECUTE') return silent
  if (relation.kind === 'view')
    return command === 'SELECT' ? ofView(relation, problem) : unsure('view', problem)
  if (command === 'SELECT') {
    if (namesRoles(relation)) return unsure('fails', problem)
    const why =
      conditionsTell(relation, command, context) ?? (isShownToFunctions(context) ? 'leakproof' : null)
    return why ? unsure(why, problem) : silent
  }
  const possible = tableWays(relation, command, context).some((way) => decide(problem, [way.when]) !== null)
  return possible ? ofChange(relation, command, setup, context) : silent
}

/** What a statement that changes rows tells: by what refuses it, or by what it is given instead. */
function ofChange(relation: Relation, command: Change, setup: Setup, context: Context): Whisper {
  const { problem } = context
  const { world } = problem
  const columnOf = new Map(setup.tenants.map((each) => [each.relation, each.column]))
  const tenantOf = ({ id }: Relation) => columnOf.get(id) ?? null
  const given = command === 'DELETE' ? null : world.mayColumns(context.as, relation, command)
  // Rows go to partitions, and a statement meets those of heirs: what holds there holds for it.
  const below = world.below(relation)
  const met = [relation, ...below.filter((each) => each.partitionBound !== null || command !== 'INSERT')]
  const reached = new Set<Relation>()
  const doors = met.flatMap((each, at) => [
    ...(given ? keys(each, tenantOf(each) ?? tenantOf(relation), given, command) : []),
    ...(given && at === 0 ? references(each, tenantOf(each), given, problem) : []),
    ...(command === 'INSERT' ? [] : heldBy(each, given, tenantOf, problem, reached)),
  ])
  if (doors.length > 0) return { outcome: 'model', doors }
  const beside =
    met.some(
      (each) =>
        firing(each, eventOf[command]).length > 0 || (command !== 'DELETE' && namesReader(each, world)),
    ) ||
    [...reached].some((each) =>
      ['update' as const, 'delete' as const].some((event) => firing(each, event).length > 0),
    ) ||
    relation.rules.some((rule) => rule.event === command && isRun(rule))
  const why =
    conditionsTell(relation, command, context) ??
    (command === 'INSERT' ? null : conditionsTell(relation, 'SELECT', context)) ??
    (beside ? 'beside' : null)
  return why ? unsure(why, problem) : silent
}

const eventOf = { INSERT: 'insert', UPDATE: 'update', DELETE: 'delete' } as const

/** A condition that asks about a role by a name in the row fails, with that name, where no such role is. */
const namesRoles = (relation: Relation) =>
  relation.policies.some(({ using }) => /\b(pg_has_role|has_\w+_privilege)\(/.test(using ?? ''))

/**
 * May policies let a row of the session's own pass, or not, by what rows of another tenant they find? May they fail for one row and
 * not for another, which an INSERT alone does not ask them of others' rows?
 */
function conditionsTell(relation: Relation, command: Change | 'SELECT', context: Context): Reason | null {
  const { problem } = context
  const { world } = problem
  if (world.bypasses(context.as, relation)) return null
  const policies = policiesFor(relation, command, world.power(context.as))
  const using = policies.flatMap((each) => (each.using === null ? [] : [expressionOf(each.using)]))
  if (command !== 'INSERT' && using.some((node) => node === null || mayFail(node, world))) return 'fails'
  const row = anyRowOf(problem, relation, 'old')
  const reads = askedBy(relation, row, command, context)
  const own = not(problem.judge.foreign(row, true, problem))
  if (reads.length === 0) return null
  return decide(problem, [and(row.exists, own, foreignReads(reads, problem))]) === null ? null : 'hangs'
}

/** A LEAKPROOF function that the session may call is asked of rows before row security has left them out. */
const isShownToFunctions = ({ as, problem: { world } }: Context): boolean =>
  world.snapshot.routines.some(
    (each) =>
      each.leakproof &&
      each.extension === null &&
      world.mayExecute(as, each) &&
      routineFails(each, { world, inside: new Set() }),
  )
