import { routineObject } from './identity'
import { policyFunctions, writesData } from './policy-functions'
import { operationReferences } from './references'
import { defineRule } from './rule'
import { fix, locks } from './texts'

export const volatileInPolicy = defineRule({
  id: 'volatile-in-policy',
  code: 'T21',
  group: 'tenancy',
  severity: 'medium',
  title: { en: 'A policy calls a VOLATILE function', pt: 'Política chama função VOLATILE' },
  why: {
    en: 'VOLATILE is what a function is when nobody says otherwise: it runs for every row, keeps indexes from being used, and may answer differently within one statement.',
    pt: 'VOLATILE é o que uma função é quando ninguém diz outra coisa: roda a cada linha, impede o uso de índices e pode responder diferente no mesmo comando.',
  },
  references: operationReferences,
  check(_snapshot, facts) {
    const functions = policyFunctions(facts)
    const hits = functions
      .filter(({ routine }) => routine.volatility === 'volatile')
      .map(({ routine, policies }) => ({
        object: routineObject(routine),
        message: {
          en: `${routine.id} is VOLATILE and ${policies.length === 1 ? `policy ${policies[0]} calls it` : `${policies.length} policies call it`}: it runs for every row.`,
          pt: `${routine.id} é VOLATILE e ${policies.length === 1 ? `a política ${policies[0]} a chama` : `${policies.length} políticas a chamam`}: roda a cada linha.`,
        },
        evidence: {
          volatility: routine.volatility,
          language: routine.language,
          policies: policies.slice(0, 20),
        },
        fix: fix(
          writesData(routine) || routine.body === null ? [] : [`alter function ${routine.id} stable`],
          locks.none,
          'STABLE is right when it only reads. A function that writes has no place in a policy.',
          'STABLE é o certo quando ela só lê. Função que grava não tem lugar numa política.',
        ),
      }))
    return { hits, checked: functions.length, unknown: [] }
  },
  example: {
    clean: `
      create role :role; create table patients (id uuid primary key, clinic_id uuid not null); create index on patients (clinic_id);
      create function current_clinic() returns uuid language sql stable as $$ select nullif(current_setting('app.clinic_id', true), '')::uuid $$;
      alter table patients enable row level security; alter table patients force row level security;
      create policy own on patients for select to :role using (clinic_id = (select current_clinic()));
      grant select on patients to :role`,
    broken: 'alter function current_clinic() volatile',
    hits: ['public.current_clinic()'],
  },
})
