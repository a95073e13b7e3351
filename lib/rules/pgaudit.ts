import { databaseObject } from './identity'
import { defineRule, type Hit, type Severity, type Text } from './rule'
import { hidden, isLocalOnly, setting } from './server-settings'

export const pgaudit = defineRule({
  id: 'pgaudit',
  code: 'S04',
  group: 'settings',
  severity: 'medium',
  title: { en: 'pgaudit is missing or switched off', pt: 'pgaudit ausente ou desligado' },
  why: {
    en: 'Triggers see what programs write. What a person reads or does in a direct session only the server itself can record, and for PostgreSQL that is pgaudit.',
    pt: 'Gatilhos veem o que programas gravam. O que uma pessoa lê ou faz em sessão direta só o servidor pode registrar, e no PostgreSQL isso é o pgaudit.',
  },
  references: ['LGPD art. 37', 'SBIS NGS1.07', 'CIS PostgreSQL 3.2', 'ISO/IEC 27001 A.8.15'],
  check(snapshot, facts) {
    const preloaded = setting(snapshot, 'shared_preload_libraries')
    if (preloaded === null) return { hits: [], checked: 1, unknown: [hidden('shared_preload_libraries')] }
    const local: { severity?: Severity } =
      isLocalOnly(snapshot) === true || facts.config.declared?.readAudit ? { severity: 'low' } : {}
    const make = (part: string, message: Text, sql: string[], advice: Text): Hit => ({
      object: databaseObject(snapshot.database, part),
      ...local,
      message,
      evidence: {
        shared_preload_libraries: preloaded,
        'pgaudit.log': setting(snapshot, 'pgaudit.log'),
        'pgaudit.role': setting(snapshot, 'pgaudit.role'),
      },
      fix: { sql, lock: '', advice },
    })
    const silenced = snapshot.roleSettings.filter(
      (s) => s.name === 'pgaudit.log' && /^\s*(none)?\s*$/i.test(s.value),
    )
    const off = silenced.map((s) =>
      make(
        `pgaudit.log of ${s.role ?? 'every role'}`,
        {
          en: `pgaudit.log is set to none for ${s.role ?? 'every role'}${s.thisDatabase ? ' in this database' : ''}: its sessions leave no trace.`,
          pt: `pgaudit.log está como none para ${s.role ?? 'todo papel'}${s.thisDatabase ? ' neste banco' : ''}: suas sessões não deixam rastro.`,
        },
        [],
        {
          en: 'Reset it: alter role … reset "pgaudit.log".',
          pt: 'Desfaça: alter role … reset "pgaudit.log".',
        },
      ),
    )
    if (!preloaded.split(',').some((name) => name.trim() === 'pgaudit')) {
      return {
        checked: 1,
        unknown: [],
        hits: [
          ...off,
          make(
            'pgaudit',
            {
              en: 'pgaudit is not loaded: direct sessions are recorded by nothing.',
              pt: 'O pgaudit não está carregado: sessões diretas não são registradas.',
            },
            [],
            {
              en: "Install it, add it to shared_preload_libraries, restart, create extension pgaudit, and set pgaudit.log (at least 'ddl, role, write') or pgaudit.role.",
              pt: "Instale-o, inclua em shared_preload_libraries, reinicie, create extension pgaudit, e defina pgaudit.log (ao menos 'ddl, role, write') ou pgaudit.role.",
            },
          ),
        ],
      }
    }
    const classes = (setting(snapshot, 'pgaudit.log') ?? '').toLowerCase()
    const idle = /^\s*(none)?\s*$/.test(classes) && !setting(snapshot, 'pgaudit.role')
    return {
      checked: 1,
      unknown: [],
      hits: idle
        ? [
            ...off,
            make(
              'pgaudit.log',
              {
                en: 'pgaudit is loaded and records nothing: neither pgaudit.log nor pgaudit.role is set.',
                pt: 'O pgaudit está carregado e não registra nada: nem pgaudit.log nem pgaudit.role estão definidos.',
              },
              [`alter system set pgaudit.log = 'ddl, role, write'`, 'select pg_reload_conf()'],
              {
                en: 'Reads of sensitive tables are better recorded by pgaudit.role with grants on them.',
                pt: 'Leituras de tabelas sensíveis são melhor registradas por pgaudit.role com grants nelas.',
              },
            ),
          ]
        : off,
    }
  },
  example: {
    // What the server loads is not a database's to change: what hits is shown on made-up settings in the tests.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key);`,
    hits: [],
  },
})
