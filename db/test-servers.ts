import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { embeddedBinaries } from './binaries'
import { startCluster, type Cluster } from './cluster'

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser URL of the database `postgres`, by major version: { 18: 'postgresql://…' }. */
    servers: Record<number, string>
  }
}

/** Where the binaries of a major are: 14 to 17 in `db/matrix`, 18 also with the product; null when not installed. */
export function testBinaries(major: number): string | null {
  const matrix = join(import.meta.dirname, 'matrix/node_modules', `pg${major}`, 'native')
  if (existsSync(matrix)) return matrix
  return major === 18 ? embeddedBinaries(join(import.meta.dirname, '..')) : null
}

/** What a test's server may forget. */
export const forgetful = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  // Its files may lie in memory.
  max_wal_size: '128MB',
  min_wal_size: '32MB',
}

/**
 * Real servers for one test run, thrown away with it: the embedded 18, and 14 to 17 where `db/matrix` is installed.
 * `TABELLION_TEST_MAJORS=18` (or a list) starts fewer.
 */
export default async function setup(project: TestProject) {
  const wanted = (process.env.TABELLION_TEST_MAJORS ?? '14,15,16,17,18').split(',').map(Number)
  const home = mkdtempSync(join(tmpdir(), 'tabellion-test-'))
  // As root the servers run as somebody else, who has to be able to walk in here.
  chmodSync(home, 0o755)
  const clusters: Cluster[] = []
  const servers: Record<number, string> = {}
  for (const major of wanted) {
    const binaries = testBinaries(major)
    if (!binaries) continue
    const settings = { ...forgetful, max_connections: '300' }
    const cluster = await startCluster({ binaries, home: join(home, String(major)), settings })
    clusters.push(cluster)
    servers[major] = cluster.url('postgres')
  }
  project.provide('servers', servers)
  return async () => {
    await Promise.all(clusters.map((cluster) => cluster.stop()))
    rmSync(home, { recursive: true, force: true })
  }
}
