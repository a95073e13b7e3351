import { parseArgs } from 'node:util'
import { loadavg } from 'node:os'
import { Client } from 'pg'
import { measure, quantile } from '@/lib/operations/measure'
import { readOperations } from '@/lib/operations/operation'
import { loadParser } from '@/lib/sql/parse'

/**
 * Every standard operation on one database, as its role under row security and as a superuser whom nothing binds, runs
 * alternating: `npm run bench:operations -- --url postgresql://superuser@…/loaded [--runs 100] [--folder …]`. Times are
 * planning and execution in the server, milliseconds; a limit of 100 is the standard, 20 the aim. Ends with 1 when a p95
 * is over its operation's limit.
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    runs: { type: 'string', default: '100' },
    folder: { type: 'string', default: 'db/reference/operations' },
    login: { type: 'string', default: 'tabellion_meter' },
  },
})
if (!values.url) throw new Error('--url is missing')

await loadParser()
const client = new Client({ connectionString: values.url })
await client.connect()
const ms = (value: number | null | undefined) =>
  value === null || value === undefined ? '-' : value.toFixed(2)
let over = 0
const added: number[] = []
console.log(
  '| operation | rows | p50 | p95 | first p95 | policies | without: p50 | p95 | RLS adds ms | of it | same way |',
)
console.log('|---|---|---|---|---|---|---|---|---|---|---|')
for (const operation of readOperations(values.folder)) {
  const one = await measure(client, operation, {
    runs: Number(values.runs),
    login: values.login,
    timeout: 60_000,
  })
  if (one.outcome !== 'pass') over++
  const { times, unbound } = one
  if (!times || !unbound) {
    console.log(`| ${operation.id} | ${one.reason} |`)
    continue
  }
  const more = times.p50 - unbound.p50
  added.push(more)
  const cells = [
    operation.id,
    one.rows,
    ms(times.p50),
    ms(times.p95),
    ms(one.first),
    ms(one.policies),
    ms(unbound.p50),
    ms(unbound.p95),
    ms(more),
  ]
  console.log(
    `| ${cells.join(' | ')} | ${Math.round((more / unbound.p50) * 100)}% | ${unbound.samePlan ? 'yes' : 'no'} |`,
  )
}
console.log(
  `\nRow security adds ${ms(quantile(added, 0.5))} ms in the middle, ${ms(quantile(added, 1))} ms at most. Load ${loadavg()
    .map((n) => n.toFixed(1))
    .join(' ')}.`,
)
await client.end()
process.exitCode = over > 0 ? 1 : 0
