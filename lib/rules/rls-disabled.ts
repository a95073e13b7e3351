import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts, Reach } from './facts'
import { relationObject } from './identity'
import { whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule, type Hit, type Severity } from './rule'
import { protect } from './tenant-fix'
import { fix, locks } from './texts'

export const rlsDisabled = defineRule({
  id: 'rls-disabled',
  code: 'T01',
  group: 'tenancy',
  severity: 'critical',
  title: { en: 'Row-level security is off', pt: 'Segurança por linha desligada' },
  why: {
    en: 'Whoever holds a grant on this table reads and writes the rows of every clinic; nothing in the database keeps them apart.',
    pt: 'Quem tem permissão nesta tabela lê e grava as linhas de todas as clínicas; nada no banco as separa.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.roots.filter((r) => !facts.isReference(r) && !parentProtects(facts, r))
    const hits = tables.filter((r) => !r.rls && r.policies.length === 0).flatMap((r) => hit(facts, r))
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table clinics (id uuid primary key);
      create table patients (id uuid primary key, clinic_id uuid not null references clinics);
      alter table clinics enable row level security; alter table clinics force row level security;
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on clinics for select to :role using (id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create index on patients (clinic_id);
      grant select on clinics, patients to :role`,
    broken: `
      create schema "odd ""name"; grant usage on schema "odd ""name" to :role;
      create table "odd ""name"."Notes; drop" (id uuid primary key, clinic_id uuid not null references clinics);
      create index on "odd ""name"."Notes; drop" (clinic_id);
      grant select, insert, update on "odd ""name"."Notes; drop" to :role`,
    hits: ['"odd ""name"."Notes; drop"'],
  },
})

/** A child of a protected inheritance parent is another rule's: it escapes the parent. */
const parentProtects = (facts: Facts, relation: Relation) =>
  relation.parents.some((id) => facts.relation.get(id)?.rls)

function hit(facts: Facts, relation: Relation): Hit[] {
  const reach = facts.reach(relation)
  const tenantData = facts.holdsTenantData(relation)
  if (reach.length === 0 && !tenantData) return []
  const roles = reach.map((r) => r.role)
  const who = whoText(roles)
  const sql = protect(facts, relation)
  return [
    {
      object: relationObject(relation),
      severity: severityOf(facts, relation, reach, tenantData),
      message:
        reach.length === 0
          ? {
              en: `${relation.id} holds tenant or personal data without row-level security; today only its owner ${relation.owner} reaches it, and the next grant opens every row.`,
              pt: `${relation.id} guarda dados de clínica ou pessoais sem segurança por linha; hoje só o dono ${relation.owner} a alcança, e a próxima permissão abre todas as linhas.`,
            }
          : tenantData
            ? {
                en: `${relation.id} has no row-level security: ${who.en} can reach every row of every tenant.`,
                pt: `${relation.id} não tem segurança por linha: ${who.pt} alcança todas as linhas de todas as clínicas.`,
              }
            : {
                en: `${relation.id} has no row-level security, and no column says whose its rows are: ${who.en} can reach them all.`,
                pt: `${relation.id} não tem segurança por linha, e nenhuma coluna diz de quem são as linhas: ${who.pt} alcança todas.`,
              },
      evidence: {
        rls: false,
        grants: reach.map((r) => ({
          role: r.role ?? 'PUBLIC',
          privileges: [...r.privileges].sort(),
          columns: Object.fromEntries(r.onColumns),
        })),
        tenantColumn: facts.tenancy.columnOf(relation),
      },
      fix: sql
        ? fix(
            sql,
            locks.brief,
            'Policies and row security come together: switched on alone, the table goes empty for the application. Try it with the application’s role first.',
            'Políticas e segurança por linha vêm juntas: ligada sozinha, a tabela fica vazia para a aplicação. Teste antes com o papel da aplicação.',
          )
        : fix(
            [],
            locks.brief,
            'No column says whose row it is. Add the tenant column and policies, classify the table as reference data, or revoke the grants.',
            'Nenhuma coluna diz de quem é a linha. Acrescente a coluna da clínica e políticas, classifique a tabela como referência, ou revogue as permissões.',
          ),
    },
  ]
}

/** Worst where tenants' rows are reachable; data that belongs to nobody and is only read may be meant for all. */
function severityOf(
  facts: Facts,
  relation: Relation,
  reach: readonly Reach[],
  tenantData: boolean,
): Severity {
  if (reach.length === 0) return facts.tenancy.columnOf(relation) === null ? 'low' : 'high'
  if (tenantData) return 'critical'
  const writable = reach.some((r) =>
    writes.some((privilege) => r.privileges.has(privilege) || r.onColumns.has(privilege)),
  )
  return writable || facts.tenancy.column === null ? 'high' : 'medium'
}

const writes = ['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']
