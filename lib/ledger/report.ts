/** What can be wrong with a log; each has its sentence under `verify.problems` in the messages. */
export const problemKinds = [
  'content',
  'missing',
  'misplaced',
  'stray',
  'chain',
  'root',
  'node',
  'signature',
  'forked',
  'truncated',
  'row-differs',
  'row-gone',
  'row-back',
  'row-unrecorded',
  'guard',
  'archive',
] as const
export type ProblemKind = (typeof problemKinds)[number]

/** One thing that is wrong: where, never what a value was. */
export interface Problem {
  readonly kind: ProblemKind
  /** Position in the sealed tree, or size of the checkpoint. */
  readonly at: number | null
  /** Number of the entry. */
  readonly entry: string | null
  /** A table, a witness, a line of the configuration. */
  readonly about: string | null
}

export const checkIds = [
  'content',
  'tree',
  'membership',
  'checkpoints',
  'witnesses',
  'rows',
  'configuration',
] as const
export type CheckId = (typeof checkIds)[number]
export type Outcome = 'pass' | 'fail' | 'notApplicable' | 'unknown'

/** One part of a verification with its outcome; `looked` counts what was looked at. */
export interface Check {
  readonly id: CheckId
  readonly outcome: Outcome
  readonly looked: number
  readonly problems: readonly Problem[]
  /** Why it is unknown, or what a person should know though nothing is proved wrong. */
  readonly notes: readonly Note[]
}

export interface Note {
  readonly kind:
    | 'no-keys'
    | 'no-witness'
    | 'unreachable-witness'
    | 'no-checkpoint'
    | 'no-rights'
    | 'not-asked'
    | 'too-many-rows'
    | 'touched-rows'
    | 'configuration-changed'
    | 'witness-agrees'
    | 'archived'
  readonly about: string
}

export interface Report {
  readonly database: string
  /** Sizes: entries `from` (exclusive of what came before) to `to` were looked at. */
  readonly from: number
  readonly to: number
  readonly verdict: 'intact' | 'broken' | 'unknown'
  readonly checks: readonly Check[]
  readonly startedAt: string
  readonly tookMs: number
  /** What is committed and not sealed yet. */
  readonly window: { readonly entries: number; readonly oldest: string | null }
  /** The newest checkpoint in the database, and who outside agrees with which size. */
  readonly checkpoint: { readonly size: number; readonly time: string | null } | null
}

/** Broken where anything failed; unknown where nothing could be decided by an outside or signed checkpoint; else intact. */
export function verdictOf(checks: readonly Check[]): Report['verdict'] {
  if (checks.some((check) => check.outcome === 'fail')) return 'broken'
  const sure = (id: CheckId) => checks.some((check) => check.id === id && check.outcome === 'pass')
  return sure('content') && sure('tree') && sure('membership') && (sure('checkpoints') || sure('witnesses'))
    ? 'intact'
    : 'unknown'
}

/** Problems kept of each check: a log rewritten from end to end does not need a million lines. */
export const problemCap = 100

/** A check from what was found. */
export const checkOf = (
  id: CheckId,
  looked: number,
  problems: readonly Problem[],
  notes: readonly Note[] = [],
): Check => ({
  id,
  outcome: problems.length > 0 ? 'fail' : looked === 0 ? 'notApplicable' : 'pass',
  looked,
  problems: problems.slice(0, problemCap),
  notes,
})
