import type { Relation } from '@/lib/catalog/types-relation'
import type { Proof, Question, Setup } from '../types'
import { foreignReads } from './foreign'
import { and, not } from './logic/formula'
import { anyRowOf } from './query/rows'
import { askedBy } from './row-security'
import { decide } from './logic/decide'
import type { Context, Problem } from './problem'
import { selectOf } from './query/scan'
import { firing } from './change/triggers'
import type { Change } from './change/statement'
import { tableWays, type Door } from './ways'

export interface Whisper {
  readonly outcome: Proof['outcome']
  readonly doors: readonly Door[]
}

/**
 * Can existence of a row of another tenant get out by an error? Through a unique key or a reference that does not carry
 * the tenant, or a condition that a view without security_barrier lets run before its own. Timing, plans and statistics
 * are out of scope; functions that raise errors of their own are not followed.
 */
export function whispers(question: Question, relation: Relation, setup: Setup, context: Context): Whisper {
  const { problem } = context
  const tenant = setup.tenants.find((each) => each.relation === relation.id)?.column ?? null
  const silent: Whisper = { outcome: 'proved', doors: [] }
  switch (question.command) {
    case 'SELECT':
      if (relation.kind === 'view') return ofView(relation, problem)
      return namesRoles(relation) || hangsOnOthers(relation, context)
        ? { outcome: 'unknown', doors: [] }
        : silent
    case 'INSERT':
    case 'UPDATE': {
      if (relation.kind === 'view') return { outcome: 'unknown', doors: [] }
      const given = problem.world.mayColumns(context.as, relation, question.command)
      const possible = tableWays(relation, question.command, context).some(
        (way) => decide(problem, [way.when]) !== null,
      )
      if (!possible) return silent
      const doors = [
        ...keys(relation, tenant, given, question.command),
        ...references(relation, tenant, given, problem),
      ]
      if (doors.length > 0) return { outcome: 'model', doors }
      return { outcome: speaks(relation) ? 'unknown' : 'proved', doors: [] }
    }
    case 'DELETE': {
      const doors = problem.world.snapshot.relations.flatMap((child) =>
        child.constraints
          .filter(
            (each) =>
              each.references?.relation === relation.id &&
              ['no action', 'restrict'].includes(each.references.onDelete) &&
              problem.judge.isTenantTable(child.id) &&
              (tenant === null || !each.references.columns.includes(tenant)),
          )
          .map((each) => ({ kind: 'constraint', name: `${each.name} on ${child.id}` })),
      )
      if (doors.length > 0) return { outcome: 'model', doors }
      return { outcome: speaks(relation) ? 'unknown' : 'proved', doors: [] }
    }
    default:
      return silent
  }
}

/** A condition that asks about a role by a name in the row fails, with that name, where no such role is. */
const namesRoles = (relation: Relation) =>
  relation.policies.some(({ using }) => /\b(pg_has_role|has_\w+_privilege)\(/.test(using ?? ''))

/** May policies show a row of the session's own, or not, by what rows of another tenant they find? */
function hangsOnOthers(relation: Relation, context: Context): boolean {
  const { problem } = context
  const row = anyRowOf(problem, relation, 'old')
  const reads = askedBy(relation, row, context)
  const own = not(problem.judge.foreign(row, true, problem))
  return reads.length > 0 && decide(problem, [and(row.exists, own, foreignReads(reads, problem))]) !== null
}

const speaks = (relation: Relation) =>
  (['insert', 'update', 'delete'] as const).some((event) => firing(relation, event).length > 0)

/** Unique keys over all tenants, of values that can be guessed: a random key is not. */
function keys(
  relation: Relation,
  tenant: string | null,
  given: ReadonlySet<string>,
  command: Change,
): readonly Door[] {
  const type = (name: string) => relation.columns.find((column) => column.name === name)?.baseType
  return (
    relation.indexes
      .filter((index) => index.unique || index.exclusion)
      .filter((index) => !index.keys.some((key) => key.column !== null && key.column === tenant))
      .filter((index) => index.keys.some((key) => key.column === null || given.has(key.column)))
      .filter(
        (index) =>
          !(index.primary && index.keys.every((key) => key.column !== null && type(key.column) === 'uuid')),
      )
      // An INSERT may override what makes the value, an UPDATE may not.
      .filter(
        (index) =>
          command === 'INSERT' ||
          !index.keys.every(
            (key) => relation.columns.find((one) => one.name === key.column)?.identity === 'always',
          ),
      )
      .map((index) => ({ kind: 'index', name: `${index.name} on ${relation.id}` }))
  )
}

/** References to rows of tenants that leave the tenant out. */
function references(
  relation: Relation,
  tenant: string | null,
  given: ReadonlySet<string>,
  problem: Problem,
): readonly Door[] {
  return relation.constraints
    .filter((each) => each.kind === 'foreign' && each.references !== null)
    .filter((each) => problem.judge.isTenantTable(each.references!.relation))
    .filter((each) => tenant === null || !each.columns.includes(tenant))
    .filter((each) => each.columns.some((name) => given.has(name)))
    .map((each) => ({ kind: 'constraint', name: `${each.name} on ${relation.id}` }))
}

/** A view that reads with its owner's rights and filters without being a barrier. */
function ofView(view: Relation, problem: Problem): Whisper {
  const on = /^(t|tr|tru|true|y|ye|yes|on|1)$/i
  if (on.test(view.options['security_barrier'] ?? '')) return { outcome: 'proved', doors: [] }
  if (on.test(view.options['security_invoker'] ?? '')) return { outcome: 'proved', doors: [] }
  const readsTenants = view.reads.some((each) => problem.judge.isTenantTable(each.relation))
  if (!readsTenants) return { outcome: 'unknown', doors: [] }
  const protectedBelow = view.reads.every((each) => {
    const base = problem.world.relations.get(each.relation)
    return base && base.kind !== 'view' && !problem.world.bypasses(view.owner, base)
  })
  if (protectedBelow || !selectOf(view)?.['whereClause']) return { outcome: 'proved', doors: [] }
  return { outcome: 'model', doors: [{ kind: 'view', name: view.id }] }
}
