import { quote, relationObject } from './identity'
import { alterPolicy, decidingParts, failures, judgedPolicies } from './policies'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const restrictiveNoop = defineRule({
  id: 'restrictive-noop',
  code: 'T14',
  group: 'tenancy',
  severity: 'medium',
  title: { en: 'A restrictive policy that restricts nothing', pt: 'Política restritiva que nada restringe' },
  why: {
    en: 'It reads like a floor under all other policies, but it is always true: nothing holds when another policy is too wide.',
    pt: 'Parece um piso sob todas as outras políticas, mas é sempre verdadeira: nada segura quando outra política for ampla demais.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = judgedPolicies(facts).filter(({ policy }) => !policy.permissive)
    const hits = policies.flatMap((judged) => {
      const { relation, policy, facts: of } = judged
      const parts = decidingParts(judged)
      if (parts.length === 0 || !parts.every(({ part }) => ['always', 'constant'].includes(of.truth(part))))
        return []
      const predicate = tenantPredicate(facts, relation)
      const clauses = parts
        .map(({ clause }) => `${clause === 'USING' ? 'using' : 'with check'} (${predicate})`)
        .join(' ')
      return [
        {
          object: relationObject(relation, { part: policy.name }),
          message: {
            en: `Restrictive policy ${policy.name} on ${relation.id} is always true: it takes nothing away.`,
            pt: `A política restritiva ${policy.name} em ${relation.id} é sempre verdadeira: não retira nada.`,
          },
          evidence: {
            command: policy.command ?? 'ALL',
            roles: policy.roles ?? ['PUBLIC'],
            using: policy.using,
            check: policy.check,
          },
          fix: fix(
            [
              predicate === null
                ? `drop policy ${quote(policy.name)} on ${relation.id}`
                : `${alterPolicy(judged)} ${clauses}`,
            ],
            locks.brief,
            'Give it the tenant’s predicate, or drop it.',
            'Dê a ela o predicado da clínica, ou remova-a.',
          ),
        },
      ]
    })
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create policy floor on patients as restrictive for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: 'alter policy floor on patients using (clinic_id is not null)',
    hits: ['public.patients/floor'],
  },
})
