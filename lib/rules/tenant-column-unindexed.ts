import type { Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { indexLock, indexSql } from './foreign-keys'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { isUsable, partitionsOf } from './trees'

export const tenantColumnUnindexed = defineRule({
  id: 'tenant-column-unindexed',
  code: 'I06',
  group: 'indexes',
  severity: 'medium',
  title: {
    en: 'Row security filters by a column without an index',
    pt: 'A RLS filtra por coluna sem índice',
  },
  why: {
    en: 'Every query of every clinic reads the rows of all clinics to throw most of them away; under load that is the first reason why somebody turns row security off.',
    pt: 'Cada consulta de cada clínica lê as linhas de todas para descartar a maioria; sob carga, é o primeiro motivo para alguém desligar a RLS.',
  },
  references: ['LGPD art. 46', 'ISO/IEC 27001 A.8.6'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.roots) {
      const column = facts.tenancy.columnOf(table)
      if (column === null || !table.rls || table === facts.tenancy.registry) continue
      if (
        !table.policies.some((p) =>
          p.reads.some((use) => use.relation === table.id && use.columns.includes(column)),
        )
      )
        continue
      checked++
      if (!leads(facts, table, column)) hits.push(hit(table, column))
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create role :role; create table clinic (id uuid primary key);
      create table patient (id uuid not null, clinic_id uuid not null references clinic, primary key (clinic_id, id));
      alter table patient enable row level security; alter table patient force row level security;
      create policy p on patient to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));`,
    broken: `create table visit (id uuid not null, clinic_id uuid not null references clinic, primary key (id, clinic_id));
      alter table visit enable row level security; alter table visit force row level security;
      create policy p on visit to :role using (clinic_id = (select nullif(current_setting('app.clinic_id', true), '')::uuid));`,
    hits: ['public.visit.clinic_id'],
  },
})

/** First key of a usable, whole index; on every partition, or the table is partitioned by it. */
function leads(facts: Facts, table: Relation, column: string): boolean {
  if (
    table.kind === 'partitioned' &&
    new RegExp(`\\(${quote(column).replaceAll(/[$"\\]/g, '\\$&')}[,)]`).test(table.partitionKey ?? '')
  )
    return true
  if (
    table.indexes.some(
      (i) =>
        isUsable(i) &&
        i.predicate === null &&
        ['btree', 'hash', 'brin', 'gist'].includes(i.method) &&
        i.keys[0]?.column === column,
    )
  )
    return true
  const partitions = partitionsOf(facts, table)
  return partitions.length > 0 && partitions.every((child) => leads(facts, child, column))
}

function hit(table: Relation, column: string): Hit {
  const id = qualified(table.schema, table.name)
  const rows = table.rows ?? 0
  return {
    object: relationObject(table, { column }),
    severity: rows >= 100_000 ? 'high' : rows >= 10_000 ? 'medium' : 'low',
    message: {
      en: `Policies of ${id} compare ${quote(column)}, and no index leads with it: each query reads every clinic’s rows${table.rows === null ? '' : ` (about ${table.rows})`}.`,
      pt: `As políticas de ${id} comparam ${quote(column)}, e nenhum índice começa por ela: cada consulta lê as linhas de todas as clínicas${table.rows === null ? '' : ` (cerca de ${table.rows})`}.`,
    },
    evidence: { column, rows: table.rows, policies: table.policies.map((p) => p.name) },
    fix: {
      sql: [indexSql(table, [column])],
      lock: indexLock(table),
      advice: {
        en: 'An index on (clinic, what the program sorts or searches by) serves both: prefer that one.',
        pt: 'Um índice em (clínica, aquilo por que o programa ordena ou busca) serve aos dois: prefira esse.',
      },
    },
  }
}
