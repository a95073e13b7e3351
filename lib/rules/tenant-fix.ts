import type { Relation } from '@/lib/catalog/types'
import { walk } from '@/lib/sql/expression'
import type { Facts } from './facts'
import { literal, quote, roleName } from './identity'
import { ofFacts } from './memo'
import { tokens } from './tokens'

/**
 * The predicate that keeps this table's rows apart, in the words this database already uses: its own context function,
 * else the setting its policies read, else a setting named after the column. `null` when no column says whose row it is.
 */
export function tenantPredicate(facts: Facts, relation: Relation): string | null {
  const tenant = facts.tenancy.columnOf(relation)
  const column =
    tenant ??
    facts.tenancy.ownersOf(relation).find((name) => !name.includes('patient')) ??
    facts.tenancy.ownersOf(relation)[0]
  if (column === undefined) return null
  const found = relation.columns.find((candidate) => candidate.name === column)
  if (!found) return null
  const named =
    tenant !== null && relation === facts.tenancy.registry ? (facts.tenancy.column ?? column) : column
  return `${quote(column)} = (select ${contextValue(facts, named, found.baseType)})`
}

/** How a session names the tenant or user that this column holds. */
function contextValue(facts: Facts, column: string, type: string): string {
  const words = tokens(column).filter((word) => word !== 'id')
  const own = facts.snapshot.routines.find(
    (routine) =>
      routine.arguments === '' &&
      !routine.returnsSet &&
      routine.kind === 'function' &&
      routine.returns === type &&
      !routine.schema.startsWith('pg_') &&
      words.length > 0 &&
      words.every((word) => tokens(routine.name).includes(word)),
  )
  if (own) return `${quote(own.schema)}.${quote(own.name)}()`
  if (
    facts.supabase &&
    type === 'uuid' &&
    words.some((word) => word === 'user' || word === 'owner' || word === 'profile')
  )
    return 'auth.uid()'
  const value = `nullif(current_setting(${literal(settingFor(facts, words, column))}, true), '')`
  return type === 'text' || type.startsWith('character') ? value : `${value}::${type}`
}

/** The custom setting that existing policies read for it, else `app.<column>`. */
function settingFor(facts: Facts, words: readonly string[], column: string): string {
  const known = settingNames(facts)
  return (
    known.find((name) => words.every((word) => tokens(name).includes(word))) ??
    `app.${tokens(column).join('_')}`
  )
}

/** Names of custom settings that policies read with `current_setting`, the most used first. */
export const settingNames = ofFacts((facts): readonly string[] => {
  const counts = new Map<string, number>()
  for (const relation of facts.governed) {
    for (const policy of relation.policies) {
      const { using, check } = facts.policy(relation, policy)
      for (const part of [using, check]) {
        if (!part) continue
        walk(part, (inner) => {
          if (inner.kind !== 'call' || inner.name !== 'current_setting') return
          const [name] = inner.args
          if (name?.kind === 'const' && typeof name.value === 'string' && name.value.includes('.'))
            counts.set(name.value, (counts.get(name.value) ?? 0) + 1)
        })
      }
    }
  }
  return [...counts.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name)
})

const suffixes = { SELECT: 'select', INSERT: 'insert', UPDATE: 'update', DELETE: 'delete' } as const

/**
 * Statements that protect a table at once: policies for the roles that hold grants, then row security on and forced,
 * so that no moment is without policies. `null` when there is no predicate to write.
 */
export function protect(facts: Facts, relation: Relation): readonly string[] | null {
  const predicate = tenantPredicate(facts, relation)
  if (predicate === null) return null
  const reach = facts.reach(relation)
  const fromPublic = reach.some((r) => r.role === null)
  const statements: string[] = fromPublic ? [`revoke all on ${relation.id} from public`] : []
  for (const command of ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const) {
    const roles = reach
      .filter(
        (r) =>
          r.role !== null &&
          !facts.roles.exempt(r.role) &&
          (r.privileges.has(command) || r.onColumns.has(command)),
      )
      .map((r) => roleName(r.role))
    if (roles.length === 0) continue
    const name = quote(freeName(relation, `tenant_${suffixes[command]}`))
    const using = command === 'INSERT' ? '' : ` using (${predicate})`
    const check = command === 'INSERT' || command === 'UPDATE' ? ` with check (${predicate})` : ''
    statements.push(
      `create policy ${name} on ${relation.id} for ${command.toLowerCase()} to ${roles.join(', ')}${using}${check}`,
    )
  }
  return [
    ...statements,
    `alter table ${relation.id} enable row level security`,
    `alter table ${relation.id} force row level security`,
  ]
}

function freeName(relation: Relation, wanted: string): string {
  const taken = new Set(relation.policies.map((policy) => policy.name))
  for (let at = 1; ; at++) {
    const name = at === 1 ? wanted : `${wanted}_${at}`
    if (!taken.has(name)) return name
  }
}
