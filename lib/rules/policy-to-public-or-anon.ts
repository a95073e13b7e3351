import type { Facts } from './facts'
import { quote, relationObject } from './identity'
import {
  alterPolicy,
  failures,
  judgedPolicies,
  scopeColumns,
  usesNothing,
  verbs,
  type JudgedPolicy,
} from './policies'
import { commandsOf } from './policy-facts'
import { published } from './policy-ignores-tenant'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Severity } from './rule'
import { fix, locks } from './texts'

export const policyToPublicOrAnon = defineRule({
  id: 'policy-to-public-or-anon',
  code: 'T08',
  group: 'tenancy',
  severity: 'high',
  title: {
    en: 'A policy for everyone, or for nobody in particular',
    pt: 'Política para todos, ou para quem não se identificou',
  },
  why: {
    en: 'Without TO a policy holds for PUBLIC: for every role there is and will be, those that sign nobody in included. Name the roles it is meant for.',
    pt: 'Sem TO a política vale para PUBLIC: para todo papel que existe e existirá, inclusive os de quem não se identificou. Diga a que papéis ela se destina.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = judgedPolicies(facts).filter(({ policy }) => policy.permissive)
    const hits = policies
      .filter(
        ({ relation, policy }) =>
          (policy.roles === null || policy.roles.some((role) => facts.unauthenticatedRoles.has(role))) &&
          !(facts.isReference(relation) && policy.command === 'SELECT'),
      )
      .flatMap((judged) => hit(facts, judged))
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: 'alter policy own on patients to public',
    hits: ['public.patients/own'],
  },
})

function hit(facts: Facts, judged: JudgedPolicy): Hit[] {
  const { relation, policy, facts: of } = judged
  const anonymous = (policy.roles ?? []).filter((role) => facts.unauthenticatedRoles.has(role))
  const commands = commandsOf(policy)
  const reach = facts.reach(relation)
  const opened = reach
    .filter((r) => r.role === null || facts.unauthenticatedRoles.has(r.role))
    .filter((r) => commands.some((c) => r.privileges.has(c) || r.onColumns.has(c)))
  const { all } = scopeColumns(facts, relation)
  const parts = [of.using, of.effectiveCheck].filter((part) => part !== null)
  if (parts.every((part) => of.truth(part) === 'never') && parts.length > 0) return []
  const sound =
    parts.length > 0 &&
    parts.every((part) => of.binds(part, all).bound === true && of.binds(part, all).atoms > 0)
  const writes = commands.some((command) => command !== 'SELECT')
  const meant = !writes && of.using !== null && published(of.using)
  const severity: Severity =
    opened.length === 0 || usesNothing(judged) || meant
      ? 'low'
      : sound
        ? 'medium'
        : writes
          ? 'critical'
          : 'high'
  const held = reach
    .filter(
      (r) =>
        r.role !== null &&
        !facts.unauthenticatedRoles.has(r.role) &&
        commands.some((c) => r.privileges.has(c) || r.onColumns.has(c)),
    )
    .map((r) => r.role as string)
  const rest = policy.roles === null ? held : policy.roles.filter((role) => !anonymous.includes(role))
  const whom = policy.roles === null ? 'PUBLIC' : anonymous.join(', ')
  const can = verbs(policy)
  return [
    {
      object: relationObject(relation, { part: policy.name }),
      severity,
      message:
        opened.length > 0
          ? {
              en: `Policy ${policy.name} on ${relation.id} is for ${whom}, which also holds the grant: anyone who connects without saying who they are can ${can.en} what it lets through.`,
              pt: `A política ${policy.name} em ${relation.id} é para ${whom}, que também tem a permissão: quem se conecta sem se identificar pode ${can.pt} o que ela deixa passar.`,
            }
          : {
              en: `Policy ${policy.name} on ${relation.id} is for ${whom}; no such grant exists today, so the next one opens it.`,
              pt: `A política ${policy.name} em ${relation.id} é para ${whom}; hoje não há permissão assim, e a próxima a abre.`,
            },
      evidence: {
        command: policy.command ?? 'ALL',
        roles: policy.roles ?? ['PUBLIC'],
        using: policy.using,
        check: policy.check,
        grants: opened.map((r) => r.role ?? 'PUBLIC'),
      },
      fix: fix(
        rest.length === 0 ? [] : [`${alterPolicy(judged)} to ${rest.map(quote).join(', ')}`],
        locks.brief,
        'Name the application’s roles. Roles that relied on PUBLIC and are not named see nothing afterwards.',
        'Nomeie os papéis da aplicação. Papéis que dependiam de PUBLIC e não forem nomeados deixam de ver as linhas.',
      ),
    },
  ]
}
