import type { Text } from '@/lib/rules/rule'

/** What notes about locks are put together from, the longer phrases first; names of lock modes stay as PostgreSQL has them. */
const phrases: readonly (readonly [en: RegExp, pt: string])[] = (
  [
    [
      'on a large table build the index concurrently first and add the constraint USING INDEX',
      'em tabela grande, construa antes o índice com CONCURRENTLY e crie a restrição com USING INDEX',
    ],
    ['a new unique key on the parent takes', 'uma nova chave única na tabela pai exige'],
    [
      'row locks on every row while it is filled in',
      'bloqueios de linha em todas as linhas durante o preenchimento',
    ],
    ['on the table while the new key is built', 'na tabela enquanto a nova chave é construída'],
    ['while the table and its indexes are rewritten', 'enquanto a tabela e seus índices são regravados'],
    ['on every partition while the index is built', 'em cada partição enquanto o índice é construído'],
    [
      'waits for running queries and holds up new ones meanwhile',
      'espera as consultas em curso e segura as novas enquanto isso',
    ],
    ['while the table is rewritten', 'enquanto a tabela é regravada'],
    ['while the table is read', 'enquanto a tabela é lida'],
    ['while its index is built', 'enquanto o índice é construído'],
    ['while the index is built', 'enquanto o índice é construído'],
    ['while NOT NULL is checked', 'enquanto NOT NULL é verificado'],
    ['the scan runs under', 'a leitura roda sob'],
    ['for a moment to drop the old key', 'por um momento para remover a chave antiga'],
    ['for a moment on the table and its partitions', 'por um momento na tabela e em suas partições'],
    ['for a moment on objects of the extension', 'por um momento nos objetos da extensão'],
    ['on both tables for a moment', 'nas duas tabelas por um momento'],
    ['for a moment on each', 'por um momento em cada uma'],
    ['on one table after another', 'em uma tabela de cada vez'],
    ['on the table, for an instant', 'na tabela, por um instante'],
    ['for an instant', 'por um instante'],
    ['for moments', 'por momentos'],
    ['for a moment', 'por um momento'],
    ['on the table', 'na tabela'],
    ['not inside a transaction', 'fora de transação'],
    ['no scan, no rewrite', 'sem leitura, sem regravação'],
    ['no rewrite', 'sem regravação'],
    ['reads and writes go on', 'leituras e escritas continuam'],
    ['reads and writes wait', 'leituras e escritas esperam'],
    ['writes wait, reads go on', 'escritas esperam, leituras continuam'],
    ['reads go on', 'leituras continuam'],
    ['writes wait', 'escritas esperam'],
    [', then ', ', depois '],
    ['; index: ', '; índice: '],
  ] as const
).map(([en, pt]) => [new RegExp(en.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'g'), pt])

/** A fix's note about its lock in both languages; rules write it in English. '' stays ''. */
export const lockText = (lock: string): Text => ({
  en: lock,
  pt: phrases.reduce((text, [en, pt]) => text.replaceAll(en, pt), lock),
})
