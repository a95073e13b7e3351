/** Atoms that are open, those that contradictions came from first (a binary heap). */
export class Queue {
  private readonly heap: number[] = []
  private readonly places: number[] = []

  constructor(private readonly weights: readonly number[]) {}

  add(atom: number): void {
    if ((this.places[atom] ?? -1) >= 0) return
    this.places[atom] = this.heap.length
    this.heap.push(atom)
    this.up(this.heap.length - 1)
  }

  raised(atom: number): void {
    const place = this.places[atom] ?? -1
    if (place >= 0) this.up(place)
  }

  next(): number | undefined {
    const [first] = this.heap
    const last = this.heap.pop()
    if (first === undefined || last === undefined) return undefined
    this.places[first] = -1
    if (this.heap.length > 0) {
      this.heap[0] = last
      this.places[last] = 0
      this.down(0)
    }
    return first
  }

  private before(one: number, two: number): boolean {
    const difference = this.weights[one]! - this.weights[two]!
    return difference > 0 || (difference === 0 && one < two)
  }

  private up(place: number): void {
    const atom = this.heap[place]!
    let at = place
    for (let above = (at - 1) >> 1; at > 0 && this.before(atom, this.heap[above]!); above = (at - 1) >> 1) {
      this.put(this.heap[above]!, at)
      at = above
    }
    this.put(atom, at)
  }

  private down(place: number): void {
    const atom = this.heap[place]!
    let at = place
    for (;;) {
      let below = at * 2 + 1
      if (below >= this.heap.length) break
      if (below + 1 < this.heap.length && this.before(this.heap[below + 1]!, this.heap[below]!)) below++
      if (!this.before(this.heap[below]!, atom)) break
      this.put(this.heap[below]!, at)
      at = below
    }
    this.put(atom, at)
  }

  private put(atom: number, place: number): void {
    this.heap[place] = atom
    this.places[atom] = place
  }
}
