import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { relationObject } from './identity'
import { whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { counted, fix, locks } from './texts'

export const rlsDormantPolicies = defineRule({
  id: 'rls-dormant-policies',
  code: 'T04',
  group: 'tenancy',
  severity: 'critical',
  title: { en: 'Policies that do not apply', pt: 'Políticas que não valem' },
  why: {
    en: 'The table has policies and looks protected, but row-level security is off: PostgreSQL ignores every one of them.',
    pt: 'A tabela tem políticas e parece protegida, mas a segurança por linha está desligada: o PostgreSQL ignora todas elas.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.governed.filter((r) => r.policies.length > 0 && !parentEnforces(facts, r))
    const hits = tables
      .filter((r) => !r.rls)
      .map((relation) => {
        const reach = facts.reach(relation)
        const who = whoText(reach.map((r) => r.role))
        const names = relation.policies.map((policy) => policy.name)
        return {
          object: relationObject(relation),
          message: {
            en: `${relation.id} has ${counted(names.length, 'policy', 'policies')} and row-level security off: nothing is filtered, and ${who.en} reaches every row.`,
            pt: `${relation.id} tem ${counted(names.length, 'política', 'políticas')} e segurança por linha desligada: nada é filtrado, e ${who.pt} alcança todas as linhas.`,
          },
          evidence: {
            rls: false,
            policies: names,
            grants: reach.map((r) => ({ role: r.role ?? 'PUBLIC', privileges: [...r.privileges].sort() })),
          },
          fix: fix(
            [
              `alter table ${relation.id} enable row level security`,
              `alter table ${relation.id} force row level security`,
            ],
            locks.brief,
            'From then on the policies filter: check that they cover each command the application uses.',
            'A partir daí as políticas filtram: verifique se cobrem cada comando que a aplicação usa.',
          ),
        }
      })
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken:
      'alter table patients disable row level security; alter table patients no force row level security',
    hits: ['public.patients'],
  },
})

/** A child with leftovers under an enforcing parent is another rule's. */
const parentEnforces = (facts: Facts, relation: Relation) =>
  relation.parents.some((id) => facts.relation.get(id)?.rls)
