import type { Policy, Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { quote } from './identity'
import { memo, perFacts } from './memo'
import { commandsOf, type PolicyFacts } from './policy-facts'
import type { Text } from './rule'
import { sameSet } from './same-set'

export interface JudgedPolicy {
  readonly relation: Relation
  readonly policy: Policy
  readonly facts: PolicyFacts
}

/**
 * Policies of governed tables that can take effect: those of roots, and of partitions that are granted by themselves
 * (a partition reached only through its parent obeys the parent's policies).
 */
export const judgedPolicies = memo((facts: Facts): readonly JudgedPolicy[] =>
  facts.governed
    .filter(
      (relation) =>
        relation.policies.length > 0 && (!relation.isPartition || facts.reach(relation).length > 0),
    )
    .flatMap((relation) => judgedOf(facts, relation)),
)

const judgedOf = perFacts((facts, relation: Relation): readonly JudgedPolicy[] =>
  relation.policies.map((policy) => ({ relation, policy, facts: facts.policy(relation, policy) })),
)

export const applyTo = (policies: readonly JudgedPolicy[]) =>
  policies.filter(({ facts }) => facts.exposed.length > 0)

export const decidingParts = ({ facts }: JudgedPolicy) => facts.deciding

/** Why some policies could not be decided, once each. */
export function failures(policies: readonly JudgedPolicy[]): Text[] {
  const found: Text[] = []
  for (const { facts } of policies) if (facts.failed) found.push(facts.failed)
  return found
}

export interface Scope {
  readonly tenant: string | null
  /** The tenant column alone; empty without one. */
  readonly own: ReadonlySet<string>
  readonly all: ReadonlySet<string>
}

/**
 * Columns that decide whose row it is: the tenant, the person it belongs to, and keys to other rows that do (a child
 * row may be scoped through its parent). Equal sets are the same object.
 */
export const scopeColumns: (facts: Facts, relation: Relation) => Scope = perFacts(
  (facts, relation: Relation): Scope => {
    const tenant = facts.tenancy.columnOf(relation)
    const all = [...facts.tenancy.ownersOf(relation)]
    const add = (name: string) => void (all.includes(name) || all.push(name))
    if (tenant) add(tenant)
    for (const constraint of relation.constraints) {
      if (constraint.kind === 'primary' && constraint.columns.length === 1) add(constraint.columns[0]!)
      if (!constraint.references) continue
      const target = facts.relation.get(constraint.references.relation)
      if (!target || !facts.isReference(target)) constraint.columns.forEach(add)
    }
    return { tenant, own: sameSet(tenant === null ? [] : [tenant]), all: sameSet(all) }
  },
)

/**
 * Does a restrictive policy that binds the tenant stand over this permissive one, for the same commands and roles?
 * Then what the permissive one lets through stays within the tenant.
 */
export function hasFloor(
  facts: Facts,
  { relation, policy }: JudgedPolicy,
  clause: 'USING' | 'WITH CHECK',
): boolean {
  const { all } = scopeColumns(facts, relation)
  return relation.policies.some((other) => {
    if (other.permissive) return false
    const covers = commandsOf(policy).every((command) => commandsOf(other).includes(command))
    const sameRoles =
      other.roles === null ||
      ((policy.roles ?? []).length > 0 && (policy.roles ?? []).every((role) => other.roles?.includes(role)))
    if (!covers || !sameRoles) return false
    const of = facts.policy(relation, other)
    const part = clause === 'USING' ? of.using : of.effectiveCheck
    return part !== null && of.binds(part, all).bound === true && of.binds(part, all).atoms > 0
  })
}

/** `alter policy … on …`, ready for a clause. */
export const alterPolicy = ({ relation, policy }: JudgedPolicy) =>
  `alter policy ${quote(policy.name)} on ${relation.id}`

const names: Record<string, Text> = {
  SELECT: { en: 'read', pt: 'ler' },
  INSERT: { en: 'insert', pt: 'inserir' },
  UPDATE: { en: 'change', pt: 'alterar' },
  DELETE: { en: 'delete', pt: 'excluir' },
}

/** "read and change", in both languages. */
export function verbs(policy: Policy): Text {
  if (policy.command === null) return { en: 'read and write', pt: 'ler e gravar' }
  return names[policy.command]!
}

/** Role names for a sentence; PUBLIC stands for every role. */
export function whoText(roles: readonly (string | null)[]): Text {
  if (roles.length === 0) return { en: 'nobody', pt: 'ninguém' }
  if (roles.includes(null)) return { en: 'every role (PUBLIC)', pt: 'qualquer papel (PUBLIC)' }
  const shown = roles.slice(0, 4).map((role) => String(role))
  const more = roles.length - shown.length
  return {
    en: shown.join(', ') + (more > 0 ? ` and ${more} more` : ''),
    pt: shown.join(', ') + (more > 0 ? ` e mais ${more}` : ''),
  }
}

/** Does it state no condition at all? Then PostgreSQL lets nothing through it. */
export const usesNothing = ({ policy }: JudgedPolicy) => policy.using === null && policy.check === null
