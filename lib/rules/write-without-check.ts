import { relationObject } from './identity'
import {
  alterPolicy,
  applyTo,
  failures,
  hasFloor,
  judgedPolicies,
  whoText,
  type JudgedPolicy,
} from './policies'
import type { Facts } from './facts'
import { isolationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const writeWithoutCheck = defineRule({
  id: 'write-without-check',
  code: 'T06',
  group: 'tenancy',
  severity: 'critical',
  title: {
    en: 'A write policy without a condition for new rows',
    pt: 'Política de escrita sem condição para linhas novas',
  },
  why: {
    en: 'UPDATE and ALL reuse USING for the new row; where that says nothing either, rows can be written for any tenant. An INSERT policy without WITH CHECK states nothing at all: PostgreSQL refuses the row until another policy lets it in, unchecked by this one.',
    pt: 'UPDATE e ALL reusam o USING para a linha nova; se ele também nada diz, grava-se linha para qualquer clínica. Uma política de INSERT sem WITH CHECK não diz nada: o PostgreSQL recusa a linha até que outra política a deixe entrar, sem que esta a confira.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = applyTo(judgedPolicies(facts)).filter(
      ({ policy }) => policy.permissive && policy.command !== 'SELECT' && policy.command !== 'DELETE',
    )
    const hits: Hit[] = []
    for (const judged of policies) {
      const { policy, facts: of } = judged
      if (policy.check !== null || of.failed) continue
      if (policy.command === 'INSERT' || policy.using === null) hits.push(hit(facts, judged, 'nothing'))
      else if (
        of.using &&
        ['always', 'constant'].includes(of.truth(of.using)) &&
        !hasFloor(facts, judged, 'WITH CHECK')
      )
        hits.push(hit(facts, judged, 'true'))
    }
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create policy change on patients for update to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select, insert, update on patients to :role;
      create policy add on patients for insert to :role with check (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid))`,
    broken: `
      drop policy add on patients; create policy add on patients for insert to :role;
      alter policy change on patients using (clinic_id is not null)`,
    hits: ['public.patients/add', 'public.patients/change'],
  },
})

function hit(facts: Facts, judged: JudgedPolicy, how: 'nothing' | 'true'): Hit {
  const { relation, policy } = judged
  const who = whoText(judged.facts.exposed)
  const predicate = tenantPredicate(facts, relation)
  const using = policy.using !== null && how === 'true' ? `using (${predicate}) ` : ''
  const command = policy.command ?? 'ALL'
  return {
    object: relationObject(relation, { part: policy.name }),
    severity: how === 'nothing' ? 'high' : facts.holdsTenantData(relation) ? 'critical' : 'high',
    message:
      how === 'nothing'
        ? {
            en: `Policy ${policy.name} (${command}) on ${relation.id} says nothing about new rows: ${who.en} cannot write through it today, and any further permissive policy decides alone.`,
            pt: `A política ${policy.name} (${command}) em ${relation.id} nada diz sobre linhas novas: ${who.pt} hoje não grava por ela, e qualquer outra política permissiva decide sozinha.`,
          }
        : {
            en: `Policy ${policy.name} (${command}) on ${relation.id} has no WITH CHECK and a USING that is always true: ${who.en} can move rows to any tenant.`,
            pt: `A política ${policy.name} (${command}) em ${relation.id} não tem WITH CHECK e seu USING é sempre verdadeiro: ${who.pt} pode mover linhas para qualquer clínica.`,
          },
    evidence: { command, roles: policy.roles ?? ['PUBLIC'], using: policy.using, check: null },
    fix: fix(
      predicate === null ? [] : [`${alterPolicy(judged)} ${using}with check (${predicate})`],
      locks.brief,
      'Say what a new row must satisfy: the tenant’s predicate.',
      'Diga o que a linha nova deve satisfazer: o predicado da clínica.',
    ),
  }
}
