import { relationObject } from './identity'
import {
  alterPolicy,
  applyTo,
  decidingParts,
  failures,
  hasFloor,
  judgedPolicies,
  verbs,
  whoText,
  type JudgedPolicy,
} from './policies'
import type { Facts } from './facts'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Severity, type Text } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const policyAlwaysTrue = defineRule({
  id: 'policy-always-true',
  code: 'T05',
  group: 'tenancy',
  severity: 'critical',
  title: { en: 'A policy that lets every row through', pt: 'Uma política que deixa passar todas as linhas' },
  why: {
    en: 'Permissive policies are joined by OR: one that is always true makes all others meaningless for its roles and commands.',
    pt: 'Políticas permissivas somam-se por OR: uma que é sempre verdadeira anula as demais para seus papéis e comandos.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = applyTo(judgedPolicies(facts)).filter(({ policy }) => policy.permissive)
    const unknown: Text[] = failures(policies)
    const hits: Hit[] = []
    for (const judged of policies) {
      const open = decidingParts(judged).filter(({ part, clause }) => {
        const truth = judged.facts.truth(part)
        if (truth === 'unknown') unknown.push(tooMany(judged))
        if (truth !== 'always' && truth !== 'constant') return false
        // A check that is true beside a USING that binds is another rule's (the check is weaker).
        if (clause === 'WITH CHECK' && judged.facts.using && judged.policy.command !== 'INSERT') {
          const using = judged.facts.truth(judged.facts.using)
          if (using !== 'always' && using !== 'constant') return false
        }
        return !hasFloor(facts, judged, clause)
      })
      if (open.length > 0)
        hits.push(
          ...hit(
            facts,
            judged,
            open.map(({ clause }) => clause),
          ),
        )
    }
    return { hits, checked: policies.length, unknown }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null, name text);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select, insert on patients to :role;
      create policy "add ""one""" on patients for insert to :role with check (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid))`,
    broken: `
      alter policy own on patients using (clinic_id = clinic_id);
      alter policy "add ""one""" on patients with check (not false or name = 'x')`,
    hits: ['public.patients/own', 'public.patients/"add ""one"""'],
  },
})

const tooMany = ({ relation, policy }: JudgedPolicy): Text => ({
  en: `Policy ${policy.name} (${relation.id}) has too many cases to tell whether it is always true.`,
  pt: `A política ${policy.name} (${relation.id}) tem casos demais para dizer se é sempre verdadeira.`,
})

function hit(facts: Facts, judged: JudgedPolicy, clauses: readonly string[]): Hit[] {
  const { relation, policy } = judged
  const writes = policy.command !== 'SELECT'
  const reference = facts.isReference(relation)
  if (reference && !writes) return []
  const tenantData = facts.holdsTenantData(relation)
  const severity: Severity = tenantData
    ? writes
      ? 'critical'
      : 'high'
    : reference
      ? 'medium'
      : writes
        ? 'high'
        : 'medium'
  const who = whoText(judged.facts.exposed)
  const can = verbs(policy)
  const predicate = tenantPredicate(facts, relation)
  const parts = [
    ...(judged.facts.using ? [`using (${predicate})`] : []),
    ...(judged.facts.check ? [`with check (${predicate})`] : []),
  ].join(' ')
  return [
    {
      object: relationObject(relation, { part: policy.name }),
      severity,
      message: {
        en: `Policy ${policy.name} on ${relation.id} is always true: ${who.en} can ${can.en} the rows of every tenant.`,
        pt: `A política ${policy.name} em ${relation.id} é sempre verdadeira: ${who.pt} pode ${can.pt} as linhas de todas as clínicas.`,
      },
      evidence: {
        command: policy.command ?? 'ALL',
        roles: policy.roles ?? ['PUBLIC'],
        using: policy.using,
        check: policy.check,
        alwaysTrue: clauses,
      },
      fix: fix(
        predicate === null ? [] : [`${alterPolicy(judged)} ${parts}`],
        locks.brief,
        'Replace it by the tenant’s predicate. If the data is public for good reasons, classify the table as reference data.',
        'Troque pelo predicado da clínica. Se os dados são públicos com razão, classifique a tabela como referência.',
      ),
    },
  ]
}
