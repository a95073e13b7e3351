import { claimPaths, readsColumn } from '@/lib/sql/claims'
import type { Expr } from '@/lib/sql/expression'
import { inlined } from '@/lib/sql/inline'
import { relationObject } from './identity'
import { ofFacts, perFacts } from './memo'
import { alterPolicy, applyTo, decidingParts, failures, judgedPolicies, whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { fix, locks } from './texts'

export const userEditableClaim = defineRule({
  id: 'user-editable-claim',
  code: 'T18',
  group: 'tenancy',
  severity: 'critical',
  title: {
    en: 'A policy that trusts what the user can edit',
    pt: 'Política que confia no que o usuário pode editar',
  },
  why: {
    en: 'The end user writes this claim about themselves: whoever changes it becomes an administrator, or a member of another clinic.',
    pt: 'É o próprio usuário quem grava esta declaração sobre si: quem a muda vira administrador, ou membro de outra clínica.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const policies = applyTo(judgedPolicies(facts))
    const hits: Hit[] = []
    for (const judged of policies) {
      const { relation, policy } = judged
      const found = [...new Set(decidingParts(judged).flatMap(({ part }) => editable(facts, part)))]
      if (found.length === 0) continue
      const who = whoText(judged.facts.exposed)
      const sql = moved(policy.using, policy.check)
      hits.push({
        object: relationObject(relation, { part: policy.name }),
        message: {
          en: `Policy ${policy.name} on ${relation.id} decides by ${found.join(', ')}, which the user can change: ${who.en} can name any value.`,
          pt: `A política ${policy.name} em ${relation.id} decide por ${found.join(', ')}, que o usuário pode mudar: ${who.pt} pode declarar qualquer valor.`,
        },
        evidence: {
          command: policy.command ?? 'ALL',
          roles: policy.roles ?? ['PUBLIC'],
          using: policy.using,
          check: policy.check,
          claims: found,
        },
        fix: fix(
          sql === null ? [] : [`${alterPolicy(judged)} ${sql}`],
          locks.brief,
          'Move the claim to metadata that only the server writes (app_metadata) before the policy reads it there; until it is moved, nobody passes.',
          'Mova a declaração para metadados que só o servidor grava (app_metadata) antes que a política a leia ali; até lá, ninguém passa.',
        ),
      })
    }
    return { hits, checked: policies.length, unknown: failures(policies) }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role
        using (clinic_id = (select (current_setting('request.jwt.claims', true)::jsonb -> 'app_metadata' ->> 'user_metadata_clinic')::uuid));
      grant select on patients to :role`,
    broken: `alter policy own on patients
        using (clinic_id = (select (current_setting('request.jwt.claims', true)::jsonb -> 'user_metadata' ->> 'clinic')::uuid))`,
    hits: ['public.patients/own'],
  },
})

const untrustedClaims = ofFacts((facts): ReadonlySet<string> => {
  const configured = (facts.config.isolation?.untrusted ?? []).map((name) => name.replace(/^claims\./, ''))
  return new Set([
    'user_metadata',
    'raw_user_meta_data',
    ...(facts.config.userEditableClaims ?? []),
    ...configured,
  ])
})

const editable = perFacts((facts, part: Expr): readonly string[] => {
  const expr = inlined(part, facts)
  const untrusted = untrustedClaims(facts)
  // As written, and with helpers opened: a helper may be the token itself, or hide the claim.
  const found = [...claimPaths(part), ...claimPaths(expr)]
    .filter((path) => untrusted.has(path[0] ?? '') || untrusted.has(path.join('.')))
    .map((path) => path.join(' → '))
  return readsColumn(expr, 'auth.users', 'raw_user_meta_data')
    ? [...found, 'auth.users.raw_user_meta_data']
    : found
})

/** The same clauses reading `app_metadata`; `null` where the claim is not written out in the policy itself. */
function moved(using: string | null, check: string | null): string | null {
  const clauses = [using, check].map((text) =>
    text === null ? null : text.replaceAll("'user_metadata'::text", "'app_metadata'::text"),
  )
  if (clauses[0] === using && clauses[1] === check) return null
  return [clauses[0] ? `using (${clauses[0]})` : '', clauses[1] ? `with check (${clauses[1]})` : '']
    .filter((text) => text !== '')
    .join(' ')
}
