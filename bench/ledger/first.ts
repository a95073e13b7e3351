import { Client } from 'pg'
import type { Cluster } from '@/db/cluster'
import { clinicScripts, clinicVariants } from './clinic'
import { load, median, processorMillis, say } from './figures'

/**
 * What a new connection pays for its first entries: the processor time of its process for the first application transaction, the
 * second and a later one, in each variant in turn; medians of so many connections.
 */
export async function firstEntries(cluster: Cluster, connections = 12): Promise<void> {
  const script = clinicScripts['application transaction'].replaceAll(/^\\set.*\n/gm, '')
  const places = [1, 2, 40] as const
  const found = new Map<string, number[]>()
  for (let at = 0; at < connections; at++)
    for (const variant of clinicVariants) {
      const client = new Client({ connectionString: cluster.url(variant) })
      await client.connect()
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
      let before = processorMillis(rows[0]?.pid ?? 0)
      for (let turn = 1; turn <= Math.max(...places); turn++) {
        await client.query(
          script.replaceAll(':k', String(at * 40 + turn)).replaceAll(':client_id', String(at % 20)),
        )
        const now = processorMillis(rows[0]?.pid ?? 0)
        const key = `${variant} ${turn}`
        found.set(key, [...(found.get(key) ?? []), now - before])
        before = now
      }
      await client.end()
    }
  for (const variant of clinicVariants)
    say(
      `a new connection, ${variant}: ${places.map((turn) => `transaction ${turn} ${median(found.get(`${variant} ${turn}`) ?? []).toFixed(1)} ms`).join(', ')} of the processor; load ${load()}`,
    )
}
