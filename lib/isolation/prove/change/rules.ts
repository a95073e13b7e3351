import type { Relation, RewriteRule } from '@/lib/catalog/types-relation'
import type { Snapshot } from '@/lib/catalog/types'
import { names, type RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { condition } from '../expression/compile'
import { and, not, type Formula } from '../logic/formula'
import { after } from '../moment'
import type { Context, Effect } from '../problem'
import { plainContext } from '../query/rows'
import { namesIn } from '../routine/mentions'
import { changesOfAll, type SetOff } from './set-off'
import type { Value } from '../logic/value'

/** A rule that does something when rows change, in an ordinary session. */
export const isRun = ({ event, enabled }: RewriteRule): boolean =>
  event !== 'SELECT' && enabled !== 'disabled' && enabled !== 'replica'

export const statementOf = (rule: RewriteRule): RawNode | null => {
  const [statement] = parseStatements(rule.definition ?? '') ?? []
  return (statement?.['RuleStmt'] as RawNode | undefined) ?? null
}

interface OldAndNew {
  readonly old: ReadonlyMap<string, Value>
  readonly new: ReadonlyMap<string, Value>
  /** When a statement finds such a row, which an action that looks at none does not wait for. */
  readonly found?: Formula
}

/** May it hand rows to whoever sends the statement that are none of those it changes? */
export const returnsMore = (rule: RewriteRule): boolean => {
  const body = statementOf(rule)
  if (!body) return true
  return ((body['actions'] ?? []) as RawNode[]).some((action) => {
    const [[kind, statement]] = Object.entries(action) as [[string, RawNode]]
    const returned = statement['returningClause'] ?? statement['returningList']
    return kind === 'SelectStmt' || /"(?:SubLink|FuncCall)"/.test(JSON.stringify(returned ?? null))
  })
}

/** Without a condition it takes the place of the statement. */
export const replaces = (rule: RewriteRule): boolean =>
  rule.instead && statementOf(rule) !== null && statementOf(rule)!['whereClause'] === undefined

/** What a rule does for one row, with the rights of the owner of the relation it belongs to. */
export function changesByRule(
  rule: RewriteRule,
  source: Relation,
  rows: OldAndNew,
  context: Context,
): readonly SetOff[] {
  const body = statementOf(rule)
  const effects: Effect[] = []
  const inner: Context = {
    ...plainContext(context.problem, source.owner),
    user: context.user,
    settings: context.settings,
    moment: context.moment,
    effects,
    scope: {
      aliases: new Map([
        ['old', { columns: rows.old, relation: source }],
        ['new', { columns: rows.new, relation: source }],
      ]),
      outer: null,
    },
  }
  const where = body?.['whereClause'] as RawNode | undefined
  const holds: Formula = where ? condition(where, inner).yes : true
  const actions: readonly (RawNode | null)[] = body ? ((body['actions'] ?? []) as RawNode[]) : [null]
  for (const statement of actions) {
    const met = speaksOfRow(where) || speaksOfRow(statement) ? (rows.found ?? true) : true
    const earlier = [...effects]
    // The statement itself comes first where rows are added, and last where they are changed or removed.
    const isAlone = replaces(rule) || rule.event !== 'INSERT'
    const moment =
      isAlone && earlier.length === 0
        ? context.moment
        : after(context.moment, () => (isAlone ? earlier : null))
    effects.push({ statement, context: { ...inner, moment }, when: and(met, holds) })
  }
  return changesOfAll(effects)
}

/**
 * Does it speak of OLD or NEW? PostgreSQL joins the table only then, or where the statement speaks of its rows: otherwise
 * an action is run once, whether there are rows or none.
 */
function speaksOfRow(node: unknown): boolean {
  if (node === null || typeof node !== 'object') return false
  if (Array.isArray(node)) return node.some(speaksOfRow)
  const fields = ((node as RawNode)['ColumnRef'] as RawNode | undefined)?.['fields'] as RawNode[] | undefined
  if (fields) return fields.length > 1 && ['old', 'new'].includes(names(fields)[0] ?? '')
  return Object.values(node).some(speaksOfRow)
}

/** May what a rule does reach rows of this relation? That it stands on the relation is no reason. */
export function ruleNames(rule: RewriteRule, relation: Relation, snapshot: Snapshot): boolean {
  if (rule.event === 'SELECT') return false
  const body = statementOf(rule)
  const text = body ? textsIn([body['whereClause'], body['actions']]).join(' ') : (rule.definition ?? '')
  return namesIn(text, relation, snapshot)
}

function textsIn(node: unknown): readonly string[] {
  if (typeof node === 'string') return [node]
  if (node === null || typeof node !== 'object') return []
  return Object.values(node).flatMap(textsIn)
}

/** Any value of a type, or none. */
export const anyOf = (type: string, context: Context): Value => {
  const absent = context.problem.flag('null')
  return {
    type,
    cases: [
      { when: absent, term: null },
      { when: not(absent), term: context.problem.free('value', type) },
    ],
  }
}
