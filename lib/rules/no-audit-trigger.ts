import type { Relation } from '@/lib/catalog/types-relation'
import {
  auditedTables,
  auditTriggers,
  freshName,
  modelTriggers,
  opaqueTriggers,
  triggerSql,
  watchCall,
} from './audited'
import type { Facts } from './facts'
import { later, type Said } from './found'
import { qualified, relationObject } from './identity'
import { defineRule, type Hit, type Text } from './rule'
import { partitionsOf } from './trees'

export const noAuditTrigger = defineRule({
  id: 'no-audit-trigger',
  code: 'A01',
  group: 'audit',
  severity: 'high',
  title: { en: 'Changes are not audited', pt: 'Alterações sem auditoria' },
  why: {
    en: 'Nobody can say afterwards who created, changed or removed these records: the trail does not know the table.',
    pt: 'Ninguém poderá dizer depois quem criou, alterou ou removeu estes registros: a trilha não conhece a tabela.',
  },
  references: ['LGPD art. 37', 'LGPD art. 46', 'SBIS NGS1.07.01', 'CFM 1.821/2007', 'ISO/IEC 27001 A.8.15'],
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = auditedTables(facts)
    const hits: Hit[] = []
    const unknown: Text[] = []
    for (const table of tables) {
      if (hasAuditTrigger(facts, table)) continue
      const opaque = opaqueTriggers(facts, table)
      if (opaque.length > 0)
        unknown.push(
          unreadable(
            table,
            opaque.map((t) => t.routine),
          ),
        )
      else hits.push(later(relationObject(table), () => said(facts, table)))
    }
    return { hits, checked: tables.length, unknown }
  },
  example: {
    clean: `create table audit_log (id bigint generated always as identity primary key, at timestamptz not null default now(), actor text, action text, table_name text, new_values jsonb);
      create function record_change() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin insert into public.audit_log (actor, action, table_name) values (session_user, tg_op, tg_table_name); return null; end $$;
      create table patient (id uuid primary key default gen_random_uuid(), email text);
      create trigger record_change after insert or update or delete on patient for each row execute function record_change();
      alter table patient enable always trigger record_change;`,
    broken: `create function looks_like_audit() returns trigger language plpgsql as $$ begin return new; end $$;
      create table visit (id uuid primary key default gen_random_uuid(), patient_id uuid not null);
      create trigger audit_visit before insert on visit for each row execute function looks_like_audit();`,
    hits: ['public.visit'],
  },
})

/** On the table itself, or on each of its partitions. */
function hasAuditTrigger(facts: Facts, table: Relation): boolean {
  if (auditTriggers(facts, table).length > 0) return true
  const partitions = partitionsOf(facts, table)
  return partitions.length > 0 && partitions.every((child) => hasAuditTrigger(facts, child))
}

const unreadable = (table: Relation, routines: readonly string[]): Text => {
  const id = qualified(table.schema, table.name)
  return {
    en: `${id} has a trigger whose function cannot be read (${routines.join(', ')}); whether it audits is not known.`,
    pt: `${id} tem um gatilho cuja função não pode ser lida (${routines.join(', ')}); não se sabe se ele audita.`,
  }
}

function said(facts: Facts, table: Relation): Said {
  const id = qualified(table.schema, table.name)
  const model = modelTriggers(facts)
  const taken = table.triggers.map((t) => t.name)
  const call = watchCall(facts, table)
  const sql = call
    ? [call]
    : model.flatMap((trigger) => triggerSql(table, trigger, trigger.events, freshName(trigger.name, taken)))
  const known = facts.audit.functions.size > 0
  return {
    message: {
      en: `${id} holds data that must be audited and no trigger on it writes the audit trail: an INSERT, UPDATE or DELETE leaves no trace.`,
      pt: `${id} guarda dados que exigem auditoria e nenhum gatilho nela grava a trilha: um INSERT, UPDATE ou DELETE não deixa rastro.`,
    },
    evidence: {
      triggers: table.triggers.map((t) => ({ name: t.name, function: t.routine })),
      auditFunctions: [...facts.audit.functions].sort(),
    },
    fix: {
      sql,
      lock: sql.length > 0 ? 'SHARE ROW EXCLUSIVE for a moment: writes wait, reads go on' : '',
      advice: known
        ? {
            en: 'Name tables audited in another way (pgaudit, logical decoding) under audit.declared in the configuration, and those that need none under audit.exempt.',
            pt: 'Indique tabelas auditadas de outra forma (pgaudit, decodificação lógica) em audit.declared na configuração, e as que dispensam auditoria em audit.exempt.',
          }
        : {
            en: 'This database has no function that writes an audit log: install the ledger, or name yours under audit.functions and audit.logs in the configuration.',
            pt: 'Este banco não tem função que grave uma trilha de auditoria: instale o ledger, ou indique as suas em audit.functions e audit.logs na configuração.',
          },
    },
  }
}
