import { Kysely, PostgresDialect } from 'kysely'
import { Pool, types, type PoolConfig } from 'pg'

/** Pools by what they are for: the only place that builds one. Kept on globalThis, because a web build has copies of modules. */
const kept = ((globalThis as { tabellionPools?: Map<string, Kysely<never>> }).tabellionPools ??= new Map())

const int8 = 20
const date = 1082

/** int8 becomes a number (ours are counts and identity values below 2^53); a date stays the text PostgreSQL sends. */
const parsers = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === int8) return Number
    if (oid === date) return String
    return types.getTypeParser(oid, format)
  },
}

/**
 * A Kysely over one pool for one URL and purpose; made at the first call, then the same one.
 * @param prepare statement run on every new connection, before anything else uses it.
 */
export function connection<Tables>(
  url: string,
  purpose: string,
  max: number,
  prepare?: string,
): Kysely<Tables> {
  const key = `${purpose} ${url}`
  const known = kept.get(key)
  if (known) return known as unknown as Kysely<Tables>
  const config: PoolConfig & {
    onConnect?: (client: { query(sql: string): Promise<unknown> }) => Promise<unknown>
  } = {
    connectionString: url,
    max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    // The pages' pools keep one: the first question of a new connection takes ten times as long as the next, for its catalog and plans.
    min: max < 10 ? 0 : 1,
    keepAlive: true,
    application_name: `tabellion ${purpose}`,
    types: parsers as NonNullable<PoolConfig['types']>,
    ...(prepare ? { onConnect: (client) => client.query(prepare) } : {}),
  }
  const pool = new Pool(config)
  // An idle connection that the server closes must not end the process; the next query reports what is wrong.
  pool.on('error', () => undefined)
  const made = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  kept.set(key, made as unknown as Kysely<never>)
  return made
}

/** Closes every pool of this process (tests, command line). */
export async function closeConnections(): Promise<void> {
  const all = [...kept.values()]
  kept.clear()
  await Promise.all(all.map((database) => database.destroy()))
}
