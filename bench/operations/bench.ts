import { parseArgs } from 'node:util'
import { loadavg } from 'node:os'
import { Client } from 'pg'
import { waitAsApplication, type Waited } from '@/lib/operations/as-application'
import { measure, quantile } from '@/lib/operations/measure'
import { readOperations } from '@/lib/operations/operation'
import { loadParser } from '@/lib/sql/parse'

/**
 * Every standard operation on one database, as its role under row security and as a superuser whom nothing binds, runs
 * alternating: `npm run bench:operations -- --url postgresql://superuser@…/loaded [--runs 100] [--folder …]`.
 * First planning and execution in the server, each run planned anew; a limit of 100 ms is the standard, 20 the aim. Then as
 * an application does it: a prepared statement in a transaction that says who is asking. Both sides run the same text, which
 * names the clinic itself, and send the same messages; the superuser's is not asked whether it may.
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
const percent = (share: number | null) => (share === null ? '-' : `${Math.round(share * 100)}%`)
const adds = (bound: number | null | undefined, free: number | null | undefined) =>
  bound && free ? bound / free - 1 : null

let over = 0
let same = 0
const added: number[] = []
const shares: Record<'transaction' | 'statement' | 'processor', number[]> = {
  transaction: [],
  statement: [],
  processor: [],
}
const parts = ['transaction', 'statement', 'processor'] as const
const heads = [
  'operation | rows | p50 | p95 | first p95 | policies | without: p50 | p95 | same way',
  ...parts.map((part) => `${part} | without | RLS adds`),
  'one plan, both',
].join(' | ')
console.log(`| ${heads} |`)
console.log(heads.replaceAll(/[^|]+/g, '---').replace(/^/, '|').concat('|'))
for (const operation of readOperations(values.folder)) {
  const runs = Number(values.runs)
  const one = await measure(client, operation, { runs, login: values.login, timeout: 60_000 })
  if (one.outcome !== 'pass') over++
  const { times, unbound } = one
  if (!times || !unbound) {
    console.log(`| ${operation.id} | ${one.reason} |`)
    continue
  }
  added.push(times.p50 - unbound.p50)
  if (unbound.samePlan) same++
  const waited = await waitAsApplication(client, other, operation, { login: values.login, runs })
  const cells = parts.flatMap((part) => {
    const [bound, free] = [waited?.bound[part], waited?.free[part]] as [
      Waited[typeof part],
      Waited[typeof part],
    ]
    const share = adds(bound, free)
    if (share !== null) shares[part].push(share)
    return [ms(bound), ms(free), percent(share)]
  })
  const row = [
    operation.id,
    one.rows,
    ms(times.p50),
    ms(times.p95),
    ms(one.first),
    ms(one.policies),
    ms(unbound.p50),
    ms(unbound.p95),
    unbound.samePlan ? 'yes' : 'no',
    ...cells,
    waited ? [waited.bound, waited.free].map(({ settled }) => (settled ? 'yes' : 'no')).join(', ') : '-',
  ]
  console.log(`| ${row.join(' | ')} |`)
}
console.log(
  `\nIn the server row security adds ${ms(quantile(added, 0.5))} ms in the middle, ${ms(quantile(added, 1))} ms at most. ` +
    parts
      .map(
        (part) =>
          `To the ${part} ${percent(quantile(shares[part], 0.5))} in the middle, ${percent(quantile(shares[part], 1))} at most, ` +
          `less than 25% for ${shares[part].filter((share) => share < 0.25).length} of ${shares[part].length}. `,
      )
      .join('') +
    `The same way for ${same}. Load ${loadavg()
      .map((n) => n.toFixed(1))
      .join(' ')}.`,
)
await other.end()
await client.end()
process.exitCode = over > 0 ? 1 : 0
