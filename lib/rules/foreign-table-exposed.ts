import { relationObject, roleName } from './identity'
import { whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule } from './rule'
import { fix, locks } from './texts'

export const foreignTableExposed = defineRule({
  id: 'foreign-table-exposed',
  code: 'T30',
  group: 'tenancy',
  severity: 'high',
  title: {
    en: 'A foreign table is open to application roles',
    pt: 'Tabela externa aberta a papéis da aplicação',
  },
  why: {
    en: 'A foreign table cannot have row-level security: who may read it sees all that the other server gives.',
    pt: 'Uma tabela externa não pode ter segurança por linha: quem a lê vê tudo o que o outro servidor entrega.',
  },
  references: isolationReferences,
  check(_snapshot, facts) {
    const tables = facts.views.filter((r) => r.kind === 'foreign' && !facts.isReference(r))
    const hits = tables.flatMap((table) => {
      const reach = facts.reach(table)
      if (reach.length === 0) return []
      const who = whoText(reach.map((r) => r.role))
      return [
        {
          object: relationObject(table),
          message: {
            en: `${who.en} may use foreign table ${table.id}, which no policy can filter.`,
            pt: `${who.pt} pode usar a tabela externa ${table.id}, que nenhuma política pode filtrar.`,
          },
          evidence: {
            grants: reach.map((r) => ({ role: r.role ?? 'PUBLIC', privileges: [...r.privileges].sort() })),
          },
          fix: fix(
            reach.map((r) => `revoke all on ${table.id} from ${roleName(r.role)}`),
            locks.none,
            'Wrap it in a view that filters by the session. Public feeds: classify the table as reference data.',
            'Envolva-a numa visão que filtre pela sessão. Fontes públicas: classifique a tabela como referência.',
          ),
        },
      ]
    })
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create foreign data wrapper nothing; create server elsewhere foreign data wrapper nothing;
      create foreign table feed (id uuid, clinic_id uuid) server elsewhere`,
    broken: 'grant select on feed to :role',
    hits: ['public.feed'],
  },
})
