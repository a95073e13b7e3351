import { constant, differ, family, isCanonical, isExact, isJoined, isPrinted, type Term } from './term'
import { Traces, type Literal, type Pair, type Reason } from './traces'

/** Two terms that were said to differ, as one of them sees it. */
interface Apart {
  readonly own: number
  readonly other: number
  readonly by: Literal
}

/** None of these yet; who puts one in begins a list of its own. */
const none: never[] = []

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
  /** The members of a class stand in a ring; how many there are is told by its number. */
  private readonly ring: number[] = []
  private readonly counts: number[] = []
  private readonly constants: number[] = []
  private readonly uses: number[][] = []
  private readonly differing: Apart[][] = []
  private readonly traces = new Traces()
  private readonly printed: number[] = []
  private readonly joined: number[] = []
  /** What was done, as numbers, and last which class was taken into another, or that two were said to differ (-1). */
  private readonly done: number[] = []
  /** Something was made equal, or came, since printed values and joined texts were last looked at. */
  private changed = false
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
    this.ring.push(id)
    this.counts.push(1)
    this.constants.push(term.kind === 'constant' ? id : -1)
    this.uses.push(none)
    this.differing.push(none)
    this.traces.add()
    if (term.kind !== 'application') this.shapeOf.push(-1)
    else {
      const shape = this.shapes.get(term.sql) ?? this.shapes.size
      this.shapes.set(term.sql, shape)
      this.shapeOf.push(shape)
      for (let at = 0; at < args.length; at++) {
        const of = this.classes[args[at]!]!
        if (this.uses[of]!.at(-1) !== id) put(this.uses, of, id)
      }
      if (isPrinted(term)) this.printed.push(id)
      else if (isJoined(term)) this.joined.push(id)
      this.changed = true
      this.recognize(id)
    }
    return id
  }

  /** An application that comes late may be equal to another by what was said before: it has all arguments in common. */
  private recognize(id: number): void {
    const users = this.args[id]!.map((arg) => this.uses[this.classes[arg]!]!)
    const [alike = []] = users.toSorted((one, other) => one.length - other.length)
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
    const { done } = this
    while (done.length > mark) {
      const from = done.pop()!
      if (from < 0) {
        this.differing[done.pop()!]!.pop()
        this.differing[done.pop()!]!.pop()
        continue
      }
      const [into, right, left] = [done.pop()!, done.pop()!, done.pop()!]
      this.constants[into] = done.pop()!
      this.exchange(from, into)
      this.move(from, from)
      this.counts[into]! -= this.counts[from]!
      for (let count = this.uses[from]!.length; count > 0; count--) this.uses[into]!.pop()
      for (let count = this.differing[from]!.length; count > 0; count--) this.differing[into]!.pop()
      this.traces.cut(left, right)
    }
  }

  /** Makes one ring of two, or two of one. */
  private exchange(one: number, two: number): void {
    const next = this.ring[one]!
    this.ring[one] = this.ring[two]!
    this.ring[two] = next
  }

  /** Tells all members of a ring which class they are in. */
  private move(ring: number, to: number): void {
    let at = ring
    do this.classes[at] = to
    while ((at = this.ring[at]!) !== ring)
  }

  /** Says of pairs of terms that each is equal, then looks what all of it means; false when that cannot be. */
  equate(pairs: readonly (readonly [left: number, right: number, by: Literal])[]): boolean {
    for (const each of pairs) this.todo.push(each)
    return this.settle()
  }

  /** Says that two terms are not equal; false when they are. */
  separate(left: number, right: number, by: Literal): boolean {
    const [a, b] = [this.classes[left]!, this.classes[right]!]
    if (a === b) return this.contradicts([by], [[left, right]])
    put(this.differing, a, { own: left, other: right, by })
    put(this.differing, b, { own: right, other: left, by })
    this.done.push(a, b, -1)
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
        if (this.changed && !this.inspect()) return false
        this.changed = false
        if (this.todo.length === 0) return true
      }
    }
  }

  private merge(left: number, right: number, by: Reason): boolean {
    const [a, b] = [this.classes[left]!, this.classes[right]!]
    if (a === b) return true
    if (this.counts[a]! > this.counts[b]!) return this.merge(right, left, by)
    const [one, two] = [this.constants[a]!, this.constants[b]!]
    if (one >= 0 && two >= 0 && differ(this.terms[one]!, this.terms[two]!))
      return this.refused(by, [], [[left, one], [right, two]]) // prettier-ignore
    const against = this.differing[a]!.find((each) => this.classes[each.other] === b)
    if (against)
      return this.refused(by, [against.by], [[left, against.own], [right, against.other]]) // prettier-ignore
    this.changed = true
    this.done.push(two, left, right, b, a)
    this.traces.join(left, right, by)
    this.move(a, b)
    this.exchange(a, b)
    this.counts[b]! += this.counts[a]!
    for (const use of this.uses[a]!) {
      for (const other of this.uses[b]!) {
        if (this.classes[use] !== this.classes[other] && this.areCongruent(use, other))
          this.todo.push([use, other, this.sameArgs(use, other)])
      }
    }
    for (const each of this.uses[a]!) put(this.uses, b, each)
    for (const each of this.differing[a]!) put(this.differing, b, each)
    if (one >= 0 && (two < 0 || (isExact(this.terms[one]!) && !isExact(this.terms[two]!))))
      this.constants[b] = one
    return true
  }

  private areCongruent(one: number, two: number): boolean {
    if (this.shapeOf[one] !== this.shapeOf[two]) return false
    const [a, b] = [this.args[one]!, this.args[two]!]
    if (a.length !== b.length) return false
    for (let at = 0; at < a.length; at++) if (this.classes[a[at]!] !== this.classes[b[at]!]) return false
    return true
  }

  private refused(by: Reason, said: readonly Literal[], pairs: readonly Pair[]): false {
    return typeof by === 'number'
      ? this.contradicts([...said, by], pairs)
      : this.contradicts(said, [...by, ...pairs])
  }

  private contradicts(said: readonly Literal[], pairs: readonly Pair[]): false {
    this.conflict = this.traces.said(said, pairs)
    return false
  }

  /** What printed values and joined texts say of their parts; false when that cannot be. */
  private inspect(): boolean {
    const seen = this.printed.length > 1 ? new Map<number, number[]>() : null
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
      const others = seen?.get(this.classes[id]!) ?? []
      for (const other of others) {
        const [inner] = this.args[other]! as [number]
        if (family(this.terms[inner]!.type) === family(type) && this.classes[inner] !== this.classes[arg])
          this.todo.push([inner, arg, [[id, other]]])
      }
      seen?.set(this.classes[id]!, [...others, id])
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

function put<T>(lists: T[][], at: number, each: T): void {
  if (lists[at] === none) lists[at] = [each]
  else lists[at]!.push(each)
}
