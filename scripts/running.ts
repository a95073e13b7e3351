import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Cluster } from '@/db/cluster'
import { Failure } from '@/lib/cli/failure'
import type { Settings } from '@/lib/env'

/** The right to run on one home folder; the server gives it back by itself when its holder is killed. */
export interface Folder {
  /** Called when the embedded server closes the connection that holds the right. */
  lost: () => void
  /** Writes down where the pages are, for the sentence that the next start says. */
  remember(settings: Settings): void
  leave(): Promise<void>
}

/** "tabellion", as one number for advisory locks. */
const lock = 0x7462_6c6e

/**
 * Takes the home folder for this process, as a lock held by a session of its own server.
 * @throws Failure when another Tabellion runs on it.
 */
export async function takeFolder(cluster: Cluster, settings: Settings): Promise<Folder> {
  const client = new Client({
    connectionString: cluster.url(),
    application_name: 'tabellion start',
    keepAlive: true,
  })
  let leaving = false
  const folder: Folder = {
    lost: () => undefined,
    remember: ({ origin, port }) => {
      writeFileSync(fileOf(settings), JSON.stringify({ pid: process.pid, origin, port }))
    },
    leave: async () => {
      leaving = true
      rmSync(fileOf(settings), { force: true })
      await client.end().catch(() => undefined)
    },
  }
  client.on('error', () => undefined)
  client.once('end', () => leaving || folder.lost())
  await client.connect()
  const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [lock])
  if (!rows[0]?.taken) {
    leaving = true
    await client.end()
    throw new Failure(
      runningAt(settings, true) ??
        `Another Tabellion is starting on ${settings.home}: wait for it, or give this one its own TABELLION_HOME and PORT.`,
    )
  }
  return folder
}

/** A sentence when a living Tabellion of this home says that it serves this port (or any), else null. */
export function runningAt(settings: Settings, anyPort = false): string | null {
  if (!existsSync(fileOf(settings))) return null
  const { pid, origin, port } = JSON.parse(readFileSync(fileOf(settings), 'utf8')) as Record<
    string,
    number | string
  >
  if (!isAlive(Number(pid)) || (port !== settings.port && !anyPort)) return null
  return `Tabellion already runs on this folder at ${origin} (process ${pid}): stop it, or give this one its own TABELLION_HOME and PORT.`
}

const fileOf = (settings: Settings) => join(settings.home, 'running.json')

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
