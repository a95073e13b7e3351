import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { auditedTables, auditTriggers, freshName, opaqueTriggers, triggerSql } from './audited'
import { qualified, quote, relationObject } from './identity'
import { refused } from './refusal'
import { defineRule, type Hit, type Text } from './rule'
import { fires, partitionsOf } from './trees'

type Event = 'insert' | 'update' | 'delete'
const events: readonly Event[] = ['insert', 'update', 'delete']

export const auditMissingOperation = defineRule({
  id: 'audit-missing-operation',
  code: 'A04',
  group: 'audit',
  severity: 'high',
  title: { en: 'Audit does not cover every change', pt: 'A auditoria não cobre toda alteração' },
  why: {
    en: 'The trail looks complete and is not: one operation, or a change of one column, goes unrecorded.',
    pt: 'A trilha parece completa e não é: uma operação, ou a mudança de uma coluna, fica sem registro.',
  },
  references: ['LGPD art. 37', 'SBIS NGS1.07.01', 'ISO/IEC 27001 A.8.15'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    const unknown: Text[] = []
    let checked = 0
    for (const table of auditedTables(facts)) {
      // A partitioned table without triggers of its own is judged at its partitions.
      const own = auditTriggers(facts, table).length > 0 ? [table] : partitionsOf(facts, table)
      for (const part of own) {
        const triggers = auditTriggers(facts, part)
        // Triggers that are off are the matter of another rule; what they would cover is not missing.
        if (triggers.length === 0) continue
        checked++
        const missing = events.filter(
          (event) =>
            refused(facts, part, event).refusal !== 'always' && !triggers.some((t) => isWhole(t, event)),
        )
        if (missing.length === 0) continue
        if (opaqueTriggers(facts, part).some((t) => fires(t) && missing.every((event) => isWhole(t, event))))
          unknown.push(perhaps(part, missing))
        else hits.push(hit(part, triggers, missing))
      }
    }
    return { hits, checked, unknown }
  },
  example: {
    clean: `create table audit_log (id bigint generated always as identity primary key, at timestamptz not null default now(), actor text, action text, table_name text);
      create function record_change() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin insert into public.audit_log (actor, action, table_name) values (session_user, tg_op, tg_table_name); return null; end $$;
      create table patient (id uuid primary key default gen_random_uuid(), email text, phone text);
      create trigger a_insert after insert or delete on patient for each row execute function record_change();
      create trigger a_update after update on patient for each row when (old.* is distinct from new.*) execute function record_change();
      alter table patient enable always trigger a_insert; alter table patient enable always trigger a_update;`,
    broken: `create table visit (id uuid primary key default gen_random_uuid(), email text, status text);
      create trigger a_visit after insert or update of status on visit for each row execute function record_change();
      alter table visit enable always trigger a_visit;`,
    hits: ['public.visit'],
  },
})

/** Fires for every row that the operation really changes: no column list, no condition beyond "something changed". */
const isWhole = (trigger: Trigger, event: Event): boolean =>
  trigger.events.includes(event) &&
  trigger.columns.length === 0 &&
  (trigger.when === null || /^\(*\s*old\.\* IS DISTINCT FROM new\.\*\s*\)*$/i.test(trigger.when))

const perhaps = (table: Relation, missing: readonly Event[]): Text => {
  const id = qualified(table.schema, table.name)
  return {
    en: `${missing.join(', ')} on ${id} is seen only by a trigger whose function cannot be read.`,
    pt: `${missing.join(', ')} em ${id} só é visto por um gatilho cuja função não pode ser lida.`,
  }
}

function hit(table: Relation, triggers: readonly Trigger[], missing: readonly Event[]): Hit {
  const id = qualified(table.schema, table.name)
  const partial = triggers.filter((t) => missing.some((event) => t.events.includes(event)))
  const model = triggers.find((t) => fires(t)) ?? triggers[0]
  const upper = missing.map((event) => event.toUpperCase()).join(', ')
  const taken = table.triggers.map((t) => t.name)
  const name = (event: string) => freshName(`${model?.name ?? 'audit'}_${event}`, taken)
  // Transition tables allow one event for each trigger; row triggers take all at once.
  const groups =
    model && (model.oldTable || model.newTable) ? missing.map((event) => [event]) : [[...missing]]
  const why = partial
    .map((t) =>
      t.columns.length > 0
        ? `${quote(t.name)}: UPDATE OF ${t.columns.map(quote).join(', ')}`
        : `${quote(t.name)}: WHEN ${t.when ?? ''}`,
    )
    .join('; ')
  return {
    object: relationObject(table),
    message: {
      en: `Audit of ${id} does not cover ${upper}${why ? ` (only in part: ${why})` : ''}: such a change leaves no trace.`,
      pt: `A auditoria de ${id} não cobre ${upper}${why ? ` (só em parte: ${why})` : ''}: tal alteração não deixa rastro.`,
    },
    evidence: {
      missing,
      triggers: triggers.map((t) => ({
        name: t.name,
        events: t.events,
        columns: t.columns,
        when: t.when,
        enabled: t.enabled,
      })),
    },
    fix: {
      sql: model
        ? [
            ...groups.flatMap((group) => triggerSql(table, model, group, name(group.join('_')))),
            ...partial
              .filter((t) => t.events.every((event) => (missing as readonly string[]).includes(event)))
              .map((t) => `drop trigger ${quote(t.name)} on ${id}`),
          ]
        : [],
      lock: 'SHARE ROW EXCLUSIVE for a moment: writes wait, reads go on',
      advice: {
        en: 'Where a table only ever grows, refuse UPDATE and DELETE by a trigger that raises, and the audit needs INSERT only. A trigger kept beside the new one records some changes twice: narrow or drop it.',
        pt: 'Se a tabela só cresce, recuse UPDATE e DELETE com um gatilho que lança erro, e a auditoria só precisa de INSERT. Um gatilho mantido ao lado do novo registra algumas alterações duas vezes: restrinja-o ou remova-o.',
      },
    },
  }
}
