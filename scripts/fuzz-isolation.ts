// Random databases against the prover: `npm run fuzz:isolation -- --questions 10000 --major 18 [--seed 1] [--seconds 450]`.
// PostgreSQL is asked wherever the prover says *proved* or out of reach; with --everything also what models and unknowns
// are worth. `--weigh 20` makes so many databases again without each of their constructs, and tells how many answers that changes. `--seed` is the first of the databases; the last line tells how many questions and what came of them.
import { existsSync, mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster } from '@/db/cluster'
import { fuzzRound } from '@/lib/isolation/fuzz/round'
import { count, noTally } from '@/lib/isolation/fuzz/tally'
import { weigh, type Weight } from '@/lib/isolation/fuzz/weigh'

const { values } = parseArgs({
  options: {
    questions: { type: 'string', default: '1000' },
    major: { type: 'string', default: '18' },
    seed: { type: 'string', default: '1' },
    tables: { type: 'string', default: '12' },
    effort: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '86400' },
    everything: { type: 'boolean', default: false },
    weigh: { type: 'string' },
  },
})
const root = process.cwd()
const matrix = join(root, 'db/matrix/node_modules', `pg${values.major}`, 'native')
const binaries = existsSync(matrix) ? matrix : values.major === '18' ? embeddedBinaries(root) : null
if (!binaries) throw new Error(`There is no PostgreSQL ${values.major} in db/matrix: run npm install there.`)
const home = mkdtempSync(join(tmpdir(), 'tabellion-fuzz-'))
chmodSync(home, 0o755)
const cluster = await startCluster({
  binaries,
  home: join(home, values.major),
  settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
})
const sum = noTally()
const spent = { make: 0, prove: 0, ask: 0 }
const only = values.everything ? undefined : (['proved', 'unreachable'] as const)
const until = performance.now() + Number(values.seconds) * 1000
let seed = Number(values.seed)
try {
  const url = cluster.url('postgres')
  const weights = new Map<string, Weight>()
  for (const last = seed + Number(values.weigh ?? 0); seed < last && performance.now() < until; seed++)
    await weigh(url, seed, Number(values.tables), Number(values.major), weights)
  const lightest = [...weights].sort(([, a], [, b]) => a.decides - b.decides)
  for (const [construct, { databases, counts, decides }] of lightest)
    console.log(`${construct}: in ${databases} databases, counts in ${counts}, decides ${decides} questions`)
  for (
    ;
    values.weigh === undefined && sum.questions < Number(values.questions) && performance.now() < until;
    seed++
  ) {
    const round = await fuzzRound(url, seed, Number(values.tables), Number(values.effort), only)
    count(sum, round)
    spent.make += round.spent.make
    spent.prove += round.spent.prove
    spent.ask += round.spent.ask
    for (const { proof, sql } of round.unsound) {
      console.log(`UNSOUND seed ${seed}: ${proof.principal} ${proof.command} ${proof.relation}\n${sql}`)
    }
  }
} finally {
  await cluster.stop()
  rmSync(home, { recursive: true, force: true })
}
const seconds = Object.fromEntries(Object.entries(spent).map(([part, ms]) => [part, Math.round(ms / 1000)]))
console.log(JSON.stringify({ major: Number(values.major), until: seed, ...sum, seconds }))
process.exit(sum.unsound > 0 ? 1 : 0)
