import type { Formula } from './formula'

const numbers = new WeakMap<object, number>()
let count = 0

/** Tells a thing from all others in the key of what is worked out once: the same thing, the same number. */
export function numberOf(thing: object | Formula): string {
  if (typeof thing === 'boolean') return String(thing)
  let found = numbers.get(thing)
  if (found === undefined) numbers.set(thing, (found = ++count))
  return String(found)
}
