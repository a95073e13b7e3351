import { relationObject, roleName } from './identity'
import { whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { protect } from './tenant-fix'
import { fix, locks } from './texts'

export const rlsNoPolicy = defineRule({
  id: 'rls-no-policy',
  code: 'T03',
  group: 'tenancy',
  severity: 'medium',
  title: { en: 'Row-level security without any policy', pt: 'Segurança por linha sem nenhuma política' },
  why: {
    en: 'Everyone but the owner and exempt roles sees an empty table and cannot write: either the policies were forgotten, or the grants should not be there.',
    pt: 'Todos, menos o dono e papéis isentos, veem uma tabela vazia e não gravam: ou faltaram as políticas, ou sobram as permissões.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.roots.filter((r) => r.rls)
    const hits = tables
      .filter((r) => r.policies.length === 0)
      .map((relation) => {
        const reach = facts.reach(relation).filter((r) => r.role === null || !facts.roles.exempt(r.role))
        const who = whoText(reach.map((r) => r.role))
        const sql =
          reach.length === 0
            ? []
            : (protect(facts, relation) ??
              reach.map((r) => `revoke all on ${relation.id} from ${roleName(r.role)}`))
        return {
          object: relationObject(relation),
          severity: reach.length === 0 ? ('low' as const) : ('medium' as const),
          message:
            reach.length === 0
              ? {
                  en: `${relation.id} has row-level security and no policy, and nobody else holds a grant: closed, as it seems on purpose.`,
                  pt: `${relation.id} tem segurança por linha e nenhuma política, e ninguém mais tem permissão: fechada, ao que parece de propósito.`,
                }
              : {
                  en: `${relation.id} has row-level security and no policy: ${who.en} holds grants and sees no row.`,
                  pt: `${relation.id} tem segurança por linha e nenhuma política: ${who.pt} tem permissões e não vê linha alguma.`,
                },
          evidence: {
            policies: 0,
            forced: relation.rlsForced,
            grants: reach.map((r) => ({ role: r.role ?? 'PUBLIC', privileges: [...r.privileges].sort() })),
          },
          fix: fix(
            sql,
            sql.length === 0 ? locks.none : locks.brief,
            'Add the policies the application needs. Where nothing should be seen, revoke the grants and record a waiver "by design".',
            'Acrescente as políticas de que a aplicação precisa. Se nada deve ser visto, revogue as permissões e registre a dispensa como decisão de projeto.',
          ),
        }
      })
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null);
      create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: 'drop policy own on patients',
    hits: ['public.patients'],
  },
})
