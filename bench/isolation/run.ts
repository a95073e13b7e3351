import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { countVerdicts, linesOf } from '@/lib/isolation/lines'
import { runIsolation, type RunStep } from '@/lib/isolation/run/run'
import { withBench, type Bench } from './database'

/**
 * node scripts/run.mjs bench/isolation/run.ts [reference|neglected|COUNT …] [--cancel]: a whole run, proof and probe, with
 * seconds, steps told and memory for each step; with --cancel another one that is cancelled in each of its steps, and how
 * long it then goes on.
 */
const asked = process.argv.slice(2).filter((each) => each !== '--cancel')
const cancels = process.argv.includes('--cancel')

async function measure({ make, cluster, home, processor }: Bench, which: string) {
  const { url, snapshot, setup } = await make(which)
  const scratch = { url: cluster.url('postgres'), home }
  const run = (signal: AbortSignal, progress: (step: RunStep, done: number, all: number) => void) =>
    runIsolation(snapshot, setup, { prove: true, probe: true, governed: url, scratch, signal, progress })
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 100)
  const steps = new Map<RunStep, { from: number; told: number }>()
  const [started, spent] = [performance.now(), processor()]
  const { findings } = await run(new AbortController().signal, (step) => {
    const known = steps.get(step) ?? { from: performance.now(), told: 0 }
    steps.set(step, { ...known, told: known.told + 1 })
  })
  const ended = performance.now()
  clearInterval(watch)
  const parts = [...steps].map(([step, { from, told }], at, all) => {
    const to = all[at + 1]?.[1].from ?? ended
    return `${step} ${((to - from) / 1000).toFixed(1)} s (told ${told} times)`
  })
  console.log(
    `${which}: ${findings.length} questions, ${((ended - started) / 1000).toFixed(1)} s, ${(processor() - spent).toFixed(1)} of a ` +
      `processor: ${parts.join(', ')}; ${Math.round(most / 1_048_576)} MB, load ${loadavg()[0]?.toFixed(1)}; ${JSON.stringify(countVerdicts(linesOf(findings)))}`,
  )
  if (!cancels) return
  for (const step of ['clone', 'prove', 'probe'] as const)
    console.log(`${which}: cancelled while ${step}: ended after ${await cancelled(run, step)} ms`)
}

/** Milliseconds from the signal, given a second into a step, to the end. */
async function cancelled(
  run: (signal: AbortSignal, progress: (step: RunStep) => void) => Promise<unknown>,
  at: RunStep,
): Promise<number> {
  const stop = new AbortController()
  let begun = () => undefined as void
  const begins = new Promise<void>((resolve) => (begun = resolve))
  const ended = run(stop.signal, (step) => step === at && begun()).then(
    () => performance.now(),
    () => performance.now(),
  )
  await Promise.race([begins, ended])
  await sleep(1_000)
  const from = performance.now()
  stop.abort(new Error('cancelled'))
  return Math.round((await ended) - from)
}

await withBench(async (bench) => {
  for (const which of asked.length > 0 ? asked : ['reference', 'neglected', '1000'])
    await measure(bench, which)
})
