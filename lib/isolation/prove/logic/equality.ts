import { constant, family, isCanonical, type Term } from './term'
import { Traces, type Literal, type Pair, type Reason } from './traces'

/** Two terms that were said to differ, as one of them sees it. */
interface Apart {
  readonly own: number
  readonly other: number
  readonly by: Literal
}

type Done =
  | { readonly apart: readonly [number, number] }
  | {
      readonly apart: null
      /** The class that was taken into another, and what that one was before. */
      readonly from: number
      readonly into: number
      readonly constant: number
      readonly members: number
      readonly uses: number
      readonly differing: number
      /** The two terms whose equality joined them. */
      readonly left: number
      readonly right: number
    }

/**
 * Which terms are equal and which are not, closed under congruence (equal arguments make equal results); constants of one
 * canonical type are different when their texts are. What was said last can be taken back, and whatever follows can be
 * traced to what was said. Applications that come late must come before anything that may be taken back.
 */
export class Equality {
  readonly terms: Term[] = []
  /** What was said that cannot be true together, after a contradiction. */
  conflict: readonly Literal[] = []
  private readonly ids = new Map<string, number>()
  private readonly shapes = new Map<string, number>()
  private readonly shapeOf: number[] = []
  private readonly args: (readonly number[])[] = []
  private readonly classes: number[] = []
  private readonly members: number[][] = []
  private readonly constants: number[] = []
  private readonly uses: number[][] = []
  private readonly differing: Apart[][] = []
  private readonly traces = new Traces()
  private readonly printed: number[] = []
  private readonly joined: number[] = []
  private readonly done: Done[] = []
  private readonly todo: (readonly [number, number, Reason])[] = []

  idOf(term: Term): number {
    const known = this.ids.get(term.key)
    if (known !== undefined) return known
    const args = term.kind === 'application' ? term.args.map((arg) => this.idOf(arg)) : []
    const id = this.terms.length
    this.ids.set(term.key, id)
    this.terms.push(term)
    this.args.push(args)
    this.classes.push(id)
    this.members.push([id])
    this.constants.push(term.kind === 'constant' ? id : -1)
    this.uses.push([])
    this.differing.push([])
    this.traces.add()
    let shape = -1
    if (term.kind === 'application') {
      const name = `${term.sql} ${args.length}`
      shape = this.shapes.get(name) ?? this.shapes.size
      this.shapes.set(name, shape)
      for (const at of new Set(args.map((arg) => this.classes[arg]!))) this.uses[at]!.push(id)
      if (isPrinted(term)) this.printed.push(id)
      else if (isJoined(term)) this.joined.push(id)
    }
    this.shapeOf.push(shape)
    if (shape >= 0) this.recognize(id)
    return id
  }

  /** An application that comes late may be equal to another by what was said before. */
  private recognize(id: number): void {
    const [first] = this.args[id]!
    const alike = first === undefined ? [] : this.uses[this.classes[first]!]!
    const other = alike.find((each) => each !== id && this.areCongruent(each, id))
    if (other !== undefined) this.todo.push([id, other, this.sameArgs(id, other)])
  }

  private sameArgs(one: number, other: number): Reason {
    return this.args[one]!.map((arg, at) => [arg, this.args[other]![at]!] as const)
  }

  /** How much was done; what is done after it can be taken back. */
  get mark(): number {
    return this.done.length
  }

  undo(mark: number): void {
    this.todo.length = 0
    while (this.done.length > mark) {
      const last = this.done.pop()!
      if (last.apart) {
        for (const at of last.apart) this.differing[at]!.pop()
        continue
      }
      const { from, into } = last
      for (const each of this.members[from]!) this.classes[each] = from
      this.members[into]!.length = last.members
      this.uses[into]!.length = last.uses
      this.differing[into]!.length = last.differing
      this.constants[into] = last.constant
      this.traces.cut(last.left, last.right)
    }
  }

  /** Says that two terms are equal; false when that cannot be. */
  equate(left: number, right: number, by: Literal): boolean {
    this.todo.push([left, right, by])
    return this.settle()
  }

  /** Says that two terms are not equal; false when they are. */
  separate(left: number, right: number, by: Literal): boolean {
    const [a, b] = [this.classes[left]!, this.classes[right]!]
    if (a === b) return this.contradicts([by], [[left, right]])
    this.differing[a]!.push({ own: left, other: right, by })
    this.differing[b]!.push({ own: right, other: left, by })
    this.done.push({ apart: [a, b] })
    return true
  }

  /** True, false, or undefined when nothing was said that decides it. */
  areEqual(left: number, right: number): boolean | undefined {
    const [a, b] = [this.classes[left]!, this.classes[right]!]
    if (a === b) return true
    const [one, two] = [this.constants[a]!, this.constants[b]!]
    if (one >= 0 && two >= 0 && differ(this.terms[one]!, this.terms[two]!)) return false
    return this.apart(a, b) ? false : undefined
  }

  /** What was said that decides whether two terms are equal. */
  reasonsFor(left: number, right: number): readonly Literal[] {
    const [a, b] = [this.classes[left]!, this.classes[right]!]
    if (a === b) return this.traces.said([], [[left, right]])
    const [one, two] = [this.constants[a]!, this.constants[b]!]
    if (one >= 0 && two >= 0 && differ(this.terms[one]!, this.terms[two]!))
      return this.traces.said([], [[left, one], [right, two]]) // prettier-ignore
    const found = this.apart(a, b)!
    const [own, other] = this.classes[found.own] === a ? [found.own, found.other] : [found.other, found.own]
    return this.traces.said([found.by], [[left, own], [right, other]]) // prettier-ignore
  }

  private apart(a: number, b: number): Apart | undefined {
    const [few, other] = this.differing[a]!.length <= this.differing[b]!.length ? [a, b] : [b, a]
    return this.differing[few]!.find((each) => this.classes[each.other] === other)
  }

  /** The constant a term must be equal to, if there is one. */
  constantOf(term: Term): Term | null {
    const id = this.ids.get(term.key)
    const found = id === undefined ? -1 : this.constants[this.classes[id]!]!
    return found < 0 ? (term.kind === 'constant' ? term : null) : this.terms[found]!
  }

  /** A number that equal terms share. */
  classOf = (term: Term): number => this.classes[this.idOf(term)]!

  /** Follows what is said to all that it means; false on a contradiction. */
  settle(): boolean {
    for (;;) {
      const next = this.todo.pop()
      if (next) {
        if (!this.merge(...next)) return false
      } else {
        if (!this.inspect()) return false
        if (this.todo.length === 0) return true
      }
    }
  }

  private merge(left: number, right: number, by: Reason): boolean {
    const [a, b] = [this.classes[left]!, this.classes[right]!]
    if (a === b) return true
    if (this.members[a]!.length > this.members[b]!.length) return this.merge(right, left, by)
    const [one, two] = [this.constants[a]!, this.constants[b]!]
    const [pairs, said] = typeof by === 'number' ? [[], [by]] : [by, []]
    if (one >= 0 && two >= 0 && differ(this.terms[one]!, this.terms[two]!))
      return this.contradicts(said, [...pairs, [left, one], [right, two]])
    const against = this.differing[a]!.find((each) => this.classes[each.other] === b)
    if (against)
      return this.contradicts([...said, against.by], [...pairs, [left, against.own], [right, against.other]])
    this.done.push({
      apart: null,
      from: a,
      into: b,
      constant: two,
      members: this.members[b]!.length,
      uses: this.uses[b]!.length,
      differing: this.differing[b]!.length,
      left,
      right,
    })
    this.traces.join(left, right, by)
    for (const each of this.members[a]!) this.classes[each] = b
    for (const use of this.uses[a]!) {
      for (const other of this.uses[b]!) {
        if (this.classes[use] !== this.classes[other] && this.areCongruent(use, other))
          this.todo.push([use, other, this.sameArgs(use, other)])
      }
    }
    this.members[b]!.push(...this.members[a]!)
    this.uses[b]!.push(...this.uses[a]!)
    this.differing[b]!.push(...this.differing[a]!)
    if (one >= 0 && (two < 0 || (isExact(this.terms[one]!) && !isExact(this.terms[two]!))))
      this.constants[b] = one
    return true
  }

  private areCongruent(one: number, two: number): boolean {
    if (this.shapeOf[one] !== this.shapeOf[two]) return false
    const [a, b] = [this.args[one]!, this.args[two]!]
    return a.every((arg, at) => this.classes[arg] === this.classes[b[at]!])
  }

  private contradicts(said: readonly Literal[], pairs: readonly Pair[]): false {
    this.conflict = this.traces.said(said, pairs)
    return false
  }

  /** What printed values and joined texts say of their parts; false when that cannot be. */
  private inspect(): boolean {
    const seen = new Map<number, number[]>()
    for (const id of this.printed) {
      const [arg] = this.args[id]! as [number]
      const { type } = this.terms[arg]!
      const at = this.constants[this.classes[id]!]!
      const text = this.terms[at]
      if (text?.kind === 'constant') {
        // `(x)::text = '7'` makes x 7.
        if (!isCanonical(text.text, type)) return this.contradicts([], [[id, at]])
        this.make(arg, text.text, type, [[id, at]])
        continue
      }
      const others = seen.get(this.classes[id]!) ?? []
      for (const other of others) {
        const [inner] = this.args[other]! as [number]
        if (family(this.terms[inner]!.type) === family(type) && this.classes[inner] !== this.classes[arg])
          this.todo.push([inner, arg, [[id, other]]])
      }
      seen.set(this.classes[id]!, [...others, id])
    }
    return this.joined.every((id) => this.pieces(id))
  }

  /** `'a:' || x = 'a:7'` makes x '7'. */
  private pieces(id: number): boolean {
    const [left, right] = this.args[id]! as [number, number]
    const [at, first, last] = [id, left, right].map((each) => this.constants[this.classes[each]!]!) as [
      number,
      number,
      number,
    ]
    const [whole, before, after] = [this.terms[at], this.terms[first], this.terms[last]]
    if (whole?.kind !== 'constant' || family(whole.type) !== 'text') return true
    if (before?.kind === 'constant') {
      const because = [[id, at], [left, first]] as const // prettier-ignore
      if (!whole.text.startsWith(before.text)) return this.contradicts([], because)
      this.make(right, whole.text.slice(before.text.length), 'text', because)
    } else if (after?.kind === 'constant') {
      const because = [[id, at], [right, last]] as const // prettier-ignore
      if (!whole.text.endsWith(after.text)) return this.contradicts([], because)
      this.make(left, whole.text.slice(0, whole.text.length - after.text.length), 'text', because)
    }
    return true
  }

  private make(id: number, text: string, type: string | null, because: Reason): void {
    const known = this.terms[this.constants[this.classes[id]!]!]
    if (known?.kind === 'constant' && known.text === text) return
    this.todo.push([id, this.idOf(constant(text, type)), because])
  }
}

const isExact = (term: Term) => term.kind === 'constant' && isCanonical(term.text, term.type)

function differ(one: Term, two: Term): boolean {
  if (one.kind !== 'constant' || two.kind !== 'constant' || one.text === two.text) return false
  const kind = family(one.type)
  return kind !== null && kind === family(two.type) && isExact(one) && isExact(two)
}

/** A text cast of a value that prints one way only. */
const isPrinted = (term: Term) =>
  term.kind === 'application' &&
  term.sql === '($1)::text' &&
  ['uuid', 'int'].includes(family(term.args[0]?.type ?? null) ?? '')

const isJoined = (term: Term) =>
  term.kind === 'application' &&
  term.sql === '($1 || $2)' &&
  term.args.every((arg) => family(arg.type) === 'text')
