import type { Relation, RewriteRule } from '@/lib/catalog/types-relation'
import { anyOf, changesByRule, returnsMore } from '../change/rules'
import type { Formula } from '../logic/formula'
import type { Value } from '../logic/value'
import type { Context } from '../problem'
import { defaultOf, type Way } from '../ways'
import { viewRows } from './scan'

type Columns = ReadonlyMap<string, Value>

/** What a rule of a view does, which is booked on the view. */
export function ruledWays(
  view: Relation,
  rule: RewriteRule,
  command: 'INSERT' | 'UPDATE' | 'DELETE',
  context: Context,
): readonly Way[] {
  if (context.problem.world.unsure.has(rule) || returnsMore(rule)) return [anyWay(context)]
  return rowsRuled(view, command, context).flatMap(({ when, ...rows }) =>
    changesByRule(rule, view, { ...rows, found: when }, context)
      .flatMap(({ change }) => change.ways)
      .map((way) => ({
        ...way,
        doors: [
          ...way.doors,
          { kind: 'rule', name: `${rule.name} on ${view.id}` },
          { kind: 'view', name: view.id },
        ],
      })),
  )
}

export interface Ruled {
  readonly old: Columns
  readonly new: Columns
  readonly when: Formula
}

/**
 * What a rule of a view is given: a row that the view shows, and what the statement makes of it. Where it shows none, one
 * that is never found: an action that looks at no row is run all the same.
 */
export function rowsRuled(
  view: Relation,
  command: 'INSERT' | 'UPDATE' | 'DELETE',
  context: Context,
): readonly Ruled[] {
  const { problem } = context
  const none: Columns = new Map()
  const shown = command === 'INSERT' ? [{ columns: none, when: true as Formula }] : rowsShown(view, context)
  const olds = shown.length > 0 ? shown : [{ columns: anyRecord(view, context), when: false as Formula }]
  const open = command === 'DELETE' ? null : problem.world.mayColumns(context.as, view, command)
  return olds.map(({ columns, when }) => {
    const any = anyRecord(view, context)
    const kept = (name: string) => columns.get(name) ?? defaultOf(view, name, context)
    const made = view.columns.map(
      ({ name }) => [name, open?.has(name) ? any.get(name)! : kept(name)] as const,
    )
    return { old: columns, new: open ? new Map(made) : none, when }
  })
}

/** A row that is changed or removed is one that the view shows, also to who may not read it. */
export const rowsShown = (
  view: Relation,
  context: Context,
): readonly { readonly columns: Columns; readonly when: Formula }[] =>
  viewRows(view, { ...context, reads: null }).map(({ binding, when }) => ({ columns: binding.columns, when }))

/** Columns of a view, each with any value. */
export const anyRecord = (view: Relation, context: Context): Columns =>
  new Map(view.columns.map((column) => [column.name, anyOf(column.baseType, context)]))

export const anyWay = (context: Context): Way => ({
  old: null,
  new: null,
  when: context.problem.flag('a view that is not understood', true),
  doors: [],
})
