import { qualified, relationObject } from './identity'
import { defineRule, type Hit, type Text } from './rule'
import { counted } from './texts'
import { leavesOf } from './trees'

const large = 100_000

export const vacuumAnalyzeLag = defineRule({
  id: 'vacuum-analyze-lag',
  code: 'O03',
  group: 'operations',
  severity: 'medium',
  title: { en: 'Vacuum is switched off or has never come', pt: 'Vacuum desligado ou que nunca passou' },
  why: {
    en: 'Rows that were deleted stay on disk, plans are made from guesses, and transaction ids run out.',
    pt: 'Linhas apagadas ficam no disco, planos são feitos por suposição e os ids de transação se esgotam.',
  },
  references: ['LGPD art. 16', 'ISO/IEC 27001 A.8.6', 'ISO/IEC 27001 A.8.10'],
  check(_snapshot, facts) {
    const tables = facts.roots.flatMap((root) => leavesOf(facts, root))
    const hits: Hit[] = []
    const blind: string[] = []
    for (const table of tables) {
      const id = qualified(table.schema, table.name)
      if (/^(off|false|no|0|f|n)$/i.test(table.options['autovacuum_enabled'] ?? '')) {
        hits.push({
          object: relationObject(table),
          message: {
            en: `Autovacuum is switched off for ${id}.`,
            pt: `O autovacuum está desligado para ${id}.`,
          },
          evidence: { options: table.options, rows: table.rows },
          fix: {
            sql: [`alter table ${id} reset (autovacuum_enabled)`],
            lock: 'SHARE UPDATE EXCLUSIVE for a moment: reads and writes go on',
            advice: {
              en: 'If it was switched off for a load, let a job vacuum after the load instead.',
              pt: 'Se foi desligado para uma carga, deixe um job executar vacuum depois dela.',
            },
          },
        })
        continue
      }
      const s = table.statistics
      if (s === null) blind.push(id)
      else if (
        s.live >= large &&
        s.lastAnalyze === null &&
        s.inserted + s.updated + s.deleted >= large &&
        table.rows === null
      ) {
        hits.push({
          object: relationObject(table),
          severity: 'low',
          message: {
            en: `${id} holds about ${s.live} rows and was never analyzed.`,
            pt: `${id} tem cerca de ${s.live} linhas e nunca foi analisada.`,
          },
          evidence: { live: s.live, lastVacuum: s.lastVacuum },
          fix: {
            sql: [`vacuum (analyze) ${id}`],
            lock: 'SHARE UPDATE EXCLUSIVE: reads and writes go on; not inside a transaction',
            advice: {
              en: 'After a restore run vacuumdb --analyze-in-stages once.',
              pt: 'Após uma restauração execute vacuumdb --analyze-in-stages uma vez.',
            },
          },
        })
      }
    }
    const unknown: Text[] =
      blind.length > 0
        ? [
            {
              en: `Activity of ${counted(blind.length, 'table', 'tables')} is not readable.`,
              pt: `A atividade de ${counted(blind.length, 'tabela', 'tabelas')} não pode ser lida.`,
            },
          ]
        : []
    return { hits, checked: tables.length, unknown }
  },
  example: {
    clean: `create table t (id int primary key) with (autovacuum_enabled = on);`,
    broken: `create table u (id int primary key) with (autovacuum_enabled = off);`,
    hits: ['public.u'],
  },
})
