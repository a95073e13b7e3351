import type { Formula } from './formula'

/**
 * The constraints that bear on a formula. One that only speaks under a flag which nothing else mentions is met by
 * taking the flag for false, so it is left out.
 */
export function bearingOn(formula: Formula, constraints: readonly Formula[]): readonly Formula[] {
  const mentioned = new Set<string>()
  const seen = new Set<object>()
  const collect = (part: Formula): void => {
    if (typeof part === 'boolean' || seen.has(part)) return
    seen.add(part)
    if (part.op === 'flag') mentioned.add(part.name)
    else if (part.op === 'not') collect(part.arg)
    else if (part.op === 'and' || part.op === 'or') part.args.forEach(collect)
  }
  collect(formula)
  const taken: Formula[] = []
  let waiting: readonly Formula[] = constraints.filter((each) => each !== true)
  for (let before = -1; before !== taken.length;) {
    before = taken.length
    const left: Formula[] = []
    for (const each of waiting) {
      const guards = guardsOf(each)
      if (guards.every((name) => mentioned.has(name))) {
        taken.push(each)
        collect(each)
      } else left.push(each)
    }
    waiting = left
  }
  return taken
}

/** Flags whose being false alone meets the constraint. */
function guardsOf(formula: Formula): readonly string[] {
  if (typeof formula === 'boolean' || formula.op !== 'or') return []
  return formula.args.flatMap((arg) =>
    typeof arg === 'object' && arg.op === 'not' && arg.arg.op === 'flag' ? [arg.arg.name] : [],
  )
}
