import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { embeddedBinaries } from './binaries'
import { startCluster, type Cluster } from './cluster'
import { majors, testDatabase } from './test-database'

const home = mkdtempSync(join(tmpdir(), 'tabellion-cluster-'))
chmodSync(home, 0o755)
const binaries = embeddedBinaries(join(import.meta.dirname, '..'))
const start = (name: string) => startCluster({ binaries, home: join(home, name) })
const started: Cluster[] = []

afterAll(async () => {
  await Promise.all(started.map((cluster) => cluster.stop()))
  rmSync(home, { recursive: true, force: true })
})

async function ask(cluster: Cluster, sql: string) {
  const client = new Client({ connectionString: cluster.url() })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

test.each(majors().map((major) => [major]))('PostgreSQL %i starts and answers in UTF-8', async (major) => {
  const database = await testDatabase(major)
  const [row] = await database.run<{ v: string; encoding: string }>(
    `select current_setting('server_version_num') as v, current_setting('server_encoding') as encoding`,
  )
  expect(Math.floor(Number(row?.v) / 10000)).toBe(major)
  expect(row?.encoding).toBe('UTF8')
  await database.drop()
})

test('starts at once on one folder end with one server', async () => {
  const all = await Promise.all([start('race'), start('race'), start('race')])
  started.push(all[0])
  expect(new Set(all.map((cluster) => cluster.pid)).size).toBe(1)
  expect(all.filter((cluster) => !cluster.attached)).toHaveLength(1)
})

test('what was committed is there after kill -9, and a reused process id is not taken for the server', async () => {
  const first = await start('killed')
  started.push(first)
  await ask(first, 'create table kept as select generate_series(1, 1000) as n')
  process.kill(first.pid, 'SIGKILL')

  const second = await start('killed')
  expect(second.pid).not.toBe(first.pid)
  expect(await ask(second, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }])

  await second.stop()
  const stranger = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 60000)'])
  const file = join(second.dataDir, 'postmaster.pid')
  writeFileSync(
    file,
    [stranger.pid, second.dataDir, 1, second.port, '', '127.0.0.1', '', 'ready', ''].join('\n'),
  )
  const third = await start('killed')
  expect(Number(readFileSync(file, 'utf8').split('\n')[0])).toBe(third.pid)
  stranger.kill()
  await third.stop()
})

test('a server that is shutting down is waited for, not attached to', async () => {
  const first = await start('leaving')
  started.push(first)
  const [, second] = await Promise.all([first.stop(), start('leaving')])
  expect(await ask(second, 'select 1 as one')).toEqual([{ one: 1 }])
})
