import type { Relation } from '@/lib/catalog/types-relation'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { isUsable } from './trees'

export const noPrimaryKey = defineRule({
  id: 'no-primary-key',
  code: 'K01',
  group: 'keys',
  severity: 'high',
  title: { en: 'Table without a primary key', pt: 'Tabela sem chave primária' },
  why: {
    en: 'Without a key a row cannot be named: the audit trail cannot say which record changed, duplicates go unseen, and logical replication refuses every UPDATE and DELETE.',
    pt: 'Sem chave não há como identificar a linha: a trilha de auditoria não diz qual registro mudou, duplicatas passam despercebidas e a replicação lógica recusa UPDATE e DELETE.',
  },
  references: ['LGPD art. 6, V', 'LGPD art. 37', 'ISO/IEC 27001 A.8.15'],
  oneByOne: true,
  check: (_snapshot, { roots }) => ({
    checked: roots.length,
    unknown: [],
    hits: roots
      .filter((table) => !table.constraints.some((c) => c.kind === 'primary') && !hasReplicaKey(table))
      .map(hit),
  }),
  example: {
    clean: `create table patient (id uuid primary key); create table day (d date, id int, primary key (d, id)) partition by range (d);
      create table day_1 partition of day for values from ('2026-01-01') to ('2026-02-01');`,
    broken: `create table visit (id bigint not null generated always as identity, at timestamptz not null);
      create table log (d date, id int not null) partition by range (d);
      create table log_1 partition of log for values from ('2026-01-01') to ('2026-02-01');`,
    hits: ['public.log', 'public.visit'],
  },
})

/** `REPLICA IDENTITY USING INDEX` demands a unique, whole, NOT NULL index: a key in all but name. */
const hasReplicaKey = (table: Relation) =>
  table.replicaIdentity === 'index' && table.indexes.some((index) => index.replicaIdentity && isUsable(index))

function hit(table: Relation): Hit {
  const id = qualified(table.schema, table.name)
  const key = candidate(table)
  return {
    object: relationObject(table),
    ...(table.persistence === 'unlogged' ? { severity: 'low' as const } : {}),
    message: {
      en: `${id} has no primary key: two identical rows cannot be told apart, and no change of a row can be attributed to a record.`,
      pt: `${id} não tem chave primária: duas linhas iguais não se distinguem, e nenhuma alteração pode ser atribuída a um registro.`,
    },
    evidence: {
      columns: table.columns.map((c) => c.name),
      replicaIdentity: table.replicaIdentity,
      rows: table.rows,
    },
    fix: {
      sql: key ? [`alter table ${id} add primary key (${key.map(quote).join(', ')})`] : [],
      lock: key ? 'ACCESS EXCLUSIVE while the index is built: reads and writes wait' : '',
      advice: key
        ? {
            en: 'It fails when the column holds NULL or repeated values: look for them first. On a large table build a unique index CONCURRENTLY and add the key USING INDEX.',
            pt: 'Falha se a coluna tiver NULL ou valores repetidos: procure-os antes. Em tabela grande, crie um índice único com CONCURRENTLY e adicione a chave com USING INDEX.',
          }
        : {
            en: 'Choose the columns that identify a row, or add an identity column: alter table … add column id bigint generated always as identity primary key (rewrites the table).',
            pt: 'Escolha as colunas que identificam a linha, ou adicione uma coluna de identidade: alter table … add column id bigint generated always as identity primary key (reescreve a tabela).',
          },
    },
  }
}

/** Columns that would make a key: those of a unique index on NOT NULL columns, else a column `id`. */
function candidate(table: Relation): readonly string[] | null {
  const present = new Set(table.columns.filter((c) => c.notNull).map((c) => c.name))
  const unique = table.indexes.find(
    (i) =>
      i.unique &&
      isUsable(i) &&
      i.predicate === null &&
      i.keys.every((k) => k.column !== null && present.has(k.column)),
  )
  const columns =
    unique?.keys.map((k) => k.column ?? '') ?? table.columns.filter((c) => c.name === 'id').map((c) => c.name)
  if (columns.length === 0) return null
  if (table.kind !== 'partitioned') return columns
  // A partitioned table's key holds its partition columns; an expression cannot be part of one.
  const parts = /^\w+ \((.*)\)$/s.exec(table.partitionKey ?? '')?.[1]?.split(', ') ?? []
  const names = parts.map(
    (part) => table.columns.find((c) => quote(c.name) === part || c.name === part)?.name,
  )
  if (names.some((name) => name === undefined)) return null
  return [...new Set([...columns, ...(names as string[])])]
}
