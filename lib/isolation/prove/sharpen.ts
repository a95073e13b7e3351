import type { Setup } from '../types'
import { decide } from './logic/decide'
import { and, type Formula } from './logic/formula'
import { compare, typed } from './expression/operate'
import type { Problem, Row } from './problem'
import type { Model } from './logic/solve'
import { plainContext } from './query/rows'
import { ofText, type Value } from './logic/value'

const most = 12

/**
 * A model that leaves a function open is tried again with real values in the place of the row's tenant: those of the
 * other principals. When PostgreSQL then agrees, it is exact.
 */
export function sharpened(
  problem: Problem,
  formula: Formula,
  rows: readonly Row[],
  setup: Setup,
  column: string | null,
): Model | null {
  const own = problem.session.principal.tenants
  const others = [...new Set(setup.principals.flatMap((each) => each.tenants))].filter(
    (each) => !own.includes(each),
  )
  const context = plainContext(problem, problem.session.role)
  const columns = rows.flatMap((row) => {
    const name = setup.tenants.find((each) => each.relation === row.relation?.id)?.column ?? column
    const value = name === null ? undefined : row.columns.get(name)
    return value ? [value] : []
  })
  const [first, second] = columns
  if (!first) return null
  const is = (value: Value, tenant: string): Formula =>
    compare(context, '=', value, typed(context, ofText(tenant, null), value.type ?? 'text')).yes
  const choices = second
    ? others.flatMap((each) => [
        and(is(first, each), is(second, each)),
        ...own
          .slice(0, 1)
          .flatMap((mine) => [
            and(is(first, each), is(second, mine)),
            and(is(first, mine), is(second, each)),
          ]),
      ])
    : others.map((each) => is(first, each))
  for (const choice of choices.slice(0, most)) {
    const model = decide(problem, [and(formula, choice)])
    if (model !== null && model !== 'cut' && model.exact) return model
  }
  return null
}
