import { routineObject } from './identity'
import { policyFunctions, sessionDependence } from './policy-functions'
import { isolationReferences } from './references'
import { defineRule, type Text } from './rule'
import { counted, fix, locks } from './texts'

export const immutableContextHelper = defineRule({
  id: 'immutable-context-helper',
  code: 'T22',
  group: 'tenancy',
  severity: 'critical',
  title: {
    en: 'A function promises to be IMMUTABLE and asks the session',
    pt: 'Função promete ser IMMUTABLE e consulta a sessão',
  },
  why: {
    en: 'PostgreSQL computes an IMMUTABLE call once and keeps the answer in the cached plan: the next tenant on that connection gets the rows of the first.',
    pt: 'O PostgreSQL calcula uma chamada IMMUTABLE uma vez e guarda a resposta no plano em cache: a próxima clínica naquela conexão recebe as linhas da primeira.',
  },
  references: isolationReferences,
  check(_snapshot, facts) {
    const functions = policyFunctions(facts).filter(({ routine }) => routine.volatility === 'immutable')
    const unknown: Text[] = functions
      .filter(({ routine }) => routine.body === null)
      .map(({ routine }) => ({
        en: `The body of ${routine.id} cannot be read.`,
        pt: `O corpo de ${routine.id} não pode ser lido.`,
      }))
    const hits = functions.flatMap(({ routine, policies }) => {
      const why = routine.body === null ? null : sessionDependence(facts, routine)
      if (why === null) return []
      return [
        {
          object: routineObject(routine),
          message: {
            en: `${routine.id} is marked IMMUTABLE but uses ${why}: cached plans of ${counted(policies.length, 'policy', 'policies')} serve one tenant’s rows to the next.`,
            pt: `${routine.id} está marcada IMMUTABLE mas usa ${why}: planos em cache de ${counted(policies.length, 'política', 'políticas')} servem as linhas de uma clínica à seguinte.`,
          },
          evidence: { uses: why, policies: policies.slice(0, 20) },
          fix: fix(
            [`alter function ${routine.id} stable`],
            locks.none,
            'Connections keep their old plans until the change reaches them; it does at once for new statements.',
            'As conexões largam os planos antigos assim que a mudança as alcança, já no comando seguinte.',
          ),
        },
      ]
    })
    return { hits, checked: functions.length, unknown }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      create function current_clinic() returns uuid language sql stable as $$ select nullif(current_setting('app.clinic_id', true), '')::uuid $$;
      create function same(a uuid, b uuid) returns boolean language sql immutable as $$ select a = b $$;
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (same(clinic_id, (select current_clinic())));
      grant select on patients to :role`,
    broken: 'alter function current_clinic() immutable',
    hits: ['public.current_clinic()'],
  },
})
