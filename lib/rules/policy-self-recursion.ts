import type { Policy, Relation } from '@/lib/catalog/types-relation'
import type { RoutineId } from '@/lib/catalog/types'
import { walk, type Expr, type Query } from '@/lib/sql/expression'
import { relationsUsed } from './definers'
import type { Facts } from './facts'
import { gather } from './gather'
import { relationObject } from './identity'
import { memo, ofFacts, perFacts } from './memo'
import { failures, judgedPolicies, type JudgedPolicy } from './policies'
import { operationReferences } from './references'
import { defineRule } from './rule'
import { fix, locks } from './texts'

export const policySelfRecursion = defineRule({
  id: 'policy-self-recursion',
  code: 'T24',
  group: 'tenancy',
  severity: 'high',
  title: { en: 'Policies that read each other in a circle', pt: 'Políticas que se leem em círculo' },
  why: {
    en: 'Reading the table asks its policy, which reads the table again: PostgreSQL stops every such statement with "infinite recursion detected in policy".',
    pt: 'Ler a tabela consulta a política, que lê a tabela outra vez: o PostgreSQL interrompe todo comando assim com "infinite recursion detected in policy".',
  },
  references: operationReferences,
  // Null stands for a policy that reads no table.
  gather: (facts) =>
    judgedPolicies(facts)
      .filter(({ relation, policy }) => relation.rls && policy.command !== 'INSERT')
      .map((judged) => (judged.facts.failed || reads(facts, judged) ? judged : null)),
  check(_snapshot, facts, policies) {
    const concerned = policies.filter((each) => each !== null)
    const edges = new Map<Relation, { to: Relation; policy: string }[]>()
    for (const { relation, policy, facts: of } of concerned) {
      if (!of.using || (policy.command !== null && policy.command !== 'SELECT')) continue
      const names = relationsRead(of.using)
      const called = readByCalls(facts, policy.calls)
      const read = [...names].flatMap((name) => byName(facts).get(name) ?? [])
      for (const to of new Set([...read, ...called])) gather(edges, relation, { to, policy: policy.name })
    }
    const reported = new Set<string>()
    const hits = [...edges.keys()].flatMap((start) => {
      const cycle = cycleFrom(start, edges)
      if (!cycle) return []
      const key = cycle
        .map((step) => step.relation.id)
        .sort()
        .join()
      if (reported.has(key)) return []
      reported.add(key)
      const first = [...cycle].sort((a, b) => (a.relation.id < b.relation.id ? -1 : 1))[0]!
      const path = cycle.map((step) => `${step.relation.id}/${step.policy}`)
      return [
        {
          object: relationObject(first.relation, { part: first.policy }),
          message: {
            en: `Policy ${first.policy} on ${first.relation.id} reads ${cycle.length === 1 ? 'its own table' : `tables whose policies lead back to it (${path.join(' → ')})`}: every statement that meets it ends in an error.`,
            pt: `A política ${first.policy} em ${first.relation.id} lê ${cycle.length === 1 ? 'a própria tabela' : `tabelas cujas políticas voltam a ela (${path.join(' → ')})`}: todo comando que a encontra termina em erro.`,
          },
          evidence: { cycle: path },
          fix: fix(
            [],
            locks.brief,
            'Move the lookup into a SECURITY DEFINER function with a fixed search_path, owned by a role the inner policies let read, and call it from the policy.',
            'Mova a consulta para uma função SECURITY DEFINER de search_path fixo, de um dono a quem as políticas internas permitam ler, e chame-a na política.',
          ),
        },
      ]
    })
    return { hits, checked: policies.length, unknown: failures(concerned) }
  },
  example: {
    clean: `
      create role :role; create table members (user_id uuid, clinic_id uuid, primary key (user_id, clinic_id)); create index on members (clinic_id);
      alter table members enable row level security; alter table members force row level security;
      create policy own on members for select to :role using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
      grant select on members to :role`,
    broken: `create policy colleagues on members for select to :role using (clinic_id in (select m.clinic_id from members m
        where m.user_id = (select nullif(current_setting('app.user_id', true), '')::uuid)))`,
    hits: ['public.members/colleagues'],
  },
})

/** What the functions it calls read with the caller's own rights: policies hold there as well. */
const readByCalls = perFacts((facts, calls: Policy['calls']): readonly Relation[] =>
  calls.flatMap((id) => readBy(facts, id)),
)

const reads = (facts: Facts, { policy, facts: { using } }: JudgedPolicy): boolean =>
  using !== null && (relationsRead(using).size > 0 || readByCalls(facts, policy.calls).length > 0)

const byName = ofFacts(
  ({ snapshot }) =>
    new Map(snapshot.relations.map((relation) => [`${relation.schema}.${relation.name}`, relation])),
)

const readBy = perFacts((facts, id: RoutineId): readonly Relation[] => {
  const routine = facts.routine.get(id)
  return routine && !routine.definer && routine.extension === null ? relationsUsed(facts, routine) : []
})

/** Raw `schema.name` of relations that sub-queries of the expression read. */
const relationsRead = memo((expr: Expr): ReadonlySet<string> => {
  const names = new Set<string>()
  const from = (query: Query): void => {
    for (const item of query.from) {
      if (item.relation) names.add(item.relation)
      if (item.query) from(item.query)
    }
    query.arms.forEach(from)
  }
  walk(expr, (part) => {
    if (part.kind === 'sub') from(part.query)
  })
  return names
})

interface Step {
  readonly relation: Relation
  readonly policy: string
}

/** The shortest way from a table back to itself, or null. */
function cycleFrom(
  start: Relation,
  edges: ReadonlyMap<Relation, readonly { to: Relation; policy: string }[]>,
): readonly Step[] | null {
  const todo: Step[][] = (edges.get(start) ?? []).map((edge) => [{ relation: start, policy: edge.policy }])
  const targets = (edges.get(start) ?? []).map((edge) => edge.to)
  const seen = new Set<Relation>()
  for (let at = 0; at < todo.length; at++) {
    const here = targets[at]!
    const path = todo[at]!
    if (here === start) return path
    if (seen.has(here) || !here.rls) continue
    seen.add(here)
    for (const edge of edges.get(here) ?? []) {
      todo.push([...path, { relation: here, policy: edge.policy }])
      targets.push(edge.to)
    }
  }
  return null
}
