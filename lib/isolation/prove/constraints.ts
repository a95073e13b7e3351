import type { Formula } from './formula'
import type { Notes } from './notes'
import type { Row } from './problem'

/** What is said when all of `guards` may be so: a formula, or the work that finds out what there is to say. */
interface Guarded {
  readonly guards: readonly string[]
  readonly formula: Formula | null
  /** What came up when it was worked out. */
  notes: Notes | null
  say: (() => void) | null
  /** It was said when not all was known, and is said again. */
  over: boolean
}

/** A row that has something to do with every other of its group, once both are spoken of. */
interface Member {
  readonly group: string
  readonly row: Row
  readonly say: (other: Row) => void
  readonly met: Set<Row>
}

/** Works something out with an account of its own, and charges what came up. */
interface Accounting {
  work(say: () => void): Notes
  charge(notes: Notes): void
}

/** What must hold beside a formula, found by the flags it speaks under; what nobody asks for is never worked out. */
export class Constraints {
  private readonly always: Guarded[] = []
  private readonly byFlag = new Map<string, Guarded[]>()
  private readonly members = new Map<string, Member>()
  private agenda: Guarded[] | null = null
  private made: Guarded[] = []

  constructor(private readonly accounting: Accounting) {}

  push(formula: Formula): void {
    if (formula !== true)
      this.add({ guards: guardsOf(formula), formula, say: null, notes: null, over: false })
  }

  /** Has `say` push what holds once all these flags are mentioned; at once when they are not plain flags. */
  defer(flags: readonly Formula[], say: () => void): void {
    const guards: string[] = []
    for (const each of flags) {
      if (typeof each === 'object' && each.op === 'flag' && each.means === undefined) guards.push(each.name)
      else if (each === false) return
    }
    if (guards.length === 0) say()
    else this.add({ guards, formula: null, say, notes: null, over: false })
  }

  /** Has `say` push what holds between a row and another of its group when both are mentioned. */
  pair(row: Row, group: string, say: (other: Row) => void): void {
    if (typeof row.exists === 'object' && row.exists.op === 'flag')
      this.members.set(row.exists.name, { group, row, say, met: new Set() })
  }

  private add(each: Guarded): void {
    const [first] = each.guards
    if (first === undefined) this.always.push(each)
    else under(this.byFlag, first, each)
    this.agenda?.push(each)
    this.made.push(each)
  }

  /** Says something; false when it has to be said again, because PostgreSQL was asked and has not answered. */
  private said(say: () => void): boolean {
    const before = this.made
    const made: Guarded[] = (this.made = [])
    let lasting = false
    try {
      const notes = this.accounting.work(say)
      lasting = !notes.waiting
      for (const each of made) each.notes = notes
    } finally {
      this.made = before
      if (!lasting) this.provisional.push(...made)
    }
    return lasting
  }

  private provisional: Guarded[] = []

  /**
   * The constraints that bear on a formula. One that only speaks under a flag which nothing else mentions is met by
   * taking the flag for false, so it is left out.
   */
  bearingOn(formula: Formula): readonly Formula[] {
    const mentioned = new Set<string>()
    const seen = new Set<object>()
    const blocked = new Map<string, Guarded[]>()
    const taken = new Set<Guarded>()
    const groups = new Map<string, Member[]>()
    const agenda: Guarded[] = [...this.always]
    const meet = (member: Member) => {
      const others = groups.get(member.group)
      if (!others) groups.set(member.group, [member])
      else {
        for (const other of others) {
          if (member.met.has(other.row) || other.met.has(member.row)) continue
          if (this.said(() => member.say(other.row))) member.met.add(other.row)
        }
        others.push(member)
      }
    }
    const mention = (name: string) => {
      if (mentioned.has(name)) return
      mentioned.add(name)
      agenda.push(...(this.byFlag.get(name) ?? []), ...(blocked.get(name) ?? []))
      const member = this.members.get(name)
      if (member) meet(member)
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
    this.agenda = agenda
    try {
      collect(formula)
      for (let each = agenda.pop(); each !== undefined; each = agenda.pop()) {
        if (taken.has(each) || each.over) continue
        const missing = each.guards.find((name) => !mentioned.has(name))
        if (missing !== undefined) {
          under(blocked, missing, each)
          continue
        }
        taken.add(each)
        if (each.notes) this.accounting.charge(each.notes)
        if (each.say && this.said(each.say)) each.say = null
        if (each.formula !== null) collect(each.formula)
      }
    } finally {
      this.agenda = null
      for (const each of this.provisional) each.over = true
      this.provisional = []
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
