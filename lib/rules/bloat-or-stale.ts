import type { Relation } from '@/lib/catalog/types-relation'
import { qualified, relationObject } from './identity'
import { defineRule, type Hit } from './rule'
import { counted } from './texts'
import { leavesOf } from './trees'

/** Dead rows below this number are nobody's problem. */
const floor = 10_000
/** Autovacuum waits for 20 % by default; twice that means it does not keep up. */
const share = 0.4

export const bloatOrStale = defineRule({
  id: 'bloat-or-stale',
  code: 'I09',
  group: 'indexes',
  severity: 'low',
  title: { en: 'Many dead rows', pt: 'Muitas linhas mortas' },
  why: {
    en: 'Dead rows make every read longer, and what was "deleted" for a subject stays on disk until vacuum has passed.',
    pt: 'Linhas mortas alongam cada leitura, e o que foi "eliminado" para um titular fica no disco até o vacuum passar.',
  },
  references: ['LGPD art. 16', 'LGPD art. 18, VI', 'ISO/IEC 27001 A.8.10'],
  check(_snapshot, facts) {
    const leaves = facts.roots.flatMap((root) => leavesOf(facts, root))
    const blind = leaves.filter((t) => t.statistics === null)
    return {
      checked: leaves.length,
      hits: leaves.filter(isBloated).map(hit),
      unknown:
        blind.length > 0
          ? [
              {
                en: `Activity of ${counted(blind.length, 'table', 'tables')} is not readable.`,
                pt: `A atividade de ${counted(blind.length, 'tabela', 'tabelas')} não pode ser lida.`,
              },
            ]
          : [],
    }
  },
  example: {
    // Counters of dead rows arrive late and autovacuum removes them: what a server shows at once is nothing.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key); insert into u select generate_series(1, 100);`,
    hits: [],
  },
})

const isBloated = (table: Relation) => {
  const s = table.statistics
  return s !== null && s.dead >= floor && s.dead > share * (s.live + s.dead)
}

function hit(table: Relation): Hit {
  const id = qualified(table.schema, table.name)
  const dead = table.statistics?.dead ?? 0
  const live = table.statistics?.live ?? 0
  return {
    object: relationObject(table),
    message: {
      en: `${id} holds about ${dead} dead rows beside ${live} live ones: vacuum does not keep up.`,
      pt: `${id} tem cerca de ${dead} linhas mortas ao lado de ${live} vivas: o vacuum não acompanha.`,
    },
    evidence: {
      dead,
      live,
      lastVacuum: table.statistics?.lastVacuum ?? null,
      options: table.options,
      size: table.size,
    },
    fix: {
      sql: [`vacuum (analyze) ${id}`],
      lock: 'SHARE UPDATE EXCLUSIVE: reads and writes go on; not inside a transaction',
      advice: {
        en: 'Look for a session that holds an old snapshot, an idle replication slot or a forgotten prepared transaction first: vacuum cannot pass them. The figure is the server’s estimate.',
        pt: 'Procure antes uma sessão com snapshot antigo, um slot de replicação parado ou transação preparada esquecida: o vacuum não passa por eles. O número é estimativa do servidor.',
      },
    },
  }
}
