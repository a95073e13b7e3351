import type { Sentence } from '../types'
import { partsMade } from './logic/formula'

/** What came up while something was worked out; it is told with every answer that uses it. */
export class Notes {
  // Most of what is worked out has nothing to tell: what holds it is made when there is something.
  private taken: Map<string, Sentence> | null = null
  private open: Map<string, Sentence> | null = null
  private believed: Set<string> | null = null
  /** A table of tenants that the session cannot change was taken to hold any rows. */
  anyRows = false
  /** PostgreSQL was asked something it has not answered yet, so this holds for the moment only. */
  waiting = false

  get assumptions(): Map<string, Sentence> {
    return (this.taken ??= new Map())
  }

  get unclear(): Map<string, Sentence> {
    return (this.open ??= new Map())
  }

  /** Of these it was taken for proved that nothing crosses there. */
  get held(): Set<string> {
    return (this.believed ??= new Set())
  }

  /** Does it hold only as long as this is not doubted? */
  restsOn(isDoubted: (claim: string) => boolean): boolean {
    if (this.believed) for (const each of this.believed) if (isDoubted(each)) return true
    return false
  }

  add(other: Notes): void {
    if (other.taken) for (const [key, each] of other.taken) this.assumptions.set(key, each)
    if (other.open) for (const [key, each] of other.open) this.unclear.set(key, each)
    this.follow(other)
  }

  /** Takes over what an answer depends on, not what is told of it. */
  follow(other: Notes): void {
    if (other.believed) for (const each of other.believed) this.held.add(each)
    this.anyRows ||= other.anyRows
    this.waiting ||= other.waiting
  }
}

/** A question, or a part that several share, that grows without measure: it stays unknown. */
export class TooMuch extends Error {}

const mostSteps = 16_000
const mostParts = 4_000_000

/**
 * The work on one thing: what came up, and how much it took. What is kept for others has an account of its own, so that
 * neither an answer nor its cost depends on what was asked before, nor on how fast the machine is.
 */
export class Account {
  readonly notes = new Notes()
  private steps = 0
  private readonly from = partsMade()
  private elsewhere = 0

  /** @throws TooMuch when more was done than one question may take */
  step(cost: number): void {
    this.steps += cost
    if (this.steps > mostSteps || this.parts > mostParts) throw new TooMuch()
  }

  private get parts(): number {
    return partsMade() - this.from - this.elsewhere
  }

  /** Takes over what came up in a part of this, not what that part took. */
  close(part: Account, told: boolean): void {
    if (told) this.notes.add(part.notes)
    else this.notes.follow(part.notes)
    this.elsewhere += partsMade() - part.from
  }
}

/** Something worked out once, with what came up on the way; `failed` when it was too much. */
export type Kept<T> = { readonly notes: Notes; readonly generation: number } & (
  { readonly value: T } | { readonly failed: TooMuch }
)
