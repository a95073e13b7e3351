import { sql, type RawBuilder, type SqlBool } from 'kysely'

/** Where a page of a list ends: the time as PostgreSQL prints it (a Date would lose microseconds) and the row's id. */
export interface Cursor {
  readonly at: string
  readonly id: string
}

const time = /^\d{4,6}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d(:?\d\d){0,2})?$/
const identity = /^(\d{1,19}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i

/** The cursor as it stands in a URL. */
export const cursorText = (cursor: Cursor): string =>
  Buffer.from(`${cursor.at}~${cursor.id}`).toString('base64url')

/** Reads a cursor out of a URL; `null` for anything that is not one, so that a hostile URL is the first page. */
export function parseCursor(text: string | null | undefined): Cursor | null {
  if (!text || text.length > 200) return null
  const [at, id, ...rest] = Buffer.from(text, 'base64url').toString('utf8').split('~')
  if (!at || !id || rest.length > 0 || !time.test(at) || !identity.test(id)) return null
  return { at, id }
}

/**
 * Rows that come after the cursor in a newest-first list: a row comparison, which an index on (at, id) serves.
 * @param idType type of the id column, so that the comparison is not made as text.
 */
export const olderThan = (
  at: string,
  id: string,
  cursor: Cursor,
  idType: 'uuid' | 'bigint',
): RawBuilder<SqlBool> =>
  sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(id)}) < (${cursor.at}::timestamptz, ${cursor.id}::${sql.raw(idType)})`

/** Rows that come before the cursor in a newest-first list; order them ascending and turn the page round. */
export const newerThan = (
  at: string,
  id: string,
  cursor: Cursor,
  idType: 'uuid' | 'bigint',
): RawBuilder<SqlBool> =>
  sql<SqlBool>`(${sql.ref(at)}, ${sql.ref(id)}) > (${cursor.at}::timestamptz, ${cursor.id}::${sql.raw(idType)})`

/** Cuts a result of `limit + 1` rows to a page and says whether there is more. */
export function page<Row>(
  rows: readonly Row[],
  limit: number,
): { readonly rows: readonly Row[]; readonly more: boolean } {
  return { rows: rows.slice(0, limit), more: rows.length > limit }
}
