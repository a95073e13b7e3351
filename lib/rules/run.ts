import type { Snapshot } from '@/lib/catalog/types'
import type { Config, Waiver } from '@/lib/config/schema'
import { loadParser } from '@/lib/sql/parse'
import { allRules } from './all'
import { factsOf, type Facts } from './facts'
import { Found } from './found'
import { identityOf } from './identity'
import {
  severities,
  type Finding,
  type Group,
  type Outcome,
  type Rule,
  type Severity,
  type Text,
  type Verdict,
} from './rule'
import { scoreOf, type Score } from './score'
import { verdictsOf } from './verdicts'
import type { Settled } from './settle'

/** What one rule came to. */
export interface RuleOutcome {
  readonly rule: string
  readonly code: string
  readonly title: Text
  readonly group: Group
  readonly severity: Severity
  readonly outcome: Outcome
  readonly checked: number
  readonly hits: number
  /** Why it could not be decided, wholly or for some objects. */
  readonly unknown: readonly Text[]
}

export interface ScanResult {
  readonly outcomes: readonly RuleOutcome[]
  /** By severity, then key. Waived ones stay, with their waiver. */
  readonly findings: readonly Finding[]
  readonly counts: {
    readonly outcomes: Readonly<Record<Outcome, number>>
    /** Findings without a waiver. */
    readonly severities: Readonly<Record<Severity, number>>
    readonly waived: number
  }
  readonly score: Score
  /** Everything that stays unknown, with the rule it concerns. */
  readonly unknowns: readonly { readonly rule: string; readonly code: string; readonly why: Text }[]
  /** Guesses that isolation was asked about; empty where no answers were given. */
  readonly settled: readonly Settled[]
}

export interface RunOptions {
  readonly rules?: readonly Rule[]
  readonly facts?: Facts
  /** Told the code of each rule that has run; who wants times has a clock. */
  readonly told?: (code: string) => void
}

/**
 * Runs the rules over a snapshot. Pure but for loading the SQL parser once; findings depend on the snapshot and the
 * configuration alone. Throws nothing on odd catalogs: a rule that fails is unknown, with the reason.
 */
export async function runRules(
  snapshot: Snapshot,
  config: Config,
  options: RunOptions = {},
): Promise<ScanResult> {
  await loadParser()
  const facts = options.facts ?? factsOf(snapshot, config)
  options.told?.('facts')
  const results = verdictsOf(options.rules ?? allRules, facts, { told: options.told })
  const findings = inSeverityThenKey(
    results.map(({ rule, verdict }) => findingsOf(rule, verdict, snapshot, config)),
  )
  const outcomes = results.map(({ rule, verdict }): RuleOutcome => ({
    rule: rule.id,
    code: rule.code,
    title: rule.title,
    group: rule.group,
    severity: severityFor(rule, config) ?? rule.severity,
    outcome: outcomeOf(verdict),
    checked: verdict.checked,
    hits: verdict.hits.length,
    unknown: verdict.unknown,
  }))
  return resultOf(facts, outcomes, findings)
}

/** The same rule's outcome with so many hits. */
export function outcomeWith(outcome: RuleOutcome, hits: number): RuleOutcome {
  return { ...outcome, hits, outcome: decided(hits, outcome.unknown.length, outcome.checked) }
}

/** Outcomes and findings with what is counted of them. */
export function resultOf(
  facts: Facts,
  outcomes: readonly RuleOutcome[],
  findings: readonly Finding[],
): ScanResult {
  const open = findings.filter((finding) => finding.waiver === null)
  return {
    outcomes,
    findings,
    counts: {
      outcomes: count(['pass', 'fail', 'notApplicable', 'unknown'], outcomes, (o) => o.outcome),
      severities: count(severities, open, (f) => f.severity),
      waived: findings.length - open.length,
    },
    score: scoreOf(facts, outcomes, open),
    unknowns: outcomes.flatMap((o) => o.unknown.map((why) => ({ rule: o.rule, code: o.code, why }))),
    settled: [],
  }
}

/** Hits are a failure; without them a doubt is unknown; nothing to look at is not applicable; else it passed. */
export const outcomeOf = ({ hits, unknown, checked: seen }: Verdict): Outcome =>
  decided(hits.length, unknown.length, seen)

function decided(hits: number, doubts: number, seen: number): Outcome {
  if (hits > 0) return 'fail'
  if (doubts > 0) return 'unknown'
  return seen === 0 ? 'notApplicable' : 'pass'
}

/** The findings of one rule, by key. */
function findingsOf(rule: Rule, verdict: Verdict, snapshot: Snapshot, config: Config): Finding[] {
  const override = severityFor(rule, config)
  const today = snapshot.takenAt.slice(0, 10)
  const waivers = config.waivers?.filter(
    (waiver) => (waiver.rule === rule.id || waiver.rule === rule.code) && waiver.until >= today,
  )
  let before = ''
  let inOrder = true
  const found = verdict.hits.map((hit) => {
    const identity = identityOf(hit.object)
    const waiver = waivers?.find((each) => isFor(each, rule, identity)) ?? null
    if (identity < before) inOrder = false
    before = identity
    return new Found(`${rule.id}:${identity}`, rule, hit, override ?? hit.severity ?? rule.severity, waiver)
  })
  // Nearly always they are: rules look at tables in their order.
  return inOrder ? found : found.sort(byKey)
}

const severityFor = (rule: Rule, config: Config) => config.severity?.[rule.id] ?? config.severity?.[rule.code]

/** A waiver is for one object, or the whole rule; it holds until the end of its last day, by the server's clock. */
const isFor = (waiver: Waiver, rule: Rule, identity: string) =>
  waiver.object === undefined || waiver.object === identity || waiver.object === `${rule.id}:${identity}`

/** By severity, then key. A key begins with its rule's id and a colon, which decides between rules. */
function inSeverityThenKey(byRule: readonly Finding[][]): Finding[] {
  const inOrder = byRule.filter((found) => found.length > 0).sort((a, b) => byKey(a[0]!, b[0]!))
  const found: Record<Severity, Finding[]> = { critical: [], high: [], medium: [], low: [] }
  for (const ofRule of inOrder) ofRule.forEach((finding) => found[finding.severity].push(finding))
  return severities.flatMap((severity) => found[severity])
}

const byKey = (a: Finding, b: Finding) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

function count<Key extends string, Item>(
  keys: readonly Key[],
  items: readonly Item[],
  of: (item: Item) => Key,
): Record<Key, number> {
  const counts = Object.fromEntries(keys.map((key) => [key, 0])) as Record<Key, number>
  items.forEach((item) => counts[of(item)]++)
  return counts
}
