import { bareCalls } from '@/lib/sql/context'
import type { Expr } from '@/lib/sql/expression'
import { wrapCalls } from '@/lib/sql/wrap'
import { relationObject } from './identity'
import { perFacts } from './memo'
import { alterPolicy, decidingParts, failures, judgedPolicies } from './policies'
import { functionsOf } from './policy-facts'
import { operationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { fix, locks } from './texts'

/** From how many rows on a call per row is felt. */
const many = 10_000

export const perRowContextCall = defineRule({
  id: 'per-row-context-call',
  code: 'T20',
  group: 'tenancy',
  severity: 'medium',
  title: {
    en: 'The session context is asked again for every row',
    pt: 'O contexto da sessão é consultado a cada linha',
  },
  why: {
    en: 'A call outside (select …) runs once for each row the policy looks at; inside it runs once for the whole statement. On large tables that is the difference between milliseconds and minutes.',
    pt: 'Uma chamada fora de (select …) roda uma vez por linha que a política examina; dentro, uma vez por comando. Em tabelas grandes é a diferença entre milissegundos e minutos.',
  },
  references: operationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = judgedPolicies(facts)
    const functions = functionsOf(facts)
    const hits: Hit[] = []
    for (const judged of policies) {
      const { relation, policy } = judged
      const calls = decidingParts(judged).flatMap(({ part }) => bareIn(facts, part))
      if (calls.length === 0) continue
      const names = [...new Set(calls.map(({ call }) => call.name))]
      const wrap = (text: string | null) => (text === null ? null : wrapCalls(text, relation.name, functions))
      const [using, check] = [wrap(policy.using), wrap(policy.check)]
      const sure = (policy.using === null || using !== null) && (policy.check === null || check !== null)
      const clauses = [
        using === null ? '' : `using (${using})`,
        check === null ? '' : `with check (${check})`,
      ].filter((text) => text !== '')
      hits.push({
        object: relationObject(relation, { part: policy.name }),
        severity: (relation.rows ?? 0) >= many ? 'medium' : 'low',
        message: {
          en: `Policy ${policy.name} on ${relation.id} calls ${names.join(', ')} for each row${calls.every((c) => c.correlated) ? ', inside a sub-query that runs again for each' : ''}.`,
          pt: `A política ${policy.name} em ${relation.id} chama ${names.join(', ')} a cada linha${calls.every((c) => c.correlated) ? ', dentro de um subselect que se repete para cada uma' : ''}.`,
        },
        evidence: { calls: names, rows: relation.rows, using: policy.using, check: policy.check },
        fix: fix(
          sure ? [`${alterPolicy(judged)} ${clauses.join(' ')}`] : [],
          locks.brief,
          'Wrap each call: (select f()). The meaning stays the same.',
          'Envolva cada chamada: (select f()). O sentido não muda.',
        ),
      })
    }
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null, "ação" text);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select current_setting('app.clinic_id', true)::uuid));
      grant select on patients to :role`,
    broken: `alter policy own on patients using ("ação" <> '(' and clinic_id = (select current_setting('app.clinic_id', true)::uuid)
      and clinic_id = nullif(current_setting('app.clinic_id', true), '')::uuid)`,
    hits: ['public.patients/own'],
  },
})

const bareIn = perFacts((facts, part: Expr) => bareCalls(part, functionsOf(facts)))
