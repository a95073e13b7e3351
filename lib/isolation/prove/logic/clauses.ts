import { Equality } from './equality'
import { isLoose, sizeOf, type Atom, type Formula, type Joined } from './formula'
import { Search, type Budget, type Equation } from './search'
import { constant, usesFree } from './term'
import { always, never, type Literal } from './traces'

/** What may be left open: everything, what PostgreSQL may be asked about, or nothing. */
export type Leeway = 'any' | 'asked' | 'none'

export const yes = constant('true', 'boolean')
export const no = constant('false', 'boolean')

let count = 0

const side = (sign: boolean) => (sign ? 1 : 2)

/**
 * Formulas as clauses. Each compound part is an atom of its own, tied to its parts as far as it is used (Plaisted and
 * Greenbaum, 1986); an atom that may not be left open holds neither way.
 */
export class Clauses {
  readonly equality = new Equality()
  readonly search = new Search(this.equality)
  private readonly flags = new Map<string, Literal>()
  private readonly equations = new Map<number, Literal>()
  private readonly number = ++count
  /** Alternatives that are not tied yet, by their literals, the smallest last: what nothing speaks against is taken last. */
  private readonly waiting = new Map<Literal, Joined>()
  private readonly truth = this.equality.idOf(yes)

  constructor(private readonly leeway: Leeway) {}

  /** Where another began since, formulas no longer tell what they are here. */
  get isLatest(): boolean {
    return this.number === count
  }

  require(formula: Formula): void {
    if (typeof formula === 'object' && formula.op === 'and') formula.args.forEach((arg) => this.require(arg))
    else if (typeof formula === 'object' && formula.op === 'or') this.requireOne(formula.args)
    else this.search.add([this.literal(formula, true)])
  }

  /** One of these ways, most of which never come up: an alternative is looked into once something found makes use of it. */
  requireAny(alternatives: readonly Formula[]): void {
    const literals = alternatives
      .toSorted((one, other) => sizeOf(other) - sizeOf(one))
      .map((each) => {
        if (typeof each === 'boolean' || (each.op !== 'and' && each.op !== 'or'))
          return this.literal(each, true)
        const own = this.partOf(each)
        if (each.tied === 0) this.waiting.set(own, each)
        return own
      })
    this.search.add(literals)
  }

  /** True when there are values that make all hold, false when there are none; `cut` when the budget is used up. */
  run(budget: Budget): boolean | 'cut' {
    for (let more = 0; ; more = more * 4 + 4) {
      const found = this.search.run(budget)
      if (found !== true) return found
      const used = [...this.waiting].filter(([own]) => this.search.value(own) === 1)
      if (used.length === 0) return true
      this.search.reopen()
      for (const [own, formula] of [...used, ...[...this.waiting].slice(-more || Infinity)]) {
        if (this.waiting.delete(own)) this.part(formula, true)
      }
    }
  }

  requireOne(formulas: readonly Formula[]): void {
    this.search.add(formulas.map((each) => this.literal(each, true)))
  }

  /** What stands for it where it was found to be so; undefined where it was not, or is not known to be. */
  found(formula: Atom | Joined, sign: boolean): Literal | undefined {
    if (formula.search !== this.number) return undefined
    const own = formula.literal ^ Number(!sign)
    const isTied = (formula.op !== 'and' && formula.op !== 'or') || (formula.tied & side(sign)) !== 0
    return isTied && this.search.value(own) === 1 ? own : undefined
  }

  private literal(formula: Formula, sign: boolean): Literal {
    if (typeof formula === 'boolean') return formula === sign ? always : never
    switch (formula.op) {
      case 'not':
        return this.literal(formula.arg, !sign)
      case 'and':
      case 'or':
        return this.part(formula, sign)
      default:
        if (formula.op === 'flag' && formula.means !== undefined) return this.literal(formula.means, sign)
        return mayUse(formula, this.leeway) ? this.atom(formula) ^ Number(!sign) : never
    }
  }

  private atom(atom: Atom): Literal {
    if (atom.search !== this.number) this.meet(atom, this.newAtom(atom))
    return atom.literal
  }

  private newAtom(atom: Atom): Literal {
    if (atom.op === 'flag') return this.known(this.flags, atom.name, null)
    const one = this.equality.idOf(atom.op === 'equal' ? atom.left : atom.term)
    const two = atom.op === 'equal' ? this.equality.idOf(atom.right) : this.truth
    if (one === two) return always
    const [low, high] = one < two ? [one, two] : [two, one]
    return this.known(this.equations, low * 2 ** 26 + high, [low, high])
  }

  private known<K>(atoms: Map<K, Literal>, key: K, equation: Equation): Literal {
    let found = atoms.get(key)
    if (found === undefined) atoms.set(key, (found = this.search.atom(equation)))
    return found
  }

  private partOf(formula: Joined): Literal {
    if (formula.search !== this.number) {
      this.meet(formula, this.search.atom(null))
      formula.tied = 0
    }
    return formula.literal
  }

  private meet(formula: Atom | Joined, literal: Literal): void {
    formula.search = this.number
    formula.literal = literal
  }

  private part(formula: Joined, sign: boolean): Literal {
    const own = this.partOf(formula) ^ Number(!sign)
    if ((formula.tied & side(sign)) !== 0) return own
    formula.tied |= side(sign)
    if ((formula.op === 'and') === sign)
      for (const arg of formula.args) this.search.imply(own, this.literal(arg, sign))
    else
      this.search.add(
        formula.args.map((arg) => this.literal(arg, sign)),
        own,
      )
    return own
  }
}

/** May a model make use of it? */
export function mayUse(atom: Atom, leeway: Leeway): boolean {
  if (leeway === 'any' || !isLoose(atom)) return true
  return leeway === 'asked' && isAskable(atom)
}

/** A function that was not evaluated, of values that somebody chose. */
export const isAskable = (atom: Atom) => atom.op === 'holds' && !usesFree(atom.term)
