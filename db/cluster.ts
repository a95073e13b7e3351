import { spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'
import {
  executable,
  moveInto,
  openFolder,
  prepareBinaries,
  reachable,
  runBinary,
  serverEnvironment,
  serverUser,
  type User,
} from './binaries'
import { keptSecret } from './kept-secret'

/** A private PostgreSQL server: its own data folder, its own random password, loopback only. */
export interface Cluster {
  readonly port: number
  readonly password: string
  readonly dataDir: string
  /** Process id of the postmaster. */
  readonly pid: number
  /** True when a server that outlived its starter was found alive and taken over. */
  readonly attached: boolean
  /** A connection URL of the superuser `postgres` for one database. */
  url(database?: string): string
  /** Fast shutdown; resolves when the postmaster is gone. */
  stop(): Promise<void>
}

export interface ClusterOptions {
  /** Folder that holds `bin`, `lib` and `share` of a PostgreSQL. */
  binaries: string
  /** Folder of this cluster; made when missing. */
  home: string
  /** `postgresql.conf` settings beyond ours. */
  settings?: Record<string, string>
}

const patience = 60_000

/**
 * Starts the embedded server, or attaches to the one that is still running on this data folder. Several starts at once
 * on one folder end with one server that all are attached to. PostgreSQL refuses to run as root, so root hands
 * everything to an unprivileged user.
 */
export async function startCluster({ binaries, home, settings = {} }: ClusterOptions): Promise<Cluster> {
  const wanted = process.getuid?.() === 0 ? reachable(resolve(home)) : resolve(home)
  openFolder(wanted)
  const root = realpathSync(wanted)
  const dataDir = join(root, 'data')
  const user = serverUser(dataDir)
  if (user) chownSync(root, user.uid, user.gid)
  const native = prepareBinaries(resolve(binaries), root, user)
  const password = keptSecret(join(root, 'password'), user)
  if (!existsSync(dataDir)) initialise(native, root, dataDir, user)

  const deadline = Date.now() + patience
  let attempt = ''
  while (Date.now() < deadline) {
    const running = postmaster(dataDir)
    if (!running) {
      const started = await launch(native, root, dataDir, user, settings)
      if (started.port) return await handle(dataDir, started.port, password, false, deadline)
      attempt = started.reason
      // Another start was first, the last server's children are still leaving, or somebody took the port meanwhile.
      if (!/postmaster\.pid|shared memory|Address already in use/.test(attempt)) break
    } else {
      const answer = await identify(running.port, password, dataDir)
      if (answer === 'ours') return await handle(dataDir, running.port, password, true, deadline)
      attempt = `the server with process id ${running.pid} does not answer`
    }
    await sleep(100)
  }
  throw new Error(
    `PostgreSQL did not start: ${attempt || 'no answer in 60 s'}. See ${join(root, 'server.log')}.`,
  )
}

/** Makes the data folder beside its place and renames it, so that a folder cut off in the middle is never used. */
function initialise(native: string, root: string, dataDir: string, user: User | undefined) {
  const major = Number(/\d+/.exec(runBinary(native, 'postgres', ['--version'], user)))
  const locale =
    major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'] : ['--locale=C']
  const half = `${dataDir}.${process.pid}`
  rmSync(half, { recursive: true, force: true })
  const fixed = [
    '-U',
    'postgres',
    '--encoding=UTF8',
    '--auth=scram-sha-256',
    `--pwfile=${join(root, 'password')}`,
  ]
  runBinary(native, 'initdb', ['-D', half, ...fixed, ...locale], user)
  moveInto(half, dataDir)
}

/** Spawns a postmaster; its port once it accepts connections, or why it ended. */
async function launch(
  native: string,
  root: string,
  dataDir: string,
  user: User | undefined,
  settings: Record<string, string>,
): Promise<{ port: number; reason: '' } | { port: null; reason: string }> {
  const port = await freePort(Number(read(join(root, 'port')) ?? 0))
  writeFileSync(join(root, 'port'), String(port))
  const path = join(root, 'server.log')
  const log = openSync(path, 'a')
  const from = statSync(path).size
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_preload_libraries: 'pg_stat_statements',
    max_connections: '200',
    ...settings,
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(
    join(native, 'bin', executable('postgres')),
    ['-D', dataDir, '-p', String(port), ...flags],
    {
      ...user,
      detached: true,
      stdio: ['ignore', log, log],
      env: serverEnvironment(native),
    },
  )
  closeSync(log)
  child.unref()
  let failed: string | null = null
  child.once('error', (error) => (failed = error.message))
  child.once('exit', (code) => (failed = `it ended with code ${code}`))
  for (let waited = 0; waited < patience; waited += 20) {
    if (failed) return { port: null, reason: lastFatal(path, from) ?? failed }
    if (ready(dataDir, child.pid)) return { port, reason: '' }
    await sleep(20)
  }
  return { port: null, reason: 'it was not ready in 60 s' }
}

function lastFatal(log: string, from: number): string | null {
  const said = readFileSync(log).subarray(from).toString('utf8')
  return said.match(/(?<=FATAL: {2}|LOG: {2}could not ).*/g)?.join('; ') ?? null
}

async function handle(
  dataDir: string,
  port: number,
  password: string,
  attached: boolean,
  deadline: number,
): Promise<Cluster> {
  while ((await identify(port, password, dataDir)) !== 'ours') {
    if (Date.now() > deadline) throw new Error(`The embedded PostgreSQL on port ${port} does not answer.`)
    await sleep(50)
  }
  const pid = postmaster(dataDir)?.pid ?? 0
  return {
    port,
    password,
    dataDir,
    pid,
    attached,
    url: (database = 'postgres') =>
      `postgresql://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    async stop() {
      const running = postmaster(dataDir)?.pid
      if (!running) return
      signal(running, 'SIGINT')
      for (let waited = 0; alive(running); waited += 20) {
        if (waited === 15_000) signal(running, 'SIGQUIT')
        if (waited > 20_000) return
        await sleep(20)
      }
    },
  }
}

/** Asks the server itself: a port that listens may be anybody's, or a server that is still recovering. */
async function identify(
  port: number,
  password: string,
  dataDir: string,
): Promise<'ours' | 'foreign' | 'silent'> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ at: string }>(`select current_setting('data_directory') as at`)
    return rows[0] && realpathSync(rows[0].at) === realpathSync(dataDir) ? 'ours' : 'foreign'
  } catch (error) {
    return error instanceof DatabaseError && error.code === '28P01' ? 'foreign' : 'silent'
  } finally {
    await client.end().catch(() => undefined)
  }
}

/**
 * What `postmaster.pid` says, when that process is alive and serves this folder. After a restart of the machine or of a
 * container the number may belong to somebody else, and then PostgreSQL itself would refuse to start: the file goes.
 */
function postmaster(dataDir: string): { pid: number; port: number } | null {
  const file = join(dataDir, 'postmaster.pid')
  const lines = read(file)?.split('\n') ?? []
  const pid = Number(lines[0])
  if (!(pid > 0) || !alive(pid)) return null
  if (serves(pid, dataDir)) return { pid, port: Number(lines[3] ?? 0) }
  if (read(file)?.split('\n')[0] === lines[0]) rmSync(file, { force: true })
  return null
}

function serves(pid: number, dataDir: string): boolean {
  if (process.platform === 'win32') return true
  const ps = () => spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
  const command = process.platform === 'linux' ? read(`/proc/${pid}/cmdline`) : ps()
  return command ? command.includes(dataDir) : alive(pid)
}

function ready(dataDir: string, pid: number | undefined): boolean {
  const lines = read(join(dataDir, 'postmaster.pid'))?.split('\n') ?? []
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function signal(pid: number, name: NodeJS.Signals) {
  if (alive(pid)) process.kill(pid, name)
}

function freePort(wanted: number): Promise<number> {
  return new Promise((answer, fail) => {
    const server = createServer()
    server.once('error', (error) => (wanted === 0 ? fail(error) : answer(freePort(0))))
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => answer(port))
    })
  })
}
