import type { Fix, Text } from './rule'

/** Locks, as a DBA must know them before running a fix. */
export const locks = {
  brief:
    'ACCESS EXCLUSIVE on the table, for an instant: waits for running queries and holds up new ones meanwhile.',
  none: '',
  share: 'SHARE ROW EXCLUSIVE on the table: writes wait, reads go on.',
  concurrently: 'SHARE UPDATE EXCLUSIVE: reads and writes go on; not inside a transaction.',
} as const

export const text = (en: string, pt: string): Text => ({ en, pt })

/** "1 table", "3 tables": a number with its word, in one language. */
export const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`

export const fix = (sql: readonly string[], lock: string, en: string, pt: string): Fix => ({
  sql,
  lock,
  advice: { en, pt },
})
