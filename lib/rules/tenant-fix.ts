import type { Command } from '@/lib/catalog/types'
import type { Relation } from '@/lib/catalog/types-relation'
import { walk } from '@/lib/sql/expression'
import type { Facts } from './facts'
import { literal, quote, roleName } from './identity'
import { askMembers, holdsMembers } from './membership'
import { ofFacts } from './memo'
import { tokens } from './tokens'

/**
 * The predicate that keeps this table's rows apart, in the words this database already uses: its own context function,
 * the setting its policies read, else what policies of other tables ask about members, else a setting named after the
 * column. `null` when no column says whose row it is.
 */
export function tenantPredicate(
  facts: Facts,
  relation: Relation,
  command: Command = 'SELECT',
): string | null {
  const tenant = facts.tenancy.columnOf(relation)
  const column = tenant ?? personOf(facts, relation)
  if (column === undefined) return null
  const type = relation.columns.find((candidate) => candidate.name === column)?.baseType
  if (type === undefined) return null
  const named =
    tenant !== null && relation === facts.tenancy.registry ? (facts.tenancy.column ?? column) : column
  const value = contextValue(facts, named, type)
  if (value !== null) return equals(column, value)
  const asked = tenant === null ? null : askMembers(facts, relation, column, command)
  if (asked !== null) return asked
  return ownMembership(facts, relation) ?? equals(column, setting(`app.${tokens(named).join('_')}`, type))
}

const equals = (column: string, value: string) => `${quote(column)} = (select ${value})`

const personOf = (facts: Facts, relation: Relation): string | undefined =>
  facts.tenancy.ownersOf(relation).find((name) => !name.includes('patient')) ??
  facts.tenancy.ownersOf(relation)[0]

/**
 * For the table that policies ask about members, where no session names its tenant: each sees what says of them that they
 * are one. `null` for other tables, and where no session names a person.
 */
function ownMembership(facts: Facts, relation: Relation): string | null {
  const person = personOf(facts, relation)
  const type = relation.columns.find(({ name }) => name === person)?.baseType
  if (person === undefined || type === undefined || !holdsMembers(facts, relation)) return null
  const value = contextValue(facts, person, type)
  return value === null ? null : equals(person, value)
}

/** How a session names the tenant or user that this column holds; `null` where nothing in the database says it. */
function contextValue(facts: Facts, column: string, type: string): string | null {
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
  // The custom setting that existing policies read for it.
  const name = settingNames(facts).find((each) => words.every((word) => tokens(each).includes(word)))
  return name === undefined ? null : setting(name, type)
}

function setting(name: string, type: string): string {
  const value = `nullif(current_setting(${literal(name)}, true), '')`
  return type === 'text' || type.startsWith('character') ? value : `${value}::${type}`
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
  const first = tenantPredicate(facts, relation)
  if (first === null) return null
  const isMembers = facts.tenancy.columnOf(relation) !== null && first === ownMembership(facts, relation)
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
    if (isMembers && command !== 'SELECT') {
      // Who writes memberships makes a member of itself.
      statements.push(`revoke ${command.toLowerCase()} on ${relation.id} from ${roles.join(', ')}`)
      continue
    }
    const predicate = tenantPredicate(facts, relation, command)
    const name = quote(freeName(relation, `tenant_${suffixes[command]}`))
    const using = command === 'INSERT' ? '' : ` using (${predicate})`
    const check = command === 'INSERT' || command === 'UPDATE' ? ` with check (${predicate})` : ''
    statements.push(
      `create policy ${name} on ${relation.id} for ${command.toLowerCase()} to ${roles.join(', ')}${using}${check}`,
    )
  }
  // Functions that ask it about members with their owner's rights would find nobody.
  const isAskedByOwner = isMembers && !facts.roles.exempt(relation.owner)
  return [
    ...statements,
    `alter table ${relation.id} enable row level security`,
    ...(isAskedByOwner ? [] : [`alter table ${relation.id} force row level security`]),
  ]
}

function freeName(relation: Relation, wanted: string): string {
  const taken = new Set(relation.policies.map((policy) => policy.name))
  for (let at = 1; ; at++) {
    const name = at === 1 ? wanted : `${wanted}_${at}`
    if (!taken.has(name)) return name
  }
}
