import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster, type Cluster } from '@/db/cluster'
import { closeConnections } from '@/lib/db/client'
import { makeCheckpoint } from '@/lib/ledger/checkpoint'
import { ledgerKeys, trustedKeys } from '@/lib/ledger/keys'
import { rootFromInclusion } from '@/lib/ledger/merkle'
import { prove } from '@/lib/ledger/prove'
import { seal } from '@/lib/ledger/seal'
import { verify } from '@/lib/ledger/verify'
import { cardScripts, clinicScripts, clinicVariants, prepareClinics } from './clinic'
import { compare, measured } from './compare'
import { load, median, quantile, say, sealing } from './figures'
import { firstEntries } from './first'
import { hasPgbench, pgbench, scripts, socketFolder } from './pgbench'
import { prepare, variants, type Variant } from './variants'

/*
 * node bench/ledger/run.mjs [rounds] [slice in ms] [entries of the big log] [major, 18] [parts, all: client,clinic,loop,bulk,size,seal,verify,flush]
 */
const [rounds = 4, slice = 2_000, wanted = 500_000, major = 18] = process.argv.slice(2, 6).map(Number)
const parts = process.argv[6]?.split(',')
const asked = (part: string) => !parts || parts.includes(part)
const home = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tabellion-bench-'))
chmodSync(home, 0o755)
const socket = socketFolder(home)
const start = (settings: Record<string, string> = {}) =>
  startCluster({
    binaries:
      major === 18
        ? embeddedBinaries(process.cwd())
        : join(process.cwd(), 'db/matrix/node_modules', `pg${major}`, 'native'),
    home,
    settings: {
      shared_buffers: '512MB',
      max_wal_size: '4GB',
      max_connections: '60',
      autovacuum: 'off',
      unix_socket_directories: socket,
      ...settings,
    },
  })

let cluster: Cluster = await start()
async function on<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: cluster.url(database) })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Transactions a second of one procedure in one variant, with so many writers. */
async function rate(variant: Variant, procedure: string, writers = 8): Promise<number> {
  const counts = await Promise.all(
    Array.from({ length: writers }, () =>
      on(variant, async (client) => {
        return measured(client, async () => {
          await client.query(`call ${procedure}(${slice})`)
          const { rows } = await client.query<{ n: string }>(`select current_setting('bench.n') as n`)
          return Number(rows[0]?.n)
        })
      }),
    ),
  )
  return counts.reduce((sum, n) => sum + n, 0) / (slice / 1000)
}

async function bulk(
  variant: Variant,
  rows: number,
  statement = `update accounts set amount = amount + 1, updated_at = now() where id <= ${rows}`,
): Promise<number> {
  return on(variant, async (client) => {
    const began = performance.now()
    await measured(client, async () => {
      await client.query(statement)
      return rows
    })
    return rows / ((performance.now() - began) / 1000)
  })
}

const blocks = () =>
  on('ledger', async (c) => {
    const { rows } = await c.query<{ n: string }>('select max(number) as n from ledger.block')
    return Number(rows[0]?.n ?? 0)
  })
const unsealed = () =>
  on('ledger', async (c) => {
    const { rows } = await c.query<{ n: string }>('select entries as n from ledger.window()')
    return Number(rows[0]?.n ?? 0)
  })

try {
  await prepare(cluster)
  const client = hasPgbench()
  const driven = async (variant: Variant, script: keyof typeof scripts) =>
    pgbench(cluster, socket, variant, scripts[script], slice / 1000)
  if (client && asked('client')) {
    await compare('single-row UPDATE, 8 clients of pgbench', variants, rounds, (variant) =>
      driven(variant, 'single'),
    )
    await compare('application transaction, 8 clients of pgbench', variants, rounds, (variant) =>
      driven(variant, 'app'),
    )
    await compare('reads, 8 clients of pgbench', ['plainRead', 'recordedRead'] as const, rounds, (script) =>
      driven('ledger', script),
    )
  }
  if (client && asked('clinic')) {
    await prepareClinics(cluster)
    for (const [title, script] of Object.entries(clinicScripts))
      await compare(`reference schema, ${title}`, clinicVariants, rounds, async (variant) =>
        pgbench(cluster, socket, variant, script, slice / 1000),
      )
    await compare('reference schema, reading a card', ['plain', 'recorded'] as const, rounds, async (how) =>
      pgbench(cluster, socket, 'clinic_ledger', cardScripts[how], slice / 1000),
    )
    await firstEntries(cluster)
  }
  if (asked('loop')) {
    await compare('single-row UPDATE, 8 writers', variants, rounds, (variant) => rate(variant, 'single'))
    await compare('application transaction, 8 writers', variants, rounds, (variant) => rate(variant, 'app'))
  }
  if (asked('bulk')) {
    await compare('UPDATE of 10,000 rows', variants, rounds, (variant) =>
      variant === 'chain' ? Promise.resolve(Number.NaN) : bulk(variant, 10_000),
    )
    await compare('UPDATE of 100,000 rows', variants, rounds, (variant) =>
      variant === 'chain' ? Promise.resolve(Number.NaN) : bulk(variant, 100_000),
    )

    await compare(
      'UPDATE of 100,000 rows with indexes and a trigger of their own',
      variants,
      rounds,
      (variant) =>
        variant === 'chain'
          ? Promise.resolve(Number.NaN)
          : bulk(
              variant,
              100_000,
              `update visits set status = case status when 'open' then 'done' else 'open' end`,
            ),
    )
  }
  if (asked('size')) {
    const sizes = await on('ledger', (c) =>
      c.query<{ bytes: number }>(
        `select sum(pg_total_relation_size(c.oid))::float8 / (select count(*) from ledger.audit_logs) as bytes from pg_class c where c.oid in (select inhrelid from pg_inherits where inhparent = 'ledger.audit_logs'::regclass)`,
      ),
    )
    const theirs = await on('generic', (c) =>
      c.query<{ bytes: number }>(
        `select pg_total_relation_size('log')::float8 / (select count(*) from log) as bytes`,
      ),
    )
    say(
      `bytes an entry: ledger ${Math.round(sizes.rows[0]?.bytes ?? 0)}, generic ${Math.round(theirs.rows[0]?.bytes ?? 0)}, ratio ${((sizes.rows[0]?.bytes ?? 0) / (theirs.rows[0]?.bytes ?? 1)).toFixed(2)}`,
    )
  }

  const url = cluster.url('ledger')
  let began = 0
  if (asked('seal') || asked('verify')) {
    await on('ledger', (c) =>
      c.query(
        `insert into moves (clinic_id, account, amount) select md5((n % 20)::text)::uuid, n, 1 from generate_series(1, greatest(0, ${wanted} - (select count(*) from ledger.audit_logs)::int)) n`,
      ),
    )
    await on('ledger', (c) => c.query('vacuum analyze'))
    began = performance.now()
    const backlog = await seal(url, 'bench')
    say(
      `backlog: ${backlog.entries} entries in ${Math.round(performance.now() - began)} ms, ${Math.round(backlog.entries / ((performance.now() - began) / 1000))}/s; load ${load()}`,
    )
  }
  if (asked('seal')) {
    for (const interval of [1_000, 200]) {
      const ratios: number[] = []
      const lags: number[] = []
      for (let round = 0; round < rounds; round++) {
        const without = await rate('ledger', 'single')
        await seal(url, 'bench')
        const sealer = sealing(cluster.url('ledger'), interval)
        // It takes a moment to start; what is sealed from here on is its work.
        await new Promise((done) => setTimeout(done, 2_500))
        const first = await blocks()
        ratios.push((await rate('ledger', 'single')) / without)
        while ((await unsealed()) > 0) await new Promise((done) => setTimeout(done, interval))
        await sealer.stop()
        const { rows } = await on('ledger', (c) =>
          c.query<{ lag: number }>(`
          select extract(epoch from b.sealed_at - e.recorded_at)::float8 * 1000 as lag
            from (select * from ledger.block where number > ${first}) b
            join ledger.leaves l on l.first_position >= b.first_position and l.first_position < b.tree_size
           cross join lateral unnest(l.ids) with ordinality as u (id, n)
            join ledger.audit_logs e on e.id = u.id where u.n % 20 = 0`),
        )
        for (const { lag } of rows) lags.push(lag)
      }
      say(
        `sealer every ${interval} ms, saturated: ${median(ratios).toFixed(2)} of without; commit to sealed p50 ${Math.round(quantile(lags, 0.5))} p99 ${Math.round(quantile(lags, 0.99))} ms; load ${load()}`,
      )
    }
  }

  if (asked('verify')) {
    const keys = ledgerKeys(home)
    const made = await makeCheckpoint(url, 'bench', [keys.current])
    for (const workers of [1, 2, 1, 2]) {
      began = performance.now()
      const report = await verify(url, 'bench', { trusted: trustedKeys(home), workers, rows: false })
      say(
        `verify with ${workers}: ${report.verdict}, ${report.to} entries, ${Math.round(report.to / ((performance.now() - began) / 1000))}/s; load ${load()}`,
      )
    }
    await on('ledger', (c) =>
      c.query(
        `insert into moves (clinic_id, account, amount) select md5((n % 20)::text)::uuid, n, 1 from generate_series(1, 10000) n`,
      ),
    )
    await seal(url, 'bench')
    await makeCheckpoint(url, 'bench', [keys.current])
    began = performance.now()
    const last = await verify(url, 'bench', {
      trusted: trustedKeys(home),
      from: made?.size ?? 0,
      rows: false,
    })
    say(
      `verify the last ${last.to - last.from}: ${last.verdict}, ${Math.round(performance.now() - began)} ms`,
    )

    const { rows: some } = await on('ledger', (c) =>
      c.query<{ id: string }>(`select id::text from ledger.audit_logs order by random() limit 200`),
    )
    const proofs: number[] = []
    let bytes = 0
    let checks = 0
    for (const { id } of some) {
      began = performance.now()
      const proof = await prove(url, 'bench', id)
      proofs.push(performance.now() - began)
      bytes = Math.max(bytes, proof.hashes.length * 32)
      began = performance.now()
      rootFromInclusion(
        Buffer.alloc(32),
        proof.position,
        proof.size,
        proof.hashes.map((hash) => Buffer.from(hash, 'base64')),
      )
      checks += performance.now() - began
    }
    say(
      `proof of one of ${last.to}: ${bytes} bytes, p50 ${quantile(proofs, 0.5).toFixed(1)} p95 ${quantile(proofs, 0.95).toFixed(1)} ms, checked in ${(checks / some.length).toFixed(3)} ms`,
    )
  }

  if (asked('flush')) {
    await closeConnections()
    await cluster.stop()
    // A flush of one millisecond, as an ordinary disk of a cloud takes.
    cluster = await start({ commit_delay: '1000', commit_siblings: '0' })
    await compare('single-row UPDATE, 8 writers, 1 ms flush', variants, rounds, (variant) =>
      rate(variant, 'single'),
    )
    await compare('application transaction, 8 writers, 1 ms flush', variants, rounds, (variant) =>
      rate(variant, 'app'),
    )
    if (client) {
      await compare('single-row UPDATE, 8 clients of pgbench, 1 ms flush', variants, rounds, (variant) =>
        driven(variant, 'single'),
      )
      await compare(
        'application transaction, 8 clients of pgbench, 1 ms flush',
        variants,
        rounds,
        (variant) => driven(variant, 'app'),
      )
    }
  }
} finally {
  await closeConnections()
  await cluster.stop()
  rmSync(home, { recursive: true, force: true })
}
