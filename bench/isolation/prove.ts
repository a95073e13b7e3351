import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster } from '@/db/cluster'
import { installNeglected, installReference } from '@/db/reference/files'
import { readSnapshot } from '@/lib/catalog/read'
import { program } from '@/lib/isolation/program'
import { proveTogether } from '@/lib/isolation/prove/share-out'
import { setupOf } from '@/lib/isolation/setup/setup'
import { factsOf } from '@/lib/rules/facts'

/**
 * node scripts/run.mjs bench/isolation/prove.ts [reference|neglected] [SECONDS] [THREADS]: proves every question of the schema
 * and tells seconds, processor seconds and memory of all threads together, and how many were answered how and why not; gives up
 * after so many seconds.
 */
const which = process.argv[2] ?? 'reference'
const patience = Number(process.argv[3] ?? 600)
const threads = process.argv[4] ? { threads: Number(process.argv[4]) } : {}
// What its threads run is built here, not while it is measured.
spawnSync(process.execPath, [program(), '--version'])
const home = mkdtempSync(join(tmpdir(), 'tabellion-prove-'))
chmodSync(home, 0o755)
const cluster = await startCluster({
  binaries: embeddedBinaries(process.cwd()),
  home: join(home, 'postgres'),
  settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
})

function counted(texts: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  const lines = [...counts].sort(([, a], [, b]) => b - a).slice(0, 40)
  return lines.map(([text, count]) => `  ${count} ${text}`).join('\n')
}

async function measure() {
  const url = cluster.url('postgres')
  const client = new Client({ connectionString: url })
  await client.connect()
  await (which === 'neglected' ? installNeglected(client) : installReference(client))
  await client.end()
  const snapshot = await readSnapshot(url)
  const { setup } = await setupOf(factsOf(snapshot, {}))
  let [most, seen, all] = [0, 0, 0]
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 100)
  const told = setInterval(() => console.error(`${seen} of ${all}`), 5_000)
  const [started, spent] = [performance.now(), process.cpuUsage()]
  try {
    const sources = { expressions: url, content: url }
    const proofs = await proveTogether(snapshot, setup, sources, {
      ...threads,
      signal: AbortSignal.timeout(patience * 1000),
      progress: (done, of) => ([seen, all] = [done, of]),
    })
    console.log(
      counted(
        proofs.map(({ channel, outcome, exact }) => `${channel} ${outcome}${exact ? '' : ' (not exact)'}`),
      ),
    )
    const open = proofs.filter(({ outcome }) => outcome === 'unknown')
    console.log(
      `unknown, because:\n${counted(open.map(({ because }) => because.map(({ en }) => en).join(' ')))}`,
    )
    const models = proofs.filter(({ outcome }) => outcome === 'model')
    console.log(
      `models:\n${counted(models.map(({ relation, command, channel }) => `${command} ${relation} ${channel}`))}`,
    )
  } catch (error) {
    console.log(String(error))
  }
  clearInterval(told)
  clearInterval(watch)
  const { user, system } = process.cpuUsage(spent)
  console.log(
    `${which}: ${setup.principals.length} principals, ${setup.tenants.length + setup.tenantVia.length} relations, ${seen} of ${all} questions, ` +
      `${((performance.now() - started) / 1000).toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of processor, ` +
      `${Math.round(most / 1_048_576)} MB, load ${loadavg()[0]?.toFixed(1)}`,
  )
}

try {
  await measure()
} finally {
  await cluster.stop()
  rmSync(home, { recursive: true, force: true })
}
