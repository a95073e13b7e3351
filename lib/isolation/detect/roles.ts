import type { Facts } from '@/lib/rules/facts'
import type { Sentence } from '../types'
import { withoutKeepers } from './own-log'

const most = 12

/**
 * The roles to ask the questions for: those of applications that hold something by name. A login that only inherits
 * from one of them adds nothing, unless it passes policies by itself.
 */
export function rolesAsked(facts: Facts): {
  readonly roles: readonly string[]
  readonly notes: readonly Sentence[]
} {
  const named = new Set<string | null>()
  for (const relation of [...facts.governed, ...facts.views]) {
    for (const { grantee } of relation.grants) named.add(grantee)
    for (const column of relation.columns) for (const { grantee } of column.grants) named.add(grantee)
  }
  for (const routine of facts.routines)
    if (routine.definer) for (const { grantee } of routine.grants) named.add(grantee)
  const all = facts.applicationRoles.filter((role) => facts.role.has(role))
  const chosen = facts.config.applicationRoles
    ? all
    : all.filter((role) => named.has(role) || facts.role.get(role)?.bypassRls === true)
  const some = chosen.length > 0 ? chosen : all
  const { roles, notes } = facts.config.applicationRoles
    ? { roles: some, notes: [] }
    : withoutKeepers(facts, some)
  if (roles.length <= most) return { roles, notes }
  const left = roles.slice(most).join(', ')
  return {
    roles: roles.slice(0, most),
    notes: [
      ...notes,
      {
        en: `Asked for the first ${most} roles only, not for ${left}: choose with applicationRoles in tabellion.config.json.`,
        pt: `Perguntado só para os primeiros ${most} papéis, não para ${left}: escolha com applicationRoles no tabellion.config.json.`,
      },
    ],
  }
}
