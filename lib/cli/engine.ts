import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import { setFlagsFromString } from 'node:v8'

/**
 * Tells the engine that this process lives for a second or two. By itself Node 20 optimises the parser and the rules as for
 * a server: compilers then keep the second processor busy, which the database needs, with code that hardly runs again.
 * Newer engines have a cheap compiler between the two and are left as they are.
 */
export function expectShortLife(): void {
  if (!process.versions.v8.startsWith('11.')) return
  // Four times as much code may run, and ten times as much of the parser, before it is compiled again.
  setFlagsFromString('--interrupt-budget=270000')
  setFlagsFromString('--wasm-tiering-budget=18000000')
  // After a first collection at about 10 MB the heap may grow by so many percent until it is marked as a whole again: what a
  // scan holds it holds to its end, and marking it keeps a processor busy for nothing.
  setFlagsFromString('--heap-growing-percent=2500')
}

/**
 * Lets the engine's other threads, which compile and collect, give way to the one that reads and judges, and to a database
 * on the same machine: on two processors they took a tenth of its time. Linux alone gives each thread a priority.
 */
export function putHelpersBehind(): void {
  if (process.platform !== 'linux') return
  try {
    const threads = readdirSync('/proc/self/task').map(Number)
    // Numbers of another name space would be other people's.
    if (!threads.includes(process.pid)) return
    for (const thread of threads) if (thread !== process.pid) setPriority(thread, 5)
  } catch {
    // A thread that has ended, or a container that hides them: then they stay as they are.
  }
}
