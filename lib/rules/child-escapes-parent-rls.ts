import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { relationObject, roleName } from './identity'
import { whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { fix, locks } from './texts'

export const childEscapesParentRls = defineRule({
  id: 'child-escapes-parent-rls',
  code: 'T31',
  group: 'tenancy',
  severity: 'high',
  title: {
    en: 'A partition shows what its parent hides',
    pt: 'Uma partição mostra o que a tabela-mãe esconde',
  },
  why: {
    en: 'Policies of the parent hold only when it is asked through the parent. Who holds a grant on the child reads it by name, without any policy.',
    pt: 'As políticas da tabela-mãe só valem quando se consulta por ela. Quem tem permissão na filha a lê pelo nome, sem política alguma.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const children = facts.governed.filter(
      (r) => r.parents.length > 0 && protectedAncestor(facts, r) !== null,
    )
    const hits = children
      .filter((r) => !r.rls && facts.reach(r).length > 0)
      .map((relation) => {
        const reach = facts.reach(relation)
        const who = whoText(reach.map((r) => r.role))
        const parent = protectedAncestor(facts, relation)
        return {
          object: relationObject(relation),
          message: {
            en: `${relation.id} has no row-level security under ${parent}, which has: ${who.en} reads by the child’s name the rows that the parent hides.`,
            pt: `${relation.id} não tem segurança por linha sob ${parent}, que tem: ${who.pt} lê pelo nome da filha as linhas que a mãe esconde.`,
          },
          evidence: {
            parent,
            rls: false,
            policies: relation.policies.map((p) => p.name),
            grants: reach.map((r) => ({ role: r.role ?? 'PUBLIC', privileges: [...r.privileges].sort() })),
          },
          fix: fix(
            reach.flatMap((r) => [
              `revoke all on ${relation.id} from ${roleName(r.role)}`,
              ...[...r.onColumns].map(
                ([privilege, columns]) =>
                  `revoke ${privilege.toLowerCase()} (${columns.map((c) => `"${c.replaceAll('"', '""')}"`).join(', ')}) on ${relation.id} from ${roleName(r.role)}`,
              ),
            ]),
            locks.none,
            'Access through the parent needs no grant on the child. Keep new partitions from being granted (default privileges).',
            'O acesso pela mãe não precisa de permissão na filha. Evite que novas partições nasçam com permissão (privilégios padrão).',
          ),
        }
      })
    return { hits, checked: children.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table visits (id uuid, clinic_id uuid not null, at timestamptz not null, primary key (id, at)) partition by range (at);
      create table visits_2026 partition of visits for values from ('2026-01-01') to ('2027-01-01');
      create index on visits (clinic_id);
      alter table visits enable row level security; alter table visits force row level security;
      create policy own on visits for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on visits to :role`,
    broken: 'grant select on visits_2026 to :role',
    hits: ['public.visits_2026'],
  },
})

/** The nearest ancestor that has row-level security, or null. */
function protectedAncestor(facts: Facts, relation: Relation): string | null {
  const seen = new Set<string>()
  const todo = [...relation.parents]
  for (let id = todo.shift(); id !== undefined; id = todo.shift()) {
    const parent = facts.relation.get(id)
    if (!parent || seen.has(id)) continue
    if (parent.rls) return parent.id
    seen.add(id)
    todo.push(...parent.parents)
  }
  return null
}
