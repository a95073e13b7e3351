import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCluster } from './cluster'
import { databaseOn, majors, type TestDatabase } from './test-database'
import { forgetful, testBinaries } from './test-servers'

/** A server that no other test file knows. */
export interface OwnServer {
  /** Superuser URL of the database `postgres`. */
  readonly url: string
  database(template?: string): Promise<TestDatabase>
  /** Stops it and removes its files. */
  stop(): Promise<void>
}

/**
 * For tests of what a whole cluster shares (roles, memberships, which databases there are): on the run's common servers
 * other files change it at any moment. Costs a second or two.
 * @param others settings of the server beyond those of all tests
 */
export async function ownServer(
  major: number = Math.max(...majors()),
  others: Record<string, string> = {},
): Promise<OwnServer> {
  const binaries = testBinaries(major)
  if (!binaries) throw new Error(`PostgreSQL ${major} is not installed.`)
  const home = mkdtempSync(join(tmpdir(), 'tabellion-own-'))
  // As root the server runs as somebody else, who has to be able to walk in here.
  chmodSync(home, 0o755)
  const settings = { ...forgetful, shared_buffers: '32MB', ...others }
  const cluster = await startCluster({ binaries, home: join(home, String(major)), settings })
  const url = cluster.url('postgres')
  return {
    url,
    database: (template) => databaseOn(url, template),
    async stop() {
      await cluster.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
