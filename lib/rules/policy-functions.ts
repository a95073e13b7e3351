import type { Routine } from '@/lib/catalog/types-object'
import { withoutComments } from './audit-facts'
import { ofFacts, type Facts } from './facts'

/** A function that policies call, with the policies that do. */
export interface PolicyFunction {
  readonly routine: Routine
  /** `schema.table/policy`. */
  readonly policies: readonly string[]
}

/** Functions that policies of governed tables call, each once. */
export const policyFunctions = ofFacts((facts): readonly PolicyFunction[] => {
  const found = new Map<Routine, string[]>()
  for (const relation of facts.governed) {
    for (const policy of relation.policies) {
      for (const id of policy.calls) {
        const routine = facts.routine.get(id)
        if (!routine || routine.extension !== null || routine.schema.startsWith('pg_')) continue
        const name = `${relation.id}/${policy.name}`
        const list = found.get(routine)
        if (list) list.push(name)
        else found.set(routine, [name])
      }
    }
  }
  return [...found]
    .map(([routine, policies]) => ({ routine, policies }))
    .sort((a, b) => (a.routine.id < b.routine.id ? -1 : 1))
})

/** Does its body change data or settings? Then it is rightly VOLATILE. */
export const writesData = (routine: Routine) =>
  /\b(insert\s+into|update\s+\S+\s+set|delete\s+from|truncate|merge\s+into|nextval|setval|set_config|execute\s|create\s|alter\s|drop\s)/i.test(
    withoutComments(routine.body ?? ''),
  )

/** What in its body depends on the session or on tables; null when nothing is seen to. */
export function sessionDependence(facts: Facts, routine: Routine): string | null {
  const body = withoutComments(routine.body ?? '')
  const direct =
    /\b(current_setting|current_user|session_user|current_role|auth\.\w+|now|current_timestamp|current_date)\b/i.exec(
      body,
    )
  if (direct) return direct[0]
  if (
    routine.atomic
      ? routine.reads.length > 0
      : /\b(from|join)\s+(?!unnest|generate_series|\()["\p{L}_]/iu.test(body)
  )
    return 'FROM'
  for (const other of facts.snapshot.routines) {
    if (
      other === routine ||
      other.volatility === 'immutable' ||
      other.extension !== null ||
      other.schema.startsWith('pg_')
    )
      continue
    if (body.includes(`${other.schema}.${other.name}(`)) return `${other.schema}.${other.name}()`
  }
  return null
}
