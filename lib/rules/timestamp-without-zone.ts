import { aroundViews, heldColumn } from './around-views'
import { literal, qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { setting } from './server-settings'

export const timestampWithoutZone = defineRule({
  id: 'timestamp-without-zone',
  code: 'K08',
  group: 'keys',
  severity: 'low',
  title: { en: 'Instant without a time zone', pt: 'Instante sem fuso horário' },
  why: {
    en: 'The same value means another moment to each session’s time zone; around a change of daylight saving an hour exists twice or not at all. Evidence needs the instant.',
    pt: 'O mesmo valor significa outro momento conforme o fuso da sessão; numa mudança de horário uma hora existe duas vezes ou nenhuma. A prova exige o instante.',
  },
  references: ['LGPD art. 6, V', 'ISO/IEC 27001 A.8.17'],
  oneByOne: true,
  check(snapshot, facts) {
    const zone = setting(snapshot, 'TimeZone') ?? 'UTC'
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.roots) {
      if (table.parents.length > 0) continue
      for (const column of table.columns) {
        if (!column.baseType.startsWith('timestamp')) continue
        checked++
        if (!column.baseType.startsWith('timestamp without time zone')) continue
        const id = qualified(table.schema, table.name)
        const name = quote(column.name)
        const isKey = (table.partitionKey ?? '').includes(column.name) || column.generated !== null
        const around = isKey ? null : aroundViews(facts, table, column.name)
        hits.push({
          object: relationObject(table, { column: column.name }),
          message: {
            en: `${id}.${name} is ${column.type}: which instant it means depends on the reader’s time zone.`,
            pt: `${id}.${name} é ${column.type}: o instante que significa depende do fuso de quem lê.`,
          },
          evidence: { type: column.type, serverTimeZone: zone },
          fix: {
            sql:
              around === null
                ? []
                : [
                    ...around.before,
                    `alter table ${id} alter column ${name} type timestamptz using ${name} at time zone ${literal(zone)}`,
                    ...around.after,
                  ],
            lock:
              around === null ? '' : 'ACCESS EXCLUSIVE while the table is rewritten: reads and writes wait',
            advice: {
              en: `Name the zone the values were written in. Local wall-clock data (opening hours) may stay: classify and waive it.${around === null ? ` ${heldColumn.en}` : ''}`,
              pt: `Indique o fuso em que os valores foram gravados. Hora local de parede (funcionamento) pode ficar: registre a dispensa.${around === null ? ` ${heldColumn.pt}` : ''}`,
            },
          },
        })
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table t (id int primary key, at timestamptz, d date, opens time);`,
    broken: `create table u (id int primary key, at timestamp, "When" timestamp(3));`,
    hits: ['public.u."When"', 'public.u.at'],
  },
})
