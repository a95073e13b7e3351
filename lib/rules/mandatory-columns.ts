import type { Column, Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { foreignKeysOf } from './foreign-keys'
import { qualified, relationObject } from './identity'
import { perFacts } from './memo'
import { defineRule, type Hit } from './rule'
import { tokens } from './tokens'

const created = new Set(
  'created inserted recorded registered occurred criado criada inclusao cadastro registrado registrada'.split(
    ' ',
  ),
)
const updated = new Set(
  'updated modified changed atualizado atualizada alterado alterada modificado modificada alteracao atualizacao'.split(
    ' ',
  ),
)

export const mandatoryColumns = defineRule({
  id: 'mandatory-columns',
  code: 'K12',
  group: 'keys',
  severity: 'low',
  title: {
    en: 'Table that does not know when its rows came or changed',
    pt: 'Tabela que não sabe quando suas linhas surgiram ou mudaram',
  },
  why: {
    en: 'Retention periods start somewhere: without a creation time nobody can say when a record may or must go, and without a change time no copy can follow.',
    pt: 'Prazos de guarda começam em algum momento: sem data de criação ninguém diz quando um registro pode ou deve ser descartado, e sem data de alteração nenhuma cópia acompanha.',
  },
  references: ['LGPD art. 15', 'LGPD art. 16', 'ISO/IEC 27001 A.5.33'],
  oneByOne: true,
  check(_snapshot, facts) {
    const tables = facts.roots.filter(
      (t) =>
        facts.holdsTenantData(t) &&
        !facts.isReference(t) &&
        !facts.audit.logs.has(t) &&
        t.parents.length === 0 &&
        !isJoin(t),
    )
    return {
      checked: tables.length,
      unknown: [],
      hits: tables.flatMap((table) => {
        const lacking = lackingIn(facts, table.columns)
        if (lacking.length === 0) return nothing
        const missing = lacking.filter((name) => name !== 'updated_at' || mayUpdate(facts, table))
        return missing.length > 0 ? [hit(table, missing)] : nothing
      }),
    }
  },
  example: {
    clean: `create role :role;
      create table patient (id uuid primary key default gen_random_uuid(), email text, created_at timestamptz not null default now(), updated_at timestamptz);
      grant select, insert, update on patient to :role;
      create table entry (id uuid primary key default gen_random_uuid(), email text, occurred_at timestamptz not null); grant select, insert on entry to :role;`,
    broken: `create table visit (id uuid primary key default gen_random_uuid(), email text); grant select, update on visit to :role;`,
    hits: ['public.visit'],
  },
})

const nothing: readonly Hit[] = []

/** The times that these columns do not tell; tables that are alike share one list of columns. */
const lackingIn = perFacts((_facts, columns: Relation['columns']): readonly string[] =>
  [
    ...(columns.some((c) => isTime(c) && (names(c, created) || isNow(c))) ? [] : ['created_at']),
    ...(columns.some((c) => isTime(c) && names(c, updated)) ? [] : ['updated_at']),
  ].filter((name) => !columns.some((c) => c.name === name)),
)

const isTime = (column: Column) => column.baseType.startsWith('timestamp')
const names = (column: Column, words: ReadonlySet<string>) =>
  tokens(column.name).some((word) => words.has(word))
const isNow = (column: Column) =>
  /\b(now|clock_timestamp|transaction_timestamp|statement_timestamp)\(\)|CURRENT_TIMESTAMP/i.test(
    column.default ?? '',
  )

/** Every column is part of a key to another table, or of its own key. */
function isJoin(table: Relation): boolean {
  const keys = foreignKeysOf(table)
  if (keys.length < 2) return false
  const bound = new Set([
    ...keys.flatMap((k) => k.columns),
    ...table.constraints.filter((c) => c.kind === 'primary').flatMap((c) => c.columns),
  ])
  return table.columns.every((c) => bound.has(c.name))
}

/** Somebody beside the owner may change rows: a table that only grows needs no time of change. */
const mayUpdate = (facts: Facts, table: Relation) =>
  facts.reach(table).some((reach) => reach.privileges.has('UPDATE') || reach.onColumns.has('UPDATE'))

function hit(table: Relation, missing: readonly string[]): Hit {
  const id = qualified(table.schema, table.name)
  return {
    object: relationObject(table),
    message: {
      en: `${id} holds tenant or personal data and has no ${missing.join(' or ')}.`,
      pt: `${id} guarda dados de clínica ou pessoais e não tem ${missing.join(' nem ')}.`,
    },
    evidence: { missing },
    fix: {
      sql: missing.map((name) => `alter table ${id} add column ${name} timestamptz not null default now()`),
      lock: 'ACCESS EXCLUSIVE for a moment: no rewrite',
      advice: {
        en: 'Rows that exist get the time of the migration, which is not their own: write that down. A trigger keeps updated_at.',
        pt: 'Linhas existentes recebem a hora da migração, que não é a delas: documente. Um gatilho mantém updated_at.',
      },
    },
  }
}
