import type { Relation, Trigger } from '@/lib/catalog/types-relation'
import { auditTriggers } from './audited'
import type { Facts } from './facts'
import { later, type Said } from './found'
import { qualified, quote, relationObject } from './identity'
import { ofFacts } from './memo'
import { defineRule, type Hit } from './rule'
import { rootTrigger } from './trees'

export const auditNotAlways = defineRule({
  id: 'audit-not-always',
  code: 'A03',
  group: 'audit',
  severity: 'medium',
  title: {
    en: 'Audit trigger can be bypassed by replica mode',
    pt: 'Gatilho de auditoria contornável pelo modo réplica',
  },
  why: {
    en: 'With session_replication_role = replica an ordinary trigger stays silent; only ENABLE ALWAYS writes the trail then. Bulk loads and restores use that mode, and so does someone who wants no trace.',
    pt: 'Com session_replication_role = replica um gatilho comum fica calado; só ENABLE ALWAYS grava a trilha. Cargas e restaurações usam esse modo, e também quem não quer deixar rastro.',
  },
  references: ['LGPD art. 37', 'SBIS NGS1.07.01', 'ISO/IEC 27001 A.8.15'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.governed) {
      for (const trigger of auditTriggers(facts, table)) {
        checked++
        if (trigger.enabled !== 'origin') continue
        const root = rootTrigger(facts, table, trigger)
        // A partition says the same as its root; a root that is off is another rule's matter.
        if (root === null || root.enabled === 'always') {
          const severity = holders(facts).length > 0 ? 'high' : undefined
          hits.push(
            later(relationObject(table, { part: trigger.name }), () => said(facts, table, trigger), severity),
          )
        }
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
      alter table patient enable always trigger record_change;`,
    broken: `create table visit (id uuid primary key default gen_random_uuid(), email text);
      create trigger record_change after insert or update or delete on visit for each row execute function record_change();`,
    hits: ['public.visit/record_change'],
  },
})

/** Applications' roles that may switch to replica mode. */
const holders = ofFacts((facts): readonly string[] => {
  const granted = facts.snapshot.operations?.maySetReplicationRole ?? []
  return facts.applicationRoles.filter(
    (role) =>
      facts.roles.superuser(role) ||
      granted.some((name) => name === null || facts.roles.becomes(role).has(name)),
  )
})

function said(facts: Facts, table: Relation, trigger: Trigger): Said {
  const id = qualified(table.schema, table.name)
  const name = quote(trigger.name)
  const maySet = holders(facts)
  const names = maySet.join(', ')
  const who =
    names === '' ? { en: 'a superuser', pt: 'um superusuário pode' } : { en: names, pt: `${names} pode` }
  return {
    message: {
      en: `Audit trigger ${name} of ${id} fires in origin mode only: ${who.en} may set session_replication_role and change rows without a trace.`,
      pt: `O gatilho de auditoria ${name} de ${id} só dispara no modo origin: ${who.pt} definir session_replication_role e alterar linhas sem deixar rastro.`,
    },
    evidence: { trigger: trigger.name, enabled: trigger.enabled, function: trigger.routine, maySet },
    fix: {
      sql: [`alter table ${id} enable always trigger ${name}`],
      lock: 'SHARE ROW EXCLUSIVE for a moment: writes wait, reads go on',
      advice: {
        en: 'On a subscriber of logical replication ALWAYS also logs what arrives from the publisher: keep origin mode there and waive the finding.',
        pt: 'Num assinante de replicação lógica, ALWAYS registra também o que chega do publicador: mantenha o modo origin ali e registre a dispensa.',
      },
    },
  }
}
