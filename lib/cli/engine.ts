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
