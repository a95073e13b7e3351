import type { Relation } from '@/lib/catalog/types-relation'
import { auditedTables } from './audited'
import type { Facts } from './facts'
import { indexLock, indexSql } from './foreign-keys'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit, type Text } from './rule'
import { isUsable, partitionsOf } from './trees'

const large = 100_000
/** A table below this size holds fewer rows than `large`, whatever the planner does not know. */
const smallBytes = 8 * 1024 * 1024

export const timeIndexMissing = defineRule({
  id: 'time-index-missing',
  code: 'I08',
  group: 'indexes',
  severity: 'medium',
  title: {
    en: 'Large clinical or audit table without an index by person or time',
    pt: 'Tabela clínica ou de auditoria grande sem índice por pessoa ou tempo',
  },
  why: {
    en: 'A subject’s answer, a patient’s history or a week of the trail is then a read of the whole table: deadlines are missed and pages time out.',
    pt: 'A resposta ao titular, o histórico do paciente ou uma semana da trilha exigem ler a tabela inteira: prazos se perdem e páginas expiram.',
  },
  references: ['LGPD art. 19', 'LGPD art. 6, IV', 'ISO/IEC 27001 A.8.6'],
  check(_snapshot, facts) {
    const tables = [...auditedTables(facts), ...[...facts.audit.logs].filter((log) => !log.isPartition)]
    const hits: Hit[] = []
    const unknown: Text[] = []
    for (const table of tables) {
      const rows = rowsOf(facts, table)
      if (rows !== null && rows < large) continue
      const time =
        table.columns.find((c) => c.notNull && c.baseType.startsWith('timestamp')) ??
        table.columns.find((c) => /^(timestamp|date)/.test(c.baseType))
      if (!time || isServed(facts, table, time.name)) continue
      if (rows === null) unknown.push(uncounted(table))
      else hits.push(hit(facts, table, time.name, rows))
    }
    return { hits, checked: tables.length, unknown }
  },
  example: {
    clean: `create table visit (id int primary key, patient_id int not null, at timestamptz not null default now()); create index on visit (patient_id, at);
      insert into visit (id, patient_id) select i, i % 100 from generate_series(1, 120000) i; analyze visit;`,
    broken: `create table exam (id int primary key, patient_id int not null, at timestamptz not null default now());
      insert into exam (id, patient_id) select i, i % 100 from generate_series(1, 120000) i; analyze exam;`,
    hits: ['public.exam'],
  },
})

/** By person, by time (btree or BRIN), by tenant and then time; or partitioned by time. */
function isServed(facts: Facts, table: Relation, time: string): boolean {
  if (table.kind === 'partitioned' && (table.partitionKey ?? '').startsWith('RANGE')) return true
  const owners = facts.tenancy.ownersOf(table)
  const tenant = facts.tenancy.columnOf(table)
  const isTime = (name: string | null) =>
    name !== null &&
    (name === time || /^(timestamp|date)/.test(table.columns.find((c) => c.name === name)?.baseType ?? ''))
  const served = table.indexes.some((index) => {
    if (!isUsable(index) || index.predicate !== null) return false
    const [first, second] = index.keys.map((key) => key.column)
    if (first === undefined || first === null) return false
    return (
      owners.includes(first) ||
      isTime(first) ||
      (first === tenant && (isTime(second ?? null) || owners.includes(second ?? '')))
    )
  })
  if (served) return true
  const partitions = partitionsOf(facts, table)
  return partitions.length > 0 && partitions.every((child) => isServed(facts, child, time))
}

function rowsOf(facts: Facts, table: Relation): number | null {
  if (table.kind === 'partitioned') {
    const parts = partitionsOf(facts, table).map((child) => rowsOf(facts, child))
    return parts.some((rows) => rows === null)
      ? null
      : parts.reduce<number>((sum, rows) => sum + (rows ?? 0), 0)
  }
  return table.rows ?? (table.size !== null && table.size < smallBytes ? 0 : null)
}

const uncounted = (table: Relation): Text => {
  const id = qualified(table.schema, table.name)
  return {
    en: `${id} was never analyzed: whether it is large enough to need an index by person or time is not known.`,
    pt: `${id} nunca foi analisada: não se sabe se é grande o bastante para precisar de índice por pessoa ou tempo.`,
  }
}

function hit(facts: Facts, table: Relation, time: string, rows: number): Hit {
  const id = qualified(table.schema, table.name)
  const [owner] = facts.tenancy.ownersOf(table)
  const tenant = facts.tenancy.columnOf(table)
  const columns = owner !== undefined ? [owner, time] : tenant !== null ? [tenant, time] : [time]
  return {
    object: relationObject(table),
    message: {
      en: `${id} has about ${rows} rows and no index by person or time: each list of one person or one week reads all of them.`,
      pt: `${id} tem cerca de ${rows} linhas e nenhum índice por pessoa ou tempo: cada lista de uma pessoa ou semana lê todas.`,
    },
    evidence: {
      rows,
      indexes: table.indexes.map((i) => ({
        name: i.name,
        keys: i.keys.map((k) => k.column ?? k.expression),
      })),
    },
    fix: {
      sql: [indexSql(table, columns)],
      lock: indexLock(table),
      advice: {
        en: `Suggested: (${columns.map(quote).join(', ')}). On a table that only grows BRIN on ${quote(time)} costs next to nothing.`,
        pt: `Sugestão: (${columns.map(quote).join(', ')}). Em tabela que só cresce, BRIN em ${quote(time)} custa quase nada.`,
      },
    },
  }
}
