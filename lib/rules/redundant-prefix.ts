import type { Index, Relation } from '@/lib/catalog/types-relation'
import { qualified, quote, relationObject } from './identity'
import { dropLock, dropSql, isDroppable, keyText } from './index-shape'
import { defineRule, type Hit } from './rule'
import { isUsable } from './trees'

export const redundantPrefix = defineRule({
  id: 'redundant-prefix',
  code: 'I03',
  group: 'indexes',
  severity: 'low',
  title: { en: 'Index that another one begins with', pt: 'Índice que é prefixo de outro' },
  why: {
    en: 'A longer index on the same leading columns answers the same questions; the shorter one costs every write and is seldom worth it.',
    pt: 'Um índice mais longo com as mesmas colunas iniciais responde às mesmas consultas; o mais curto custa a cada gravação e raramente compensa.',
  },
  references: ['ISO/IEC 27001 A.8.6'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.governed) {
      const btrees = table.indexes.filter((index) => index.method === 'btree' && isUsable(index))
      checked += btrees.length
      for (const index of btrees) {
        if (!isDroppable(index) || !btrees.some((other) => begins(index, other))) continue
        const longer = btrees
          .filter((other) => begins(index, other))
          .sort((a, b) => a.keys.length - b.keys.length || (a.name < b.name ? -1 : 1))[0]
        if (longer) hits.push(hit(table, index, longer))
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table t (id int primary key, a int, b int, c int); create index t_ab on t (a, b); create index t_b on t (b);
      create index t_a_c on t (a) include (c); create unique index t_a_u on t (a) where c is null;`,
    broken: `create index t_a on t (a);`,
    hits: ['public.t/t_a'],
  },
})

/** `other` has the same leading keys and more, the same condition, and carries whatever the shorter one includes. */
function begins(index: Index, other: Index): boolean {
  if (other === index || other.keys.length <= index.keys.length || other.predicate !== index.predicate)
    return false
  if (
    !index.keys.every(
      (key, at) =>
        key.column === other.keys[at]?.column &&
        keyText(key) === keyText(other.keys[at] ?? key) &&
        other.keys[at] !== undefined,
    )
  )
    return false
  return index.include.every(
    (column) => other.include.includes(column) || other.keys.some((key) => key.column === column),
  )
}

function hit(table: Relation, index: Index, longer: Index): Hit {
  const id = qualified(table.schema, table.name)
  const partitioned = table.kind === 'partitioned'
  return {
    object: relationObject(table, { part: index.name }),
    message: {
      en: `Index ${quote(index.name)} of ${id} is the beginning of ${quote(longer.name)}, which can serve in its place.`,
      pt: `O índice ${quote(index.name)} de ${id} é o começo de ${quote(longer.name)}, que pode servir em seu lugar.`,
    },
    evidence: {
      keys: index.keys.map((key) => key.column ?? key.expression),
      longer: longer.name,
      longerKeys: longer.keys.map((key) => key.column ?? key.expression),
      size: index.size,
      longerSize: longer.size,
      scans: index.scans,
    },
    fix: {
      sql: [dropSql(index, partitioned)],
      lock: dropLock(partitioned),
      advice: {
        en: 'Keep it where it is much smaller and read all the time: index-only scans may prefer it. Compare the scans of both first.',
        pt: 'Mantenha-o onde for muito menor e lido o tempo todo: leituras só de índice podem preferi-lo. Compare antes os acessos de ambos.',
      },
    },
  }
}
