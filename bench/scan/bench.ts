import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { embeddedBinaries } from '../../db/binaries'
import { startCluster, type Cluster } from '../../db/cluster'
import { groundwork, tables } from './schema'

/**
 * Scans generated schemas and, alternating with it, `pg_dump -s`, where there is one that is not older than the server.
 * `npm run bench:scan -- --major 14,15,16,17,18 --tables 1000,10000 --runs 3 --dump <a pg_dump> --rules T01,T02`
 * 14 to 17 come from `db/matrix`; `--binaries` names the folder of another PostgreSQL. Databases are kept in `--home`, and
 * one that was left half made is completed by the next run.
 */
const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: '1000,10000' },
    runs: { type: 'string', default: '3' },
    major: { type: 'string' },
    dump: { type: 'string', default: 'pg_dump' },
    binaries: { type: 'string' },
    rules: { type: 'string' },
    home: { type: 'string', default: join(tmpdir(), 'tabellion-bench') },
  },
})
const root = process.cwd()
const measure = join(root, 'dist', 'bench-scan-measure.mjs')
mkdirSync(values.home, { recursive: true })

for (const binaries of values.major?.split(',').map(ofMajor) ?? [values.binaries ?? embeddedBinaries(root)]) {
  const cluster = await startCluster({
    binaries,
    home: join(values.home, binaries.replaceAll(/[^a-z0-9]+/gi, '_').slice(-24)),
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  })
  try {
    for (const count of values.tables.split(',').map(Number)) compare(await prepared(cluster, count), count)
  } finally {
    await cluster.stop()
  }
}

function ofMajor(major: string): string {
  const matrix = join(root, 'db', 'matrix', 'node_modules', `pg${major}`, 'native')
  if (existsSync(matrix)) return matrix
  if (major === '18') return embeddedBinaries(root)
  throw new Error(`There is no PostgreSQL ${major} in db/matrix: run npm ci there, or give --binaries.`)
}

/** The two in turn, so that what else the machine does falls on both; prints each run and the best of each. */
function compare({ url, version }: Prepared, count: number) {
  const runs: Run[] = []
  const dumps: number[] = []
  for (let at = 0; at < Number(values.runs); at++) {
    const run = once(url)
    console.log(version, count, JSON.stringify(run))
    runs.push(run)
    const dump = dumped(url)
    if (dump !== null) dumps.push(dump)
  }
  const best = Math.min(...runs.map((run) => run.snapshot + run.rules))
  const read = Math.min(...runs.map((run) => run.snapshot))
  const dump = Math.min(...dumps)
  const beside =
    dumps.length === 0
      ? 'no pg_dump for this server'
      : `pg_dump -s ${dump} ms, ${(best / dump).toFixed(2)} of it`
  console.log(
    `PostgreSQL ${version}, ${count} tables: best snapshot ${read} ms, with rules ${best} ms; ${beside}; load ${loadavg()[0]?.toFixed(1)}`,
  )
}

interface Prepared {
  readonly url: string
  readonly version: string
}

/** The database of that size, made once, batch by batch, and kept for the next run. */
async function prepared(cluster: Cluster, count: number): Promise<Prepared> {
  const name = `bench_${count}`
  const admin = new Client({ connectionString: cluster.url('postgres') })
  await admin.connect()
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [name])
  if (rowCount === 0) await admin.query(`create database ${name}`)
  await admin.end()
  const url = cluster.url(name)
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ version: string; ground: boolean }>(
    `select current_setting('server_version') as version, to_regnamespace('clinical') is not null as ground`,
  )
  if (!rows[0]?.ground) await client.query(`begin; ${groundwork}; commit`)
  const made = await client.query<{ tables: number; counted: boolean }>(
    `select count(*)::int as tables, coalesce(bool_and(reltuples >= 0), false) as counted
       from pg_class where relnamespace = 'clinical'::regnamespace and relkind = 'r'`,
  )
  for (let from = made.rows[0]?.tables ?? 0; from < count; from += 200) {
    await client.query(tables(from, Math.min(count, from + 200)))
  }
  if (!made.rows[0]?.counted || made.rows[0].tables < count) await client.query('vacuum analyze')
  await client.end()
  return { url, version: rows[0]?.version ?? '' }
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

/** Wall time in milliseconds, or null without a pg_dump that takes this server. */
function dumped(url: string): number | null {
  const started = performance.now()
  const done = spawnSync(values.dump, ['-s', '-f', '/dev/null', url], { encoding: 'utf8' })
  return done.error || done.status !== 0 ? null : Math.round(performance.now() - started)
}
