import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { relationObject } from './identity'
import { alterPolicy, applyTo, failures, hasFloor, judgedPolicies, scopeColumns, whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Text } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const checkWeakerThanUsing = defineRule({
  id: 'check-weaker-than-using',
  code: 'T07',
  group: 'tenancy',
  severity: 'critical',
  title: { en: 'WITH CHECK lets rows leave the tenant', pt: 'WITH CHECK deixa a linha sair da clínica' },
  why: {
    en: 'An explicit WITH CHECK replaces USING for the new row. USING binds the tenant, WITH CHECK does not: a row can be stamped for another clinic.',
    pt: 'Um WITH CHECK explícito substitui o USING para a linha nova. O USING prende à clínica, o WITH CHECK não: uma linha pode ser gravada em nome de outra clínica.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = applyTo(judgedPolicies(facts)).filter(
      ({ policy }) =>
        policy.permissive &&
        policy.using !== null &&
        policy.check !== null &&
        (policy.command === null || policy.command === 'UPDATE'),
    )
    const hits: Hit[] = []
    const unknown: Text[] = failures(policies)
    for (const judged of policies) {
      const { relation, policy, facts: of } = judged
      const { tenant, own: ofTenant, all } = scopeColumns(facts, relation)
      if (!of.using || !of.check) continue
      const own = tenant === null ? all : ofTenant
      if (own.size === 0) continue
      const using = of.binds(of.using, own)
      if (using.bound !== true || using.atoms === 0) continue
      const truth = of.truth(of.check)
      if (truth === 'never') continue
      const check = of.binds(of.check, all)
      if (check.bound === null && truth !== 'always') unknown.push(undecided(relation, policy.name))
      const weak = truth === 'always' || truth === 'constant' || check.bound === false
      if (
        !weak ||
        hasFloor(facts, judged, 'WITH CHECK') ||
        (tenant !== null && stamped(facts, relation, tenant))
      )
        continue
      const who = whoText(of.exposed)
      const predicate = tenantPredicate(facts, relation)
      hits.push({
        object: relationObject(relation, { part: policy.name }),
        message: {
          en: `Policy ${policy.name} on ${relation.id} reads by ${[...own].join(', ')} but its WITH CHECK does not: ${who.en} can write rows for another tenant.`,
          pt: `A política ${policy.name} em ${relation.id} lê por ${[...own].join(', ')}, mas seu WITH CHECK não: ${who.pt} pode gravar linhas para outra clínica.`,
        },
        evidence: {
          command: policy.command ?? 'ALL',
          roles: policy.roles ?? ['PUBLIC'],
          using: policy.using,
          check: policy.check,
          columns: [...own],
        },
        fix: fix(
          predicate === null
            ? []
            : [`${alterPolicy(judged)} with check (${combined(policy.check, truth, predicate)})`],
          locks.brief,
          'Repeat the tenant’s predicate in WITH CHECK, or recreate the policy without one so that USING is reused.',
          'Repita o predicado da clínica no WITH CHECK, ou recrie a política sem ele para que o USING seja reusado.',
        ),
      })
    }
    return { hits, checked: policies.length, unknown }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null, name text not null);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create policy change on patients for update to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select, update on patients to :role`,
    broken: `alter policy change on patients with check (name <> '')`,
    hits: ['public.patients/change'],
  },
})

const combined = (check: string | null, truth: string, predicate: string) =>
  check === null || truth === 'always' || truth === 'constant' ? predicate : `${predicate} and (${check})`

/** A BEFORE trigger that sets the tenant column overrides what the caller wrote. */
function stamped(facts: Facts, relation: Relation, tenant: string): boolean {
  const assigned = new RegExp(
    `\\bnew\\s*\\.\\s*"?${tenant.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"?\\s*:?=`,
    'i',
  )
  return relation.triggers.some(
    (trigger) =>
      trigger.timing === 'before' &&
      trigger.level === 'row' &&
      trigger.events.includes('update') &&
      trigger.when === null &&
      trigger.columns.length === 0 &&
      (trigger.enabled === 'origin' || trigger.enabled === 'always') &&
      assigned.test(facts.routine.get(trigger.routine)?.body ?? ''),
  )
}

const undecided = (relation: Relation, name: string): Text => ({
  en: `Policy ${name} (${relation.id}) has too many cases to compare WITH CHECK with USING.`,
  pt: `A política ${name} (${relation.id}) tem casos demais para comparar WITH CHECK com USING.`,
})
