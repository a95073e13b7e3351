import { listed } from '@/lib/catalog/blind-spots'
import type { BlindSpot } from '@/lib/catalog/types-server'
import { defineRule } from './rule'

export const movingTarget = defineRule({
  id: 'moving-target',
  code: 'X02',
  group: 'scanner',
  severity: 'low',
  title: { en: 'Objects that changed during the scan', pt: 'Objetos que mudaram durante a verificação' },
  why: {
    en: 'What changes while it is read cannot be judged: half of it is old, half is new. It is left out and told, never guessed.',
    pt: 'O que muda enquanto é lido não pode ser julgado: metade é antiga, metade é nova. Fica de fora e é informado, nunca suposto.',
  },
  references: ['LGPD art. 6, X', 'ISO/IEC 27001 A.8.32'],
  check: (snapshot) => ({
    hits: [],
    checked: 1,
    unknown: snapshot.unreadable
      .filter((spot) => spot.what.startsWith('changing'))
      .map((spot) => ({
        en: `${spot.why} Scan again when the migration has ended.`,
        pt: `Outra sessão alterava o esquema durante a verificação (${left(spot)}). Verifique de novo quando a migração terminar.`,
      })),
  }),
  example: {
    // A quiet database: nothing moved, whatever the schema holds.
    clean: `create table t (id int primary key);`,
    broken: `create table u (id int primary key);`,
    hits: [],
  },
})

/** What was left out: its names where they are known, else how much it was. */
function left({ names = [], count }: BlindSpot): string {
  if (names.length === 0) return `objetos que ficaram de fora: ${count ?? '?'}`
  return `ficaram de fora: ${listed(names, (n) => `e mais ${n}`)}`
}
