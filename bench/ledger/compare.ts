import type { Client } from 'pg'
import { load, median, processorTime, say } from './figures'

/** Processor time of the backends of the work under way, in microseconds for one piece of it. */
let spent: number[] = []

/** Runs `work`, which says how many pieces it did, and notes what one of them took of the processor in the server. */
export async function measured(client: Client, work: () => Promise<number>): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const pid = rows[0]?.pid ?? 0
  const before = processorTime(pid)
  const done = await work()
  spent.push((processorTime(pid) - before) / done)
  return done
}

/** Every variant in turn, in changing order; the median of each variant's share of the first one's in the same round. */
export async function compare<Variant extends string>(
  title: string,
  variants: readonly Variant[],
  rounds: number,
  work: (variant: Variant) => Promise<number>,
): Promise<void> {
  const shares = new Map<Variant, number[]>()
  const values = new Map<Variant, number[]>()
  const costs = new Map<Variant, number[]>()
  const first = variants[0] as Variant
  for (let round = 0; round < rounds; round++) {
    const found = new Map<Variant, number>()
    for (const variant of round % 2 === 0 ? variants : variants.toReversed()) {
      spent = []
      found.set(variant, await work(variant))
      costs.set(variant, [...(costs.get(variant) ?? []), median(spent)])
    }
    for (const [variant, value] of found) {
      shares.set(variant, [...(shares.get(variant) ?? []), value / (found.get(first) ?? 1)])
      values.set(variant, [...(values.get(variant) ?? []), value])
    }
  }
  const of = (variant: Variant) => {
    const cost = median(costs.get(variant) ?? [])
    const [share, value] = [median(shares.get(variant) ?? []), median(values.get(variant) ?? [])]
    return `${variant} ${Math.round(value)}/s (${share.toFixed(2)}${cost ? `; ${cost.toFixed(1)} us` : ''})`
  }
  say(`${title}: ${variants.map(of).join(', ')}; load ${load()}`)
}
