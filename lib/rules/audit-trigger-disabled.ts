import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { auditTriggers } from './audited'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { fires, rootTrigger } from './trees'

export const auditTriggerDisabled = defineRule({
  id: 'audit-trigger-disabled',
  code: 'A02',
  group: 'audit',
  severity: 'critical',
  title: { en: 'Audit trigger is switched off', pt: 'Gatilho de auditoria desligado' },
  why: {
    en: 'The trigger is there and everybody believes in it, yet changes leave no trace: the first thing someone does who wants to hide one.',
    pt: 'O gatilho existe e todos confiam nele, mas as alterações não deixam rastro: é a primeira coisa que faz quem quer esconder uma.',
  },
  references: ['LGPD art. 37', 'LGPD art. 46', 'SBIS NGS1.07.01', 'ISO/IEC 27001 A.8.15'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.governed) {
      for (const trigger of auditTriggers(facts, table)) {
        checked++
        if (fires(trigger)) continue
        const root = rootTrigger(facts, table, trigger)
        // Off at the root is told once, there.
        if (root === null || fires(root)) hits.push(hit(table, trigger))
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table audit_log (id bigint generated always as identity primary key, at timestamptz not null default now(), actor text, action text, table_name text);
      create function record_change() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin insert into public.audit_log (actor, action, table_name) values (session_user, tg_op, tg_table_name); return null; end $$;
      create table patient (id uuid primary key default gen_random_uuid(), email text);
      create trigger record_change after insert or update or delete on patient for each row execute function record_change();
      alter table patient enable always trigger record_change;
      create table visit (d date, email text, id int not null, primary key (d, id)) partition by range (d);
      create table visit_1 partition of visit for values from ('2026-01-01') to ('2026-02-01');
      create table visit_2 partition of visit for values from ('2026-02-01') to ('2026-03-01');
      create trigger record_change after insert or update or delete on visit for each row execute function record_change();
      alter table visit enable always trigger record_change;
      alter table visit_1 enable always trigger record_change; alter table visit_2 enable always trigger record_change;`,
    broken: `alter table patient disable trigger record_change; alter table visit_1 enable replica trigger record_change;`,
    hits: ['public.patient/record_change', 'public.visit_1/record_change'],
  },
})

function hit(table: Relation, trigger: Trigger): Hit {
  const id = qualified(table.schema, table.name)
  const replica = trigger.enabled === 'replica'
  return {
    object: relationObject(table, { part: trigger.name }),
    message: replica
      ? {
          en: `Audit trigger ${quote(trigger.name)} of ${id} fires only while rows are replicated: ordinary changes leave no trace.`,
          pt: `O gatilho de auditoria ${quote(trigger.name)} de ${id} só dispara durante replicação: alterações comuns não deixam rastro.`,
        }
      : {
          en: `Audit trigger ${quote(trigger.name)} of ${id} is disabled: changes leave no trace${trigger.cloned ? ', although the partitioned table’s own trigger is on' : ''}.`,
          pt: `O gatilho de auditoria ${quote(trigger.name)} de ${id} está desligado: alterações não deixam rastro${trigger.cloned ? ', embora o gatilho da tabela particionada esteja ligado' : ''}.`,
        },
    evidence: {
      trigger: trigger.name,
      enabled: trigger.enabled,
      function: trigger.routine,
      events: trigger.events,
    },
    fix: {
      sql: [`alter table ${id} enable always trigger ${quote(trigger.name)}`],
      lock: 'SHARE ROW EXCLUSIVE for a moment: writes wait, reads go on',
      advice: {
        en: 'What was changed meanwhile is not in the trail: find out since when it was off, and write it down as an incident.',
        pt: 'O que mudou nesse tempo não está na trilha: apure desde quando estava desligado e registre como incidente.',
      },
    },
  }
}
