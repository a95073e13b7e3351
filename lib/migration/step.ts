import type { Sentence } from '@/lib/errors'

/**
 * How much a statement stands in others' way. `quiet` lets reads and writes go on; `writes` makes writes wait; `brief`
 * takes ACCESS EXCLUSIVE for an instant; `long` holds it while the table is read or rewritten.
 */
export type Lock = 'none' | 'quiet' | 'writes' | 'brief' | 'long'

/** Weakest first. */
export const lockOrder: readonly Lock[] = ['none', 'quiet', 'writes', 'brief', 'long']

/** What is worked on, in the order in which it depends on one another: policies stand on columns, never the other way. */
export const phases = [
  'rights',
  'columns',
  'indexes',
  'keys',
  'triggers',
  'rows',
  'views',
  'drops',
  'server',
] as const
export type Phase = (typeof phases)[number]

/** How a statement is taken back; statements in order, each without its semicolon. */
export interface Back {
  readonly sql: readonly string[]
  /** What stays as it was made, or why nothing can be taken back. */
  readonly lost: Sentence | null
}

/** What a statement makes true of something: two fixes that say different things of one aspect do not go together. */
export interface Claim {
  readonly aspect: string
  readonly value: string
}

/** One statement of a fix, understood. */
export interface Step {
  readonly sql: string
  /** It has transactions of its own and may not be in one. */
  readonly alone: boolean
  readonly lock: Lock
  readonly phase: Phase
  readonly back: Back
  readonly claims: readonly Claim[]
  /** Things that must still be there. */
  readonly needs: readonly string[]
}

/** What one kind of statement comes to; the rest of `Step` is the same for all. */
export interface Understood {
  readonly lock: Lock
  readonly phase: Phase
  readonly back: Back
  readonly claims?: readonly Claim[]
  readonly needs?: readonly string[]
}

/** Value of a thing's own aspect once it is dropped. */
export const dropped = 'dropped'

export const back = (...sql: string[]): Back => ({ sql, lost: null })
export const nothing: Back = { sql: [], lost: null }
export const lost = (en: string, pt: string, ...sql: string[]): Back => ({ sql, lost: { en, pt } })
