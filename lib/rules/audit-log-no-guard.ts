import type { Relation } from '@/lib/catalog/types-relation'
import { freshName } from './audited'
import type { Facts } from './facts'
import { qualified, quote, relationObject } from './identity'
import { refused } from './refusal'
import { defineRule, type Hit, type Text } from './rule'

const events = ['update', 'delete', 'truncate'] as const

export const auditLogNoGuard = defineRule({
  id: 'audit-log-no-guard',
  code: 'A07',
  group: 'audit',
  severity: 'medium',
  title: { en: 'Nothing refuses a change of the audit log', pt: 'Nada recusa alterar a trilha de auditoria' },
  why: {
    en: 'Without triggers that refuse it, one mistaken grant or the owner’s own session is enough to rewrite or empty the log.',
    pt: 'Sem gatilhos que recusem, basta um grant errado ou a sessão do próprio dono para reescrever ou esvaziar a trilha.',
  },
  references: ['LGPD art. 37', 'SBIS NGS1.07.02', 'ISO/IEC 27001 A.8.15'],
  check(_snapshot, facts) {
    const logs = [...facts.audit.logs].filter((log) => !log.isPartition && log.extension === null)
    const hits: Hit[] = []
    const unknown: Text[] = []
    for (const log of logs) {
      const state = events.map((event) => ({ event, ...refused(facts, log, event) }))
      const open = state.filter((s) => s.refusal === 'never' || (s.refusal === 'always' && !s.always))
      const doubtful = state.filter((s) => s.refusal === 'sometimes')
      if (open.length > 0) hits.push(hit(facts, log, open))
      else if (doubtful.length > 0)
        unknown.push(
          doubt(
            log,
            doubtful.map((s) => s.event),
          ),
        )
    }
    return { hits, checked: logs.length, unknown }
  },
  example: {
    clean: `create table audit_log (id bigint generated always as identity primary key, at timestamptz not null default now(), actor text, action text, table_name text);
      create function refuse() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$ begin raise exception 'append only'; end $$;
      revoke execute on function refuse() from public;
      create trigger refuse_row before update or delete on audit_log for each row execute function refuse();
      create trigger refuse_all before truncate on audit_log for each statement execute function refuse();
      alter table audit_log enable always trigger refuse_row, enable always trigger refuse_all;`,
    broken: `alter table audit_log disable trigger refuse_all;
      create table audit_trail (id bigint generated always as identity primary key, at timestamptz not null default now(), actor text, action text, table_name text);`,
    hits: ['public.audit_log', 'public.audit_trail'],
  },
})

const doubt = (log: Relation, which: readonly string[]): Text => {
  const id = qualified(log.schema, log.name)
  return {
    en: `${which.join(', ')} on ${id} meets a trigger that raises under conditions only; whether it always refuses cannot be read from the catalog.`,
    pt: `${which.join(', ')} em ${id} encontra um gatilho que só recusa sob condições; o catálogo não mostra se recusa sempre.`,
  }
}

function hit(
  facts: Facts,
  log: Relation,
  open: readonly { event: (typeof events)[number]; refusal: string }[],
): Hit {
  const id = qualified(log.schema, log.name)
  const which = open.map((s) => s.event)
  const rows = which.filter((event) => event !== 'truncate')
  const taken = log.triggers.map((t) => t.name)
  const routines = facts.snapshot.routines.filter((r) => r.schema === log.schema).map((r) => r.name)
  const routine = qualified(log.schema, freshName(`refuse_change_of_${log.name}`, routines))
  const names = { row: freshName('refuse_change', taken), statement: freshName('refuse_truncate', taken) }
  const triggers = [
    ...(rows.length > 0 ? [[names.row, `before ${rows.join(' or ')} on ${id} for each row`] as const] : []),
    ...(which.includes('truncate')
      ? [[names.statement, `before truncate on ${id} for each statement`] as const]
      : []),
  ]
  const late = open.every((s) => s.refusal === 'always')
  return {
    object: relationObject(log),
    message: {
      en: `${which.map((e) => e.toUpperCase()).join(', ')} on the audit log ${id} is refused by no trigger${late ? ' in replica mode' : ''}: only grants stand in the way.`,
      pt: `Nenhum gatilho recusa ${which.map((e) => e.toUpperCase()).join(', ')} na trilha ${id}${late ? ' no modo réplica' : ''}: só os grants impedem.`,
    },
    evidence: {
      open: which,
      triggers: log.triggers.map((t) => ({
        name: t.name,
        events: t.events,
        level: t.level,
        enabled: t.enabled,
      })),
      rewriteRules: log.rules.map((rule) => rule.name),
    },
    fix: {
      sql: [
        `create function ${routine}() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$ begin raise exception 'the audit log only grows: % on % is refused', tg_op, tg_table_name; end $$`,
        `revoke execute on function ${routine}() from public`,
        ...triggers.flatMap(([name, rest]) => [
          `create trigger ${quote(name)} ${rest} execute function ${routine}()`,
          `alter table ${id} enable always trigger ${quote(name)}`,
        ]),
      ],
      lock: 'SHARE ROW EXCLUSIVE for a moment: writes wait, reads go on',
      advice: {
        en: 'A rule DO INSTEAD NOTHING is no guard: it hides the attempt. A function shared by row and statement triggers must not look at OLD, which is null in the latter.',
        pt: 'Uma regra DO INSTEAD NOTHING não é proteção: esconde a tentativa. Uma função usada por gatilhos de linha e de comando não pode olhar OLD, nulo no segundo.',
      },
    },
  }
}
