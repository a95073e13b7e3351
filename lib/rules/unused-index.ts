import type { Index, Relation } from '@/lib/catalog/types-relation'
import type { Facts } from './facts'
import { foreignKeysOf } from './foreign-keys'
import { qualified, quote, relationObject } from './identity'
import { dropLock, dropSql, isDroppable } from './index-shape'
import { defineRule, type Hit } from './rule'
import { counted } from './texts'
import { isUsable, partitionsOf, serves } from './trees'

/** Days of statistics below which "never used" says nothing: a monthly report must have had its turn. */
const window = 35
/** Bytes below which an index is not worth a finding. */
const worthwhile = 1024 * 1024

export const unusedIndex = defineRule({
  id: 'unused-index',
  code: 'I04',
  group: 'indexes',
  severity: 'low',
  title: { en: 'Index that nothing uses', pt: 'Índice que nada usa' },
  why: {
    en: 'An index nobody reads still slows every write, fills memory and is copied into every backup.',
    pt: 'Um índice que ninguém lê ainda atrasa cada gravação, ocupa memória e vai em toda cópia de segurança.',
  },
  references: ['ISO/IEC 27001 A.8.6'],
  gather: (facts) =>
    facts.governed.flatMap((table) =>
      table.indexes.filter((index) => isCandidate(table, index)).map((index) => ({ table, index })),
    ),
  check(snapshot, facts, candidates) {
    if (candidates.length === 0) return { hits: [], checked: 0, unknown: [] }
    const days = observedDays(snapshot.takenAt, snapshot.server.statisticsResetAt, snapshot.server.startedAt)
    if (days === null || days < window) {
      const since = days === null ? '?' : String(Math.floor(days))
      return {
        hits: [],
        checked: candidates.length,
        unknown: [
          {
            en: `Statistics cover ${since} ${since === '1' ? 'day' : 'days'}; ${window} are needed to call an index unused.`,
            pt: `As estatísticas cobrem ${since} ${since === '1' ? 'dia' : 'dias'}; são precisos ${window} para considerar um índice sem uso.`,
          },
        ],
      }
    }
    const blind = candidates.filter(({ table, index }) => scansOf(facts, table, index) === null)
    return {
      checked: candidates.length,
      hits: candidates
        .filter(({ table, index }) => scansOf(facts, table, index) === 0 && (index.size ?? 0) >= worthwhile)
        .map(({ table, index }) => hit(table, index, days)),
      unknown:
        blind.length > 0
          ? [
              {
                en: `The use of ${counted(blind.length, 'index', 'indexes')} is not readable.`,
                pt: `O uso de ${counted(blind.length, 'índice', 'índices')} não pode ser lido.`,
              },
            ]
          : [],
    }
  },
  example: {
    // A fresh server has no window: the rule must stay silent (unknown), however unused the index is.
    clean: `create table t (id int primary key, a int); create index on t (a);`,
    broken: `create table u (id int primary key, a int); create index u_a on u (a);`,
    hits: [],
  },
})

/** Only speed hangs on it: no expression (its statistics may be used), no foreign key served. */
const isCandidate = (table: Relation, index: Index) =>
  isUsable(index) &&
  isDroppable(index) &&
  index.keys.every((key) => key.column !== null) &&
  !foreignKeysOf(table).some((key) => serves(table, index, key.columns))

/** Scans of the index and of those attached to it on partitions; null when one is not readable. */
function scansOf(facts: Facts, table: Relation, index: Index): number | null {
  if (table.kind !== 'partitioned') return index.scans
  let sum = 0
  for (const child of partitionsOf(facts, table)) {
    for (const attached of child.indexes.filter((i) => i.parent === index.id)) {
      const scans = scansOf(facts, child, attached)
      if (scans === null) return null
      sum += scans
    }
  }
  return sum
}

/** Counters have run at least since the server's start, and not since before their reset. */
function observedDays(takenAt: string, resetAt: string | null, startedAt: string | null): number | null {
  const since = resetAt ?? startedAt
  return since === null ? null : (Date.parse(takenAt) - Date.parse(since)) / 86_400_000
}

function hit(table: Relation, index: Index, days: number): Hit {
  const id = qualified(table.schema, table.name)
  const partitioned = table.kind === 'partitioned'
  const whole = Math.floor(days)
  return {
    object: relationObject(table, { part: index.name }),
    message: {
      en: `Index ${quote(index.name)} of ${id} was not read once in ${whole} days and is paid for by every write.`,
      pt: `O índice ${quote(index.name)} de ${id} não foi lido nenhuma vez em ${whole} dias e custa a cada gravação.`,
    },
    evidence: { scans: 0, days: whole, size: index.size, keys: index.keys.map((key) => key.column) },
    fix: {
      sql: [dropSql(index, partitioned)],
      lock: dropLock(partitioned),
      advice: {
        en: 'Look at a second scan some weeks later and at the replicas, which count their reads apart, before dropping it.',
        pt: 'Antes de removê-lo, veja outra verificação semanas depois e as réplicas, que contam seus acessos à parte.',
      },
    },
  }
}
