import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'

export const say = (text: string) => process.stdout.write(`${text}\n`)
export const load = () => loadavg()[0]?.toFixed(1)
export const median = (list: readonly number[]) =>
  [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0
export const quantile = (list: readonly number[], q: number) =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] ?? 0

/** Processor time of a backend so far, in microseconds: what a busy machine does not change. */
export function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

/** The same in milliseconds and to the microsecond, for what takes less than a tick of the clock. */
export const processorMillis = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1_000_000

/** The bundled sealer on one database, in a process of its own. */
export function sealing(url: string, interval: number): { stop: () => Promise<void> } {
  const child = spawn(
    process.execPath,
    [join(process.cwd(), 'dist/bench-ledger-sealer.mjs'), url, String(interval)],
    { stdio: 'inherit' },
  )
  return { stop: () => new Promise((done) => (child.once('exit', () => done()), child.kill('SIGKILL'))) }
}
