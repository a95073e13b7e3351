import { usesSession } from '@/lib/sql/context'
import { parseQuery } from '@/lib/sql/parse'
import { relationObject, routineObject } from './identity'
import { functionsOf } from './policy-facts'
import { isolationReferences } from './references'
import { defineRule, type Hit } from './rule'
import { fix, locks } from './texts'
import { isOn } from './view-or-rule-bypasses-rls'

export const leakproofOrBarrier = defineRule({
  id: 'leakproof-or-barrier',
  code: 'T35',
  group: 'tenancy',
  severity: 'medium',
  title: { en: 'Hidden rows can leak through a function', pt: 'Linhas ocultas podem vazar por uma função' },
  why: {
    en: 'A function marked LEAKPROOF, or any function on a filtering view without security_barrier, may be run on rows before they are filtered away, and tell what it saw.',
    pt: 'Uma função marcada LEAKPROOF, ou qualquer função sobre uma visão que filtra sem security_barrier, pode rodar sobre linhas antes de filtradas e contar o que viu.',
  },
  references: isolationReferences,
  check(_snapshot, facts) {
    const leakproof = facts.routines.filter((routine) => routine.leakproof)
    const functions = functionsOf(facts)
    const views = facts.views.filter((r) => r.kind === 'view' && facts.reach(r).length > 0)
    const filtering = views.filter((view) => {
      const query = view.definition === null ? null : parseQuery(view.definition.replace(/;\s*$/, ''))
      return query?.where ? usesSession(query.where, functions) : false
    })
    const hits: Hit[] = [
      ...leakproof.map((routine) => ({
        object: routineObject(routine),
        message: {
          en: `${routine.id} is marked LEAKPROOF: PostgreSQL may run it on rows that the caller must not see.`,
          pt: `${routine.id} está marcada LEAKPROOF: o PostgreSQL pode rodá-la sobre linhas que quem chama não deve ver.`,
        },
        evidence: { language: routine.language, owner: routine.owner },
        fix: fix(
          [`alter function ${routine.id} not leakproof`],
          locks.none,
          'Keep the mark only on functions proved to tell nothing, not even by an error.',
          'Mantenha a marca só em funções comprovadas, que nada contam nem por erro.',
        ),
      })),
      ...filtering
        .filter((view) => !isOn(view.options['security_barrier']))
        .map((view) => ({
          object: relationObject(view),
          message: {
            en: `${view.id} filters by who is asking and has no security_barrier: a condition of the caller can be run on the rows it hides.`,
            pt: `${view.id} filtra por quem pede e não tem security_barrier: uma condição de quem chama pode rodar sobre as linhas que ela esconde.`,
          },
          evidence: { options: view.options },
          fix: fix(
            [`alter view ${view.id} set (security_barrier = true)`],
            locks.brief,
            'The planner then applies the view’s filter first; some queries get slower.',
            'O planejador passa a aplicar antes o filtro da visão; algumas consultas ficam mais lentas.',
          ),
        })),
    ]
    return { hits, checked: facts.routines.length + views.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table notes (id uuid primary key, clinic_id uuid not null); create index on notes (clinic_id);
      alter table notes enable row level security; alter table notes force row level security;
      create policy own on notes for select to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));
      create view mine with (security_barrier) as select id from notes where clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid);
      create function loud(text) returns boolean language sql immutable as 'select $1 is not null';
      grant select on notes, mine to :role`,
    broken: 'alter view mine reset (security_barrier); alter function loud(text) leakproof',
    hits: ['public.mine', 'public.loud(text)'],
  },
})
