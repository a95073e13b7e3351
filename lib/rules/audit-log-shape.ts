import type { Column, Relation } from '@/lib/catalog/types-relation'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit, type Text } from './rule'
import { tokens } from './tokens'

export const auditLogShape = defineRule({
  id: 'audit-log-shape',
  code: 'A11',
  group: 'audit',
  severity: 'medium',
  title: { en: 'Audit log cannot say who, when or what', pt: 'A trilha não diz quem, quando ou o quê' },
  why: {
    en: 'An entry without actor, exact time, operation or object answers no question of a subject, an auditor or a court.',
    pt: 'Um registro sem autor, hora exata, operação ou objeto não responde a pergunta do titular, do auditor ou do juiz.',
  },
  references: ['LGPD art. 37', 'SBIS NGS1.07.05', 'ISO/IEC 27001 A.8.15'],
  check(_snapshot, facts) {
    const logs = [...facts.audit.logs].filter((log) => !log.isPartition && log.extension === null)
    return { hits: logs.flatMap(judge), checked: logs.length, unknown: [] }
  },
  example: {
    clean: `create table audit_log (id bigint generated always as identity primary key, occurred_at timestamptz not null default now(), actor_user_id uuid, action text, table_name text, changes jsonb);`,
    broken: `create table audit_trail (id bigint generated always as identity primary key, at timestamp not null default now(), action text, table_name text, old_values jsonb);`,
    hits: ['public.audit_trail'],
  },
})

const words = {
  who: 'actor user usuario who quem by por author autor performed session_user username login person_id subject',
  what: 'action acao operation operacao op event evento tg_op verb command',
  object: 'table tabela object objeto entity entidade relation resource record registro row target',
}
const sets = Object.fromEntries(
  Object.entries(words).map(([key, list]) => [key, new Set(list.split(' '))]),
) as Record<keyof typeof words, Set<string>>
const has = (log: Relation, key: keyof typeof words) =>
  log.columns.some((column) => tokens(column.name).some((word) => sets[key].has(word)))

/** Its own timestamps; a document column may hold the actor, so who and what are then not missing for sure. */
const isInstant = (column: Column) => column.baseType.startsWith('timestamp with time zone')
const isLocal = (column: Column) => column.baseType.startsWith('timestamp without time zone')

function judge(log: Relation): Hit[] {
  const id = qualified(log.schema, log.name)
  const faults: (Text & { readonly sql: readonly string[] })[] = []
  const local = log.columns.filter(isLocal)
  const document = log.columns.some(
    (c) =>
      /^jsonb?$/.test(c.baseType) &&
      tokens(c.name).some((w) => ['entry', 'payload', 'data', 'event', 'context'].includes(w)),
  )
  if (!log.columns.some(isInstant)) {
    const column = local[0]
    faults.push({
      en: local.length > 0 ? 'its time has no zone' : 'it has no time',
      pt: local.length > 0 ? 'a hora não tem fuso' : 'não tem hora',
      sql: column
        ? [
            `alter table ${id} alter column ${quote(column.name)} type timestamptz using ${quote(column.name)} at time zone current_setting('TimeZone')`,
          ]
        : [`alter table ${id} add column occurred_at timestamptz not null default clock_timestamp()`],
    })
  }
  if (!has(log, 'who') && !document)
    faults.push({
      en: 'it does not say who',
      pt: 'não diz quem',
      sql: [`alter table ${id} add column actor text default session_user`],
    })
  if (!has(log, 'what') && !document)
    faults.push({
      en: 'it does not say which operation',
      pt: 'não diz qual operação',
      sql: [`alter table ${id} add column action text`],
    })
  if (!has(log, 'object') && !document)
    faults.push({
      en: 'it does not say which table or record',
      pt: 'não diz qual tabela ou registro',
      sql: [`alter table ${id} add column table_name text`],
    })
  if (faults.length === 0) return []
  return [
    {
      object: relationObject(log),
      message: {
        en: `Audit log ${id}: ${faults.map((f) => f.en).join(', ')}.`,
        pt: `Trilha ${id}: ${faults.map((f) => f.pt).join(', ')}.`,
      },
      evidence: { columns: log.columns.map((c) => `${c.name} ${c.type}`) },
      fix: {
        sql: faults.flatMap((f) => f.sql),
        lock:
          local.length > 0
            ? 'ACCESS EXCLUSIVE while the table is rewritten'
            : 'ACCESS EXCLUSIVE for a moment',
        advice: {
          en: 'The audit function must then fill the new columns. Behind a pool session_user is the program: pass the person in a setting that a definer function checks.',
          pt: 'A função de auditoria passa a preencher as novas colunas. Atrás de um pool, session_user é o programa: informe a pessoa num ajuste que uma função definer confira.',
        },
      },
    },
  ]
}
