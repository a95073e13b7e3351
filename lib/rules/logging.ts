import { databaseObject } from './identity'
import { defineRule, type Text } from './rule'
import { hidden, isLocalOnly, setting, settingSql } from './server-settings'

export const logging = defineRule({
  id: 'logging',
  code: 'S03',
  group: 'settings',
  severity: 'medium',
  title: {
    en: 'The server log would not tell what happened',
    pt: 'O log do servidor não contaria o que houve',
  },
  why: {
    en: 'After an incident the server’s log says who connected from where and who changed the schema, or it says nothing.',
    pt: 'Depois de um incidente o log do servidor diz quem conectou de onde e quem mudou o esquema, ou não diz nada.',
  },
  references: ['LGPD art. 37', 'LGPD art. 48', 'CIS PostgreSQL 3.1', 'ISO/IEC 27001 A.8.15'],
  check(snapshot) {
    const names = [
      'log_connections',
      'log_disconnections',
      'log_statement',
      'log_line_prefix',
      'log_min_error_statement',
    ] as const
    const value = Object.fromEntries(names.map((name) => [name, setting(snapshot, name)])) as Record<
      (typeof names)[number],
      string | null
    >
    const unseen = names.filter((name) => value[name] === null)
    if (unseen.length > 0) return { hits: [], checked: 1, unknown: unseen.map(hidden) }
    const faults: (Text & { readonly set: readonly [string, string] })[] = []
    // Since 18 log_connections lists what of a connection is told; empty and off both mean nothing.
    if (['off', '', 'false'].includes(value.log_connections ?? ''))
      faults.push({
        en: 'connections are not logged',
        pt: 'conexões não são registradas',
        set: ['log_connections', 'on'],
      })
    if (value.log_disconnections === 'off')
      faults.push({
        en: 'disconnections are not logged',
        pt: 'desconexões não são registradas',
        set: ['log_disconnections', 'on'],
      })
    if (value.log_statement === 'none')
      faults.push({
        en: 'changes of the schema are not logged',
        pt: 'mudanças de esquema não são registradas',
        set: ['log_statement', 'ddl'],
      })
    const prefix = value.log_line_prefix ?? ''
    const jsonOrCsv = /jsonlog|csvlog/.test(setting(snapshot, 'log_destination') ?? '')
    if (
      !jsonOrCsv &&
      !(/%u/.test(prefix) && /%d/.test(prefix) && /%[hr]/.test(prefix) && /%[mtn]/.test(prefix))
    )
      faults.push({
        en: 'lines do not name user, database, client and time',
        pt: 'as linhas não trazem usuário, banco, cliente e hora',
        set: ['log_line_prefix', '%m [%p] %q%u@%d %h '],
      })
    if (['fatal', 'panic', 'log'].includes(value.log_min_error_statement ?? ''))
      faults.push({
        en: 'statements that fail are not logged',
        pt: 'comandos que falham não são registrados',
        set: ['log_min_error_statement', 'error'],
      })
    if (faults.length === 0) return { hits: [], checked: 1, unknown: [] }
    return {
      checked: 1,
      unknown: [],
      hits: [
        {
          object: databaseObject(snapshot.database, 'logging'),
          // On a server of one machine those who connect are its own programs.
          ...(isLocalOnly(snapshot) === true ? { severity: 'low' as const } : {}),
          message: {
            en: `Server log: ${faults.map((f) => f.en).join('; ')}.`,
            pt: `Log do servidor: ${faults.map((f) => f.pt).join('; ')}.`,
          },
          evidence: value,
          fix: {
            sql: [
              ...new Set(
                faults
                  .flatMap((f) => settingSql(snapshot, f.set[0], f.set[1]))
                  .filter((s) => s !== 'select pg_reload_conf()'),
              ),
              'select pg_reload_conf()',
            ],
            lock: '',
            advice: {
              en: 'Not log_statement = all: it writes personal data and passwords into files. For reads pgaudit is the better control.',
              pt: 'Não use log_statement = all: grava dados pessoais e senhas em arquivos. Para leituras, pgaudit é o melhor controle.',
            },
          },
        },
      ],
    }
  },
  example: {
    // Server settings are shared by all databases: what hits is shown on made-up settings in the tests.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key);`,
    hits: [],
  },
})
