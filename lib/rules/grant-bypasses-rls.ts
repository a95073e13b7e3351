import { relationObject, roleName } from './identity'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { fix, locks } from './texts'

const beyond = ['TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'] as const

export const grantBypassesRls = defineRule({
  id: 'grant-bypasses-rls',
  code: 'T33',
  group: 'tenancy',
  severity: 'high',
  title: { en: 'A privilege that policies do not limit', pt: 'Permissão que as políticas não limitam' },
  why: {
    en: 'TRUNCATE empties the whole table whatever the policies say; REFERENCES tells which keys exist; TRIGGER runs code in others’ statements. GRANT ALL hands them out silently.',
    pt: 'TRUNCATE esvazia a tabela toda, digam o que disserem as políticas; REFERENCES revela quais chaves existem; TRIGGER roda código nos comandos alheios. GRANT ALL os concede sem alarde.',
  },
  references: isolationReferences,
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.governed.filter((r) => r.rls)
    const hits = tables.flatMap((relation) =>
      facts.reach(relation).flatMap((r) => {
        if (r.role !== null && facts.roles.exempt(r.role)) return []
        const held = beyond.filter((privilege) => r.privileges.has(privilege))
        if (held.length === 0) return []
        const truncate = held.includes('TRUNCATE')
        const who = r.role ?? 'PUBLIC'
        return [
          {
            object: relationObject(relation, { part: r.role ?? 'public' }),
            severity: truncate ? ('high' as const) : ('medium' as const),
            message: {
              en: `${who} holds ${held.join(', ')} on ${relation.id}${truncate ? ': it can empty the table for every tenant' : ', which no policy limits'}.`,
              pt: `${who} tem ${held.join(', ')} em ${relation.id}${truncate ? ': pode esvaziar a tabela de todas as clínicas' : ', que nenhuma política limita'}.`,
            },
            evidence: { role: who, privileges: held },
            fix: fix(
              [
                `revoke ${held.map((privilege) => privilege.toLowerCase()).join(', ')} on ${relation.id} from ${roleName(r.role)}`,
              ],
              locks.none,
              'Grant only SELECT, INSERT, UPDATE and DELETE to applications; see to default privileges too.',
              'Conceda às aplicações só SELECT, INSERT, UPDATE e DELETE; cuide também dos privilégios padrão.',
            ),
          },
        ]
      }),
    )
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table beds (id uuid primary key, clinic_id uuid not null); create index on beds (clinic_id);
      create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      grant select on patients to :role`,
    broken: 'grant truncate, trigger on patients to :role',
    hits: ['public.patients/:role'],
  },
})
