import type { Relation } from '@/lib/catalog/types-relation'
import type { Context } from '../problem'
import { anyRowOf } from '../query/rows'
import { rowsRuled, type Ruled } from '../query/view-rules'
import { anyOf, changesByRule, isRun, ruleNames } from './rules'
import { changedAs } from './sources'
import { concerning } from './set-off'
import type { Change } from './statement'
import { letsThrough } from '../row-security'
import { defaultOf, type Way } from '../ways'
import type { Value } from '../logic/value'

/** What a rule is run for, when a statement finds such a row, and who runs it. */
interface Source {
  readonly rows: Ruled
  readonly user: string
}

/** Rewrite rules run with the rights of the owner of the table they belong to. */
export function byRules(relation: Relation, command: Change, context: Context): readonly Way[] {
  const { world } = context.problem
  return world.snapshot.relations.flatMap((source) =>
    source.rules
      .filter((rule) => isRun(rule) && ruleNames(rule, relation, world.snapshot))
      .flatMap((rule) => {
        const event = rule.event as Change
        const all = [...ofSession(source, event, rule.instead, context), ...ofOthers(source, event, context)]
        return all.flatMap(({ rows, user }) =>
          changesByRule(rule, source, { ...rows, found: rows.when }, { ...context, user })
            .map(({ change }) => change)
            .filter((change) => change.command === command)
            .flatMap((change) => concerning(change, relation, world))
            .map((made) => ({
              ...made,
              doors: [{ kind: 'rule', name: `${rule.name} on ${source.id}` }],
            })),
        )
      }),
  )
}

/**
 * Rows that statements of the session meet. An ALSO rule is a statement of its own: it reads the table by SELECT, so that
 * DELETE's policies do not count, and what the first statement wrote is worked out once more for it, past triggers and
 * policies of the table: it may be another value then. What an INSTEAD rule is given is checked by no policy, since the
 * statement itself never runs.
 */
function ofSession(source: Relation, event: Change, instead: boolean, context: Context): readonly Source[] {
  const { problem, user } = context
  const { world } = problem
  const open = event === 'DELETE' ? null : world.mayColumns(context.as, source, event)
  const usable = open ? open.size > 0 : world.may(context.as, source, event)
  if (!usable) return []
  if (source.kind === 'view') return rowsRuled(source, event, context).map((rows) => ({ rows, user }))
  const met = event === 'INSERT' || instead ? null : anyRowOf(problem, source, 'old')
  const found = met ? letsThrough(source, met, 'SELECT', 'using', context) : true
  const old = event === 'INSERT' ? new Map<string, Value>() : (met?.columns ?? anyIn(source, context))
  const kept = (name: string) => old.get(name) ?? defaultOf(source, name, context)
  const made = open ? anyIn(source, context, (name) => (open.has(name) ? null : kept(name))) : old
  return [{ rows: { old, new: made, when: found }, user }]
}

/** Rows that triggers, rules and cascades of other tables meet: they may be any. */
function ofOthers(source: Relation, event: Change, context: Context): readonly Source[] {
  const users = changedAs(source, context)
  if (users.length === 0) return []
  const old = anyIn(source, context)
  const made = event === 'DELETE' ? old : anyIn(source, context)
  return users.map((user) => ({ rows: { old, new: made, when: true }, user }))
}

/** A row that need not keep what the constraints of its table say; a generated column is worked out from the others. */
const anyIn = (
  source: Relation,
  context: Context,
  kept: (name: string) => Value | null = () => null,
): ReadonlyMap<string, Value> =>
  new Map(
    source.columns.map(({ name, baseType, generated }) => [
      name,
      (generated ? null : kept(name)) ?? anyOf(baseType, context),
    ]),
  )
