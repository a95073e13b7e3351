import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster, type Cluster } from '@/db/cluster'
import { installNeglected, installReference } from '@/db/reference/files'
import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import { configSchema, type Config } from '@/lib/config/schema'
import { program } from '@/lib/isolation/program'
import { setupOf } from '@/lib/isolation/setup/setup'
import type { Setup } from '@/lib/isolation/types'
import { factsOf } from '@/lib/rules/facts'
import { groundwork, tables } from '../scan/schema'

export interface Bench {
  readonly cluster: Cluster
  readonly home: string
  /** Makes a database: the reference schema, the neglected demonstration, or so many generated tables. */
  make(which: string): Promise<{ readonly url: string; readonly snapshot: Snapshot; readonly setup: Setup }>
  /** Seconds of a processor that this program and ended sessions of the server took; those of the server on Linux alone. */
  processor(): number
}

/** A server of its own for as long as `work` runs. */
export async function withBench(work: (bench: Bench) => Promise<void>): Promise<void> {
  // What threads run is built here, not while it is measured.
  spawnSync(process.execPath, [program(), '--version'])
  const home = mkdtempSync(join(tmpdir(), 'tabellion-isolation-'))
  chmodSync(home, 0o755)
  const cluster = await startCluster({
    binaries: embeddedBinaries(process.cwd()),
    home: join(home, 'postgres'),
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_locks_per_transaction: '2048',
    },
  })
  try {
    await work({
      cluster,
      home,
      make: (which) => make(cluster, which),
      processor() {
        const { user, system } = process.cpuUsage()
        const stat = process.platform === 'linux' ? readFileSync(`/proc/${cluster.pid}/stat`, 'utf8') : ''
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        return (user + system) / 1e6 + (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / 100
      },
    })
  } finally {
    await cluster.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

async function make(cluster: Cluster, which: string) {
  await once(cluster.url('postgres'), (client) => client.query(`create database bench_${which}`))
  const url = cluster.url(`bench_${which}`)
  await once(url, (client) => fill(which, client))
  const snapshot = await readSnapshot(url)
  const { setup } = await setupOf(factsOf(snapshot, config(which)))
  return { url, snapshot, setup }
}

async function once(url: string, work: (client: Client) => Promise<unknown>) {
  const client = new Client({ connectionString: url })
  await client.connect()
  await work(client).finally(() => client.end())
}

async function fill(which: string, client: Client) {
  if (which === 'reference') return installReference(client)
  if (which === 'neglected') return installNeglected(client)
  await client.query(groundwork)
  for (let from = 0; from < Number(which); from += 200)
    await client.query(tables(from, Math.min(Number(which), from + 200)))
}

function config(which: string): Config {
  if (which === 'reference')
    return configSchema.parse(JSON.parse(readFileSync('db/reference/tabellion.config.json', 'utf8')))
  if (which === 'neglected') return {}
  return {
    isolation: {
      principals: ['1', '2'].map((tenant) => ({
        name: tenant,
        tenants: [tenant],
        role: 'bench_app',
        settings: { 'app.clinic_id': tenant },
      })),
    },
  }
}
