import { constant, family, isCanonical, type Term } from './term'

/**
 * Which terms are equal and which are not, closed under congruence (equal arguments make equal results). A branch of
 * the search takes a copy. Constants of one canonical type are different when their texts are.
 */
export class Theory {
  private readonly parent: number[]
  private readonly constants: (Term | null)[]
  private readonly different: [number, number][]
  private known: number

  constructor(
    readonly terms: TermTable,
    from?: Theory,
  ) {
    this.parent = from ? from.parent.slice() : []
    this.constants = from ? from.constants.slice() : []
    this.different = from ? from.different.slice() : []
    this.known = from ? from.known : 0
    this.consistent = from ? from.consistent : true
  }

  copy(): Theory {
    return new Theory(this.terms, this)
  }

  private node(term: Term): number {
    const id = this.terms.idOf(term)
    this.grow()
    return this.find(id)
  }

  private grow(): void {
    let apps = false
    while (this.known < this.terms.all.length) {
      const term = this.terms.all[this.known]!
      this.parent.push(this.known)
      this.constants.push(term.kind === 'constant' ? term : null)
      this.known++
      if (term.kind === 'application') apps = true
    }
    if (apps) this.consistent = this.close() && this.consistent
  }

  isConsistent(): boolean {
    this.grow()
    return this.consistent
  }

  /** False as soon as a congruence that came with a new term contradicts what was said. */
  private consistent: boolean

  private find(id: number): number {
    let at = id
    while (this.parent[at] !== at) at = this.parent[at]!
    return at
  }

  /** Says that two terms are equal; false when that cannot be. */
  equate(left: Term, right: Term): boolean {
    const [a, b] = [this.node(left), this.node(right)]
    return this.consistent && this.join(a, b) && this.close()
  }

  private join(a: number, b: number): boolean {
    if (a === b) return true
    const [one, two] = [this.constants[a], this.constants[b]]
    if (one && two && differ(one, two)) return false
    this.parent[a] = b
    this.constants[b] = better(one, two)
    return this.different.every(([x, y]) => this.find(x) !== this.find(y))
  }

  private close(): boolean {
    for (let again = true; again;) {
      again = false
      const seen = new Map<string, number>()
      for (let id = 0; id < this.known; id++) {
        const term = this.terms.all[id]!
        if (term.kind !== 'application') continue
        const signature = `${term.sql}(${this.terms.argsOf[id]!.map((arg) => this.find(arg)).join(',')})`
        const other = seen.get(signature)
        const rep = this.find(id)
        if (other === undefined) seen.set(signature, rep)
        else if (this.find(other) !== rep) {
          if (!this.join(this.find(other), rep)) return false
          again = true
        }
        const inside = isPrinted(term) ? this.inside(id, term) : this.pieces(id, term)
        if (inside === false) return false
        again ||= inside === true
      }
    }
    return true
  }

  /** What a printed value prints as tells what it is: `(x)::text = '7'` makes x 7. True when something new was learnt. */
  private inside(id: number, term: Term): boolean | 'nothing' {
    const [arg] = this.terms.argsOf[id]!
    const type = term.kind === 'application' ? term.args[0]!.type : null
    const text = this.constants[this.find(id)]
    if (!text || text.kind !== 'constant' || arg === undefined) return this.sameInside(id, arg)
    if (!isCanonical(text.text, type)) return false
    const known = this.constants[this.find(arg)]
    if (known?.kind === 'constant' && known.text === text.text) return 'nothing'
    const value = this.terms.idOf(constant(text.text, type))
    this.grow()
    return this.join(this.find(arg), this.find(value))
  }

  /** `'a:' || x = 'a:7'` makes x '7'. */
  private pieces(id: number, term: Term): boolean | 'nothing' {
    if (term.kind !== 'application' || term.sql !== '($1 || $2)') return 'nothing'
    const whole = this.constants[this.find(id)]
    const [left, right] = this.terms.argsOf[id]!
    if (whole?.kind !== 'constant' || left === undefined || right === undefined) return 'nothing'
    if (family(whole.type) !== 'text' || !term.args.every((arg) => family(arg.type) === 'text'))
      return 'nothing'
    const [before, after] = [this.constants[this.find(left)], this.constants[this.find(right)]]
    if (before?.kind === 'constant') {
      if (!whole.text.startsWith(before.text)) return false
      return this.make(right, whole.text.slice(before.text.length))
    }
    if (after?.kind === 'constant') {
      if (!whole.text.endsWith(after.text)) return false
      return this.make(left, whole.text.slice(0, whole.text.length - after.text.length))
    }
    return 'nothing'
  }

  private make(id: number, text: string): boolean | 'nothing' {
    const known = this.constants[this.find(id)]
    if (known?.kind === 'constant') return known.text === text ? 'nothing' : false
    const value = this.terms.idOf(constant(text, 'text'))
    this.grow()
    return this.join(this.find(id), this.find(value))
  }

  private sameInside(id: number, arg: number | undefined): boolean | 'nothing' {
    if (arg === undefined) return 'nothing'
    const rep = this.find(id)
    for (let other = 0; other < id; other++) {
      const term = this.terms.all[other]!
      if (!isPrinted(term) || this.find(other) !== rep) continue
      const [inner] = this.terms.argsOf[other]!
      const same = family(this.terms.all[inner!]!.type) === family(this.terms.all[arg]!.type)
      if (same && this.find(inner!) !== this.find(arg)) return this.join(this.find(inner!), this.find(arg))
    }
    return 'nothing'
  }

  /** Says that two terms are not equal; false when they are. */
  separate(left: Term, right: Term): boolean {
    const [a, b] = [this.node(left), this.node(right)]
    if (!this.consistent || a === b) return false
    this.different.push([a, b])
    return true
  }

  /** True, false, or undefined when nothing was said that decides it. */
  areEqual(left: Term, right: Term): boolean | undefined {
    const [a, b] = [this.node(left), this.node(right)]
    if (a === b) return true
    const [one, two] = [this.constants[a], this.constants[b]]
    if (one && two && differ(one, two)) return false
    for (const [x, y] of this.different) {
      const [p, q] = [this.find(x), this.find(y)]
      if ((p === a && q === b) || (p === b && q === a)) return false
    }
    return undefined
  }

  /** The constant a term must be equal to, if there is one. */
  constantOf(term: Term): Term | null {
    return this.constants[this.node(term)] ?? null
  }

  /** A number that equal terms share. */
  classOf(term: Term): number {
    return this.node(term)
  }
}

const better = (one: Term | null | undefined, two: Term | null | undefined): Term | null => {
  if (two && isExact(two)) return two
  return one ?? two ?? null
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
  ['uuid', 'int', 'date'].includes(family(term.args[0]?.type ?? null) ?? '')

/** Terms by number, shared by the branches of one search. */
export class TermTable {
  readonly all: Term[] = []
  readonly argsOf: (readonly number[] | null)[] = []
  private readonly ids = new Map<string, number>()

  idOf(term: Term): number {
    const known = this.ids.get(term.key)
    if (known !== undefined) return known
    const args = term.kind === 'application' ? term.args.map((arg) => this.idOf(arg)) : null
    const id = this.all.length
    this.ids.set(term.key, id)
    this.all.push(term)
    this.argsOf.push(args)
    return id
  }
}
