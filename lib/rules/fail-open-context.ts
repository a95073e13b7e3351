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
} from './policies'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Text } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const failOpenContext = defineRule({
  id: 'fail-open-context',
  code: 'T16',
  group: 'tenancy',
  severity: 'critical',
  title: {
    en: 'A policy that opens when the session says nothing',
    pt: 'Política que se abre quando a sessão nada informa',
  },
  why: {
    en: 'A connection that forgot to say who is asking (a job, a pool, a mistake) should see nothing. Here it sees everything, because the missing setting makes the condition true.',
    pt: 'Uma conexão que esqueceu de dizer quem pede (rotina, pool, engano) não deveria ver nada. Aqui vê tudo, porque a configuração ausente torna a condição verdadeira.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = applyTo(judgedPolicies(facts))
    const unknown: Text[] = failures(policies)
    const hits: Hit[] = []
    for (const judged of policies) {
      const { relation, policy, facts: of } = judged
      const open = decidingParts(judged).flatMap(({ part, clause }) => {
        const truth = of.truth(part)
        if (truth === 'always' || truth === 'constant' || truth === 'never') return []
        const found = of.failOpen(part)
        if (found === null)
          unknown.push({
            en: `Policy ${policy.name} (${relation.id}) has too many cases to tell what it does without a session context.`,
            pt: `A política ${policy.name} (${relation.id}) tem casos demais para dizer o que faz sem contexto de sessão.`,
          })
        if (!found || (policy.permissive && hasFloor(facts, judged, clause))) return []
        return [{ clause, missing: found.missing }]
      })
      if (open.length === 0) continue
      const who = whoText(of.exposed)
      const can = verbs(policy)
      const predicate = tenantPredicate(facts, relation)
      const empty = open.every((each) => each.missing === 'empty')
      const parts = open
        .map(({ clause }) => `${clause === 'USING' ? 'using' : 'with check'} (${predicate})`)
        .join(' ')
      hits.push({
        object: relationObject(relation, { part: policy.name }),
        message: {
          en: `Policy ${policy.name} on ${relation.id} is true when the session context is ${empty ? 'an empty text, as a used setting falls back to' : 'missing'}: ${who.en} can then ${can.en} rows of any tenant.`,
          pt: `A política ${policy.name} em ${relation.id} é verdadeira quando o contexto da sessão ${empty ? 'é um texto vazio, como fica uma configuração já usada' : 'falta'}: ${who.pt} pode então ${can.pt} linhas de qualquer clínica.`,
        },
        evidence: {
          command: policy.command ?? 'ALL',
          roles: policy.roles ?? ['PUBLIC'],
          using: policy.using,
          check: policy.check,
          open,
        },
        fix: fix(
          predicate === null ? [] : [`${alterPolicy(judged)} ${parts}`],
          locks.brief,
          'Remove the branch that holds without a context; jobs that need every row get a role and a policy of their own.',
          'Retire o ramo que vale sem contexto; rotinas que precisam de todas as linhas recebem papel e política próprios.',
        ),
      })
    }
    return { hits, checked: policies.length, unknown }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null, is_public boolean not null default false);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (is_public or clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: `alter policy own on patients using (coalesce((select nullif(current_setting('app.clinic_id', true), '')::uuid), clinic_id) = clinic_id)`,
    hits: ['public.patients/own'],
  },
})
