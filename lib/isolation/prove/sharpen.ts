import type { Setup } from '../types'
import { decide } from './decide'
import { and, type Formula } from './formula'
import { compare, typed } from './operate'
import type { Problem, Row } from './problem'
import type { Model } from './solve'
import { plainContext } from './rows'
import { ofText, type Value } from './value'

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
  const own = new Set(problem.session.principal.tenants)
  const others = [...new Set(setup.principals.flatMap((each) => each.tenants))].filter(
    (each) => !own.has(each),
  )
  const context = plainContext(problem, problem.session.role)
  let tries = 0
  for (const row of rows) {
    const name = setup.tenants.find((each) => each.relation === row.relation?.id)?.column ?? column
    const value: Value | undefined = name === null ? undefined : row.columns.get(name)
    if (!value) continue
    for (const tenant of others) {
      if (++tries > most) return null
      const given = typed(context, ofText(tenant, null), value.type ?? 'text')
      const model = decide(problem, and(formula, compare(context, '=', value, given).yes))
      if (model !== null && model !== 'cut' && model.exact) return model
    }
  }
  return null
}
