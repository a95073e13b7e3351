import type { Relation } from '@/lib/catalog/types-relation'
import { foreignKeysOf, indexLock, indexSql, type ForeignConstraint } from './foreign-keys'
import { qualified, quote, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { servedBy } from './trees'

export const fkUnindexed = defineRule({
  id: 'fk-unindexed',
  code: 'I01',
  group: 'indexes',
  severity: 'medium',
  title: { en: 'Foreign key without an index', pt: 'Chave estrangeira sem índice' },
  why: {
    en: 'Each delete or key change of the parent reads the whole child table while it holds locks, and so does each list by parent: a subject’s records take seconds instead of milliseconds to find.',
    pt: 'Cada exclusão ou mudança de chave na tabela pai lê a tabela filha inteira com bloqueios, assim como cada consulta por pai: os registros de um titular levam segundos em vez de milissegundos.',
  },
  references: ['LGPD art. 6, IV', 'LGPD art. 19'],
  oneByOne: true,
  check(_snapshot, facts) {
    const hits: Hit[] = []
    let checked = 0
    for (const table of facts.governed) {
      for (const key of foreignKeysOf(table)) {
        if (!key.enforced) continue
        checked++
        if (!servedBy(facts, table, key.columns)) hits.push(hit(table, key))
      }
    }
    return { hits, checked, unknown: [] }
  },
  example: {
    clean: `create table p (a int, b int, primary key (a, b)); create table q (id int primary key);
      create table c (id int primary key, a int, b int, q_id int references q, foreign key (a, b) references p);
      create index on c (b, a); create index on c (q_id) where q_id is not null;`,
    broken: `create table d (id int primary key, a int, b int, q_id int references q, st text, foreign key (a, b) references p);
      create index on d (b) include (a); create index on d (q_id) where st = 'x'; create index on d using brin (q_id);`,
    hits: ['public.d/d_a_b_fkey', 'public.d/d_q_id_fkey'],
  },
})

/** Below this many rows reading the whole table costs nothing worth an index. */
const small = 1_000

function hit(table: Relation, key: ForeignConstraint): Hit {
  const id = qualified(table.schema, table.name)
  const columns = key.columns.map(quote).join(', ')
  const near = table.indexes
    .filter((index) => index.keys.some((k) => k.column !== null && key.columns.includes(k.column)))
    .map((index) => index.name)
  return {
    object: relationObject(table, { part: key.name }),
    ...(table.rows !== null && table.rows > 0 && table.rows < small ? { severity: 'low' as const } : {}),
    message: {
      en: `Foreign key ${quote(key.name)} of ${id} (${columns}) has no usable index: deleting a row of ${key.references.relation} reads all of ${id}.`,
      pt: `A chave estrangeira ${quote(key.name)} de ${id} (${columns}) não tem índice utilizável: apagar uma linha de ${key.references.relation} lê toda a ${id}.`,
    },
    evidence: {
      columns: key.columns,
      references: key.references.relation,
      rows: table.rows,
      notUsable: near,
    },
    fix: {
      sql: [indexSql(table, key.columns)],
      lock: indexLock(table),
      advice: {
        en: 'A partial index counts only where its condition follows from the columns being present; INCLUDE columns, BRIN and GIN do not count.',
        pt: 'Índice parcial só conta se a condição decorrer da presença das colunas; colunas INCLUDE, BRIN e GIN não contam.',
      },
    },
  }
}
