import { loadavg } from 'node:os'
import { Client } from 'pg'
import { withClone } from '@/lib/clone/with-clone'
import { probe } from '@/lib/isolation/probe/probe'
import { withBench, type Bench } from './database'

/**
 * node scripts/run.mjs bench/isolation/probe.ts [reference|neglected|COUNT …]: probes the reference schema in its shipped
 * configuration, the neglected demonstration or a generated schema of so many tables; tells seconds of the clone and of the
 * probe, how many of them a processor was busy, what it asked the server, memory, and what crossed.
 */
const asked = process.argv.slice(2)

/** Messages to the server of every connection; one may hold many statements. */
let trips = 0
const query = Client.prototype.query as (...args: unknown[]) => unknown
Client.prototype.query = function (this: Client, ...args: unknown[]) {
  trips++
  return query.apply(this, args)
} as typeof Client.prototype.query

async function measure({ make, processor, cluster }: Bench, which: string) {
  const { snapshot, setup } = await make(which)
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 100)
  const seen = await withClone(snapshot, { url: cluster.url('postgres'), own: false }, async (clone) => {
    const [started, spent, own, before] = [performance.now(), processor(), process.cpuUsage(), trips]
    const observations = await probe(snapshot, setup, clone)
    const took = (performance.now() - started) / 1000
    const busy = processor() - spent
    const { user, system } = process.cpuUsage(own)
    const here = (user + system) / 1e6
    return { observations, took, busy, here, trips: trips - before, made: clone.tookMs / 1000 }
  })
  clearInterval(watch)
  const statements = seen.observations.reduce((sum, { attempts }) => sum + attempts, 0)
  const crossed = seen.observations.filter((each) => each.crossed)
  console.log(
    `${which}: ${setup.principals.length} principals, ${setup.tenants.length} relations, ${statements} attacks, ` +
      `${seen.trips} round trips, ${seen.took.toFixed(1)} s (${seen.busy.toFixed(1)} of a processor, ${seen.here.toFixed(1)} of them here) ` +
      `after ${seen.made.toFixed(1)} s for the clone, ${Math.round(most / 1_048_576)} MB, load ${loadavg()[0]?.toFixed(1)}`,
  )
  for (const each of crossed) {
    console.log(`  ${each.principal} ${each.command} ${each.relation} (${each.channel})`)
    for (const { as, sql, effect } of each.crossed?.steps ?? [])
      if (as !== null) console.log(`      ${sql}${effect ? `  -- ${effect}` : ''}`)
  }
}

await withBench(async (bench) => {
  for (const which of asked.length > 0 ? asked : ['reference', 'neglected', '1000'])
    await measure(bench, which)
})
