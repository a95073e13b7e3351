import type { Index, Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { counted } from './texts'
import { isUsable, partitionsOf } from './trees'

export const invalidIndex = defineRule({
  id: 'invalid-index',
  code: 'I05',
  group: 'indexes',
  severity: 'medium',
  title: { en: 'Invalid index', pt: 'Índice inválido' },
  why: {
    en: 'A failed CREATE INDEX CONCURRENTLY leaves an index that every write maintains and no query may use; a unique one does not even keep duplicates out.',
    pt: 'Um CREATE INDEX CONCURRENTLY que falhou deixa um índice que cada gravação mantém e nenhuma consulta usa; se for único, nem impede duplicatas.',
  },
  references: ['ISO/IEC 27001 A.8.6'],
  oneByOne: true,
  check(_snapshot, facts) {
    const indexes = facts.governed.flatMap((table) => table.indexes.map((index) => ({ table, index })))
    return {
      checked: indexes.length,
      unknown: [],
      hits: indexes
        .filter(({ index }) => !isUsable(index))
        .map(({ table, index }) => hit(facts, table, index)),
    }
  },
  example: {
    clean: `create table t (id int primary key, a int); create index t_a on t (a);`,
    broken: `create table u (id int primary key, a int); create unique index u_a on u (a);
      update pg_index set indisvalid = false where indexrelid = 'u_a'::regclass;`,
    hits: ['public.u/u_a'],
  },
})

function hit(facts: Facts, table: Relation, index: Index): Hit {
  const id = qualified(table.schema, table.name)
  const partitioned = table.kind === 'partitioned'
  const lacking = partitioned
    ? partitionsOf(facts, table)
        .filter((child) => !child.indexes.some((i) => i.parent === index.id && isUsable(i)))
        .map((child) => qualified(child.schema, child.name))
    : []
  return {
    object: relationObject(table, { part: index.name }),
    ...(index.unique ? { severity: 'high' as const } : {}),
    message: partitioned
      ? {
          en: `Index ${quote(index.name)} of partitioned table ${id} is invalid: ${counted(lacking.length, 'partition has', 'partitions have')} no index attached to it.`,
          pt: `O índice ${quote(index.name)} da tabela particionada ${id} está inválido: ${counted(lacking.length, 'partição não tem', 'partições não têm')} índice anexado a ele.`,
        }
      : {
          en: `Index ${quote(index.name)} of ${id} is ${index.valid ? 'not ready' : 'INVALID'}: no query uses it${index.unique ? ', and duplicates may be there' : ''}.`,
          pt: `O índice ${quote(index.name)} de ${id} está ${index.valid ? 'não pronto' : 'INVALID'}: nenhuma consulta o usa${index.unique ? ', e pode haver duplicatas' : ''}.`,
        },
    evidence: { valid: index.valid, ready: index.ready, live: index.live, unique: index.unique, lacking },
    fix: {
      sql: partitioned ? [] : [`reindex index concurrently ${index.id}`],
      lock: partitioned
        ? ''
        : 'SHARE UPDATE EXCLUSIVE (CONCURRENTLY): reads and writes go on; not inside a transaction',
      advice: partitioned
        ? {
            en: 'Create the index on each partition CONCURRENTLY and attach it: alter index … attach partition ….',
            pt: 'Crie o índice em cada partição com CONCURRENTLY e anexe: alter index … attach partition ….',
          }
        : {
            en: 'First look at pg_stat_progress_create_index: it may still be being built. Remove duplicates before rebuilding a unique one, or drop it if nobody needs it.',
            pt: 'Veja antes pg_stat_progress_create_index: pode estar em construção. Remova duplicatas antes de refazer um único, ou remova o índice se ninguém precisa dele.',
          },
    },
  }
}
