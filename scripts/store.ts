import { readdirSync } from 'node:fs'
import { exists, once, urlAs } from '@/db/demonstration'
import type { Cluster } from '@/db/cluster'
import { passwordOf } from '@/db/kept-secret'
import { migrate, MigrationRefused, migrationsFolder } from '@/db/migrate'
import { Failure, reason } from '@/lib/cli/failure'
import type { Settings } from '@/lib/env'

export interface Store {
  /** The connection the web process uses. */
  readonly url: string
  /** What is weaker than it could be, one sentence each. */
  readonly notes: readonly string[]
  /** Number of the newest migration. */
  readonly version: number
}

/** Tabellion's own database: on the embedded server unless a URL was given; brought up to date. @throws Failure */
export async function prepareStore(settings: Settings, cluster: Cluster | undefined): Promise<Store> {
  if (settings.storeUrl) {
    const notes = await migrated(settings.storeUrl)
    return { url: settings.storeUrl, notes, version: newest() }
  }
  if (!cluster) throw new Failure('TABELLION_STORE_URL is missing.')
  if (!(await exists(cluster, 'tabellion'))) await once(cluster, 'postgres', 'create database tabellion')
  const notes = await migrated(cluster.url('tabellion'), passwordOf('tabellion_store', cluster.password))
  return { url: urlAs(cluster, 'tabellion_store', 'tabellion'), notes, version: newest() }
}

async function migrated(url: string, storePassword?: string): Promise<readonly string[]> {
  try {
    return (await migrate(url, storePassword === undefined ? {} : { storePassword })).notes
  } catch (error) {
    if (error instanceof MigrationRefused) throw new Failure(error.message)
    throw new Failure(`The store could not be brought up to date: ${reason(error)}.`)
  }
}

const newest = () => readdirSync(migrationsFolder()).filter((name) => name.endsWith('.sql')).length
