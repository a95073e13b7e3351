import type { Index, Relation } from '@/lib/catalog/types-relation'
import { gather } from './gather'
import { qualified, quote, relationObject } from './identity'
import { dropLock, dropSql, isDroppableUnique, shapeOf } from './index-shape'
import { defineRule, type Hit } from './rule'
import { isUsable } from './trees'

export const duplicateIndex = defineRule({
  id: 'duplicate-index',
  code: 'I02',
  group: 'indexes',
  severity: 'medium',
  title: { en: 'Duplicate index', pt: 'Índice duplicado' },
  why: {
    en: 'The same index twice makes every write slower, takes space and memory, and finds nothing that the other does not.',
    pt: 'O mesmo índice duas vezes deixa cada gravação mais lenta, ocupa espaço e memória e não encontra nada que o outro não encontre.',
  },
  references: ['ISO/IEC 27001 A.8.6'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.governed) {
      const indexes = table.indexes.filter(isUsable)
      checked += indexes.length
      for (const alike of grouped(indexes, beginning))
        for (const group of grouped(alike, shapeOf)) hits.push(...duplicates(table, group))
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table t (id int primary key, a int, b text); create index t_a on t (a); create index t_b on t (b);
      create index t_a_part on t (a) where b = 'x'; create index t_a_desc on t (a desc, b); create index t_b_ops on t (b text_pattern_ops);`,
    broken: `create index t_a_again on t (a) with (fillfactor = 70); create index t_id on t (id);`,
    hits: ['public.t/t_a_again', 'public.t/t_id'],
  },
})

/** Cheap to tell, and the same for all that are equal. */
const beginning = (index: Index) =>
  `${index.method} ${index.keys.length} ${index.keys[0]?.column ?? index.keys[0]?.expression ?? ''}`

/** Groups of two and more. */
function grouped(indexes: readonly Index[], by: (index: Index) => string): Index[][] {
  if (indexes.length < 2) return []
  const groups = new Map<string, Index[]>()
  for (const index of indexes) {
    gather(groups, by(index), index)
  }
  return [...groups.values()].filter((group) => group.length > 1)
}

/** The one to keep does the most beside finding rows; among equals the first name. */
const worth = (index: Index) =>
  (index.primary ? 32 : 0) +
  (index.constraint !== null ? 16 : 0) +
  (index.replicaIdentity ? 8 : 0) +
  (index.parent !== null ? 4 : 0) +
  (index.unique ? 2 : 0)

function duplicates(table: Relation, group: readonly Index[]): Hit[] {
  if (group.length < 2) return []
  const [keep, ...rest] = [...group].sort((a, b) => worth(b) - worth(a) || (a.name < b.name ? -1 : 1))
  if (!keep) return []
  return rest
    .filter((index) => isDroppableUnique(index))
    .filter((index) => !index.unique || (keep.unique && keep.nullsNotDistinct === index.nullsNotDistinct))
    .map((index) => hit(table, keep, index))
}

function hit(table: Relation, keep: Index, index: Index): Hit {
  const id = qualified(table.schema, table.name)
  const partitioned = table.kind === 'partitioned'
  return {
    object: relationObject(table, { part: index.name }),
    message: {
      en: `Index ${quote(index.name)} of ${id} does the same work as ${quote(keep.name)}: each write pays twice.`,
      pt: `O índice ${quote(index.name)} de ${id} faz o mesmo trabalho que ${quote(keep.name)}: cada gravação paga duas vezes.`,
    },
    evidence: {
      keep: keep.name,
      keeps: keep.primary ? 'primary key' : keep.constraint ? 'constraint' : keep.unique ? 'unique' : 'index',
      method: index.method,
      keys: index.keys.map((key) => key.column ?? key.expression),
      predicate: index.predicate,
      size: index.size,
    },
    fix: {
      sql: [dropSql(index, partitioned)],
      lock: dropLock(partitioned),
      advice: {
        en: 'The kept one backs the constraint where one does. Queries that name the index in a hint must change.',
        pt: 'Mantém-se o que sustenta a restrição, quando há uma. Consultas que citam o índice em dicas precisam mudar.',
      },
    },
  }
}
