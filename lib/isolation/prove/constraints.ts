import type { Formula } from './formula'

/** What is said when all of `guards` may be so: a formula, or the work that finds out what there is to say. */
interface Guarded {
  readonly guards: readonly string[]
  formula: Formula | null
  say: (() => void) | null
}

/** What must hold beside a formula, found by the flags it speaks under; what nobody asks for is never worked out. */
export class Constraints {
  private readonly always: Guarded[] = []
  private readonly byFlag = new Map<string, Guarded[]>()
  private agenda: Guarded[] | null = null

  push(formula: Formula): void {
    if (formula !== true) this.add({ guards: guardsOf(formula), formula, say: null })
  }

  /** Has `say` push what holds once all these flags are mentioned; at once when they are not plain flags. */
  defer(flags: readonly Formula[], say: () => void): void {
    const guards: string[] = []
    for (const each of flags) {
      if (typeof each === 'object' && each.op === 'flag' && each.means === undefined) guards.push(each.name)
      else if (each === false) return
    }
    if (guards.length === 0) say()
    else this.add({ guards, formula: null, say })
  }

  private add(each: Guarded): void {
    const [first] = each.guards
    if (first === undefined) this.always.push(each)
    else under(this.byFlag, first, each)
    this.agenda?.push(each)
  }

  /**
   * The constraints that bear on a formula. One that only speaks under a flag which nothing else mentions is met by
   * taking the flag for false, so it is left out.
   */
  bearingOn(formula: Formula): readonly Formula[] {
    const mentioned = new Set<string>()
    const seen = new Set<object>()
    const blocked = new Map<string, Guarded[]>()
    const taken = new Set<Guarded>()
    const agenda: Guarded[] = [...this.always]
    const mention = (name: string) => {
      if (mentioned.has(name)) return
      mentioned.add(name)
      agenda.push(...(this.byFlag.get(name) ?? []), ...(blocked.get(name) ?? []))
    }
    const collect = (part: Formula): void => {
      if (typeof part === 'boolean' || seen.has(part)) return
      seen.add(part)
      if (part.op === 'flag') {
        mention(part.name)
        if (part.means !== undefined) collect(part.means)
      }
      if (part.op === 'not') collect(part.arg)
      else if (part.op === 'and' || part.op === 'or') part.args.forEach(collect)
    }
    collect(formula)
    this.agenda = agenda
    try {
      for (let each = agenda.pop(); each !== undefined; each = agenda.pop()) {
        if (taken.has(each)) continue
        const missing = each.guards.find((name) => !mentioned.has(name))
        if (missing !== undefined) {
          under(blocked, missing, each)
          continue
        }
        taken.add(each)
        const { say } = each
        each.say = null
        say?.()
        if (each.formula !== null) collect(each.formula)
      }
    } finally {
      this.agenda = null
    }
    return [...taken].flatMap((each) => each.formula ?? [])
  }
}

/** Flags whose being false alone meets the constraint. */
function guardsOf(formula: Formula): readonly string[] {
  if (typeof formula === 'boolean' || formula.op !== 'or') return []
  return formula.args.flatMap((arg) =>
    typeof arg === 'object' && arg.op === 'not' && arg.arg.op === 'flag' ? [arg.arg.name] : [],
  )
}

function under(map: Map<string, Guarded[]>, name: string, each: Guarded) {
  const list = map.get(name)
  if (list) list.push(each)
  else map.set(name, [each])
}
