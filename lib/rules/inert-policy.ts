import type { Policy, Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { quote, relationObject } from './identity'
import { failures, judgedPolicies } from './policies'
import { commandsOf } from './policy-facts'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Severity, type Text } from './rule'
import { fix, locks } from './texts'

export const inertPolicy = defineRule({
  id: 'inert-policy',
  code: 'T10',
  group: 'tenancy',
  severity: 'low',
  title: { en: 'A policy that never matters', pt: 'Política que nunca conta' },
  why: {
    en: 'Its roles hold no privilege for its commands, or pass every policy: whoever reviews the table counts on a rule that does nothing.',
    pt: 'Seus papéis não têm permissão para seus comandos, ou passam por cima de toda política: quem revisa a tabela conta com uma regra que não faz nada.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = judgedPolicies(facts).filter(
      ({ relation, policy }) => relation.rls && policy.roles !== null,
    )
    const hits = policies.flatMap(({ relation, policy, facts: of }) => {
      const roles = policy.roles ?? nobody
      if (!roles.some((role) => facts.roles.exempt(role) || !holdsAny(facts, relation, policy, role)))
        return nothing
      const exempt = roles.filter((role) => facts.roles.exempt(role))
      const idle = roles.filter((role) => !exempt.includes(role) && !holdsAny(facts, relation, policy, role))
      const inert = [...exempt, ...idle]
      const left = roles.filter((role) => !inert.includes(role))
      const filters = of.using !== null && !['always', 'constant'].includes(of.truth(of.using))
      const severity: Severity =
        exempt.length > 0 && filters && !exempt.includes('service_role') ? 'high' : 'low'
      const because: Text =
        exempt.length > 0
          ? {
              en: `${exempt.join(', ')} passes every policy (superuser or BYPASSRLS)`,
              pt: `${exempt.join(', ')} passa por cima de toda política (superusuário ou BYPASSRLS)`,
            }
          : {
              en: `${idle.join(', ')} holds no such privilege on the table`,
              pt: `${idle.join(', ')} não tem essa permissão na tabela`,
            }
      return [
        {
          object: relationObject(relation, { part: policy.name }),
          severity,
          message: {
            en: `Policy ${policy.name} on ${relation.id} does nothing for ${inert.join(', ')}: ${because.en}.`,
            pt: `A política ${policy.name} em ${relation.id} não faz nada para ${inert.join(', ')}: ${because.pt}.`,
          },
          evidence: {
            command: policy.command ?? 'ALL',
            roles,
            exempt,
            withoutPrivilege: idle,
            using: policy.using,
            check: policy.check,
          },
          fix: fix(
            [
              left.length > 0
                ? `alter policy ${quote(policy.name)} on ${relation.id} to ${left.map(quote).join(', ')}`
                : `drop policy ${quote(policy.name)} on ${relation.id}`,
            ],
            locks.brief,
            'Or grant what the policy was written for; a role that passes every policy needs another attribute, not another policy.',
            'Ou conceda aquilo para que a política foi escrita; papel que passa por cima de tudo precisa de outro atributo, não de outra política.',
          ),
        },
      ]
    })
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create role :role_b; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: `create policy theirs on patients for delete to :role_b using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid))`,
    hits: ['public.patients/theirs'],
  },
})

const nobody: readonly string[] = []
const nothing: readonly Hit[] = []

function holdsAny(facts: Facts, relation: Relation, policy: Policy, role: string): boolean {
  const { roles } = facts
  for (const name of roles.inheritedBy(role)) {
    if (roles.inherits(name).has(relation.owner)) return true
    for (const command of commandsOf(policy)) {
      if (roles.holds(name, relation.grants, command)) return true
      if (relation.columns.some((c) => c.grants.length > 0 && roles.holds(name, c.grants, command)))
        return true
    }
  }
  return false
}
