import { walk, unwrapped } from '@/lib/sql/expression'
import type { Facts } from '@/lib/rules/facts'
import type { Principal } from '../types'
import { sessionUse } from './session'
import { whoseOf } from './whose'

/**
 * The style of a role for each tenant: policies `to clinic_a using (clinic_id = '…')`, or a tenant column that is
 * compared with current_user. Empty when it is not the style here.
 */
export function rolesPerTenant(facts: Facts, roles: readonly string[]): readonly Principal[] {
  const tenants = literals(facts)
  const byRole = roles.filter((role) => tenants.get(role)?.size === 1)
  const values = new Set(byRole.map((role) => [...(tenants.get(role) ?? [])][0]))
  if (byRole.length >= 2 && values.size === byRole.length)
    return byRole.map((role) => principal(role, [...(tenants.get(role) ?? [])]))
  const named = sessionUse(facts).comparisons.some(
    ({ relation, column, sources }) =>
      whoseOf(facts).columnOf(relation) === column && sources.every(({ kind }) => kind === 'role'),
  )
  return named ? roles.map((role) => principal(role, [role])) : []
}

const principal = (role: string, tenants: readonly string[]): Principal => ({
  name: role,
  tenants,
  login: null,
  role,
  settings: {},
  claims: null,
})

/** Tenants that a role's own policies write out. */
function literals(facts: Facts): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const relation of facts.governed) {
    const column = whoseOf(facts).columnOf(relation)
    for (const policy of column === null ? [] : relation.policies) {
      const { using, check } = facts.policy(relation, policy)
      for (const expr of [using, check]) {
        if (!expr) continue
        walk(expr, (part) => {
          if (part.kind !== 'op' || part.op !== '=') return
          const [left, right] = part.args.map(unwrapped)
          const [own, value] = left?.kind === 'column' ? [left, right] : [right, left]
          if (own?.kind !== 'column' || !own.own || own.name !== column) return
          if (value?.kind !== 'const' || value.value === null) return
          for (const role of policy.roles ?? [])
            found.set(role, (found.get(role) ?? new Set()).add(String(value.value)))
        })
      }
    }
  }
  return found
}
