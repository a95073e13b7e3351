import type { Policy } from '@/lib/catalog/types-relation'
import { quote, relationObject } from './identity'
import { sameRoles } from './policy-facts'
import { operationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { fix, locks } from './texts'

export const duplicatePolicy = defineRule({
  id: 'duplicate-policy',
  code: 'T12',
  group: 'tenancy',
  severity: 'low',
  title: { en: 'Two policies say the same', pt: 'Duas políticas dizem o mesmo' },
  why: {
    en: 'Both are evaluated for every row, and mending one leaves the other open.',
    pt: 'As duas são avaliadas a cada linha, e corrigir uma deixa a outra aberta.',
  },
  references: operationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.governed.filter((r) => r.policies.length > 1)
    const hits = tables.flatMap((relation) => {
      return relation.policies.flatMap((policy) => {
        const twin = relation.policies.find((other) => isSame(policy, other))
        if (!twin || twin === policy) return nothing
        return [
          {
            object: relationObject(relation, { part: policy.name }),
            message: {
              en: `Policy ${policy.name} on ${relation.id} is the same as ${twin.name}: command, roles and expressions.`,
              pt: `A política ${policy.name} em ${relation.id} é igual a ${twin.name}: comando, papéis e expressões.`,
            },
            evidence: {
              twin: twin.name,
              command: policy.command ?? 'ALL',
              roles: policy.roles ?? ['PUBLIC'],
              using: policy.using,
              check: policy.check,
            },
            fix: fix(
              [`drop policy ${quote(policy.name)} on ${relation.id}`],
              locks.brief,
              'Its twin stays and does the same.',
              'A gêmea fica e faz o mesmo.',
            ),
          },
        ]
      })
    })
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: `create policy "own, again" on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id'::text, true), '')::uuid))`,
    hits: ['public.patients/"own, again"'],
  },
})

const nothing: readonly Hit[] = []

const isSame = (a: Policy, b: Policy) =>
  a.command === b.command &&
  a.permissive === b.permissive &&
  sameRoles(a.roles, b.roles) &&
  a.using === b.using &&
  a.check === b.check
