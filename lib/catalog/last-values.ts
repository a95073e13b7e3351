import type { Book } from './book'
import { step } from './reading'
import { isConcurrentChange, type Session } from './session'
import { yes } from './book'
import type { SequenceRow } from './sql/objects'

/** Above this many, last values are not read at all: each one opens its sequence. */
const mostSequences = 2_000
const together = 1_000

/**
 * The last value of every sequence this role may read, null where it was never used. `pg_sequence_last_value` would take
 * ROW EXCLUSIVE and keep it to the end of the transaction, so the sequences are selected from like tables.
 */
export async function lastValues(
  session: Session,
  sequences: readonly SequenceRow[],
  book: Book,
): Promise<Map<string, string | null>> {
  const readable = sequences.filter((row) => yes(row[11]))
  const found = new Map<string, string | null>()
  if (readable.length > mostSequences) return found
  for (let from = 0; from < readable.length; from += together) {
    const sql = readable
      .slice(from, from + together)
      .map(
        (row) => `select ${row[0]}, last_value, is_called from ${book.schemas.get(row[1])?.quoted}.${row[3]}`,
      )
      .join('\nunion all ')
    try {
      await session.apart(
        step<[oid: string, last: string, called: string]>('last values', sql, ([oid, last, called]) =>
          found.set(oid, yes(called) ? last : null),
        ),
      )
    } catch (error) {
      // A locked or dropped sequence, or an unlogged one on a standby, hides its batch: said in the blind spots.
      if (
        !isConcurrentChange(error) &&
        !(error instanceof Error && 'code' in error && error.code === '55000')
      )
        throw error
    }
  }
  return found
}
