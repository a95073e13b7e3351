import { Client } from 'pg'

/** Milliseconds that what a session sends may take, whatever the schema or its role say of `statement_timeout`. */
const longest = 3_000

/** Waits for a query; what takes too long is cancelled from another connection, and again while it goes on. */
export async function limited<T>(client: Client, query: () => Promise<T>, patience = longest): Promise<T> {
  let cancelling = Promise.resolve()
  const timer = setInterval(() => (cancelling = cancelling.then(() => cancel(client))), patience)
  try {
    return await query()
  } finally {
    clearInterval(timer)
    // It must not end what is sent next.
    await cancelling
  }
}

async function cancel(busy: Client): Promise<void> {
  const { host, port, user, password, database, processID } = busy as Client & { processID: number | null }
  const other = new Client({ host, port, user, password, database })
  other.on('error', () => undefined)
  try {
    await other.connect()
    await other.query('select pg_catalog.pg_cancel_backend($1)', [processID])
  } catch {
    // The server goes down, and the query with it; or it takes no more connections now, and is asked again.
  } finally {
    await other.end().catch(() => undefined)
  }
}

/** The code of what was cancelled. */
export const cancelled = '57014'

/**
 * Functions that had to be cancelled time and again: they are not called any more but with less, a smaller number or a shorter
 * text, which may take them less.
 */
export class Endless {
  private readonly found = new Map<string, { readonly times: number; readonly shortest: number }>()

  isKnown(sql: string): boolean {
    const known = this.found.get(called(sql))
    return known !== undefined && known.times >= 3 && sql.length >= known.shortest
  }

  note(sql: string, code: string): void {
    const name = called(sql)
    if (code !== cancelled || name === '') return
    const { times, shortest } = this.found.get(name) ?? { times: 0, shortest: sql.length }
    this.found.set(name, { times: times + 1, shortest: Math.min(shortest, sql.length) })
  }
}

/** The function that a statement calls, where it calls one. */
function called(sql: string): string {
  const [name = '', ...more] = sql.match(/"(?:[^"]|"")+"\."(?:[^"]|"")+"\(/g) ?? []
  return more.length === 0 ? name : ''
}
