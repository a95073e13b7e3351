import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster } from '@/db/cluster'
import { installReference } from '@/db/reference/files'
import { makeTwoClinics } from '@/db/reference/two-clinics'
import { sessionsOfA } from '@/db/reference/two-sessions'
import { Mutation, type Verdict } from '@/lib/isolation/fuzz/mutation'

/**
 * node scripts/run.mjs bench/isolation/mutants.ts [FROM] [COUNT] [SECONDS]: damages the reference schema in one place at a
 * time and asks PostgreSQL, with rows of two clinics, and the prover. Tells how many mutants let a row cross and what the
 * prover says of them; exits 1 when it calls one of them isolated. Takes them spread over all kinds, the same each time.
 */
const [from = 0, count = 1_000, seconds = 3_600] = process.argv.slice(2).map(Number)
const home = mkdtempSync(join(tmpdir(), 'tabellion-mutants-'))
chmodSync(home, 0o755)
const cluster = await startCluster({
  binaries: embeddedBinaries(process.cwd()),
  home: join(home, 'postgres'),
  settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
})
const started = performance.now()
const verdicts: Verdict[] = []
const tally = { tried: 0, refused: 0, harmless: 0, crossing: 0, leak: 0, unknown: 0, unsound: 0 }
const kinds = new Map<string, { crossing: number; leak: number }>()

try {
  const url = cluster.url('postgres')
  const client = new Client({ connectionString: url })
  await client.connect()
  await installReference(client)
  await makeTwoClinics(client)
  await client.end()
  const mutation = await Mutation.on(url, sessionsOfA)
  // A step that has no divisor in common with the number of mutants visits each once, all kinds mixed.
  const all = mutation.mutants
  const order = all.map((_, at) => all[(at * 617) % all.length]!)
  for (const mutant of order.slice(from, from + count)) {
    if ((performance.now() - started) / 1000 > seconds) break
    tally.tried++
    const found = await mutation.try(mutant)
    if (found === 'refused') tally.refused++
    else if (found.length === 0) tally.harmless++
    else booked(mutant.kind, found)
  }
  await mutation.end()
  console.log(`${all.length} mutants in all`)
} finally {
  await cluster.stop()
  rmSync(home, { recursive: true, force: true })
}

/** A mutant counts as called a leak when every command that crosses is. */
function booked(kind: string, found: readonly Verdict[]) {
  verdicts.push(...found)
  const unsound = found.filter(({ said }) => said === 'proved' || said === 'unreachable')
  for (const { mutant, command, principal, sql, said } of unsound)
    console.log(`UNSOUND ${mutant.name}: ${principal} ${command} is ${said}\n  ${mutant.apply}\n  ${sql}`)
  const leak = found.every(({ said }) => said === 'model')
  tally.crossing++
  if (unsound.length > 0) tally.unsound++
  else if (leak) tally.leak++
  else tally.unknown++
  const sum = kinds.get(kind) ?? { crossing: 0, leak: 0 }
  kinds.set(kind, { crossing: sum.crossing + 1, leak: sum.leak + Number(leak) })
}

for (const [kind, { crossing, leak }] of kinds) console.log(`  ${kind}: ${leak} of ${crossing} called a leak`)
const commands = verdicts.filter(({ said }) => said === 'model').length
console.log(
  `${JSON.stringify(tally)}, ${commands} of ${verdicts.length} crossing commands called a leak, ` +
    `${((performance.now() - started) / 1000).toFixed(0)} s, load ${loadavg()[0]?.toFixed(1)}`,
)
process.exitCode = tally.unsound > 0 ? 1 : 0
