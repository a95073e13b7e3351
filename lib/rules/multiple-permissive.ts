import { commands, type Command, type Grant } from '@/lib/catalog/types'
import { type Policy, type Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { later, type Said } from './found'
import { quote, relationObject } from './identity'
import { perFacts } from './memo'
import { scopeColumns, whoText } from './policies'
import { sameRoles } from './policy-facts'
import { operationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { fix, locks } from './texts'

export const multiplePermissive = defineRule({
  id: 'multiple-permissive',
  code: 'T11',
  group: 'tenancy',
  severity: 'low',
  title: {
    en: 'Several permissive policies for one role and command',
    pt: 'Várias políticas permissivas para o mesmo papel e comando',
  },
  why: {
    en: 'They are joined by OR: each widens what the others let through, and each is evaluated for every row.',
    pt: 'Somam-se por OR: cada uma amplia o que as outras deixam passar, e todas são avaliadas a cada linha.',
  },
  references: operationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.governed.filter(
      (r) => r.rls && r.policies.length > 1 && (!r.isPartition || facts.reach(r).length > 0),
    )
    const hits: Hit[] = []
    for (const table of tables) for (const command of commands) hits.push(...judge(facts, table, command))
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null, user_id uuid); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: `create policy self on patients for select to :role using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid))`,
    hits: ['public.patients/select'],
  },
})

const nothing: readonly Hit[] = []

function judge(facts: Facts, relation: Relation, command: Command): readonly Hit[] {
  const found = overlapIn(facts, relation, command)
  if (found === null) return nothing
  const loose = found.differ && found.involved.some((p) => bindsNothing(facts, relation, p, command))
  // Worked out anew where it is told: tens of thousands are never shown.
  const say = () => said(relation, command, overlapIn(facts, relation, command)!)
  return [later(relationObject(relation, { part: command.toLowerCase() }), say, loose ? 'medium' : 'low')]
}

/** Policies that answer the same command for some roles. */
interface Overlap {
  readonly roles: readonly { readonly role: string; readonly policies: readonly Policy[] }[]
  readonly involved: readonly Policy[]
  /** Some bind the tenant and some do not. */
  readonly differ: boolean
}

function overlapIn(facts: Facts, relation: Relation, command: Command): Overlap | null {
  const answers = (p: Policy) => p.permissive && (p.command === null || p.command === command)
  let count = 0
  for (const policy of relation.policies) if (answers(policy)) count++
  if (count < 2) return null
  const policies = distinct(relation.policies.filter(answers))
  if (policies.length < 2) return null
  const roles = holdersOf(facts, relation, command)
    .map((role) => ({
      role,
      policies: policies.filter(
        (p) => p.roles === null || p.roles.some((name) => facts.roles.inherits(role).has(name)),
      ),
    }))
    .filter((overlap) => overlap.policies.length > 1)
  if (roles.length === 0) return null
  const involved = policies.filter((p) => roles.some((overlap) => overlap.policies.includes(p)))
  const { tenant, own } = scopeColumns(facts, relation)
  const binds = involved.map((p) => {
    const of = facts.policy(relation, p)
    const part = command === 'INSERT' ? of.effectiveCheck : of.using
    return part !== null && tenant !== null && of.binds(part, own).bound === true
  })
  return { roles, involved, differ: binds.includes(true) && binds.includes(false) }
}

/** Application roles under row security that hold the command on the table or on some of its columns. */
function holdersOf(facts: Facts, relation: Relation, command: Command): readonly string[] {
  if (relation.columns.some((column) => column.grants.length > 0)) {
    const columns = relation.columns.flatMap((column) => column.grants)
    return holdersBy(facts, [...relation.grants, ...columns], command)
  }
  const known = holdersByGrants(facts, relation.grants)
  const found = known.get(command) ?? holdersBy(facts, relation.grants, command)
  known.set(command, found)
  return found
}

/** Thousands of tables share one list of grants. */
const holdersByGrants = perFacts((_facts, _grants: readonly Grant[]) => new Map<Command, readonly string[]>())

const holdersBy = (facts: Facts, grants: readonly Grant[], command: Command): readonly string[] =>
  facts.applicationRoles.filter(
    (role) => !facts.roles.exempt(role) && facts.roles.holds(role, grants, command),
  )

function said(relation: Relation, command: Command, { roles: overlaps, involved, differ }: Overlap): Said {
  const who = whoText(overlaps.map((overlap) => overlap.role))
  const names = involved.map((p) => p.name)
  return {
    message: {
      en: `${involved.length} permissive policies of ${relation.id} answer ${command} for ${who.en}: ${names.join(', ')}. A row passes when any one lets it.`,
      pt: `${involved.length} políticas permissivas de ${relation.id} respondem por ${command} para ${who.pt}: ${names.join(', ')}. A linha passa se qualquer uma deixar.`,
    },
    evidence: {
      command,
      roles: overlaps.map((overlap) => ({
        role: overlap.role,
        policies: overlap.policies.map((p) => p.name),
      })),
      differOnTenant: differ,
    },
    fix: fix(
      // Joined to one that binds the tenant, one that does not would hide in it.
      differ ? [] : merged(relation, involved, command),
      locks.brief,
      'Write one policy per command with OR inside, or make the tenant’s predicate a restrictive policy. Merging policies of different commands can widen DELETE: do it command by command.',
      'Escreva uma política por comando com OR dentro, ou torne restritivo o predicado da clínica. Unir políticas de comandos diferentes pode ampliar o DELETE: faça comando a comando.',
    ),
  }
}

function bindsNothing(facts: Facts, relation: Relation, policy: Policy, command: Command): boolean {
  const of = facts.policy(relation, policy)
  const part = command === 'INSERT' ? of.effectiveCheck : of.using
  return part !== null && of.binds(part, scopeColumns(facts, relation).all).bound === false
}

/** Exact twins are another rule's: they count once here. */
function distinct(policies: readonly Policy[]): readonly Policy[] {
  return policies.filter((p, at) => policies.findIndex((other) => isTwin(p, other)) === at)
}

/** Exact twins of these policies: the merged one says what they say. */
const twinsOf = (relation: Relation, policies: readonly Policy[]) =>
  relation.policies.filter(
    (p) => p.permissive && !policies.includes(p) && policies.some((other) => isTwin(p, other)),
  )

const isTwin = (a: Policy, b: Policy) =>
  a.command === b.command && sameRoles(a.roles, b.roles) && a.using === b.using && a.check === b.check

/** One policy with OR inside; only where all are for this command alone and for the same roles. */
function merged(relation: Relation, policies: readonly Policy[], command: Command): readonly string[] {
  const [first, ...rest] = policies
  const same = (p: Policy) => p.command === command && sameRoles(p.roles, first?.roles ?? null)
  if (!first || command === 'UPDATE' || !policies.every(same)) return []
  const joined = policies
    .map((p) => `(${(command === 'INSERT' ? p.check : p.using) ?? 'false'})`)
    .join(' or ')
  return [
    `alter policy ${quote(first.name)} on ${relation.id} ${command === 'INSERT' ? 'with check' : 'using'} (${joined})`,
    ...[...rest, ...twinsOf(relation, policies)].map((p) => `drop policy ${quote(p.name)} on ${relation.id}`),
  ]
}
