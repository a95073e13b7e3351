import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { relationObject, roleName } from './identity'
import { whoText } from './policies'
import { isolationReferences } from './references'
import { defineRule, type Text } from './rule'
import { fix, locks } from './texts'

export const matviewCopiesRlsData = defineRule({
  id: 'matview-copies-rls-data',
  code: 'T29',
  group: 'tenancy',
  severity: 'high',
  title: {
    en: 'A materialized view holds a copy without policies',
    pt: 'Visão materializada guarda uma cópia sem políticas',
  },
  why: {
    en: 'A materialized view is a table of its own and cannot have row-level security: whoever may read it sees the rows of every tenant that were copied in.',
    pt: 'Uma visão materializada é uma tabela à parte e não pode ter segurança por linha: quem a lê vê as linhas copiadas de todas as clínicas.',
  },
  references: isolationReferences,
  check(_snapshot, facts) {
    const views = facts.views.filter((r) => r.kind === 'matview')
    const unknown: Text[] = views
      .filter((view) => view.reads.length === 0 && view.definition === null)
      .map((view) => ({ en: `What ${view.id} reads is not known.`, pt: `Não se sabe o que ${view.id} lê.` }))
    const hits = views.flatMap((view) => {
      const tables = [...new Set(tablesOf(facts, view))].filter((r) => r.rls && !facts.isReference(r))
      const reach = facts.reach(view)
      if (tables.length === 0 || reach.length === 0) return []
      const who = whoText(reach.map((r) => r.role))
      const names = tables.map((r) => r.id).join(', ')
      return [
        {
          object: relationObject(view),
          severity: identifies(facts, view) ? ('high' as const) : ('low' as const),
          message: {
            en: `${view.id} copies rows of ${names}, and ${who.en} may read it: no policy filters the copy.`,
            pt: `${view.id} copia linhas de ${names}, e ${who.pt} pode lê-la: nenhuma política filtra a cópia.`,
          },
          evidence: {
            tables: tables.map((r) => r.id),
            grants: reach.map((r) => ({ role: r.role ?? 'PUBLIC', privileges: [...r.privileges].sort() })),
          },
          fix: fix(
            reach.map((r) => `revoke all on ${view.id} from ${roleName(r.role)}`),
            locks.none,
            'Put a view that filters by the session in front of it, and grant that one.',
            'Ponha na frente dela uma visão que filtre pela sessão, e conceda essa.',
          ),
        },
      ]
    })
    return { hits, checked: views.length, unknown }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create materialized view patient_copy as select id, clinic_id from patients;
      grant select on patients to :role`,
    broken: 'grant select on patient_copy to :role',
    hits: ['public.patient_copy'],
  },
})

function tablesOf(facts: Facts, view: Relation, depth = 0): readonly Relation[] {
  if (depth > 16) return []
  return view.reads.flatMap((use) => {
    const relation = facts.relation.get(use.relation)
    if (!relation || relation === view) return []
    return relation.kind === 'view' || relation.kind === 'matview'
      ? tablesOf(facts, relation, depth + 1)
      : [relation]
  })
}

/** Does a row of it say whose it is, or about whom? Else it is a sum over many. */
function identifies(facts: Facts, view: Relation): boolean {
  const { tenancy } = facts
  return view.columns.some(
    (column) =>
      column.name === 'id' ||
      column.name === tenancy.column ||
      tenancy.ownersOf(view).includes(column.name) ||
      ['pers', 'sens', 'sec'].includes(facts.classOf(view, column) ?? ''),
  )
}
