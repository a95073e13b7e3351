import type { Column, Index, Relation } from '@/lib/catalog/types-relation'
import { freshName } from './audited'
import type { Facts } from './facts'
import { foreignKeysOf, list } from './foreign-keys'
import { gather } from './gather'
import { qualified, quote, relationObject } from './identity'
import { ofFacts } from './memo'
import { defineRule, type Hit } from './rule'
import { tokens } from './tokens'
import { isUsable } from './trees'

const gone = new Set(
  'deleted excluido excluida deletado deletada apagado apagada removed removido removida'.split(' '),
)

export const softDeleteVsUnique = defineRule({
  id: 'soft-delete-vs-unique',
  code: 'K13',
  group: 'keys',
  severity: 'low',
  title: { en: 'Unique key that counts deleted rows', pt: 'Chave única que conta linhas excluídas' },
  why: {
    en: 'A row marked as deleted still holds its e-mail or number: the same person cannot be registered again, and someone will then really delete the old row.',
    pt: 'Uma linha marcada como excluída ainda ocupa o e-mail ou número: a mesma pessoa não pode ser recadastrada, e alguém acabará apagando a linha antiga de verdade.',
  },
  references: ['LGPD art. 18, III', 'ISO/IEC 27001 A.5.33'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.roots) {
      const mark = table.columns.find(
        (c) =>
          (c.baseType === 'boolean' || (!c.notNull && c.baseType.startsWith('timestamp'))) &&
          tokens(c.name).some((word) => gone.has(word)),
      )
      if (!mark || table.kind !== 'table') continue
      const key = table.constraints.find((c) => c.kind === 'primary')?.columns ?? []
      for (const index of table.indexes.filter((i) => i.unique && !i.primary && isUsable(i))) {
        const columns = index.keys.map((k) => k.column)
        // A key that holds the primary key, or the mark itself, never stands in the way.
        if (key.length > 0 && key.every((name) => columns.includes(name))) continue
        if (
          columns.includes(mark.name) ||
          index.predicate !== null ||
          index.replicaIdentity ||
          isReferenced(facts, table, columns)
        )
          continue
        checked++
        hits.push(hit(table, index, mark))
      }
      checked++
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table t (id int primary key, email text, deleted_at timestamptz); create unique index on t (email) where deleted_at is null;`,
    broken: `create table u (id int primary key, email text constraint u_email unique, code text, deleted_at timestamptz); create unique index u_code on u (lower(code));`,
    hits: ['public.u/u_code', 'public.u/u_email'],
  },
})

/** Which column sets of a table foreign keys point at. */
const referencedKeys = ofFacts((facts) => {
  const found = new Map<string, (readonly string[])[]>()
  for (const other of facts.governed) {
    for (const key of foreignKeysOf(other)) {
      gather(found, key.references.relation, key.references.columns)
    }
  }
  return found
})

const isReferenced = (facts: Facts, table: Relation, columns: readonly (string | null)[]) =>
  (referencedKeys(facts).get(table.id) ?? []).some(
    (key) => key.length === columns.length && key.every((c) => columns.includes(c)),
  )

function hit(table: Relation, index: Index, column: Column): Hit {
  const mark = column.name
  const alive = column.baseType === 'boolean' ? `not ${quote(mark)}` : `${quote(mark)} is null`
  const id = qualified(table.schema, table.name)
  const name = quote(
    freshName(
      `${index.name}_live`,
      table.indexes.map((i) => i.name),
    ),
  )
  const plain =
    index.keys.every((k) => k.column !== null && !k.descending) &&
    index.method === 'btree' &&
    index.include.length === 0
  const columns = index.keys.map((k) => k.column ?? '')
  const text = plain
    ? list(columns)
    : index.keys.map((k) => (k.column === null ? `(${k.expression ?? ''})` : quote(k.column))).join(', ')
  const distinct = index.nullsNotDistinct ? ' nulls not distinct' : ''
  return {
    object: relationObject(table, { part: index.name }),
    message: {
      en: `Unique ${index.constraint === null ? 'index' : 'constraint'} ${quote(index.name)} of ${id} also counts rows whose ${quote(mark)} is set.`,
      pt: `${index.constraint === null ? 'O índice único' : 'A restrição única'} ${quote(index.name)} de ${id} também conta linhas com ${quote(mark)} preenchido.`,
    },
    evidence: { keys: index.keys.map((k) => k.column ?? k.expression), softDelete: mark },
    fix: {
      sql: [
        `create unique index concurrently ${name} on ${id} (${text})${distinct} where ${alive}`,
        index.constraint === null
          ? `drop index concurrently ${index.id}`
          : `alter table ${id} drop constraint ${quote(index.constraint)}`,
        `alter index ${quote(table.schema)}.${name} rename to ${quote(index.name)}`,
      ],
      lock: 'SHARE UPDATE EXCLUSIVE (CONCURRENTLY); not inside a transaction',
      advice: {
        en: 'Identifiers that must stay reserved for ever (a chart number) keep the whole key: waive the finding there. ON CONFLICT clauses must name the new condition.',
        pt: 'Identificadores que devem ficar reservados para sempre (número de prontuário) mantêm a chave inteira: registre a dispensa. Cláusulas ON CONFLICT precisam citar a nova condição.',
      },
    },
  }
}
