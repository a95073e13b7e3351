import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts, Reach } from './facts'
import { list } from './foreign-keys'
import { qualified, relationObject, roleName } from './identity'
import { refused } from './refusal'
import { defineRule, type Hit } from './rule'

const mighty = ['UPDATE', 'DELETE', 'TRUNCATE'] as const

export const auditLogMutable = defineRule({
  id: 'audit-log-mutable',
  code: 'A06',
  group: 'audit',
  severity: 'critical',
  title: { en: 'The audit log can be changed', pt: 'A trilha de auditoria pode ser alterada' },
  why: {
    en: 'A log that its users can edit or empty proves nothing: whoever did the deed can remove the entry.',
    pt: 'Uma trilha que seus usuários podem editar ou esvaziar não prova nada: quem praticou o ato pode remover o registro.',
  },
  references: ['LGPD art. 37', 'LGPD art. 46', 'SBIS NGS1.07.02', 'ISO/IEC 27001 A.8.15'],
  check(_snapshot, facts) {
    const logs = [...facts.audit.logs].filter((log) => log.extension === null)
    const views = facts.views.filter(
      (view) =>
        view.kind === 'view' &&
        !isInvoker(view) &&
        view.reads.some((use) => logs.some((log) => log.id === use.relation)),
    )
    return {
      checked: logs.length + views.length,
      unknown: [],
      hits: [...logs, ...views].flatMap((log) => {
        const holders = facts.reach(log).filter(canChange)
        const writers = log.kind === 'view' ? [] : writersOfAll(facts, log)
        return holders.length + writers.length > 0 ? [hit(facts, log, holders, writers)] : []
      }),
    }
  },
  example: {
    clean: `create role :role;
      do $$ begin execute format('revoke connect on database %I from public', current_database()); end $$;
      create table audit_log (id bigint generated always as identity primary key, at timestamptz not null default now(), actor text, action text, table_name text);
      create function record_change() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin insert into public.audit_log (actor, action, table_name) values (session_user, tg_op, tg_table_name); return null; end $$;
      revoke execute on function record_change() from public; grant select, insert on audit_log to :role;`,
    broken: `grant update (actor), delete on audit_log to :role;`,
    hits: ['public.audit_log'],
  },
})

const isInvoker = (view: Relation) => /^(t|true|on|yes|1)/i.test(view.options['security_invoker'] ?? '')

const canChange = (reach: Reach) => mighty.some((p) => reach.privileges.has(p) || reach.onColumns.has(p))

/** Roles that pg_write_all_data lets write every table, without a trace in its ACL. */
const writersOfAll = (facts: Facts, log: Relation): readonly string[] =>
  [...facts.roles.inheritedBy('pg_write_all_data')]
    .filter(
      (role) =>
        role !== 'pg_write_all_data' &&
        !facts.roles.superuser(role) &&
        !facts.roles.inherits(role).has(log.owner),
    )
    .filter((role) => facts.role.get(role)?.predefined === false && facts.roles.reachable(role))
    .sort()

const of = (reach: Reach) => mighty.filter((p) => reach.privileges.has(p) || reach.onColumns.has(p))

function hit(facts: Facts, log: Relation, holders: readonly Reach[], writers: readonly string[]): Hit {
  const id = qualified(log.schema, log.name)
  const who = [
    ...holders.map((h) => `${h.role ?? 'PUBLIC'} (${of(h).join(', ')})`),
    ...writers.map((w) => `${w} (pg_write_all_data)`),
  ].join('; ')
  const guarded = (['update', 'delete', 'truncate'] as const).every(
    (event) => refused(facts, log, event).always,
  )
  const sql = [
    ...holders.flatMap((holder) => {
      const whole = mighty.filter((p) => holder.privileges.has(p)).map((p) => p.toLowerCase())
      const columns = holder.onColumns.get('UPDATE') ?? []
      return [
        ...(whole.length > 0
          ? [`revoke ${whole.join(', ')} on table ${id} from ${roleName(holder.role)}`]
          : []),
        ...(columns.length > 0
          ? [`revoke update (${list(columns)}) on table ${id} from ${roleName(holder.role)}`]
          : []),
      ]
    }),
    ...writers
      .filter((role) =>
        facts.snapshot.memberships.some((m) => m.member === role && m.role === 'pg_write_all_data'),
      )
      .map((role) => `revoke pg_write_all_data from ${roleName(role)}`),
  ]
  return {
    object: relationObject(log),
    // Triggers that always refuse still stand in the way; the right is then one DISABLE TRIGGER from use.
    ...(guarded ? { severity: 'medium' as const } : {}),
    message: {
      en: `Roles beside the owner may change the audit log ${id}: ${who}.`,
      pt: `Papéis além do dono podem alterar a trilha ${id}: ${who}.`,
    },
    evidence: {
      holders: holders.map((h) => ({
        role: h.role ?? 'PUBLIC',
        privileges: of(h),
        columns: h.onColumns.get('UPDATE') ?? [],
      })),
      writeAll: writers,
      refusedByTrigger: guarded,
    },
    fix: {
      sql,
      lock: '',
      advice: {
        en: 'Programs should add entries through a function that runs as the log’s owner; they need neither UPDATE nor DELETE. Retention is a partition dropped by its owner.',
        pt: 'Programas devem incluir registros por uma função que executa como o dono da trilha; não precisam de UPDATE nem DELETE. O descarte é remover a partição, pelo dono.',
      },
    },
  }
}
