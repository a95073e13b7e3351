import type { Snapshot } from '@/lib/catalog/types'

const protectedClasses: ReadonlySet<string> = new Set(['pers', 'sens', 'sec'])

/**
 * Which columns of one table must stay masked, by the class at the end of each column's comment (`… [sens free]`).
 * The log itself keeps only public and internal values; this holds for a log that something else filled.
 * @param table qualified as the log writes it, `schema.name`.
 */
export function maskFor(snapshot: Snapshot | null, table: string | null): (column: string) => boolean {
  const relation = snapshot?.relations.find((r) => `${r.schema}.${r.name}` === table)
  const hidden = new Set(
    (relation?.columns ?? [])
      .filter((c) => protectedClasses.has(classOf(c.comment) ?? ''))
      .map((c) => c.name),
  )
  return (column) => hidden.has(column)
}

/** The class a comment ends with, or null. */
export const classOf = (comment: string | null): string | null =>
  /\[(pub|int|pers|sens|sec)[ a-z0-9=._-]*\]\s*$/.exec(comment ?? '')?.[1] ?? null
