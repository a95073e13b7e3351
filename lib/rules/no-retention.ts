import type { Relation } from '@/lib/catalog/types-relation'
import { qualified, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { tokens } from './tokens'

const growing = new Set(
  'session sessions sessao sessoes message messages mensagem mensagens notification notifications notificacao notificacoes event events evento eventos log logs'.split(
    ' ',
  ),
)

export const noRetention = defineRule({
  id: 'no-retention',
  code: 'D07',
  group: 'protection',
  severity: 'low',
  title: {
    en: 'Growing personal data without a retention rule',
    pt: 'Dados pessoais que crescem sem regra de guarda',
  },
  why: {
    en: 'Personal data may be kept while its purpose lasts, the chart must be kept for 20 years: where neither end is written down, both are broken.',
    pt: 'Dados pessoais só podem ficar enquanto durar a finalidade, e o prontuário deve ficar 20 anos: onde nenhum fim está escrito, ambos são violados.',
  },
  references: ['LGPD art. 15', 'LGPD art. 16', 'Lei 13.787/2018 art. 6', 'ISO/IEC 27001 A.5.33'],
  gather: (facts) =>
    facts.roots.filter(
      (t) =>
        t.parents.length === 0 &&
        (facts.audit.logs.has(t) ||
          (facts.holdsTenantData(t) && tokens(t.name).some((word) => growing.has(word)))),
    ),
  check(snapshot, facts, tables) {
    if (facts.config.declared?.retention) return { hits: [], checked: tables.length, unknown: [] }
    const open = tables.filter((t) => t.kind !== 'partitioned' && !declared(t))
    // A job may do it; its table is data, which a scan does not read.
    if (open.length > 0 && snapshot.extensions.some((e) => e.name === 'pg_cron')) {
      const names = open.map((t) => qualified(t.schema, t.name)).join(', ')
      return {
        hits: [],
        checked: tables.length,
        unknown: [
          {
            en: `pg_cron is installed and may prune ${names}; its jobs are not read. Declare it (declared.retention) when it does.`,
            pt: `O pg_cron está instalado e pode descartar ${names}; seus jobs não são lidos. Declare (declared.retention) se for o caso.`,
          },
        ],
      }
    }
    return { hits: open.map(hit), checked: tables.length, unknown: [] }
  },
  example: {
    clean: `create table chat_messages (id uuid primary key default gen_random_uuid(), email text); comment on table chat_messages is 'Chat. [sens keep=24m]';
      create table login_log (at timestamptz, email text) partition by range (at);`,
    broken: `create table notifications (id uuid primary key default gen_random_uuid(), email text);`,
    hits: ['public.notifications'],
  },
})

/** `keep=20y` in the table's class comment, or words of retention in it. */
const declared = (table: Relation) =>
  /\bkeep=\w+|\bretention\b|\bguarda\b|\breten[cç][aã]o\b/i.test(table.comment ?? '')

const hit = (table: Relation): Hit => ({
  object: relationObject(table),
  message: {
    en: `${qualified(table.schema, table.name)} grows with personal data: it is not partitioned and nothing says how long rows stay.`,
    pt: `${qualified(table.schema, table.name)} cresce com dados pessoais: não é particionada e nada diz por quanto tempo as linhas ficam.`,
  },
  evidence: { rows: table.rows, size: table.size },
  fix: {
    sql: [],
    lock: '',
    advice: {
      en: 'Write the period down ([… keep=24m] in the table’s comment), and partition by month so that old rows go by dropping a partition. Mind the minimum too: charts and their audit stay 20 years.',
      pt: 'Registre o prazo ([… keep=24m] no comentário da tabela) e particione por mês, para descartar removendo a partição. Observe também o mínimo: prontuário e sua auditoria ficam 20 anos.',
    },
  },
})
