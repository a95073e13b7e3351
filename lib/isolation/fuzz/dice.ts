/** Random choices that a seed repeats (mulberry32). */
export class Dice {
  private state: number
  /** The constructs that were drawn. */
  readonly drawn = new Set<string>()

  /** @param without a construct that is left out, all else being the same: whether it decides anything */
  constructor(
    seed: number,
    private readonly without: string | null = null,
  ) {
    this.state = seed >>> 0
  }

  /** A number from 0 up to, and without, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(options: readonly T[]): T {
    return options[this.below(options.length)] as T
  }

  some<T>(options: readonly T[], probability: number): readonly T[] {
    return options.filter(() => this.chance(probability))
  }

  /** SQL with a construct that has a name, or what stands in its place where it is left out. */
  named(construct: string, sql: string, otherwise: string): string {
    this.drawn.add(construct)
    return construct === this.without ? otherwise : sql
  }
}
