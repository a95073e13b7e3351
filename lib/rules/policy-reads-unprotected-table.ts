import type { Relation } from '@/lib/catalog/types'
import { relationsUsed } from './definers'
import type { Facts } from './facts'
import { relationObject, roleName } from './identity'
import { applyTo, failures, judgedPolicies, whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { fix, locks } from './texts'

const writes = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'] as const

export const policyReadsUnprotectedTable = defineRule({
  id: 'policy-reads-unprotected-table',
  code: 'T23',
  group: 'tenancy',
  severity: 'high',
  title: {
    en: 'A policy trusts a table that the caller can change',
    pt: 'Política confia numa tabela que quem chama pode mudar',
  },
  why: {
    en: 'The policy looks up memberships or rights in a table without row-level security, and the same role may write there: it grants itself what the policy asks for.',
    pt: 'A política consulta vínculos ou direitos numa tabela sem segurança por linha, e o mesmo papel pode gravar nela: concede a si o que a política exige.',
  },
  references: isolationReferences,
  check(_snapshot, facts) {
    const policies = applyTo(judgedPolicies(facts))
    const by = new Map<Relation, { policies: string[]; roles: Set<string | null> }>()
    for (const { relation, policy, facts: of } of policies) {
      const direct = policy.reads.flatMap((use) => facts.relation.get(use.relation) ?? [])
      const helped = policy.calls.flatMap((id) => {
        const routine = facts.routine.get(id)
        return routine && routine.extension === null && !routine.schema.startsWith('pg_')
          ? relationsUsed(facts, routine)
          : []
      })
      for (const read of new Set([...direct, ...helped])) {
        if (read === relation || read.rls || (read.kind !== 'table' && read.kind !== 'partitioned')) continue
        for (const role of writersAmong(facts, read, of.exposed)) {
          const entry = by.get(read) ?? { policies: [], roles: new Set<string | null>() }
          const name = `${relation.id}/${policy.name}`
          if (!entry.policies.includes(name)) entry.policies.push(name)
          entry.roles.add(role)
          by.set(read, entry)
        }
      }
    }
    const hits = [...by].map(([relation, { policies: names, roles }]) => {
      const who = whoText([...roles])
      return {
        object: relationObject(relation),
        message: {
          en: `${relation.id} has no row-level security, ${who.en} may write it, and ${names.length === 1 ? `policy ${names[0]} relies` : `${names.length} policies rely`} on what it says.`,
          pt: `${relation.id} não tem segurança por linha, ${who.pt} pode gravar nela, e ${names.length === 1 ? `a política ${names[0]} depende` : `${names.length} políticas dependem`} do que ela diz.`,
        },
        evidence: { policies: names.slice(0, 20), writableBy: [...roles].map((role) => role ?? 'PUBLIC') },
        fix: fix(
          [...roles].map(
            (role) => `revoke insert, update, delete, truncate on ${relation.id} from ${roleName(role)}`,
          ),
          locks.none,
          'Or protect the table: policies under which nobody writes their own membership. Column grants and grants through other roles have to go as well.',
          'Ou proteja a tabela: políticas em que ninguém grava o próprio vínculo. Permissões por coluna e por outros papéis também precisam sair.',
        ),
      }
    })
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create table members (user_id uuid, clinic_id uuid, primary key (user_id, clinic_id));
      create table rooms (id uuid primary key, clinic_id uuid not null); create index on rooms (clinic_id);
      alter table rooms enable row level security; alter table rooms force row level security;
      create policy own on rooms for select to :role using (exists (select 1 from members m
        where m.clinic_id = rooms.clinic_id and m.user_id = (select nullif(current_setting('app.user_id', true), '')::uuid)));
      grant select on members, rooms to :role`,
    broken: 'grant insert on members to :role',
    hits: ['public.members'],
  },
})

/** Holders of a write grant on the table that the policy's roles can use; the holder is named, so that it can be revoked. */
function writersAmong(
  facts: Facts,
  read: Relation,
  exposed: readonly (string | null)[],
): readonly (string | null)[] {
  const held = facts
    .reach(read)
    .filter((r) => writes.some((privilege) => r.privileges.has(privilege) || r.onColumns.has(privilege)))
  return held
    .map((r) => r.role)
    .filter(
      (holder) =>
        holder === null ||
        exposed.some(
          (role) =>
            role === null || facts.roles.inherits(role).has(holder) || facts.roles.inherits(holder).has(role),
        ),
    )
}
