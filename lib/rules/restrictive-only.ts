import { quote, relationObject, roleName } from './identity'
import { whoText } from './policies'
import { commandsOf } from './policy-facts'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { tenantPredicate } from './tenant-fix'
import { fix, locks } from './texts'

export const restrictiveOnly = defineRule({
  id: 'restrictive-only',
  code: 'T13',
  group: 'tenancy',
  severity: 'medium',
  title: {
    en: 'Only restrictive policies: nothing is let through',
    pt: 'Só políticas restritivas: nada passa',
  },
  why: {
    en: 'A restrictive policy only takes away. Without a permissive one there is nothing to take from: every row is hidden, even when the restriction is true.',
    pt: 'Uma política restritiva só retira. Sem uma permissiva não há de onde retirar: todas as linhas somem, mesmo que a restrição seja verdadeira.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.governed.filter(
      (r) => r.rls && r.policies.some((p) => !p.permissive) && (!r.isPartition || facts.reach(r).length > 0),
    )
    const hits = tables
      .filter((r) => r.policies.every((p) => !p.permissive))
      .map((relation) => {
        const covered = new Set(relation.policies.flatMap(commandsOf))
        const reach = facts.reach(relation).filter((r) => r.role !== null && !facts.roles.exempt(r.role))
        const who = whoText(reach.map((r) => r.role))
        const predicate = tenantPredicate(facts, relation)
        const sql = (['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const).flatMap((command) => {
          const roles = reach
            .filter((r) => r.privileges.has(command) || r.onColumns.has(command))
            .map((r) => roleName(r.role))
          if (roles.length === 0 || predicate === null) return []
          const clause = command === 'INSERT' ? `with check (${predicate})` : `using (${predicate})`
          return [
            `create policy ${quote(`tenant_${command.toLowerCase()}`)} on ${relation.id} for ${command.toLowerCase()} to ${roles.join(', ')} ${clause}`,
          ]
        })
        return {
          object: relationObject(relation),
          severity: reach.length === 0 ? ('low' as const) : ('medium' as const),
          message: {
            en: `${relation.id} has only restrictive policies: ${who.en} sees no row, whatever they say.`,
            pt: `${relation.id} só tem políticas restritivas: ${who.pt} não vê linha alguma, digam o que disserem.`,
          },
          evidence: {
            policies: relation.policies.map((p) => p.name),
            commands: [...covered],
            grants: reach.map((r) => ({ role: r.role, privileges: [...r.privileges].sort() })),
          },
          fix: fix(
            sql,
            locks.brief,
            'Add a permissive policy and keep the restrictive one as a floor. A table closed on purpose is better closed by revoking its grants.',
            'Acrescente uma política permissiva e mantenha a restritiva como piso. Tabela fechada de propósito fecha-se melhor revogando as permissões.',
          ),
        }
      })
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create policy floor on patients as restrictive for select to :role using (clinic_id <> '00000000-0000-0000-0000-000000000000');
      grant select on patients to :role`,
    broken: 'drop policy own on patients',
    hits: ['public.patients'],
  },
})
