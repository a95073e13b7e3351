import type { Formula } from './logic/formula'
import type { Notes } from './notes'
import type { Row } from './problem'
import type { Term } from './logic/term'

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

/** Which terms are one in a model: those that nothing makes equal are not. */
export interface Classes {
  classOf(term: Term): number
}

/** A row that has something to do with every other of its group, once both are spoken of and may meet. */
interface Member {
  readonly group: string
  readonly row: Row
  readonly mayMeet: (other: Row, model: Classes) => boolean
  readonly say: (other: Row) => void
  readonly met: Set<Row>
}

/** Works something out with an account of its own, and charges what came up. */
interface Accounting {
  work(say: () => void): Notes
  charge(notes: Notes): void
}

/** What must hold beside a formula, found by the flags it is said under; what nobody asks for is never worked out. */
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

  /**
   * Has `say` push what holds between a row and another of its group when a model has both and `mayMeet` says that it
   * would not hold there by itself.
   */
  pair(row: Row, group: string, mayMeet: Member['mayMeet'], say: (other: Row) => void): void {
    if (typeof row.exists === 'object' && row.exists.op === 'flag')
      this.members.set(row.exists.name, { group, row, mayMeet, say, met: new Set() })
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

  /** Finds what bears on one decision, as far as it is needed. */
  bearing(): Bearing {
    return new Bearing(this)
  }

  /** What is always said. */
  get standing(): readonly Guarded[] {
    return this.always
  }

  /** What is said under a flag. */
  guardedBy(flag: string): readonly Guarded[] {
    return this.byFlag.get(flag) ?? []
  }

  memberOf(flag: string): Member | undefined {
    return this.members.get(flag)
  }

  /** Has two rows of a group say what they have to do with each other, once; false while the model keeps them apart. */
  meet(member: Member, other: Member, model: Classes): boolean {
    if (member.met.has(other.row) || other.met.has(member.row)) return true
    if (!member.mayMeet(other.row, model)) return false
    if (this.said(() => member.say(other.row))) member.met.add(other.row)
    return true
  }

  /** Has it say what there is to say, and charges what came up. */
  spell(each: Guarded): void {
    if (each.notes) this.accounting.charge(each.notes)
    if (each.say && this.said(each.say)) each.say = null
  }

  /** Hands over all that is said while something is worked on. */
  listening<T>(agenda: Guarded[], work: () => T): T {
    this.agenda = agenda
    try {
      return work()
    } finally {
      this.agenda = null
      for (const each of this.provisional) each.over = true
      this.provisional = []
    }
  }
}

/**
 * The constraints that bear on a decision. One that is only said under flags is met by taking one of them for false, so
 * it is left out until a model has them all true: of what might be said only a small part ever is.
 */
export class Bearing {
  private readonly so = new Set<string>()
  private readonly taken = new Set<Guarded>()
  private readonly blocked = new Map<string, Guarded[]>()
  private readonly groups = new Map<string, Member[]>()
  private apart: (readonly [Member, Member])[] = []
  private readonly heard: Guarded[] = []
  private begun = false

  constructor(private readonly constraints: Constraints) {}

  /** Works something out between two models: what is said meanwhile bears on the next. */
  hearing<T>(work: () => T): T {
    return this.constraints.listening(this.heard, work)
  }

  /** What must hold as well in a model that has these flags true, beside what was told before. */
  under(flags: Iterable<string>, model: Classes): readonly Formula[] {
    const agenda: Guarded[] = [...this.heard.splice(0), ...(this.begun ? [] : this.constraints.standing)]
    this.begun = true
    return this.constraints.listening(agenda, () => {
      for (const name of flags) this.mention(name, agenda)
      this.apart = this.apart.filter(([one, other]) => !this.constraints.meet(one, other, model))
      const found: Formula[] = []
      for (let each = agenda.pop(); each !== undefined; each = agenda.pop()) {
        if (this.taken.has(each) || each.over) continue
        const missing = each.guards.find((name) => !this.so.has(name))
        if (missing !== undefined) {
          under(this.blocked, missing, each)
          continue
        }
        this.taken.add(each)
        this.constraints.spell(each)
        if (each.formula !== null) found.push(each.formula)
      }
      return found
    })
  }

  private mention(name: string, agenda: Guarded[]): void {
    if (this.so.has(name)) return
    this.so.add(name)
    agenda.push(...this.constraints.guardedBy(name), ...(this.blocked.get(name) ?? []))
    const member = this.constraints.memberOf(name)
    if (!member) return
    const others = this.groups.get(member.group)
    if (!others) this.groups.set(member.group, [member])
    else {
      for (const other of others) this.apart.push([member, other])
      others.push(member)
    }
  }
}

/** Flags whose being false alone meets the constraint. */
function guardsOf(formula: Formula): readonly string[] {
  if (typeof formula === 'boolean' || formula.op !== 'or') return []
  return formula.args.flatMap((arg) =>
    typeof arg === 'object' && arg.op === 'not' && arg.arg.op === 'flag' && arg.arg.means === undefined
      ? [arg.arg.name]
      : [],
  )
}

function under(map: Map<string, Guarded[]>, name: string, each: Guarded) {
  const list = map.get(name)
  if (list) list.push(each)
  else map.set(name, [each])
}
