import type { Relation, RewriteRule } from '@/lib/catalog/types-relation'
import type { RawNode } from '@/lib/sql/leaves'
import { parseStatements } from '@/lib/sql/parse'
import { condition } from '../expression/compile'
import { not, type Formula } from '../logic/formula'
import type { Context, Effect } from '../problem'
import { plainContext } from '../query/rows'
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
  effects.push(...actions.map((statement) => ({ statement, context: inner, when: holds })))
  return changesOfAll(effects)
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
