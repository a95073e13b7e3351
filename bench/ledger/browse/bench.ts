import { loadavg } from 'node:os'
import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Client } from 'pg'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster } from '@/db/cluster'
import { installLedger } from '@/db/reference/files'
import { closeConnections } from '@/lib/db/client'
import { recordsAt, type Principal, type RecordsReadTx } from '@/lib/db/scope'
import { seal } from '@/lib/ledger/seal'
import { admin, clinicId, load, officer } from './load'
import { proofs } from './proofs'
import { questions } from './questions'

/*
 * node bench/ledger/browse/run.mjs [millions] [runs] [folder] [minutes]: how long the log's lists take in a ledger of so many million
 * entries in 24 monthly partitions, 200 clinics. The folder keeps the database for another run; without one it is thrown
 * away. Times are a whole question as the page asks it, with its round trips, the transaction's begin left out; the first
 * of each is asked before all others and given apart; with the mean of the server's processor time. After so many minutes loading stops between two months; the next run with the folder goes on.
 * Then the proofs of single entries and a verification of everything. Ends with 1 when a p95 is over its limit.
 */
const [millions = 2, runs = 60] = process.argv.slice(2, 4).map(Number)
const kept = process.argv[4]
const minutes = Number(process.argv[5] ?? 600)
const home = kept ?? join(process.cwd(), 'dist', `browse-${process.pid}`)
mkdirSync(home, { recursive: true })
chmodSync(home, 0o755)
const say = (text: string) => process.stdout.write(`${text}\n`)
const quantile = (list: readonly number[], q: number) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] ?? 0

const cluster = await startCluster({
  binaries: embeddedBinaries(process.cwd()),
  home,
  settings: {
    shared_buffers: '1GB',
    max_wal_size: '8GB',
    synchronous_commit: 'off',
    maintenance_work_mem: '512MB',
  },
})
const client = new Client({ connectionString: cluster.url('postgres') })
await client.connect()
let over = 0
try {
  const { rows: there } = await client.query(`select from pg_database where datname = 'browse'`)
  if (there.length === 0) await client.query('create database browse')
  const inside = new Client({ connectionString: cluster.url('browse') })
  await inside.connect()
  const { rows: ready } = await inside.query(`select to_regclass('bench.ready') is not null as ready`)
  // A server that stops says so to whoever is connected.
  inside.on('error', () => undefined)
  if (!ready[0]?.ready) {
    if (there.length === 0) await installLedger(inside)
    const began = performance.now()
    const until = Date.now() + minutes * 60_000
    const owner = cluster.url('browse')
    const whole = await load(inside, millions * 1_000_000, until, () => seal(owner, 'browse'), say)
    say(
      `loaded and sealed in ${Math.round((performance.now() - began) / 1000)} s; load ${loadavg()[0]?.toFixed(1)}`,
    )
    if (!whole || Date.now() > until) throw new Error('The time is over: run it again to go on.')
    const counting = performance.now()
    await inside.query('select ledger_counts.rebuild()')
    say(`counted in ${Math.round((performance.now() - counting) / 1000)} s`)
    await inside.query('vacuum analyze')
    await inside.query(
      `alter role tabellion_web password 'x'; grant dashboard_officer, dashboard_admin to tabellion_web; create table bench.ready ()`,
    )
  }
  const { rows: sizes } = await inside.query(`
    select (select entries::text from ledger_counts.scope where scope = '00000000-0000-0000-0000-000000000000') as entries,
           (select count(*) from ledger_counts.day)::int as days, (select count(*) from ledger_counts.month)::int as months,
           (select count(*) from ledger_counts.actor)::int as people,
           pg_size_pretty(sum(pg_total_relation_size(oid)) filter (where relnamespace = 'ledger_counts'::regnamespace)) as rollups,
           pg_size_pretty(sum(pg_total_relation_size(oid)) filter (where relname like 'audit_logs%')) as log
      from pg_class where relnamespace in ('ledger'::regnamespace, 'ledger_counts'::regnamespace) and relkind = 'r'`)
  say(JSON.stringify(sizes[0]))
  await inside.end()

  const url = new URL(cluster.url('browse'))
  url.username = 'tabellion_web'
  url.password = 'x'
  const records = recordsAt('browse', url.href)
  const who = (subject: string, role: Principal['role']): Principal => ({
    userId: subject,
    subject,
    email: '',
    name: '',
    role,
    clinics: role === 'clinic_admin' ? [clinicId(10)] : [],
    clinicId: null,
    requestId: 'bench',
    database: 'browse',
    locale: 'en',
  })
  /** Processor time of the server's process so far, in milliseconds: what a busy machine changes least. Ticks are of 10. */
  const processorTime = (pid: number) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  }
  let server = 0
  const timed = (
    principal: Principal,
    ask: (tx: RecordsReadTx, turn: number) => Promise<unknown>,
    turn: number,
  ) =>
    records.read(principal, async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      const pid = rows[0]?.pid ?? 0
      const [began, spent] = [performance.now(), processorTime(pid)]
      await ask(tx, turn)
      server += processorTime(pid) - spent
      return performance.now() - began
    })
  const asking = questions.map(({ as, ...question }) => ({
    ...question,
    principal: as === 'admin' ? who(admin, 'clinic_admin') : who(officer, 'compliance_officer'),
  }))
  // The first of each before all others: pages ask a process and a connection that have answered before.
  const before: { given: unknown; first: number }[] = []
  for (const { principal, prepare, ask } of asking) {
    const given = await records.read(principal, (tx) => prepare?.(tx) ?? Promise.resolve(null))
    before.push({ given, first: await timed(principal, (tx) => ask(tx, 0, given), 0) })
  }
  say('\n| question | limit | first | p50 | p95 | server |\n|---|---|---|---|---|---|')
  for (const [n, { name, limit, principal, ask }] of asking.entries()) {
    const { given, first = 0 } = before[n] ?? {}
    const times: number[] = []
    server = 0
    for (let turn = 1; turn <= runs; turn++)
      times.push(await timed(principal, (tx) => ask(tx, turn, given), turn))
    const p95 = quantile(times, 0.95)
    if (p95 > limit) over++
    say(
      `| ${name} | ${limit} | ${first.toFixed(1)} | ${quantile(times, 0.5).toFixed(1)} | ${p95.toFixed(1)}${p95 > limit ? ' **over**' : ''} | ${(server / runs).toFixed(1)} |`,
    )
  }
  say(`\nload ${loadavg()[0]?.toFixed(1)}; milliseconds; ${runs} runs`)
  over += await proofs(cluster.url('browse'), home, runs, say)
} finally {
  await client.end()
  await closeConnections()
  await cluster.stop()
  if (!kept) rmSync(home, { recursive: true, force: true })
}
process.exitCode = over > 0 ? 1 : 0
