import { readSnapshot } from '@/lib/catalog/read'
import type { Snapshot } from '@/lib/catalog/types'
import type { ScratchServer } from '@/lib/clone/scratch-server'
import type { Left } from '@/lib/clone/statement'
import { ScratchBusy, withClone, type Clone, type CloneOptions } from '@/lib/clone/with-clone'
import type { Config } from '@/lib/config/schema'
import type { Sentence } from '@/lib/errors'
import type { Finding } from '@/lib/rules/rule'
import { runRules, type ScanResult } from '@/lib/rules/run'
import { asSeen } from './as-seen'
import type { LockHeld } from './locks'
import { runFix } from './run-fix'
import { actsBeyondSchema, actsOnCluster } from './statement-kind'
import * as words from './words'

/** What came of running a fix on a clone of the schema. */
export interface Proof {
  readonly key: string
  /** `cannot`: neither shown to work nor to fail. */
  readonly verdict: 'proved' | 'notProved' | 'cannot'
  readonly why: Sentence
  readonly statements: readonly string[]
  /** Keys of findings that the fix ends, this one among them. */
  readonly disappeared: readonly string[]
  /** Findings that the fix brings. */
  readonly appeared: readonly Finding[]
  readonly locks: readonly LockHeld[]
  /** Milliseconds: the fix alone, and the whole proof. */
  readonly fixMs: number | null
  readonly tookMs: number
  /** What the clone lacked. */
  readonly left: readonly Left[]
  /** What a clone without rows, or a server of another version, does not show. */
  readonly notes: readonly Sentence[]
  /** Version of the scratch server; `null` when none was needed. */
  readonly version: string | null
}

/** Where a proof is: waiting for the server, making the clone, scanning it, running the fix, scanning again. */
export type Step = 'server' | 'clone' | 'scan' | 'fix' | 'again'

export interface ProofOptions extends CloneOptions {
  readonly onStep?: (step: Step) => void
}

type Found = Pick<Proof, 'verdict' | 'why'> & Partial<Proof>

/**
 * Clones the schema of a snapshot without data, runs the finding's fix there and scans again. Proved is a fix that runs,
 * ends this finding, brings no other and leaves no rule undecided that was decided before. The governed database is
 * not connected to.
 * @throws Error when the scratch server does not answer
 */
export async function proveFix(
  snapshot: Snapshot,
  finding: Finding,
  config: Config,
  server: ScratchServer,
  options: ProofOptions = {},
): Promise<Proof> {
  const started = performance.now()
  const step = options.onStep ?? (() => undefined)
  const done = (found: Found): Proof => ({
    key: finding.key,
    statements: finding.fix.sql,
    disappeared: [],
    appeared: [],
    locks: [],
    fixMs: null,
    left: [],
    notes: [],
    version: null,
    ...found,
    tookMs: Math.round(performance.now() - started),
  })
  const refusal = unprovable(finding, server)
  if (refusal) return done({ verdict: 'cannot', why: refusal })
  try {
    return done(
      await withClone(snapshot, server, (clone) => onClone(snapshot, finding, config, clone, step), {
        ...options,
        onMaking: () => step('clone'),
      }),
    )
  } catch (error) {
    if (error instanceof ScratchBusy) return done({ verdict: 'cannot', why: words.busy })
    throw error
  }
}

/** Why there is no point in trying, or null. */
export function unprovable(finding: Finding, server: ScratchServer): Sentence | null {
  const { sql } = finding.fix
  if (sql.length === 0) return words.onlyAPerson
  if (sql.some(actsBeyondSchema)) return words.beyondSchema
  return !server.own && sql.some(actsOnCluster) ? words.shared : null
}

async function onClone(
  snapshot: Snapshot,
  finding: Finding,
  config: Config,
  clone: Clone,
  step: (step: Step) => void,
): Promise<Found> {
  const scan = async () => runRules(asSeen(await readSnapshot(clone.url), snapshot, clone), config)
  step('scan')
  const base = await scan()
  const about = {
    left: clone.left,
    notes: words.notesOf(finding, snapshot, clone),
    version: clone.version,
  }
  if (!base.findings.some(({ key }) => key === finding.key))
    return { ...about, verdict: 'cannot', why: words.notOnClone }
  step('fix')
  const ran = await runFix(finding.fix.sql, snapshot, clone)
  const shown = { ...about, locks: ran.locks, fixMs: ran.tookMs }
  if (ran.failed) {
    const { code, message, statement } = ran.failed
    return clone.own && code === '42501'
      ? { ...shown, verdict: 'cannot', why: words.needsSuperuser(message) }
      : { ...shown, verdict: 'notProved', why: words.failed(statement, message) }
  }
  step('again')
  return { ...shown, ...judged(finding, base, await scan()) }
}

/** Compares the scans before and after. */
function judged(finding: Finding, base: ScanResult, after: ScanResult): Found {
  const before = new Set(base.findings.map(({ key }) => key))
  const now = new Set(after.findings.map(({ key }) => key))
  const disappeared = [...before].filter((key) => !now.has(key))
  const appeared = after.findings.filter(({ key }) => !before.has(key))
  const doubts = new Set(base.unknowns.map(({ code, why }) => `${code} ${why.en}`))
  const undecided = after.unknowns.find(({ code, why }) => !doubts.has(`${code} ${why.en}`))
  const shown = { disappeared, appeared }
  if (now.has(finding.key)) return { ...shown, verdict: 'notProved', why: words.stays }
  if (appeared.length > 0) return { ...shown, verdict: 'notProved', why: words.brings(appeared.length) }
  if (undecided)
    return { ...shown, verdict: 'notProved', why: words.undecided(undecided.code, undecided.why) }
  return { ...shown, verdict: 'proved', why: words.proved(disappeared.length - 1) }
}
