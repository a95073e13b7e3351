/** Something that is said: twice the number of an atom, and one more when it is denied. */
export type Literal = number

export const always: Literal = 0
export const never: Literal = 1

/** Two terms that are equal. */
export type Pair = readonly [number, number]

/** What an equality follows from: something said, or equalities between other terms. */
export type Reason = Literal | readonly Pair[]

/**
 * How terms came to be equal: a tree over each class, whose edges know what they follow from (Nieuwenhuis and Oliveras,
 * 2005).
 */
export class Traces {
  private readonly toward: number[] = []
  private readonly why: Reason[] = []

  /** A new term, equal to none. */
  add(): void {
    this.toward.push(-1)
    this.why.push([])
  }

  join(left: number, right: number, by: Reason): void {
    this.turn(left)
    this.toward[left] = right
    this.why[left] = by
  }

  /** Takes back what joined two terms; all that came later has been taken back before. */
  cut(left: number, right: number): void {
    this.toward[this.toward[left] === right ? left : right] = -1
  }

  /** Everything said that the equalities of these pairs follow from. */
  said(by: readonly Literal[], pairs: readonly Pair[]): readonly Literal[] {
    const found = new Set(by)
    const used = new Set<number>()
    const waiting = [...pairs]
    for (let pair = waiting.pop(); pair; pair = waiting.pop()) {
      for (const step of this.between(...pair)) {
        if (used.has(step)) continue
        used.add(step)
        const why = this.why[step]!
        if (typeof why === 'number') found.add(why)
        else waiting.push(...why)
      }
    }
    return [...found]
  }

  /** The terms whose next steps lead from one term to the other. */
  private between(one: number, two: number): readonly number[] {
    if (one === two) return []
    const before = new Map<number, number>()
    for (let at = one, count = 0; at >= 0; at = this.toward[at]!) before.set(at, count++)
    const steps: number[] = []
    let meet = two
    for (; !before.has(meet); meet = this.toward[meet]!) steps.push(meet)
    for (let at = one; at !== meet; at = this.toward[at]!) steps.push(at)
    return steps
  }

  /** Turns the way from a term to where its tree begins, so that the tree begins there. */
  private turn(term: number): void {
    let [at, to, why] = [term, this.toward[term]!, this.why[term]!]
    this.toward[term] = -1
    while (to >= 0) {
      const [next, after] = [this.toward[to]!, this.why[to]!]
      this.toward[to] = at
      this.why[to] = why
      ;[at, to, why] = [to, next, after]
    }
  }
}
