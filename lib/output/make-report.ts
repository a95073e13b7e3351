import type { Snapshot } from '@/lib/catalog/types'
import { lockText } from '@/lib/explain/lock-words'
import type { Finding, Rule } from '@/lib/rules/rule'
import type { ScanResult } from '@/lib/rules/run'
import type { ReportFinding, ScanReport } from './report'
import type { Language } from './words'

/** The facts of a scan in the words of one language; with a baseline, which findings are new. */
export function makeReport(
  version: string,
  snapshot: Snapshot,
  result: ScanResult,
  rules: readonly Rule[],
  options: { readonly language?: Language; readonly baseline?: ReadonlySet<string> } = {},
): ScanReport {
  const language = options.language ?? 'en'
  const { baseline } = options
  const ruleOf = new Map(rules.map((rule) => [rule.id, rule]))
  const findings = result.findings.map(
    (finding): ReportFinding =>
      new Reported(finding, language, baseline ? !baseline.has(finding.key) : undefined),
  )
  const refuted = result.settled
    .filter(({ how }) => how === 'refuted')
    .map(({ key, code, why }) => ({ key, code, why: why[language] }))
  const keys = new Set(baseline ? findings.map((finding) => finding.key) : [])
  const fresh = findings.filter((finding) => finding.new === true).length
  return {
    tabellion: version,
    database: { name: snapshot.database, serverVersion: snapshot.server.version, takenAt: snapshot.takenAt },
    score: {
      value: result.score.value,
      sum: result.score.sum,
      measures: result.score.measures.map((measure) => ({
        id: measure.id,
        title: measure.label[language],
        weight: measure.weight,
        points: measure.points,
        covered: measure.covered,
        total: measure.total,
        unknown: measure.unknown,
      })),
      cap: result.score.cap ? { at: result.score.cap.at, because: result.score.cap.because[language] } : null,
    },
    outcomes: result.counts.outcomes,
    rules: result.outcomes.map((outcome) => ({
      id: outcome.rule,
      code: outcome.code,
      title: outcome.title[language],
      group: outcome.group,
      outcome: outcome.outcome,
      severity: outcome.severity,
      checked: outcome.checked,
      unknown: outcome.unknown.map((why) => why[language]),
      why: ruleOf.get(outcome.rule)?.why[language] ?? '',
      references: ruleOf.get(outcome.rule)?.references ?? [],
    })),
    findings,
    ...(refuted.length > 0 ? { refuted } : {}),
    ...(baseline
      ? {
          baseline: {
            known: findings.length - fresh,
            new: fresh,
            resolved: [...baseline].filter((key) => !keys.has(key)).sort(),
          },
        }
      : {}),
  }
}

/** A finding in the words of one language, which it takes when it is asked: tens of thousands are written one after another. */
class Reported implements ReportFinding {
  readonly new?: boolean
  readonly #finding: Finding
  readonly #language: Language

  constructor(finding: Finding, language: Language, isNew: boolean | undefined) {
    this.#finding = finding
    this.#language = language
    if (isNew !== undefined) this.new = isNew
  }

  get key() {
    return this.#finding.key
  }
  get rule() {
    return this.#finding.rule
  }
  get code() {
    return this.#finding.code
  }
  get severity() {
    return this.#finding.severity
  }
  get object() {
    return this.#finding.object
  }
  get message() {
    return this.#finding.message[this.#language]
  }
  get evidence() {
    return this.#finding.evidence
  }
  get fix() {
    const { sql, lock, advice } = this.#finding.fix
    return { sql, lock: lockText(lock)[this.#language], advice: advice[this.#language] }
  }
  get references() {
    return this.#finding.references
  }
  get waiver() {
    const { waiver } = this.#finding
    if (waiver === null) return null
    const { kind, reason, approvedBy, until } = waiver
    return { kind, reason, approvedBy, until }
  }

  toJSON(): ReportFinding {
    const { key, rule, code, severity, object, message, evidence, fix, references, waiver } = this
    const isNew = this.new === undefined ? {} : { new: this.new }
    return { key, rule, code, severity, object, message, evidence, fix, references, waiver, ...isNew }
  }
}
