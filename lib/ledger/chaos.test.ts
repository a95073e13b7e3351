import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startCluster, type Cluster } from '@/db/cluster'
import { installLedger } from '@/db/reference/files'
import { Random } from '@/db/seed/random'
import { majors } from '@/db/test-database'
import { testBinaries } from '@/db/test-servers'
import { closeConnections } from '@/lib/db/client'
import { makeCheckpoint } from './checkpoint'
import { ledgerKeys, trustedKeys } from './keys'
import { seal } from './seal'
import { verify } from './verify'

/** `TABELLION_CHAOS_SECONDS=60 TABELLION_TEST_MAJORS=14` is the long form on another server. */
const seconds = Number(process.env.TABELLION_CHAOS_SECONDS ?? 12)
const writers = 8
const sealers = 3
const random = new Random(20_26)
const major = Math.max(...majors())

const home = mkdtempSync(join(tmpdir(), 'tabellion-chaos-'))
let cluster: Cluster
let program = ''
const state = { over: false }

const start = () =>
  startCluster({
    binaries: testBinaries(major) as string,
    home: join(home, 'server'),
    settings: { max_connections: '60' },
  })

beforeAll(async () => {
  chmodSync(home, 0o755)
  cluster = await start()
  const client = new Client({ connectionString: cluster.url() })
  await client.connect()
  await installLedger(client)
  await client.query(
    `create table public.counters (id text primary key, turns int not null); select ledger.watch('public.counters')`,
  )
  await client.end()
  program = join(home, 'sealer.mjs')
  await build({
    stdin: {
      contents: `import { seal } from './lib/ledger/seal'; const url = process.argv[2]; for (;;) { await seal(url, 'chaos').catch(() => undefined); await new Promise((r) => setTimeout(r, 20)) }`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
    alias: { '@': process.cwd() },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  })
}, 120_000)
afterAll(async () => {
  state.over = true
  await closeConnections()
  await cluster.stop()
  rmSync(home, { recursive: true, force: true })
})

/** Transactions of every kind until it is over: commits, rollbacks, savepoints, slow ones; broken connections are made anew. */
async function write(name: number): Promise<void> {
  for (let turn = 0; !state.over; turn++) {
    const client = new Client({ connectionString: cluster.url(), connectionTimeoutMillis: 2_000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      for (; !state.over; turn++) await transaction(client, `${name}-${turn}`, random.next())
    } catch {
      await sleep(50)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}

async function transaction(client: Client, id: string, chance: number): Promise<void> {
  const add = (key: string) => client.query('insert into counters values ($1, 1)', [key])
  if (chance < 0.3) return void (await add(id))
  await client.query('begin')
  await add(id)
  if (chance < 0.5) await client.query('update counters set turns = turns + 1 where id = $1', [id])
  if (chance < 0.65) {
    await client.query('savepoint a')
    await add(`${id}-undone`)
    await client.query('rollback to a')
    await add(`${id}-kept`)
  }
  if (chance > 0.97) await sleep(1_000 + chance * 1_000)
  await client.query(chance > 0.75 && chance < 0.9 ? 'rollback' : 'commit')
}

const running = new Set<ChildProcess>()
function sealing(): void {
  if (state.over) return
  const child = spawn(process.execPath, [program, cluster.url()], {
    stdio: 'ignore',
    cwd: process.cwd(),
    env: { ...process.env, NODE_PATH: join(process.cwd(), 'node_modules') },
  })
  running.add(child)
  child.once('exit', () => {
    running.delete(child)
    sealing()
  })
}

/** kill -9 of the postmaster and everything it started, then a start on what is left. */
async function crash(): Promise<void> {
  const parent = String(cluster.pid)
  // Elsewhere than on Linux its children end by themselves when they miss it.
  const family = (existsSync('/proc') ? readdirSync('/proc') : []).filter(
    (pid) => /^\d+$/.test(pid) && parentOf(pid) === parent,
  )
  for (const pid of [parent, ...family]) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It was gone already.
    }
  }
  await sleep(300)
  cluster = await start()
}

const parentOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] ?? ''
  } catch {
    return ''
  }
}

test(
  'Whatever is rolled back, slow or killed, each committed entry is sealed exactly once, and no other',
  { timeout: (seconds + 120) * 1_000 },
  async () => {
    const work = Array.from({ length: writers }, (_, name) => write(name))
    for (let at = 0; at < sealers; at++) sealing()
    let killed = 0
    let crashes = 0
    for (let at = 0; at < seconds * 4; at++) {
      await sleep(250)
      const [victim] = [...running].sort(() => random.next() - 0.5)
      if (victim?.kill('SIGKILL')) killed++
      if ([Math.floor(seconds * 1.3), Math.floor(seconds * 2.7)].includes(at)) {
        await crash()
        crashes++
      }
    }
    state.over = true
    await Promise.all(work)
    await Promise.all(
      [...running].map((child) => new Promise((done) => (child.once('exit', done), child.kill('SIGKILL')))),
    )
    await sleep(300)

    const url = cluster.url()
    await closeConnections()
    while ((await seal(url, 'chaos')).state !== 'idle');
    const client = new Client({ connectionString: url })
    await client.connect()
    const ask = async <Row>(sql: string) => (await client.query(sql)).rows as Row[]
    // What is in the table is what was committed: each row as many entries as it took turns.
    expect(
      await ask(`select id, turns, n from (select record_key as id, count(*) as n from ledger.audit_logs group by 1) e
                 full join counters using (id) where n is distinct from turns`),
    ).toEqual([])
    const [sum] = await ask<{ entries: number; sealed: number; once: number; blocks: number }>(
      `select (select count(*)::int from ledger.audit_logs) as entries, count(*)::int as sealed, count(distinct id)::int as once,
              (select count(*)::int from ledger.block) as blocks
         from (select unnest(ids) as id from ledger.leaves) s`,
    )
    const [lost] = await ask<{ n: number }>(
      `select count(*)::int as n from ledger.audit_logs a where not exists (select from ledger.leaves l where a.id = any (l.ids))`,
    )
    expect(sum).toMatchObject({ sealed: sum?.entries, once: sum?.entries })
    expect(lost).toEqual({ n: 0 })
    expect(sum?.entries).toBeGreaterThan(200)
    expect(sum?.blocks).toBeGreaterThan(5)
    expect([killed > seconds, crashes]).toEqual([true, 2])
    await client.end()
    await makeCheckpoint(url, 'chaos', [ledgerKeys(home).current])
    const report = await verify(url, 'chaos', { trusted: trustedKeys(home) })
    expect(report.checks.flatMap((check) => check.problems)).toEqual([])
    expect(report.verdict).toBe('intact')
    process.stdout.write(
      `chaos: ${sum?.entries} entries in ${sum?.blocks} blocks, ${killed} sealers and ${crashes} servers killed\n`,
    )
  },
)
