import { unwrapped, walk, type Expr } from '@/lib/sql/expression'
import { relationObject } from './identity'
import { perFacts } from './memo'
import { alterPolicy, applyTo, decidingParts, failures, judgedPolicies } from './policies'
import { isolationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const currentUserAsTenant = defineRule({
  id: 'current-user-as-tenant',
  code: 'T19',
  group: 'tenancy',
  severity: 'medium',
  title: { en: 'Rows are told apart by the database login', pt: 'Linhas separadas pelo login do banco' },
  why: {
    en: 'An application with one shared login is always the same current_user: either everyone sees the same rows or nobody sees any. It fits only where each tenant or person has a role of its own.',
    pt: 'Uma aplicação com um login só é sempre o mesmo current_user: ou todos veem as mesmas linhas, ou ninguém vê. Só serve quando cada clínica ou pessoa tem papel próprio.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = applyTo(judgedPolicies(facts))
    const hits = policies.flatMap((judged) => {
      const { relation, policy } = judged
      const parts = decidingParts(judged)
      if (!parts.some(({ part }) => comparedColumns(facts, part).length > 0)) return nothing
      const columns = [...new Set(parts.flatMap(({ part }) => comparedColumns(facts, part)))]
      const predicate = tenantPredicate(facts, relation)
      const whole = parts.every(({ part }) => part.kind === 'op')
      const clauses = parts
        .map(({ clause }) => `${clause === 'USING' ? 'using' : 'with check'} (${predicate})`)
        .join(' ')
      return [
        {
          object: relationObject(relation, { part: policy.name }),
          severity:
            (facts.config.applicationRoles?.length ?? 0) > 0 ? ('high' as const) : ('medium' as const),
          message: {
            en: `Policy ${policy.name} on ${relation.id} compares ${columns.join(', ')} with the database login: through a shared login it cannot tell people apart.`,
            pt: `A política ${policy.name} em ${relation.id} compara ${columns.join(', ')} com o login do banco: por um login compartilhado ela não distingue pessoas.`,
          },
          evidence: { command: policy.command ?? 'ALL', using: policy.using, check: policy.check, columns },
          fix: fix(
            predicate !== null && whole ? [`${alterPolicy(judged)} ${clauses}`] : [],
            locks.brief,
            'Use a setting or claim given with each request. Where each tenant really has a role of its own, record that as by design.',
            'Use uma configuração ou declaração dada a cada requisição. Se cada clínica tem de fato papel próprio, registre como decisão de projeto.',
          ),
        },
      ]
    })
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null, owner_login text); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (pg_has_role(current_user, 'pg_monitor', 'member') and clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: 'alter policy own on patients using (owner_login = current_user)',
    hits: ['public.patients/own'],
  },
})

const nothing: readonly Hit[] = []

/** Own columns compared with current_user or session_user; `current_user = 'admin'` is an escape, not a key. */
export const comparedColumns = perFacts((_facts, part: Expr): readonly string[] => {
  const found: string[] = []
  walk(part, (inner) => {
    if (inner.kind !== 'op' || inner.args.length !== 2) return
    for (const [at, arg] of inner.args.entries()) {
      const other = inner.args[1 - at]
      const column = unwrapped(arg)
      if (other && isLogin(other) && column.kind === 'column' && column.own) found.push(column.name)
    }
  })
  return found
})

function isLogin(expr: Expr): boolean {
  const inner = unwrapped(expr)
  return inner.kind === 'value-function' && /^(current_user|session_user|current_role|user)$/.test(inner.name)
}
