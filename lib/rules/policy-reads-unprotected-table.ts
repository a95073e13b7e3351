import type { Policy, Relation } from '@/lib/catalog/types-relation'
import { relationsUsed } from './definers'
import type { Facts } from './facts'
import { relationObject, roleName } from './identity'
import { perFacts } from './memo'
import { alterPolicy, applyTo, failures, judgedPolicies, scopeColumns, whoText } from './policies'
import type { JudgedPolicy } from './policies'
import { usesCheck } from './policy-facts'
import { isolationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { tenantPredicate } from './tenant-fix'
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
  // Null stands for a policy that looks at its own table alone.
  gather: (facts) =>
    applyTo(judgedPolicies(facts)).map((judged) => {
      const reads = readElsewhere(facts, judged)
      return reads.length > 0 || judged.facts.failed ? { judged, reads } : null
    }),
  check(_snapshot, facts, policies) {
    const selfServed = new Map<Policy, Relation>()
    const by = new Map<Relation, { policies: string[]; roles: Set<string | null> }>()
    const concerned = policies.filter((each) => each !== null)
    for (const { judged, reads } of concerned) {
      const { relation, policy, facts: of } = judged
      for (const read of reads) {
        if (read.rls) {
          for (const open of selfService(facts, read, of.exposed)) selfServed.set(open, read)
          continue
        }
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
    const own = [...selfServed].map(([policy, relation]) => selfServiceHit(facts, relation, policy))
    return {
      hits: [...hits, ...own],
      checked: policies.length,
      unknown: failures(concerned.map(({ judged }) => judged)),
    }
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

/** Tables beside its own that a policy reads, by its expressions or in functions that these call. */
function readElsewhere(facts: Facts, { relation, policy }: JudgedPolicy): readonly Relation[] {
  const helped = usedByCalls(facts, policy.calls)
  if (helped.length === 0 && policy.reads.every((use) => use.relation === relation.id)) return nothing
  const direct = policy.reads.flatMap((use) => facts.relation.get(use.relation) ?? [])
  return [...new Set([...direct, ...helped])].filter(
    (read) => read !== relation && (read.kind === 'table' || read.kind === 'partitioned'),
  )
}

const nothing: readonly Relation[] = []

/** Thousands of policies share one list of what they call. */
const usedByCalls = perFacts((facts, calls: Policy['calls']): readonly Relation[] =>
  calls.flatMap((id) => {
    const routine = facts.routine.get(id)
    return routine && routine.extension === null && !routine.schema.startsWith('pg_')
      ? relationsUsed(facts, routine)
      : []
  }),
)

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

/**
 * Write policies of a table of memberships that bind the person but not the tenant: whoever they let in writes a
 * membership of any clinic for themselves.
 */
function selfService(facts: Facts, read: Relation, exposed: readonly (string | null)[]): readonly Policy[] {
  const { tenant, own } = scopeColumns(facts, read)
  if (tenant === null || read === facts.tenancy.registry || facts.tenancy.ownersOf(read).length === 0)
    return []
  const writers = new Set(writersAmong(facts, read, exposed))
  if (writers.size === 0) return []
  return read.policies.filter((policy) => {
    if (!policy.permissive || !usesCheck(policy)) return false
    const of = facts.policy(read, policy)
    const part = of.effectiveCheck
    if (
      part === null ||
      !of.exposed.some(
        (role) =>
          role === null ||
          [...writers].some((w) => w === null || w === role || facts.roles.inherits(role).has(w)),
      )
    )
      return false
    const truth = of.truth(part)
    // What is always true is another rule's.
    if (truth !== 'depends') return false
    return of.binds(part, own).bound === false && !stampedByKey(read, tenant, policy)
  })
}

/** An UPDATE that may not touch the tenant column moves nobody. */
function stampedByKey(read: Relation, tenant: string, policy: Policy): boolean {
  if (policy.command !== 'UPDATE') return false
  const grants = [...read.grants, ...(read.columns.find((column) => column.name === tenant)?.grants ?? [])]
  return !grants.some((grant) => grant.privilege === 'UPDATE' && grant.grantee !== read.owner)
}

function selfServiceHit(facts: Facts, relation: Relation, policy: Policy): Hit {
  const who = whoText(facts.policy(relation, policy).exposed)
  const predicate = tenantPredicate(facts, relation)
  const judged = { relation, policy, facts: facts.policy(relation, policy) }
  const kept = policy.check ?? policy.using
  return {
    object: relationObject(relation, { part: policy.name }),
    message: {
      en: `Policy ${policy.name} lets ${who.en} write rows of ${relation.id} for any tenant, and other policies take what stands there for membership: one grants oneself access.`,
      pt: `A política ${policy.name} deixa ${who.pt} gravar linhas de ${relation.id} para qualquer clínica, e outras políticas tomam o que está ali por vínculo: a pessoa concede acesso a si mesma.`,
    },
    evidence: {
      command: policy.command ?? 'ALL',
      using: policy.using,
      check: policy.check,
      tenantColumn: facts.tenancy.columnOf(relation),
    },
    fix: fix(
      predicate === null || kept === null
        ? []
        : [`${alterPolicy(judged)} with check (${predicate} and (${kept}))`],
      locks.brief,
      'Let an administrator of the tenant, or a SECURITY DEFINER function that checks an invitation, write memberships.',
      'Deixe que só um administrador da clínica, ou uma função SECURITY DEFINER que confira um convite, grave vínculos.',
    ),
  }
}
