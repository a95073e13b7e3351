import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster } from '@/db/cluster'
import { installNeglected, installReference } from '@/db/reference/files'
import { readSnapshot } from '@/lib/catalog/read'
import { withClone } from '@/lib/clone/with-clone'
import { probe } from '@/lib/isolation/probe/probe'
import { setupOf } from '@/lib/isolation/setup'
import { factsOf } from '@/lib/rules/facts'
import { groundwork, tables } from '../scan/schema'

/**
 * node scripts/run.mjs bench/isolation/probe.ts [reference|neglected|COUNT …]: probes the reference schema, the neglected
 * demonstration or a generated schema of so many tables; tells seconds of the clone and of the probe, how many of them a
 * processor was busy, what it asked the server, memory, and what crossed.
 */
const asked = process.argv.slice(2)

/** Messages to the server of every connection; one may hold many statements. */
let trips = 0
const query = Client.prototype.query as (...args: unknown[]) => unknown
Client.prototype.query = function (this: Client, ...args: unknown[]) {
  trips++
  return query.apply(this, args)
} as typeof Client.prototype.query
const home = mkdtempSync(join(tmpdir(), 'tabellion-probe-'))
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

/** Seconds of a processor that this program and ended sessions of the server took; those of the server on Linux alone. */
function processor(): number {
  const { user, system } = process.cpuUsage()
  const stat = process.platform === 'linux' ? readFileSync(`/proc/${cluster.pid}/stat`, 'utf8') : ''
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (user + system) / 1e6 + (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / 100
}

async function fill(which: string, client: Client) {
  if (which === 'reference') return installReference(client)
  if (which === 'neglected') return installNeglected(client)
  await client.query(groundwork)
  for (let from = 0; from < Number(which); from += 200)
    await client.query(tables(from, Math.min(Number(which), from + 200)))
}

const config = (which: string) =>
  /^\d+$/.test(which)
    ? {
        isolation: {
          principals: ['1', '2'].map((tenant) => ({
            name: tenant,
            tenants: [tenant],
            role: 'bench_app',
            settings: { 'app.clinic_id': tenant },
          })),
        },
      }
    : {}

async function measure(which: string) {
  const client = new Client({ connectionString: cluster.url('postgres') })
  await client.connect()
  await client.query(`create database bench_${which}`)
  await client.end()
  const url = cluster.url(`bench_${which}`)
  const inside = new Client({ connectionString: url })
  await inside.connect()
  await fill(which, inside)
  await inside.end()
  const snapshot = await readSnapshot(url)
  const { setup } = await setupOf(factsOf(snapshot, config(which)))
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 100)
  const seen = await withClone(snapshot, { url: cluster.url('postgres'), own: false }, async (clone) => {
    const [started, spent, before] = [performance.now(), processor(), trips]
    const observations = await probe(snapshot, setup, clone)
    const took = (performance.now() - started) / 1000
    const busy = processor() - spent
    return { observations, took, busy, trips: trips - before, made: clone.tookMs / 1000 }
  })
  clearInterval(watch)
  const statements = seen.observations.reduce((sum, { attempts }) => sum + attempts, 0)
  const crossed = seen.observations.filter((each) => each.crossed)
  console.log(
    `${which}: ${setup.principals.length} principals, ${setup.tenants.length} relations, ${statements} attacks, ` +
      `${seen.trips} round trips, ${seen.took.toFixed(1)} s (${seen.busy.toFixed(1)} of a processor) after ${seen.made.toFixed(1)} s for the clone, ${Math.round(most / 1_048_576)} MB, load ${loadavg()[0]?.toFixed(1)}`,
  )
  for (const each of crossed) {
    console.log(`  ${each.principal} ${each.command} ${each.relation} (${each.channel})`)
    for (const { as, sql, effect } of each.crossed?.steps ?? [])
      if (as !== null) console.log(`      ${sql}${effect ? `  -- ${effect}` : ''}`)
  }
}

try {
  for (const which of asked.length > 0 ? asked : ['reference', 'neglected', '1000']) await measure(which)
} finally {
  await cluster.stop()
  rmSync(home, { recursive: true, force: true })
}
