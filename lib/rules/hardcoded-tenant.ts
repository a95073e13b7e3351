import { bare, walk, type Expr } from '@/lib/sql/expression'
import type { Facts } from './facts'
import { relationObject } from './identity'
import { perFacts } from './memo'
import { alterPolicy, applyTo, decidingParts, failures, judgedPolicies, whoText } from './policies'
import { sameSet } from './same-set'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const hardcodedTenant = defineRule({
  id: 'hardcoded-tenant',
  code: 'T17',
  group: 'tenancy',
  severity: 'medium',
  title: { en: 'A tenant written into a policy', pt: 'Uma clínica escrita dentro da política' },
  why: {
    en: 'The policy names one tenant or person instead of asking the session: everyone it applies to acts for that one, and the next tenant needs a migration.',
    pt: 'A política cita uma clínica ou pessoa em vez de perguntar à sessão: todos a quem se aplica agem por ela, e a próxima clínica exige migração.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = applyTo(judgedPolicies(facts))
    const hits = policies.flatMap((judged) => {
      const { relation, policy } = judged
      const tenant = facts.tenancy.columnOf(relation)
      const owners = facts.tenancy.ownersOf(relation)
      const columns = sameSet(tenant && !owners.includes(tenant) ? [tenant, ...owners] : owners)
      if (columns.size === 0) return []
      const found = decidingParts(judged).flatMap(({ part, clause }) =>
        literals(facts, part, columns).map((value) => ({ clause, value, whole: isComparison(part) })),
      )
      if (found.length === 0) return []
      const who = whoText(judged.facts.exposed)
      const predicate = tenantPredicate(facts, relation)
      const sure = predicate !== null && found.every((each) => each.whole)
      const clauses = found
        .map(({ clause }) => `${clause === 'USING' ? 'using' : 'with check'} (${predicate})`)
        .join(' ')
      return [
        {
          object: relationObject(relation, { part: policy.name }),
          message: {
            en: `Policy ${policy.name} on ${relation.id} compares ${[...columns].join(', ')} with a fixed value: ${who.en} acts for that one, whoever is asking.`,
            pt: `A política ${policy.name} em ${relation.id} compara ${[...columns].join(', ')} com um valor fixo: ${who.pt} age por ele, seja quem for que pede.`,
          },
          evidence: {
            command: policy.command ?? 'ALL',
            roles: policy.roles ?? ['PUBLIC'],
            using: policy.using,
            check: policy.check,
            values: found.map((each) => each.value),
          },
          fix: fix(
            sure ? [`${alterPolicy(judged)} ${clauses}`] : [],
            locks.brief,
            'Compare with the session’s context instead.',
            'Compare com o contexto da sessão.',
          ),
        },
      ]
    })
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null, status text); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (status = 'active' and clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: `alter policy own on patients using (clinic_id = 'a0000000-0000-4000-8000-00000000000a')`,
    hits: ['public.patients/own'],
  },
})

const nil = '00000000-0000-0000-0000-000000000000'

function literals(facts: Facts, part: Expr, columns: ReadonlySet<string>): readonly string[] {
  const known = byColumns(facts, part)
  const before = known.get(columns)
  if (before) return before
  const made = literalsIn(part, columns)
  known.set(columns, made)
  return made
}

const byColumns = perFacts((_facts, _part: Expr) => new Map<ReadonlySet<string>, readonly string[]>())

function literalsIn(part: Expr, columns: ReadonlySet<string>): readonly string[] {
  const found: string[] = []
  const isOwn = (expr: Expr) => {
    const inner = bare(expr)
    return inner.kind === 'column' && inner.own && columns.has(inner.name)
  }
  const add = (expr: Expr) => {
    const inner = bare(expr)
    if (inner.kind === 'const' && inner.value !== null && inner.value !== nil) found.push(String(inner.value))
  }
  walk(part, (inner) => {
    if (inner.kind === 'op' && inner.op === '=' && inner.args.length === 2) {
      const [left, right] = inner.args
      if (left && right && isOwn(left)) add(right)
      if (left && right && isOwn(right)) add(left)
    }
    if (inner.kind === 'any' && isOwn(inner.arg)) {
      const array = bare(inner.array)
      if (array.kind === 'list') for (const item of array.items) add(item)
    }
  })
  return found
}

const isComparison = (part: Expr) => part.kind === 'op' || part.kind === 'any'
