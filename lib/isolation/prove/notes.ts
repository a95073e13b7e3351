import type { Sentence } from '../types'
import { partsMade } from './logic/formula'

/** A sentence that is told with an answer: what was taken for so, or what was left open, each once by its key. */
interface Told {
  readonly of: 'assumptions' | 'unclear'
  readonly key: string
  readonly sentence: Sentence
}

const nothing: ReadonlySet<string> = new Set()

/**
 * What came up while something was worked out; it is told with every answer that uses it. Most of it is told again and
 * again and read hardly ever: what was told elsewhere is pointed to, and put together when it is read.
 */
export class Notes {
  private log: (Told | Notes)[] | null = null
  private pointed: Set<Notes> | null = null
  private believed = nothing
  /** A table of tenants that the session cannot change was taken to hold any rows. */
  anyRows = false
  /** PostgreSQL was asked something it has not answered yet, so this holds for the moment only. */
  waiting = false

  get assumptions(): ReadonlyMap<string, Sentence> {
    return this.told('assumptions')
  }

  get unclear(): ReadonlyMap<string, Sentence> {
    return this.told('unclear')
  }

  /** Of these it was taken for proved that nothing crosses there. */
  get held(): ReadonlySet<string> {
    return this.believed
  }

  assume(sentence: Sentence): void {
    this.tell({ of: 'assumptions', key: sentence.en, sentence })
  }

  leaveOpen(key: string, sentence: Sentence): void {
    this.tell({ of: 'unclear', key, sentence })
  }

  hold(claim: string): void {
    if (!this.believed.has(claim)) this.believed = new Set([...this.believed, claim])
  }

  /** Does it hold only as long as this is not doubted? */
  restsOn(isDoubted: (claim: string) => boolean): boolean {
    for (const each of this.believed) if (isDoubted(each)) return true
    return false
  }

  add(other: Notes): void {
    const [only, more] = other.log ?? []
    if (only instanceof Notes && !more) this.point(only)
    else if (only) this.point(other)
    this.follow(other)
  }

  /** Takes over what an answer depends on, not what is told of it. */
  follow(other: Notes): void {
    this.anyRows ||= other.anyRows
    this.waiting ||= other.waiting
    if (other.believed === this.believed || other.believed.size === 0) return
    if (this.believed.size === 0) this.believed = other.believed
    else if ([...other.believed].some((each) => !this.believed.has(each)))
      this.believed = new Set([...this.believed, ...other.believed])
  }

  private tell(each: Told): void {
    ;(this.log ??= []).push(each)
  }

  private point(to: Notes): void {
    if (this.pointed?.has(to)) return
    ;(this.pointed ??= new Set()).add(to)
    ;(this.log ??= []).push(to)
  }

  /** In the order in which it came up first. */
  private told(of: Told['of']): ReadonlyMap<string, Sentence> {
    const found = new Map<string, Sentence>()
    const seen = new Set<Notes>()
    const read = (notes: Notes): void => {
      if (seen.has(notes)) return
      seen.add(notes)
      for (const each of notes.log ?? [])
        if (each instanceof Notes) read(each)
        else if (each.of === of) found.set(each.key, each.sentence)
    }
    read(this)
    return found
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
