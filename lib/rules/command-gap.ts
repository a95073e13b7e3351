import type { Command } from '@/lib/catalog/types'
import type { Policy, Relation } from '@/lib/catalog/types-relation'
import { commands } from '@/lib/catalog/types'
import type { Facts } from './facts'
import { quote, relationObject, roleName } from './identity'
import { perFacts } from './memo'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Text } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const commandGap = defineRule({
  id: 'command-gap',
  code: 'T09',
  group: 'tenancy',
  severity: 'medium',
  title: { en: 'A privilege that no policy covers', pt: 'Permissão que nenhuma política cobre' },
  why: {
    en: 'The role may run the command, but no policy of that command is for it: UPDATE and DELETE silently touch nothing, INSERT fails. An UPDATE or DELETE that reads a column also needs a policy for SELECT.',
    pt: 'O papel pode executar o comando, mas nenhuma política desse comando vale para ele: UPDATE e DELETE não tocam nada, sem aviso; INSERT falha. UPDATE ou DELETE que lê uma coluna precisa também de política de SELECT.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.governed.filter(
      (r) => r.rls && r.policies.some((p) => p.permissive) && (!r.isPartition || facts.reach(r).length > 0),
    )
    const hits: Hit[] = []
    for (const relation of tables) {
      for (const r of facts.reach(relation)) {
        if (r.role !== null && facts.roles.exempt(r.role)) continue
        const covered = coveredFor(facts, relation, r.role)
        if (covered.length === commands.length) continue
        const reads = covered.includes('SELECT')
        const granted = commands.filter((command) => r.privileges.has(command) || r.onColumns.has(command))
        const gaps = granted.filter((command) => !covered.includes(command))
        const blind = reads
          ? []
          : granted.filter((c) => (c === 'UPDATE' || c === 'DELETE') && !gaps.includes(c))
        if (gaps.length + blind.length > 0) hits.push(hit(facts, relation, r.role, gaps, blind))
      }
    }
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: 'grant delete on patients to :role',
    hits: ['public.patients/:role'],
  },
})

const nothing: readonly Command[] = []

/** Commands with a permissive policy that is for this role; `null` is PUBLIC. */
function coveredFor(facts: Facts, relation: Relation, role: string | null): readonly Command[] {
  let covered = nothing
  for (const { permissive, command, roles } of relation.policies) {
    if (!permissive || !isFor(facts, roles, role)) continue
    if (command === null) return commands
    if (!covered.includes(command)) covered = [...covered, command]
  }
  return covered
}

/** Do the policy's roles include PUBLIC or one whose privileges the role, or who inherits it, has? */
function isFor(facts: Facts, roles: Policy['roles'], role: string | null): boolean {
  if (roles === null) return true
  if (role === null) return false
  const known = answersFor(facts, roles)
  const found = known.get(role)
  if (found !== undefined) return found
  const made = isForOne(facts, roles, role)
  known.set(role, made)
  return made
}

/** Thousands of policies share one list of roles. */
const answersFor = perFacts((_facts, _roles: readonly string[]) => new Map<string, boolean>())

function isForOne(facts: Facts, roles: readonly string[], role: string): boolean {
  if (roles.some((named) => facts.roles.inherits(role).has(named))) return true
  // A group that only hands on its grant: each member that can use it has a policy of its own.
  const members = [...facts.roles.inheritedBy(role)].filter((name) => name !== role)
  return (
    members.length > 0 &&
    facts.role.get(role)?.login === false &&
    members.every((member) => roles.some((named) => facts.roles.inherits(member).has(named)))
  )
}

function hit(
  facts: Facts,
  relation: Relation,
  role: string | null,
  gaps: readonly Command[],
  blind: readonly Command[],
): Hit {
  const who = roleName(role)
  const predicate = tenantPredicate(facts, relation)
  const missing = [...gaps, ...(blind.length > 0 && !gaps.includes('SELECT') ? (['SELECT'] as const) : [])]
  const onColumns = facts.reach(relation).find((r) => r.role === role)?.onColumns
  const revoke = missing.filter((command) => gaps.includes(command) && command !== 'SELECT')
  const add = missing.filter((command) => !revoke.includes(command))
  const statements = [
    ...revoke.map((command) => {
      const columns = onColumns?.get(command)
      const some = columns ? ` (${columns.map(quote).join(', ')})` : ''
      return `revoke ${command.toLowerCase()}${some} on ${relation.id} from ${who}`
    }),
    ...(predicate === null || role === null
      ? []
      : add.map(
          () =>
            `create policy ${quote(`tenant_select_${String(role)}`.slice(0, 63))} on ${relation.id} for select to ${who} using (${predicate})`,
        )),
  ]
  const complete = predicate !== null && role !== null ? true : add.length === 0
  return {
    object: relationObject(relation, { part: role ?? 'public' }),
    // On Supabase every table is granted to the API roles; a command without a policy is closed on purpose.
    severity: facts.supabase && role !== null && /^(anon|authenticated)$/.test(role) ? 'low' : 'medium',
    message:
      gaps.length > 0
        ? {
            en: `${role ?? 'PUBLIC'} holds ${gaps.join(', ')} on ${relation.id} and no policy covers it: ${effect(gaps).en}.`,
            pt: `${role ?? 'PUBLIC'} tem ${gaps.join(', ')} em ${relation.id} e nenhuma política cobre: ${effect(gaps).pt}.`,
          }
        : {
            en: `${role ?? 'PUBLIC'} has a policy for ${blind.join(', ')} on ${relation.id} but none for SELECT: a statement with WHERE touches no row and does not say so.`,
            pt: `${role ?? 'PUBLIC'} tem política de ${blind.join(', ')} em ${relation.id}, mas nenhuma de SELECT: um comando com WHERE não toca linha e não avisa.`,
          },
    evidence: {
      role: role ?? 'PUBLIC',
      uncovered: gaps,
      withoutSelect: blind,
      policies: relation.policies.map((p) => ({
        name: p.name,
        command: p.command ?? 'ALL',
        permissive: p.permissive,
        roles: p.roles ?? ['PUBLIC'],
      })),
    },
    fix: fix(
      complete ? statements : [],
      locks.brief,
      'Revoke what the role should not do; where it should, add a policy of that command with the tenant’s predicate instead.',
      'Revogue o que o papel não deve fazer; se deve, acrescente em vez disso uma política desse comando com o predicado da clínica.',
    ),
  }
}

/** What happens to commands that no policy covers. */
function effect(gaps: readonly Command[]): Text {
  const silent = gaps.filter((command) => command !== 'INSERT').join(', ')
  return {
    en: [
      silent && `${silent} touches no row and does not say so`,
      gaps.includes('INSERT') && 'INSERT is refused',
    ]
      .filter(Boolean)
      .join(', '),
    pt: [
      silent && `${silent} não alcança linha alguma e não avisa`,
      gaps.includes('INSERT') && 'INSERT é recusado',
    ]
      .filter(Boolean)
      .join(', '),
  }
}
