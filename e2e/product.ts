import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A new folder that root's database user may walk into, as a home of one product. */
export function openFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  chmodSync(folder, 0o755)
  return folder
}

/** A Tabellion of a test's own, started as anybody would start it. */
export interface Product {
  readonly url: string
  readonly home: string
  /** Milliseconds from the command to the printed address. */
  readonly took: number
  /** What it printed so far. */
  output(): string
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>
  /** kill -9 of the starter, the pages and the database with all its processes, at once. */
  killAll(): void
  /** kill -9 of the starter alone. */
  killStarter(): void
}

const root = join(import.meta.dirname, '..')

export interface StartOptions {
  readonly home: string
  readonly port: number
  readonly env?: Readonly<Record<string, string>>
  /** Resolve as soon as this was printed, instead of the address. */
  readonly until?: RegExp
}

/** Starts a product; rejects with what it printed when it ends instead. */
export async function startProduct({ home, port, env = {}, until }: StartOptions): Promise<Product> {
  const began = performance.now()
  const child = spawn(process.execPath, ['scripts/start.mjs', '--port', String(port)], {
    cwd: root,
    env: {
      ...process.env,
      TABELLION_STORE_URL: '',
      DATABASE_URL: '',
      TABELLION_LOG: 'error',
      TABELLION_ASK_FIRST: '0',
      ...env,
      TABELLION_HOME: home,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (part) => (said += String(part)))
  child.stderr.on('data', (part) => (said += String(part)))
  const url = `http://localhost:${port}`
  while (!(until ?? new RegExp(`at ${url}`)).test(said)) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}: ${said}`)
    if (performance.now() - began > 120_000) throw new Error(`It did not start: ${said}`)
    await sleep(5)
  }
  return {
    url,
    home,
    took: performance.now() - began,
    output: () => said,
    async stop() {
      child.kill('SIGINT')
      while (child.exitCode === null && child.signalCode === null) await sleep(20)
      return child.exitCode
    },
    killAll() {
      const all = [...familyOf(child), ...familyOfServer(home)]
      for (const pid of all) kill(pid)
    },
    killStarter: () => kill(child.pid ?? 0),
  }
}

/** Process ids of what a home folder still runs: empty after a clean end. */
export const leftovers = (home: string): number[] => familyOfServer(home).filter(isAlive)

function familyOf(child: ChildProcess): number[] {
  return child.pid === undefined ? [] : [child.pid, ...childrenOf(child.pid)]
}

function familyOfServer(home: string): number[] {
  const file = join(home, 'postgres', 'data', 'postmaster.pid')
  if (!existsSync(file)) return []
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  return pid > 0 ? [pid, ...childrenOf(pid)] : []
}

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return pairs.filter(([, parent]) => parent === pid).flatMap(([id = 0]) => [id, ...childrenOf(id)])
}

function kill(pid: number) {
  try {
    if (pid > 1) process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
