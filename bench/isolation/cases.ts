import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, chmodSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { embeddedBinaries } from '@/db/binaries'
import { startCluster } from '@/db/cluster'
import { readCase, type Case } from '@/lib/isolation/cases/read-case'

/**
 * node bench/isolation/cases.mjs FOLDER [--out claims.json] [--only 003,007] [--prove|--probe] [--jobs 2]
 * Loads each case into a database of its own, runs `tabellion isolation --format json` on it with the configuration its
 * header stands for, and writes { "003": [entries], … }; tells on standard error how the claims compare with the labels.
 */
const args = process.argv.slice(2)
const value = (name: string) => {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args[at + 1]
}
const [folder] = args
if (!folder || folder.startsWith('--')) throw new Error('Say which folder holds the cases.')
const only = value('--only')?.split(',')
const methods = ['--prove', '--probe'].filter((name) => args.includes(name))
const jobs = Number(value('--jobs') ?? 2)
const files = readdirSync(folder)
  .filter((name) => /^\d{3}.*\.sql$/.test(name) && (!only || only.some((each) => name.startsWith(each))))
  .sort()

const home = mkdtempSync(join(tmpdir(), 'tabellion-cases-'))
chmodSync(home, 0o755)
const cluster = await startCluster({
  binaries: embeddedBinaries(process.cwd()),
  home: join(home, 'postgres'),
  settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '60' },
})

type Entry = {
  table: string
  command: string
  verdict: string
  channel: string
  schema: string
  reason: string
}
const claims: Record<string, Entry[]> = {}
const complaints: string[] = []

async function once(database: string, sql: string) {
  const client = new Client({ connectionString: cluster.url(database) })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** Runs the command line in a home of its own, so that clones of several cases do not wait for each other. */
async function claimed(name: string, { isolation, sql }: Case, worker: number): Promise<Entry[]> {
  const database = `case_${name}`
  await once('postgres', `create database ${database} template template0`)
  try {
    await once(database, sql)
    const config = join(home, `${name}.json`)
    writeFileSync(config, JSON.stringify({ isolation }))
    const options = ['--url', cluster.url(database), '--config', config, '--format', 'json', ...methods]
    const child = spawn(process.execPath, [join('bin', 'tabellion.mjs'), 'isolation', ...options], {
      env: { ...process.env, TABELLION_HOME: join(home, `worker-${worker}`) },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [text, said] = ['', '']
    child.stdout.on('data', (part: Buffer) => (text += part.toString()))
    child.stderr.on('data', (part: Buffer) => (said += part.toString()))
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
    if (code === 0 || code === 1) return JSON.parse(text) as Entry[]
    complaints.push(`${name}: exit ${code}: ${said.trim().slice(0, 400)}`)
    return []
  } finally {
    await once('postgres', `drop database if exists ${database} with (force)`)
  }
}

let next = 0
async function worker(number: number) {
  for (let file = files[next++]; file !== undefined; file = files[next++]) {
    const name = file.slice(0, 3)
    const read = readCase(readFileSync(join(folder ?? '', file), 'utf8'))
    claims[name] = await claimed(name, read, number)
    compare(file, read, claims[name])
  }
}

const totals = { leaks: 0, caught: 0, isolated: 0, proved: 0, unsound: 0, falseAlarms: 0 }

function compare(file: string, { expected }: Case, entries: readonly Entry[]) {
  const plain = (text: string) => text.toLowerCase().replaceAll(/["\s]/g, '')
  for (const { relation, command, verdict, channel } of expected) {
    const found = entries
      .filter((each) => plain(`${each.schema}.${each.table}`) === plain(relation))
      .filter((each) => each.command === command && each.channel === channel)
      .map((each) => each.verdict)
    const said = ['leaks', 'unknown', 'isolated'].find((each) => found.includes(each)) ?? 'unknown'
    totals[verdict]++
    if (verdict === 'leaks' && said === 'leaks') totals.caught++
    if (verdict === 'isolated' && said === 'isolated') totals.proved++
    if (verdict === 'leaks' && said === 'isolated') totals.unsound++
    if (verdict === 'isolated' && said === 'leaks') totals.falseAlarms++
    if (said !== verdict)
      complaints.push(
        `${said === 'unknown' ? 'unknown' : verdict === 'leaks' ? 'UNSOUND' : 'FALSE ALARM'}  ${file}  ${relation} ${command} ${channel}: is ${verdict}`,
      )
  }
}

try {
  await Promise.all(Array.from({ length: jobs }, (_, at) => worker(at)))
} finally {
  await cluster.stop()
  rmSync(home, { recursive: true, force: true })
}
for (const line of complaints.sort()) process.stderr.write(`${line}\n`)
process.stderr.write(`${JSON.stringify(totals)}\n`)
const sorted = Object.fromEntries(Object.entries(claims).sort(([a], [b]) => (a < b ? -1 : 1)))
const out = value('--out')
if (out) writeFileSync(out, `${JSON.stringify(sorted, null, 1)}\n`)
else process.stdout.write(`${JSON.stringify(sorted, null, 1)}\n`)
process.exitCode = totals.unsound > 0 ? 2 : 0
