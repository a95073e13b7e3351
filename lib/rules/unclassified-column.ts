import type { Relation } from '@/lib/catalog/types-relation'
import { databaseObject, qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { counted } from './texts'

export const unclassifiedColumn = defineRule({
  id: 'unclassified-column',
  code: 'D02',
  group: 'protection',
  severity: 'low',
  title: { en: 'Column without a classification', pt: 'Coluna sem classificação' },
  why: {
    en: 'What nobody has classified is protected by chance: the register of processing, masks, retention and audit all start from the class of a column.',
    pt: 'O que ninguém classificou está protegido por acaso: o registro das operações, máscaras, guarda e auditoria partem da classe da coluna.',
  },
  references: ['LGPD art. 37', 'LGPD art. 5, II', 'ISO/IEC 27001 A.5.12'],
  gather: (facts) =>
    facts.roots
      .filter((t) => t.parents.length === 0 && facts.holdsTenantData(t))
      .map((table) => ({
        table,
        bare: table.columns.reduce((sum, c) => sum + (facts.classification(table, c) === null ? 1 : 0), 0),
      })),
  check(snapshot, facts, tables) {
    const open = tables.filter(({ bare }) => bare > 0).map(({ table }) => table)
    const begun = tables.filter(({ table, bare }) => bare < table.columns.length).length
    const few = begun * 4 < tables.length
    const hits =
      few && open.length > 1
        ? [nothing(snapshot.database, open, tables.length)]
        : open.map((table) =>
            hit(
              table,
              table.columns.filter((c) => facts.classification(table, c) === null),
            ),
          )
    return { hits, checked: tables.length, unknown: [] }
  },
  example: {
    clean: `create table patient (id uuid primary key default gen_random_uuid(), email text);
      comment on column patient.id is '[int]'; comment on column patient.email is 'Contact. [pers]';`,
    broken: `create table visit (id uuid primary key default gen_random_uuid(), email text); comment on column visit.id is '[int]';`,
    hits: ['public.visit'],
  },
})

const advice = {
  en: "End the column's comment with its class: [pub], [int], [pers], [sens] or [sec], with further words such as id or free; or set it in the configuration (classification). A gate for new columns keeps it so.",
  pt: 'Termine o comentário da coluna com a classe: [pub], [int], [pers], [sens] ou [sec], com palavras como id ou free; ou defina na configuração (classification). Uma barreira para colunas novas mantém assim.',
}

const hit = (table: Relation, columns: Relation['columns']): Hit => ({
  object: relationObject(table),
  message: {
    en: `${qualified(table.schema, table.name)}: ${columns.length} of ${counted(table.columns.length, 'column', 'columns')} ${columns.length === 1 ? 'has' : 'have'} no class (${shown(columns)}).`,
    pt: `${qualified(table.schema, table.name)}: ${columns.length} de ${counted(table.columns.length, 'coluna', 'colunas')} sem classe (${shown(columns)}).`,
  },
  evidence: { columns: columns.map((c) => c.name) },
  fix: { sql: [], lock: '', advice },
})

const shown = (columns: Relation['columns']) =>
  columns
    .slice(0, 6)
    .map((c) => quote(c.name))
    .join(', ') + (columns.length > 6 ? ', …' : '')

/** Where hardly anybody has begun, one finding says so; hundreds would say no more. */
const nothing = (database: string, tables: readonly Relation[], total: number): Hit => ({
  object: databaseObject(database),
  message: {
    en: `Of ${counted(total, 'table', 'tables')} with tenant or personal data ${tables.length} ${tables.length === 1 ? 'has' : 'have'} columns that nobody has classified.`,
    pt: `De ${counted(total, 'tabela', 'tabelas')} com dados de clínica ou pessoais, ${tables.length} ${tables.length === 1 ? 'tem' : 'têm'} colunas que ninguém classificou.`,
  },
  evidence: { tables: tables.slice(0, 50).map((t) => qualified(t.schema, t.name)), count: tables.length },
  fix: { sql: [], lock: '', advice },
})
