import { parseArgs } from 'node:util'
import { loadavg } from 'node:os'
import { Client } from 'pg'
import { waitAsApplication } from '@/lib/operations/as-application'
import { measure, quantile } from '@/lib/operations/measure'
import { readOperations } from '@/lib/operations/operation'
import { loadParser } from '@/lib/sql/parse'

/**
 * Every standard operation on one database, as its role under row security and as a superuser whom nothing binds, runs
 * alternating: `npm run bench:operations -- --url postgresql://superuser@…/loaded [--runs 100] [--folder …]`.
 * First planning and execution in the server, each run planned anew; a limit of 100 ms is the standard, 20 the aim. Then as
 * an application does it: a prepared statement in a transaction that says who is asking, medians of what the client waits.
 * Ends with 1 when a p95 is over its operation's limit.
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
const [client, other] = [values.url, values.url].map(
  (connectionString) => new Client({ connectionString }),
) as [Client, Client]
await Promise.all([client.connect(), other.connect()])
const ms = (value: number | null | undefined) =>
  value === null || value === undefined ? '-' : value.toFixed(2)
let over = 0
const added: number[] = []
const shares: number[] = []
let same = 0
console.log(
  '| operation | rows | p50 | p95 | first p95 | policies | without: p50 | p95 | same way | prepared: transaction | without | RLS adds | statement | without |',
)
console.log('|---|---|---|---|---|---|---|---|---|---|---|---|---|---|')
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
  added.push(times.p50 - unbound.p50)
  if (unbound.samePlan) same++
  const waited = await waitAsApplication(client, other, operation, {
    login: values.login,
    runs: Number(values.runs),
  })
  const share = waited ? waited.bound.transaction / waited.free.transaction - 1 : 0
  if (waited) shares.push(share)
  const cells = [
    operation.id,
    one.rows,
    ms(times.p50),
    ms(times.p95),
    ms(one.first),
    ms(one.policies),
    ms(unbound.p50),
    ms(unbound.p95),
    unbound.samePlan ? 'yes' : 'no',
    ms(waited?.bound.transaction),
    ms(waited?.free.transaction),
    `${Math.round(share * 100)}%`,
    ms(waited?.bound.statement),
    ms(waited?.free.statement),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}
const percent = (share: number) => `${Math.round(share * 100)}%`
console.log(
  `\nIn the server row security adds ${ms(quantile(added, 0.5))} ms in the middle, ${ms(quantile(added, 1))} ms at most; ` +
    `to the transaction of an application ${percent(quantile(shares, 0.5))} in the middle, ${percent(quantile(shares, 1))} at most, ` +
    `less than 25% to ${shares.filter((share) => share < 0.25).length} of ${shares.length}. The same way for ${same}. ` +
    `Load ${loadavg()
      .map((n) => n.toFixed(1))
      .join(' ')}.`,
)
await other.end()
await client.end()
process.exitCode = over > 0 ? 1 : 0
