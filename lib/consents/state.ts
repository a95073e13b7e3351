import { shownStatus, type ShownStatus, type Status } from './types'

/** The instants of a consent, ISO 8601 in UTC of the same width, so that text order is time order. */
export interface Instants {
  readonly storedStatus: Status
  readonly reason: string | null
  readonly recordedAt: string
  readonly decidedAt: string | null
  readonly grantedAt: string | null
  readonly expiresAt: string | null
  readonly endDeclaredAt: string | null
  readonly endedAt: string | null
}

/** valid: in force and known; late: in force, but recorded only afterwards; not; none: not asked yet. */
export type Answer = 'valid' | 'late' | 'not' | 'none'

export interface StateThen {
  readonly answer: Answer
  /** What the record said at that instant; null before it existed. */
  readonly known: ShownStatus | null
}

/**
 * What held at an instant, by two clocks: the person's (decided, declared end) and the clinic's (granted, ended).
 * The window is half-open: valid at the decision, no longer at the end.
 */
export function stateAt(consent: Instants, at: string): StateThen {
  const { decidedAt, grantedAt, expiresAt, endDeclaredAt, endedAt } = consent
  const end = [expiresAt, endDeclaredAt, endedAt].filter((each) => each !== null).sort()[0] ?? null
  const held = grantedAt !== null && decidedAt !== null && at >= decidedAt && (end === null || at < end)
  const known = knownAt(consent, at)
  if (held) return { answer: grantedAt <= at ? 'valid' : 'late', known }
  return { answer: known === null ? 'none' : 'not', known }
}

function knownAt(consent: Instants, at: string): ShownStatus | null {
  const { storedStatus, reason, recordedAt, grantedAt, expiresAt, endedAt } = consent
  if (at < recordedAt) return null
  if (endedAt !== null && at >= endedAt) return shownStatus(storedStatus, reason)
  if (grantedAt === null || at < grantedAt) return 'pending'
  return expiresAt !== null && at >= expiresAt ? 'expired' : 'granted'
}
